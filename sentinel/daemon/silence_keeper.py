"""Silences in force: made and ended by people, on disk before they count, handed to the engine."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.escalation.silence import Silence, silence_id

KEPT = timedelta(days=30)
"""How long one that ended is still shown."""
log = structlog.get_logger(__name__)


class SilenceKeeping(Protocol):
    """Where silences are kept."""

    async def save(self, silence: Silence) -> None:
        """Returns once it is on disk."""
        ...

    async def end(self, name: str, at: datetime) -> Silence | None:
        """End one as it stands there, on disk when it returns; ``None`` where there is none."""
        ...

    async def all(self) -> Sequence[Silence]:
        """Those that are kept."""
        ...

    async def prune(self, before: datetime) -> Sequence[Silence]:
        """Let go of those that ended before then; gives what is left."""
        ...


class SilenceKeeper:
    """Those that are kept, oldest end last.

    Parameters
    ----------
    changed
        Told of all of them whenever one changes.
    """

    def __init__(
        self, store: SilenceKeeping, clock: Clock, changed: Callable[[Sequence[Silence]], Awaitable[None]]
    ) -> None:
        self._store = store
        self._clock = clock
        self._changed = changed
        self._known: dict[str, Silence] = {}
        self._reading = asyncio.Lock()
        """What is read anew is not older than what we wrote meanwhile."""

    async def start(self) -> None:
        """Take up what the store holds."""
        kept = await self._store.prune(self._clock.now() - KEPT)
        self._known = {each.id: each for each in kept}
        await self._changed(self.all())

    async def refresh(self) -> None:
        """Somebody else may have made or ended one.

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

    def all(self) -> tuple[Silence, ...]:
        """The one that ends last first."""
        return tuple(sorted(self._known.values(), key=lambda each: (each.ends_at, each.id), reverse=True))

    async def make(
        self, *, brands: tuple[str, ...], starts_at: datetime | None, lasts: timedelta, by: str, reason: str | None
    ) -> Silence:
        """Begin one now, or later; it counts once it is on disk."""
        now = self._clock.now()
        begins = max(now, starts_at) if starts_at is not None else now
        silence = Silence(
            id=silence_id(brands, by, now),
            brands=brands,
            starts_at=begins,
            ends_at=begins + lasts,
            by=by,
            reason=reason,
            made_at=now,
        )
        await self._keep(silence)
        log.info("silence_made", silence=silence.id, brands=brands, by=by, until=silence.ends_at.isoformat())
        return silence

    async def end(self, name: str) -> Silence | None:
        """End one now; ``None`` when there is none of that name. One that is over stays as it was."""
        now, known = self._clock.now(), self._known.get(name)
        if known is not None and known.ends_at <= now:
            return known
        async with self._reading:
            silence = await self._store.end(name, now)
            if silence is None:
                return None
            await self._show(silence)
        if silence.ends_at == now:
            log.info("silence_ended", silence=silence.id)
        return silence

    async def _keep(self, silence: Silence) -> None:
        async with self._reading:
            await self._store.save(silence)
            await self._show(silence)

    async def _show(self, silence: Silence) -> None:
        self._known[silence.id] = silence
        await self._changed(self.all())
