"""A clock that runs a known number of times faster than the machine's, the same in every process that is told the same
origin.
"""

import time
from datetime import datetime, timedelta

from sentinel.clock import SystemClock
from tests.fakes import START


class PacedClock:
    """A `Clock`: minutes of a ladder pass in seconds, through restarts too, since the machine's monotonic clock
    outlives a process.

    Parameters
    ----------
    origin
        Reading of ``time.monotonic()`` at which it is `START`.
    pace
        Seconds of this clock in one second of the machine.
    """

    def __init__(self, origin: float, pace: float) -> None:
        self._origin = origin
        self._pace = pace
        self._machine = SystemClock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._origin) * self._pace

    async def sleep(self, seconds: float) -> None:
        await self._machine.sleep(seconds / self._pace)
