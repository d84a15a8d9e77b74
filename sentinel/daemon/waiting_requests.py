"""Waiting requests: counted twice a minute for those who watch a wall and not a page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from sentinel.clock import Clock
from sentinel.requests.priority import Priority
from sentinel.requests.request_record import RequestState
from sentinel.store.health import StoreFailing
from sentinel.store.heard_mention import MentionFilter

EVERY = 30.0
"""Seconds between two counts."""
MOST = 1000
"""As far as is counted."""


class CountsMentions(Protocol):
    """Where they are."""

    async def count(self, wanted: MentionFilter, *, most: int = MOST) -> int:
        """How many there are, as far as ``most``."""
        ...


class WaitingRequests:
    """Counts them.

    Parameters
    ----------
    within
        How soon a priority is to be answered; ``None`` for one that waits for nothing.
    told
        Called with a priority, how many wait, and how many of them for too long.
    """

    def __init__(
        self,
        mentions: CountsMentions,
        within: Callable[[Priority], timedelta | None],
        told: Callable[[Priority, int, int], None],
        clock: Clock,
    ) -> None:
        self._mentions = mentions
        self._within = within
        self._told = told
        self._clock = clock

    async def run(self) -> None:
        """Count until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Count once; while the store fails the last figures stand."""
        now = self._clock.now()
        try:
            for priority in Priority:
                if (within := self._within(priority)) is not None:
                    found, late = await self._count(priority, None), await self._count(priority, now - within)
                    self._told(priority, found, late)
        except StoreFailing:  # said where it was noticed
            return

    async def _count(self, priority: Priority, until: datetime | None) -> int:
        wanted = MentionFilter(state=RequestState.NEW, priority=priority, until=until)
        return await self._mentions.count(wanted, most=MOST)
