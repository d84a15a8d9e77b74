"""Glance: one look into the store for all partitions of a process, for as long as it is fresh."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sentinel.clock import Clock

T = TypeVar("T")


class Glance(Generic[T]):
    """What was seen, and when the look began.

    Parameters
    ----------
    look
        Looks.
    stands
        Seconds for which what was seen is given again.
    """

    def __init__(self, look: Callable[[], Awaitable[T]], clock: Clock, stands: float) -> None:
        self._look = look
        self._clock = clock
        self._stands = stands
        self._looking = asyncio.Lock()
        self._seen: tuple[T, float] | None = None

    async def now(self) -> tuple[T, float]:
        """What there is, and the instant (monotonic) at which the look began."""
        async with self._looking:
            if self._seen is None or self._clock.monotonic() - self._seen[1] >= self._stands:
                began = self._clock.monotonic()
                self._seen = seen = (await self._look(), began)
                return seen
            return self._seen

    def forget(self) -> None:
        """There is something new: the next one who asks has it looked for."""
        self._seen = None
