"""AuthorIgnoreKeeper: accounts that people ignore while the daemon runs, on disk before they count."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from sentinel.clock import Clock
from sentinel.matching.author_ignore import AuthorIgnore, author_ignore_id

INSTANT = timedelta(microseconds=1)
"""The shortest time that the journal tells apart."""
log = structlog.get_logger(__name__)


class AuthorIgnoreKeeping(Protocol):
    """Where they are kept."""

    async def save(self, ignore: AuthorIgnore) -> None:
        """Returns once it is on disk."""
        ...

    async def end(self, name: str, at: datetime) -> AuthorIgnore | None:
        """End one as it stands there, on disk when it returns; ``None`` where there is none."""
        ...

    async def all(self) -> Sequence[AuthorIgnore]:
        """Those that are kept."""
        ...

    async def prune(self, before: datetime) -> Sequence[AuthorIgnore]:
        """Let go of those that ended before then; gives what is left."""
        ...


class AuthorIgnoreKeeper:
    """Begins and ends them between two entries of the journal: what was folded before stays as it was, also when the
    journal is folded again.

    Parameters
    ----------
    turn
        Keeps the engine still while its block runs, and gives the instant.
    folded_at
        The newest instant that is folded.
    changed
        Told of all of them whenever one changes, in the engine's turn.
    retention
        How long the journal is kept: as long after its end one may be needed.
    kept_as
        Gives an account as authors are kept: itself, or its pseudonym.
    """

    def __init__(
        self,
        store: AuthorIgnoreKeeping,
        turn: Callable[[], AbstractAsyncContextManager[datetime]],
        clock: Clock,
        *,
        folded_at: Callable[[], datetime | None],
        changed: Callable[[Sequence[AuthorIgnore]], None],
        retention: timedelta,
        kept_as: Callable[[str], str] = lambda who: who,
    ) -> None:
        self._store = store
        self._turn = turn
        self._clock = clock
        self._folded_at = folded_at
        self._changed = changed
        self._retention = retention
        self._kept_as = kept_as
        self._known: dict[str, AuthorIgnore] = {}

    async def start(self) -> None:
        """Take up what the store holds; before anything is folded."""
        kept = await self._store.prune(self._clock.now() - self._retention)
        self._known = {each.id: each for each in kept}
        async with self._turn():
            self._changed(self.all())

    async def refresh(self) -> None:
        """Somebody else may have begun or ended one.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self._turn():
            kept = {each.id: each for each in await self._store.all()}
            if kept != self._known:
                self._known = kept
                self._changed(self.all())

    def all(self) -> tuple[AuthorIgnore, ...]:
        """The one that ends last first."""
        return tuple(sorted(self._known.values(), key=lambda each: (each.ends_at, each.id), reverse=True))

    async def make(
        self,
        who: str,
        *,
        name: str,
        brands: tuple[str, ...],
        lasts: timedelta,
        by: str,
        source: str | None = None,
        reason: str | None = None,
        incident: str | None = None,
    ) -> AuthorIgnore:
        """From the next mention on."""
        if (kept := self._kept_as(who)) != who:
            who = name = kept
        async with self._turn() as now:
            begins = self._next(now)
            made = AuthorIgnore(
                id=author_ignore_id(who, brands, by, begins),
                who=who,
                name=name,
                brands=brands,
                starts_at=begins,
                ends_at=begins + lasts,
                by=by,
                source=source,
                reason=reason,
                incident=incident,
            )
            await self._keep(made)
        log.info("author_ignored", ignore=made.id, brands=brands, by=by, until=made.ends_at.isoformat())
        return made

    async def end(self, name: str) -> AuthorIgnore | None:
        """Hear the account again, from the next mention on; ``None`` when there is none of that name. One that is over
        stays as it was.
        """
        async with self._turn() as now:
            known, ends = self._known.get(name), self._next(now)
            if known is not None and known.ends_at <= ends:
                return known
            ignore = await self._store.end(name, ends)
            if ignore is not None:
                self._known[ignore.id] = ignore
                self._changed(self.all())
                log.info("author_heard_again", ignore=ignore.id)
        return ignore

    def _next(self, now: datetime) -> datetime:
        """An instant after everything that is folded: the journal's stamps may be ahead of the wall clock."""
        folded = self._folded_at()
        return now if folded is None else max(now, folded + INSTANT)

    async def _keep(self, ignore: AuthorIgnore) -> None:
        await self._store.save(ignore)
        self._known[ignore.id] = ignore
        self._changed(self.all())
