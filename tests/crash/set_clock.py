"""The daemon by a wall clock that a file sets: seconds that it differs from the machine's, read anew at every look."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from sentinel.cli import daemon, main
from sentinel.clock import SystemClock

OFFSET = "offset"
_machine = SystemClock()


class SetClock(SystemClock):
    """The daemon's clock over a wall clock that is set now and then."""

    def __init__(self) -> None:
        super().__init__(wall=_wall)


def _wall() -> datetime:
    return _machine.now() + timedelta(seconds=float((Path(sys.argv[3]).parent / OFFSET).read_text()))


if __name__ == "__main__":
    daemon.SystemClock = SetClock  # type: ignore[misc]
    main.main()
