"""Shared records: what people and sources bring that every partition goes by, looked up before each tick.

Silences, changes of schedules and silent sources change decisions alone, which are written when they are made and never
made again: it is enough that an owner hears of them soon. Ignored accounts and calendars change what the fold makes of
mentions: each bears the instant from which it counts, and lies far enough ahead that every owner has heard of it by
then; one that has not heard anything for too long takes no mention in. So a partition folded again is folded the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sentinel.clock import Clock
from sentinel.cluster.glance import Glance
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.stale_sources import FACT, silent_in
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.scoring.event_calendar import CalendarVersion
from sentinel.store.author_ignores import AuthorIgnoreStore
from sentinel.store.calendars import CalendarStore
from sentinel.store.database import Database
from sentinel.store.facts import fact
from sentinel.store.oncall import OnCallStore
from sentinel.store.silences import SilenceStore

LEAD = timedelta(seconds=10)
"""How far ahead a record lies from which on mentions are folded otherwise."""
STALE = LEAD / 2
"""An owner that has not looked for so long takes nothing in; the rest of `LEAD` is for clocks that differ."""


@dataclass(frozen=True, slots=True)
class RecordSet:
    """All of them at one look."""

    silences: Sequence[Silence] = ()
    oncall: Sequence[Override | Swap] = ()
    ignores: Sequence[AuthorIgnore] = ()
    calendars: Sequence[CalendarVersion] = ()
    silent: frozenset[str] = frozenset()


async def read_records(database: Database) -> RecordSet:
    """As they are kept now.

    Raises
    ------
    StoreFailing
        When the store cannot be read.
    """
    async with database.at_once() as view, view.read() as connection:
        silent = silent_in(await fact(connection, FACT))
        return RecordSet(
            silences=await SilenceStore(view).all(),
            oncall=await OnCallStore(view).all(),
            ignores=await AuthorIgnoreStore(view).all(),
            calendars=[each.version for each in await CalendarStore(view).all()],
            silent=silent,
        )


class SharedRecords:
    """Hands one engine what changed in them; the look is the process's."""

    def __init__(self, glance: Glance[RecordSet], clock: Clock) -> None:
        self._glance = glance
        self._clock = clock
        self._known = RecordSet()
        self._silent: frozenset[str] = frozenset()
        self._looked = float("-inf")

    @property
    def fresh(self) -> bool:
        """Whether mentions may be taken in."""
        return self._clock.monotonic() - self._looked <= STALE.total_seconds()

    async def look(self, loop: FoldLoop, *, starting: bool = False) -> None:
        """Read them, and have the engine go by them.

        ``starting``: before the engine's state is restored; that some source is silent would be lost on it.

        Raises
        ------
        StoreFailing
            When the store cannot be read; the engine goes by what was known.
        """
        found, began = await self._glance.now()
        self._silent = found.silent
        if starting:
            found = replace(found, silent=frozenset())
        if found != self._known:
            async with loop.turn() as now:
                self._hand_over(loop, found, now)
        self._known, self._looked = found, began

    async def restored(self, loop: FoldLoop) -> None:
        """The engine's state is restored since the look at the start: which sources are silent is told to it now."""
        async with loop.turn() as now:
            self._hand_over(loop, replace(self._known, silent=self._silent), now)
        self._known = replace(self._known, silent=self._silent)

    def _hand_over(self, loop: FoldLoop, found: RecordSet, now: datetime) -> None:
        engine, known = loop.engine, self._known
        if found.silences != known.silences:
            engine.set_silences(found.silences, now)
        if found.oncall != known.oncall:
            engine.set_oncall(found.oncall)
        if found.ignores != known.ignores:
            engine.ignore_authors(found.ignores)
        if found.calendars != known.calendars:
            engine.set_calendars(found.calendars, now)
        for source in sorted(found.silent ^ known.silent):
            engine.source_changed(source, source not in found.silent, now)
