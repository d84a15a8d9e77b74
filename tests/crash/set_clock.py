"""The daemon by a wall clock that a file sets, in a process that a fork server bore: seconds that it differs from the
machine's, read anew at every look.
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from sentinel.cli import daemon
from sentinel.clock import SystemClock
from tests.forks import command

OFFSET = "offset"
_machine = SystemClock()


class SetClock(SystemClock):
    """The daemon's clock over a wall clock that is set now and then."""

    def __init__(self) -> None:
        super().__init__(wall=_wall)


def _wall() -> datetime:
    return _machine.now() + timedelta(seconds=float((Path(sys.argv[3]).parent / OFFSET).read_text()))


def live(told: msgspec.Raw, out: int) -> None:
    """Run the command to its end."""
    daemon.SystemClock = SetClock  # type: ignore[misc]
    command.live(told, out)
