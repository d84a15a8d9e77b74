"""Turns at the engine: what people and providers ask of it is done one at a time, and committed before it counts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import structlog

from sentinel.clock import Clock
from sentinel.daemon.apply import Applier
from sentinel.daemon.fold_meter import FoldMeter
from sentinel.engine.engine import Engine
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, Event
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.incidents.paged_anew import paged_anew
from sentinel.scoring.level import Level

log = structlog.get_logger(__name__)


class EngineTurns:
    """Whoever has the turn may change the engine; nobody else does meanwhile."""

    def __init__(self, engine: Engine, applier: Applier, meter: FoldMeter, clock: Clock) -> None:
        self.engine = engine
        self._applier = applier
        self._meter = meter
        self._clock = clock
        self._turn = asyncio.Lock()

    async def command(self, command: Command) -> Change | Refusal:
        """Do what a person asks; the answer comes after the commit."""
        async with self._turn:
            now = self._clock.now()
            answer = self.engine.command(command, now)
            if not isinstance(answer, Refusal):
                await self._commit(now, [answer], tick=False)
        return answer

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[datetime]:
        """Nothing else changes the engine while the block runs; gives the instant."""
        async with self._turn:
            yield self._clock.now()

    async def step_failed(self, failed: StepFailed) -> None:
        """No channel of a contact took a page."""
        async with self._turn:
            now = self._clock.now()
            if (change := self.engine.step_failed(failed, now)) is not None:
                await self._commit(now, [change], tick=False)

    async def dead_ends(self, failures: Sequence[StepFailed]) -> None:
        """At a start: pages that nobody took.

        Those that still count as ringing are news to the ladder; the process died in between.
        """
        for failed in failures:
            incident = self.engine.incident(failed.incident)
            if incident is not None and failed.ring in incident.ringing:
                await self.step_failed(failed)

    async def drill(self, brand: str, level: Level, by: str) -> Change | Incident | None:
        """Begin a drill, or the one that is running already; ``None`` when there is no such brand."""
        async with self._turn:
            now = self._clock.now()
            change = self.engine.drill(brand, level, now)
            if isinstance(change, Change):
                await self._commit(now, [change], tick=False)
                log.info("drill", brand=brand, reached=level.value, by=by, incident=change.incident.id)
        return change

    async def links_renewed(self, sign: Callable[[], Mapping[str, str]]) -> int:
        """Have links signed under another secret; whoever was paged and may still take an incident is paged anew.

        Parameters
        ----------
        sign
            Changes the secret while nothing is decided, and gives what says so in the store: in one transaction with
            the pages, so that they go once. Gives how many incidents it concerned.
        """
        async with self._turn:
            now, facts = self._clock.now(), sign()
            changes = self.paged_anew(now)
            await self._applier.apply(changes, tick_at=None, facts=facts)
        self._meter.ticked(now)
        return len(changes)

    def paged_anew(self, now: datetime) -> list[Change]:
        """Have whoever was paged and may still take an incident paged anew; within a turn, and not committed yet."""
        found = [paged_anew(each, self.engine.rules, now) for each in self.engine.live_incidents()]
        return [self.engine.took(change) for change in found if change is not None]

    async def asked(self, number: int, do: Callable[[datetime], tuple[Sequence[Change], str]]) -> None:
        """Do what is kept in the store under a number, and commit its answer with it: it is done once, whoever dies.

        Parameters
        ----------
        do
            Does it, and gives what changed and the answer.
        """
        async with self._turn:
            now = self._clock.now()
            changes, answer = do(now)
            await self._applier.apply(changes, tick_at=None, answers=[(number, answer)])
        if changes:
            self._meter.ticked(now)

    async def silenced(self, silences: Sequence[Silence]) -> None:
        """These are the silences from now on."""
        async with self._turn:
            self.engine.set_silences(silences, self._clock.now())

    async def staffed(self, changes: Sequence[Override | Swap]) -> None:
        """These are the changes of schedules from now on."""
        async with self._turn:
            self.engine.set_oncall(changes)

    async def _commit(
        self, at: datetime, changes: Sequence[Change], events: Sequence[Event] = (), *, tick: bool = True
    ) -> None:
        if changes or events:
            await self._applier.apply(changes, events, tick_at=at if tick else None)
        if changes:  # before anybody else gets a turn: who is paged finds the board as it was decided
            self._meter.ticked(self._clock.now())
