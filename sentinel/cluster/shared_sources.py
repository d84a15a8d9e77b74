"""Shared sources: each is listened to by one process, and every process shows how it is.

Whoever listens writes down how the source is whenever that changes; the others read it. A source that is nobody's is
shown as such, and is silent once it has been nobody's for as long as it may be silent.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.cluster.duties import Duties
from sentinel.daemon.stale_sources import FACT, silent_in
from sentinel.engine.board import SourceCard
from sentinel.silent_part import part_of
from sentinel.store.health import StoreFailing
from sentinel.store.source_states import SourceStateRows

LOOK_EVERY = 1.0
NOBODY = "no process listens to it; one with --role ingest would"
_decode = msgspec.json.Decoder(SourceCard).decode
log = structlog.get_logger(__name__)


def source_duty(name: str) -> str:
    """The duty of listening to a source."""
    return f"source {name}"


class SharedSources:
    """Those of the configuration, as one process sees them.

    Parameters
    ----------
    here
        Gives the cards as they are in this process, of all sources.
    everywhere
        Names of those that every ingest process takes posts for: they are silent once none of them hears any.
    takes
        Whether this process is one of these.
    allowed
        How long each may be silent; without those that may be for ever.
    knows, begin_here
        Told which sources people were told of as silent; makes one begin anew that is listened to here.
    """

    def __init__(
        self,
        rows: SourceStateRows,
        duties: Duties,
        *,
        here: Callable[[], Sequence[SourceCard]],
        everywhere: Collection[str],
        takes: bool,
        allowed: Mapping[str, timedelta],
        knows: Callable[[Collection[str]], Awaitable[None]],
        begin_here: Callable[[str, str | None], Awaitable[bool]],
        clock: Clock,
    ) -> None:
        self.told: frozenset[str] = frozenset()
        """Sources, and parts of them, that people were told of as silent."""
        self._rows = rows
        self._duties = duties
        self._here = here
        self._everywhere = everywhere
        self._takes = takes
        self._allowed = allowed
        self._knows = knows
        self._begin_here = begin_here
        self._clock = clock
        self._states: Mapping[str, Mapping[str, SourceCard]] = {}
        self._written: dict[str, str] = {}
        self._nobody: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with suppress(StoreFailing):  # said where it was noticed; what was known is shown
                await self.look()
            await self._clock.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Write down how ours are, read how the others' are, and do what is asked of ours.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        ours = {each.name: msgspec.json.encode(each).decode() for each in self._here() if self._is_ours(each.name)}
        if news := {name: body for name, body in ours.items() if self._written.get(name) != body}:
            await self._rows.put(self._duties.name, news)
        self._written = ours
        seen = await self._rows.look(FACT)
        self._states = {
            source: {process: _decode(body) for process, body in by.items()} for source, by in seen.states.items()
        }
        self.told = silent_in(seen.told)
        await self._knows(self.told)
        for source, part in seen.resets:
            if self._duties.has(source_duty(source)):
                await self._begin_here(source, part or None)
                await self._rows.began_anew(source, part)

    def cards(self) -> list[SourceCard]:
        """Each source as it is, whoever listens to it."""
        return [self._card(each) for each in self._here()]

    @property
    def silent(self) -> tuple[str, ...]:
        """Sources that are silent now."""
        return tuple(each.name for each in self.cards() if each.stale)

    async def begin_anew(self, name: str, part: str | None) -> bool:
        """Have whoever listens to a source begin anew; whether there is one of that name."""
        if name not in {each.name for each in self._here()}:
            return False
        if self._is_ours(name):
            return await self._begin_here(name, part)
        await self._rows.ask_anew(name, part or "")
        return True

    def _is_ours(self, name: str) -> bool:
        return self._takes if name in self._everywhere else self._duties.has(source_duty(name))

    def _card(self, here: SourceCard) -> SourceCard:
        if self._is_ours(here.name) and here.name not in self._everywhere:
            self._nobody.pop(here.name, None)
            return here
        known = self._states.get(here.name, {})
        owner, posted = self._duties.owners.get(source_duty(here.name), ""), here.name in self._everywhere
        living = [
            card
            for process, card in known.items()
            if (self._duties.lives(process) if posted else process == owner) and process != self._duties.name
        ]
        if self._is_ours(here.name):
            living.append(here)
        if not living and (posted or not owner):
            return self._of_nobody(here, list(known.values()))
        self._nobody.pop(here.name, None)
        if not living:
            return self._as_told(here)  # just taken over, and nothing is known yet
        return replace(
            max(living, key=lambda each: each.last_success or _NEVER), stale=all(each.stale for each in living)
        )

    def _of_nobody(self, here: SourceCard, last: Sequence[SourceCard]) -> SourceCard:
        now = self._clock.now()
        since, allowed = self._nobody.setdefault(here.name, now), self._allowed.get(here.name)
        heard = max((each.last_success for each in last if each.last_success is not None), default=None)
        stale = allowed is not None and now - max(since, heard or since) > allowed
        told = self._as_told(here)
        return replace(told, stale=stale or told.stale, last_success=heard, detail=NOBODY)

    def _as_told(self, here: SourceCard) -> SourceCard:
        """Of whom nobody knows more is as silent as people were told: it is not back because it changed hands."""
        parts = [part for each in sorted(self.told) if (part := part_of(here.name, each)) is not None]
        return replace(here, stale="" in parts, silent_part=next(filter(None, parts), ""))


_NEVER = datetime.min.replace(tzinfo=UTC)
