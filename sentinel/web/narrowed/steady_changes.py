"""The running number that open pages wait on, for those who have some brands."""

from sentinel.clock import Clock
from sentinel.web.ports.figures import ChangePort

BEAT = 5.0
"""Seconds from one sign to the next: about a tick."""


class SteadyChanges:
    """Implements `ChangePort` by a number that only counts the time: something may have changed, every `BEAT`.

    In a number that moves with every incident, it would show that others' move.
    """

    def __init__(self, changes: ChangePort, clock: Clock) -> None:
        self._changes = changes
        self._clock = clock

    @property
    def version(self) -> int:
        """The beat it is."""
        return int(self._clock.monotonic() // BEAT)

    @property
    def closed(self) -> bool:
        """Whether the server stops."""
        return self._changes.closed

    def close(self) -> None:
        """Theirs does not stop it."""

    async def wait(self, after: int) -> int:
        """The number once it is beyond ``after``, or when the server stops."""
        while self.version <= after and not self.closed:
            await self._changes.rest(BEAT - self._clock.monotonic() % BEAT)
        return self.version

    async def rest(self, seconds: float) -> None:
        """So long, or until the server stops."""
        await self._changes.rest(seconds)
