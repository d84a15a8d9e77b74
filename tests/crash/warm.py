"""A warm parent: it has imported all that a daemon needs and forks lives in milliseconds. It has one thread and no
event loop itself.

Orders come as lines on stdin; what lives tell, and their ends, go out as lines on stdout. It ends when stdin does, and
its lives with it.
"""

import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from functools import cache
from pathlib import Path

import msgspec

import sentinel.assembly.active_config
from sentinel.assembly.active_config import ActiveConfig
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.playbooks.reader import read_shelf
from sentinel.registry import discover
from sentinel.scoring.level import Level
from sentinel.sources.base import Source
from tests.crash.life import Orders, live
from tests.incidents.story import Story

PATROL = 0.01
"""Seconds between looks for lives that ended."""
_orders = msgspec.json.Decoder(Orders).decode


def main() -> None:
    out = os.dup(1)
    os.dup2(2, 1)
    _warm_up(Path(sys.argv[1]))
    gc.freeze()
    lives: dict[int, Orders] = {}
    waiting = b""
    os.write(out, b'{"what": "warm", "run": "", "life": 0, "at": 0}\n')
    while True:
        ready, _, _ = select.select([0], [], [], PATROL if lives else None)
        if ready:
            if not (read := os.read(0, 65536)):
                break
            *lines, waiting = (waiting + read).split(b"\n")
            for line in lines:
                orders = _orders(line)
                lives[_fork(orders, out)] = orders
        _reap(lives, out)
    for pid in lives:
        os.kill(pid, signal.SIGKILL)


def _fork(orders: Orders, out: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(nothing, 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        live(orders, out)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _reap(lives: dict[int, Orders], out: int) -> None:
    while lives:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        orders = lives.pop(pid)
        ended = {
            "run": orders.run,
            "life": orders.life,
            "what": "ended",
            "at": time.monotonic(),
            "status": os.waitstatus_to_exitcode(status),
        }
        os.write(out, json.dumps(ended).encode() + b"\n")


def _warm_up(config: Path) -> None:
    """Read a configuration and make one send that reaches nobody: what is looked up once and kept is there when a life
    is forked.
    """
    discover("sentinel.sources", Source)
    sentinel.assembly.active_config.read_shelf = cache(
        read_shelf
    )  # the shipped playbooks do not change while tests run
    words = ActiveConfig.read(config, lambda _: "http://127.0.0.1").briefing
    incident = Story().score(Level.CRISIS).incident
    assert incident is not None
    words.playbook(incident, "es")
    message = Message(kind=MessageKind.TEST, urgency=Urgency.QUIET, language="es", title="warm", body="up")
    AppriseNotifier().send("json://127.0.0.1:9/nobody", message, timeout=1.0)


main()
