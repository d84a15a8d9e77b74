"""Changes of schedules that people make while the daemon runs: on disk before they count, handed to the engine."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.escalation.override import Override, Swap
from sentinel.store.health import StoreFailing

KEPT = timedelta(days=400)
"""How long one that ended is kept: a year's calendar shows who really was on call."""
Made = Override | Swap
log = structlog.get_logger(__name__)


class OnCallKeeping(Protocol):
    """Where changes are kept."""

    async def all(self) -> Sequence[Made]:
        """Everything that is kept."""
        ...

    async def save(self, change: Made) -> None:
        """Returns once it is on disk."""
        ...

    async def remove(self, name: str) -> bool:
        """Returns once it is gone from the disk; whether it was there."""
        ...

    async def prune(self, before: datetime) -> None:
        """Let go of those that ended before then."""
        ...


class OnCallKeeper:
    """Overrides and swaps made by people.

    Parameters
    ----------
    changed
        Told of all of them whenever one changes.
    """

    def __init__(
        self, store: OnCallKeeping, clock: Clock, changed: Callable[[Sequence[Made]], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed
        self._known: dict[str, Made] = {}
        self._reading = asyncio.Lock()
        """What is read anew is not older than what we wrote meanwhile."""

    async def start(self) -> None:
        """Take up what is kept."""
        with suppress(StoreFailing):  # what is old is kept a while longer on a disk that takes no writes
            await self._store.prune(self._clock.now() - KEPT)
        self._known = {each.id: each for each in await self._store.all()}
        await self._changed(self.all())

    async def refresh(self) -> None:
        """Somebody else may have made one, or taken one back.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self._reading:
            kept = {each.id: each for each in await self._store.all()}
            if kept != self._known:
                self._known = kept
                await self._changed(self.all())

    def all(self) -> tuple[Made, ...]:
        """The oldest first."""
        return tuple(sorted(self._known.values(), key=lambda each: (each.made_at or each.starts_at, each.id)))

    async def override(
        self, schedule: str, contacts: tuple[str, ...], starts_at: datetime, ends_at: datetime, *, by: str, reason: str
    ) -> Override:
        """These contacts instead of the rotation; none of them: nobody."""
        now = self._clock.now()
        made = Override(
            id=_name(schedule, by, now),
            schedule=schedule,
            contacts=contacts,
            starts_at=starts_at,
            ends_at=ends_at,
            by=by,
            reason=reason,
            made_at=now,
        )
        await self._keep(made)
        return made

    async def swap(
        self, schedule: str, between: tuple[str, str], starts_at: datetime, ends_at: datetime, *, by: str, reason: str
    ) -> Swap:
        """Two people do each other's shifts."""
        now = self._clock.now()
        made = Swap(
            id=_name(schedule, by, now),
            schedule=schedule,
            between=between,
            starts_at=starts_at,
            ends_at=ends_at,
            by=by,
            reason=reason,
            made_at=now,
        )
        await self._keep(made)
        return made

    async def take_back(self, name: str) -> Made | None:
        """Undo one; ``None`` when there is none of that name."""
        if name not in self._known:
            await self.refresh()  # it may be another process's, a moment old
        async with self._reading:
            known = self._known.get(name)
            if known is None:
                return None
            there = await self._store.remove(name)
            del self._known[name]
            await self._changed(self.all())
        if not there:
            return None  # somebody else was faster
        log.info("oncall_change_taken_back", change=name, schedule=known.schedule)
        return known

    async def _keep(self, made: Made) -> None:
        async with self._reading:
            await self._store.save(made)
            self._known[made.id] = made
            await self._changed(self.all())
        log.info("oncall_changed", change=made.id, schedule=made.schedule, by=made.by)


def _name(schedule: str, by: str, at: datetime) -> str:
    return "c-" + blake2b("\x00".join((schedule, by, at.isoformat())).encode(), digest_size=4).hexdigest()
