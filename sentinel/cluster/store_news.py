"""Store news: tells a process at once what another one changed, so that what it keeps in memory is read anew.

The database's word wakes us and is believed in nothing: what changed is told by the versions, at which we look besides
once a second. So a word that got lost costs a second and nothing else.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.store.health import StoreFailing

LOOK_EVERY = 1.0
PACE = 0.2
"""Seconds between two looks, however much is said."""
AGAIN = 2.0
"""Seconds until a connection that was lost is tried again."""


class CountedVersions(Protocol):
    """What the database counts."""

    async def count(self) -> bool:
        """Have it count; whether it does."""
        ...

    async def look(self) -> Mapping[str, int]:
        """Each as it stands."""
        ...

    def heard(self, changed: Callable[[], None], lost: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Listen while the block runs."""
        ...


Refresh = Callable[[], Awaitable[object]]
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Followed:
    names: frozenset[str]
    refresh: Refresh
    seen: Mapping[str, int] | None = None
    """The versions that are read."""


class StoreNews:
    """Looks, and has read anew whatever changed."""

    def __init__(self, versions: CountedVersions, clock: Clock) -> None:
        self._versions = versions
        self._clock = clock
        self.told: Callable[[], None] = lambda: None
        """Called when something changed, once everything was read anew."""
        self._followed: list[_Followed] = []
        self._known: Mapping[str, int] = {}
        self._counted = True
        """Whether the database counts; else everything is taken for changed."""
        self._looking = asyncio.Lock()
        self._woken = asyncio.Event()
        self.hears = False
        """Whether the database can wake us."""

    def follow(self, names: str, refresh: Refresh) -> None:
        """Have this read anew whenever one of these changed, in the order in which they were named first; separated by
        blanks.
        """
        self._followed.append(_Followed(frozenset(names.split()), refresh))

    async def run(self) -> None:
        """Until cancelled."""
        await self._count()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(), name="store-news-listen")
            tasks.create_task(self._answer(), name="store-news-answer")
            while True:
                await self.look()
                await self._clock.sleep(LOOK_EVERY)

    async def _count(self) -> None:
        """Have the database count, once it can be reached."""
        while True:
            try:
                self._counted = await self._versions.count()
                return
            except StoreFailing:
                await self._clock.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Read anew what changed since it was last read; what cannot be read now is tried again at the next look."""
        async with self._looking:
            try:
                found = await self._versions.look()
            except StoreFailing:
                return  # said where it was noticed
            for each in list(self._followed):
                await self._read(each, {name: found.get(name, 0) for name in each.names})
            if found != self._known or not self._counted:
                self._known = found
                self.told()

    async def _read(self, each: _Followed, wanted: Mapping[str, int]) -> None:
        if each.seen == wanted and self._counted:
            return
        try:
            await each.refresh()
            each.seen = wanted
        except StoreFailing:
            return
        except Exception:  # whatever one of them stumbles over, the others hear of what concerns them
            log.exception("store_news_unread", names=sorted(each.names))

    async def _listen(self) -> None:
        while True:
            over = asyncio.Event()
            try:
                async with self._versions.heard(self._woken.set, over.set):
                    self.hears = True
                    self._woken.set()  # what was said before we listened
                    await over.wait()
            except StoreFailing:
                pass
            finally:
                self.hears = False
            log.info("store_news_lost", reason="looked for once a second until the database wakes us again")
            await self._clock.sleep(AGAIN)

    async def _answer(self) -> None:
        while True:
            await self._woken.wait()
            self._woken.clear()
            await self.look()
            await self._clock.sleep(PACE)
