"""Lately reader: fills what was lately said from the store, where somebody else counts the journal.

Beside everything else, the newest few posts a look: no page waits for it, and none is lost where the store fails.
"""

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import Protocol

from sentinel.clock import Clock
from sentinel.daemon.lately_said import WITHIN, LatelySaid
from sentinel.store.health import StoreFailing
from sentinel.store.heard_mention import HeardMention

EVERY = 2.0
MOST = 300
"""Posts in one look; of more, the newest. A brand's talk is made of fewer."""


class NewestHeard(Protocol):
    """What was heard."""

    async def newest_of(self, parts: Collection[int], beyond: int, limit: int) -> Sequence[HeardMention]:
        """What these partitions' journals hold beyond a number, newest first."""
        ...


class LatelyReader:
    """Reads for one process.

    Parameters
    ----------
    owned
        Gives the partitions that it owns.
    """

    def __init__(
        self, heard: NewestHeard, lately: LatelySaid, owned: Callable[[], Collection[int]], clock: Clock
    ) -> None:
        self._heard = heard
        self._lately = lately
        self._owned = owned
        self._clock = clock
        self._known: frozenset[int] = frozenset()
        self._reached = 0
        """The number up to which the posts of those are known."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with suppress(StoreFailing):  # said where it was noticed
                await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Take up what is new; all that a partition has which was taken over meanwhile is.

        Raises
        ------
        StoreFailing
            When the store cannot be read; it is taken up at the next look.
        """
        owned, now = frozenset(self._owned()), self._clock.now()
        found: list[HeardMention] = []
        for parts, beyond in ((owned & self._known, self._reached), (owned - self._known, 0)):
            found += await self._heard.newest_of(parts, beyond, MOST) if parts else ()
        self._known, self._reached = owned, max((self._reached, *(each.number for each in found)))
        recent = [each for each in found if now - each.at < WITHIN]
        self._lately.add(sorted(recent, key=lambda each: each.number))
