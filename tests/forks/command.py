"""A ``sentinel`` command in a process that a fork server bore: as on the command line, but for the imports, which it
has.
"""

import _thread
import importlib
import sys
import time
from pathlib import Path

import msgspec

from sentinel.assembly.plugins import faults
from sentinel.cli.main import COMMANDS, main
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.chart import a_sample, draw
from sentinel.playbooks.reader import read_playbooks
from sentinel.sentiment.exam import load_exam
from sentinel.sentiment.seed.seed import load_seed
from tests.fakes import START
from tests.forks.pulse import EVERY, Pulse


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """The words behind ``sentinel``, and the file of the pulse."""

    told: list[str]
    pulse: str


_told = msgspec.json.Decoder(Told).decode


def warm_up() -> None:
    """Import what any command imports, and what the first send would."""
    importlib.import_module("uvloop")
    importlib.import_module("sentinel.assembly.app")
    for place in COMMANDS.values():
        importlib.import_module(f"sentinel.cli.{place.partition(':')[0]}")
    faults()
    load_seed()
    load_exam()
    importlib.import_module("scipy.special")
    draw(a_sample("Sentinel", "es", START))
    read_playbooks()
    message = Message(kind=MessageKind.TEST, urgency=Urgency.QUIET, language="es", title="warm", body="up")
    AppriseNotifier().send("json://127.0.0.1:9/nobody", message, timeout=1.0)


def live(told: msgspec.Raw, _out: int) -> None:
    """Run the command to its end."""
    orders = _told(told)
    _thread.start_new_thread(_beat, (Pulse(Path(orders.pulse)),))  # the daemon looks at its own threads; not its affair
    sys.argv = ["sentinel", *orders.told]
    main()


def _beat(pulse: Pulse) -> None:
    while True:
        time.sleep(EVERY)
        pulse.beat()
