"""The fork server: it has imported all that a daemon needs, and bears processes that have it too in milliseconds.

``python -m tests.forks.server MODULE`` calls ``MODULE.warm_up()`` once. Orders come as lines on stdin: `Start` bears a
process that calls ``MODULE.live``, or that of another module it names; `End` kills all of a name. What happens goes out
as lines on stdout. It has one thread and no event loop. It ends when stdin does, or its test, and whatever it bore ends
with it.
"""

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress

import msgspec

PATROL = 0.01
"""Seconds between looks for processes that ended."""
WRITES = os.O_WRONLY | os.O_CREAT | os.O_APPEND
_PR_SET_PDEATHSIG = 1


class Start(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Bear a process, the ``life``-th called ``run``; ``told`` is what it is to do, ``log`` is where it writes, and
    ``errors`` where its errors go, if not there too.
    """

    run: str
    life: int
    log: str
    errors: str = ""
    module: str = ""
    told: msgspec.Raw
    environment: dict[str, str] | None = None


class End(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """SIGKILL what lives of ``run``."""

    run: str


_order = msgspec.json.Decoder(Start | End).decode
Live = Callable[[msgspec.Raw, int], None]


def main() -> None:
    out = os.dup(1)
    os.dup2(2, 1)
    module = importlib.import_module(sys.argv[1])
    module.warm_up()
    gc.collect()
    gc.freeze()
    lives: dict[int, Start] = {}
    waiting = b""
    os.write(out, b'{"what": "warm", "run": "", "life": 0, "at": 0}\n')
    while True:
        ready, _, _ = select.select([0], [], [], PATROL if lives else None)
        if ready:
            if not (read := os.read(0, 65536)):
                break
            *lines, waiting = (waiting + read).split(b"\n")
            for line in lines:
                _obey(_order(line), module.live, lives, out)
        _reap(lives, out)
    for pid in lives:
        os.kill(pid, signal.SIGKILL)


def _obey(order: Start | End, live: Live, lives: dict[int, Start], out: int) -> None:
    match order:
        case Start():
            pid = _fork(order, live, out)
            lives[pid] = order
            _tell(out, order, "born", pid=pid)
        case End():
            for pid, start in lives.items():
                if start.run == order.run:
                    os.kill(pid, signal.SIGKILL)


def _fork(start: Start, live: Live, out: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    status = 70
    try:
        _die_with(parent)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(start.log, WRITES), 1)
        os.dup2(os.open(start.errors or start.log, WRITES), 2)
        if start.environment is not None:
            os.environ.clear()
            os.environ.update(start.environment)
        if start.module:
            live = importlib.import_module(start.module).live
        live(start.told, out)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _die_with(parent: int) -> None:
    """Where the system can, a process does not outlive the server, however that ends."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _reap(lives: dict[int, Start], out: int) -> None:
    while lives:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        _tell(out, lives.pop(pid), "ended", status=os.waitstatus_to_exitcode(status))


def _tell(out: int, start: Start, what: str, **more: int) -> None:
    line = {"run": start.run, "life": start.life, "what": what, "at": time.monotonic()} | more
    os.write(out, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main()
