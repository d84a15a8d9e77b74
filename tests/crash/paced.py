"""A clock that runs a known number of times faster than the pulse of the process it is in, and goes on in the next one.

It runs on what was lived and not on the machine's time: where a loaded machine lets a daemon wait, its clock waits too,
and a story takes longer without becoming another. Between two lives it stands, but for what the run lets go by.
"""

from datetime import datetime, timedelta

from sentinel.clock import SystemClock
from tests.fakes import START
from tests.forks.pulse import EVERY, Pulse


class PacedClock:
    """A `Clock`: minutes of a ladder pass in seconds.

    Parameters
    ----------
    pulse
        Of this process; at nothing lived it is `START`.
    pace
        Seconds of this clock in one that is lived.
    """

    def __init__(self, pulse: Pulse, pace: float) -> None:
        self._pulse = pulse
        self._pace = pace
        self._machine = SystemClock()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic() + self._pulse.shift)

    def monotonic(self) -> float:
        return self._pulse.now * self._pace

    async def sleep(self, seconds: float) -> None:
        end = self.monotonic() + seconds
        await self._machine.sleep(seconds / self._pace)
        while (left := end - self.monotonic()) > 0:
            await self._machine.sleep(max(left / self._pace, 0.001))

    async def beat(self) -> None:
        """Keep time until cancelled."""
        while True:
            await self._machine.sleep(EVERY)
            self._pulse.beat()
