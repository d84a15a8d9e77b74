"""Standstill: whether this process stood still for a while, stopped, swapped out or asleep with its machine.

A daemon that is merely busy gives its other tasks their turns all the time, and so is never taken for one that was
stopped.
"""

from datetime import datetime, timedelta

from sentinel.clock import Clock

BEAT = 5.0
"""Seconds between looks at the clock."""


class Standstill:
    """Looks at the clock at a steady pace, and keeps the longest time that it was kept from it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looked_at: datetime | None = None
        self._longest = timedelta(0)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            self.look()
            await self._clock.sleep(BEAT)

    def taken(self) -> timedelta:
        """The longest time without a look since this was last asked; the one that ends now counts."""
        self.look()
        longest, self._longest = self._longest, timedelta(0)
        return longest

    def look(self) -> None:
        """We are here."""
        now = self._clock.now()
        if self._looked_at is not None:
            self._longest = max(self._longest, now - self._looked_at)
        self._looked_at = now
