"""The daemon's pulse: folds the journal as it grows, ticks the engine, commits what it decides before anything is sent.

Killed anywhere, nothing is lost: mentions are in the journal before they are folded, decisions are in the store before
they are carried out, and a start folds the journal's tail again without deciding twice.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import structlog

from sentinel.clock import Clock
from sentinel.daemon.apply import Applier
from sentinel.daemon.fold_meter import FoldMeter
from sentinel.engine.engine import VERSION, Engine
from sentinel.engine.fold import Fold
from sentinel.engine.setup import EngineSetup
from sentinel.errors import CheckpointError
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, Event
from sentinel.incidents.command import Command, Refusal, StepFailed
from sentinel.incidents.incident import Incident
from sentinel.metrics.running import Stage
from sentinel.scoring.level import Level
from sentinel.store.checkpoints import Checkpoint, Checkpoints
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal, JournalEntry, Op

CHUNK = 200
"""Mentions folded before others on the event loop get a turn: a few tens of milliseconds."""
ABSENT = timedelta(minutes=1)
"""A gap between ticks longer than this means that we were stopped: one look at the present, no burst for the past."""
UNREADABLE_WAIT = 2.0
"""Seconds between looks into a journal that cannot be read."""
log = structlog.get_logger(__name__)


class FoldLoop:
    """Owns the engine while the daemon runs; everything that changes it goes through here, one thing at a time."""

    def __init__(
        self,
        engine: Engine,
        journal: Journal,
        checkpoints: Checkpoints,
        incidents: IncidentStore,
        applier: Applier,
        meter: FoldMeter,
        clock: Clock,
        *,
        checkpoint_every: timedelta,
        retention: timedelta,
    ) -> None:
        self.engine = engine
        self.position = 0
        self.checkpointed_at: datetime | None = None
        self.ticked_at: datetime | None = None
        self._journal = journal
        self._checkpoints = checkpoints
        self._incidents = incidents
        self._applier = applier
        self._meter = meter
        self._clock = clock
        self._checkpoint_every = checkpoint_every
        self._retention = retention
        self._fold = Fold(engine, engine.setup.tick)
        self._turn = asyncio.Lock()

    # -- start
    # --------------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Newest good checkpoint, then the journal's tail, then one look at the present."""
        now = self._clock.now()
        checkpoint = await self._checkpoints.newest(VERSION)
        decided = await self._incidents.applied_at()
        if checkpoint is not None and self._restored(checkpoint):
            self.position = checkpoint.position
            self.checkpointed_at = checkpoint.at
            decided = max(decided, checkpoint.at) if decided else checkpoint.at
        elif await self._journal.last() > 0:
            log.warning(
                "rebuilding_from_journal",
                reason="no checkpoint of this version could be read; nobody is paged for the past",
            )
            decided = now
        self.engine.adopt(await self._incidents.standing())
        for (
            source
        ) in self._applier.blindness.sources:  # before anything is decided: who cannot see must not call it calm
            self.engine.source_changed(source, False, self.engine.folded_at or now)
        self._fold = Fold(self.engine, self.engine.setup.tick, decide_after=decided)
        folded = await self._catch_up(None)
        self.engine.look_again(self._clock.now())  # the configuration may be another one than before
        await self._commit(*self._fold.jump(self._clock.now()))
        self._fold.decide_after = (
            None  # a clock that ran ahead before must not keep us from deciding until it is that late again
        )
        log.info("started", position=self.position, refolded=folded, seconds=(self._clock.now() - now).total_seconds())

    def _restored(self, checkpoint: Checkpoint) -> bool:
        """Whether the engine could take the checkpoint up; not so after an update that brought another sentiment
        seed.
        """
        try:
            self.engine.restore(checkpoint.state)
        except CheckpointError as error:
            log.warning("checkpoint_not_taken_up", reason=str(error))
            return False
        return True

    # -- the pulse
    # ----------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Fold and tick until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow_journal(), name="fold-journal")
            tasks.create_task(self._tick(), name="fold-tick")
            tasks.create_task(self._checkpoint(), name="fold-checkpoint")

    async def _follow_journal(self) -> None:
        while True:
            try:
                await self._journal.wait_beyond(self.position)
                await self._catch_up(None)
            except StoreFailing:  # the ticks go on, and with them the ladders
                await self._clock.sleep(UNREADABLE_WAIT)

    async def _tick(self) -> None:
        while True:
            tick = self.engine.setup.tick
            now = self._clock.now()
            await self._clock.sleep((tick - (now - _MIDNIGHT) % tick).total_seconds())
            now = self._clock.now()
            with suppress(StoreFailing):  # said once, where it is noticed
                await self._journal.flush()
                await self._catch_up(now)
            absent = self.ticked_at is not None and now - self.ticked_at > ABSENT
            began = self._clock.monotonic()
            async with self._turn:
                if absent:
                    log.warning("was_stopped", seconds=(now - (self.ticked_at or now)).total_seconds())
                    await self._commit(*self._fold.jump(now))
                else:
                    for at, changes in self._fold.through(now):
                        await self._commit(at, changes)
                await self._applier.remind(now)
            self.ticked_at = now
            self._meter.took(Stage.ASSESS, self._clock.monotonic() - began)
            self._meter.ticked(now)

    async def _catch_up(self, until: datetime | None) -> int:
        """Fold what the journal holds beyond our position, up to the stamp ``until``."""
        folded = 0
        while True:
            async with self._turn:
                entries = await self._journal.read(self.position, CHUNK)
                if until is not None:
                    entries = [entry for entry in entries if entry.observed_at <= until]
                if not entries:
                    return folded
                await self._take(entries)
            folded += len(entries)
            await self._clock.sleep(0)

    async def _take(self, entries: Sequence[JournalEntry]) -> None:
        began = self._clock.monotonic()
        for entry in entries:
            if self.ticked_at is None or entry.observed_at - self.ticked_at <= ABSENT:
                for at, changes in self._fold.before(entry.observed_at):
                    await self._commit(at, changes)
            if entry.op is Op.DELETE:
                self.engine.forget((entry.source, entry.id))
            elif entry.teaching is not None:
                self.engine.teach(entry.teaching, entry.observed_at)
            elif entry.mention is not None:
                self._meter.observed(self.engine.observe(entry.mention, entry.observed_at))
            self.position = entry.seq
        self._meter.graded(self.engine.school.graded)
        self._meter.taught(self.engine.school.taught)
        self.engine.school.graded.clear()
        self.engine.school.taught.clear()
        self._meter.took(Stage.FOLD, self._clock.monotonic() - began)
        self._meter.took(Stage.WAIT, max(0.0, (self._clock.now() - entries[0].observed_at).total_seconds()))

    async def _commit(
        self, at: datetime, changes: Sequence[Change], events: Sequence[Event] = (), *, tick: bool = True
    ) -> None:
        if changes or events:
            await self._applier.apply(changes, events, tick_at=at if tick else None)

    # -- what comes from outside
    # --------------------------------------------------------------------------------------------

    async def command(self, command: Command) -> Change | Refusal:
        """Do what a person asks; the answer comes after the commit."""
        async with self._turn:
            now = self._clock.now()
            answer = self.engine.command(command, now)
            if not isinstance(answer, Refusal):
                await self._commit(now, [answer], tick=False)
        self._meter.ticked(now)
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

    async def source_changed(self, source: str, fresh: bool) -> None:
        """A source went silent or came back."""
        async with self._turn:
            now = self._clock.now()
            await self._commit(now, [], self.engine.source_changed(source, fresh, now), tick=False)
        log.log(20 if fresh else 40, "source_recovered" if fresh else "source_stale", source=source)

    async def drill(self, brand: str, level: Level, by: str) -> Change | Incident | None:
        """Begin a drill, or the one that is running already; ``None`` when there is no such brand."""
        async with self._turn:
            now = self._clock.now()
            change = self.engine.drill(brand, level, now)
            if isinstance(change, Change):
                await self._commit(now, [change], tick=False)
                log.info("drill", brand=brand, reached=level.value, by=by, incident=change.incident.id)
        return change

    async def silenced(self, silences: Sequence[Silence]) -> None:
        """These are the silences from now on."""
        async with self._turn:
            self.engine.set_silences(silences, self._clock.now())

    async def staffed(self, changes: Sequence[Override | Swap]) -> None:
        """These are the changes of schedules from now on."""
        async with self._turn:
            self.engine.set_oncall(changes)

    async def reconfigure(self, setup: EngineSetup) -> None:
        """Go on under a new configuration."""
        async with self._turn:
            self.engine.reconfigure(setup, self._clock.now())
            self._fold.tick = setup.tick

    @property
    def queue(self) -> int:
        """Entries on disk that are not folded yet."""
        return max(0, self._journal.newest - self.position)

    @property
    def overdue_since(self) -> datetime | None:
        """The earliest deadline the engine has not looked at."""
        return self.engine.due()

    @property
    def timer(self) -> datetime | None:
        """The earliest timer of an incident that is not over."""
        incidents = (state.incident for state in self.engine.brands)
        return min(
            (each.next_at for each in incidents if each is not None and each.live and each.next_at is not None),
            default=None,
        )

    # -- checkpoints
    # --------------------------------------------------------------------------------------------------------

    async def _checkpoint(self) -> None:
        while True:
            await self._clock.sleep(self._checkpoint_every.total_seconds())
            await self.checkpoint()

    async def checkpoint(self) -> None:
        """Write down the state, then let go of what is too old to keep. Not while decisions up to it wait in memory: a
        start from it would take them for written.
        """
        if self._applier.failing:
            return
        with suppress(StoreFailing):  # said once, where it is noticed; the auditor complains of the missing checkpoint
            await self._save()

    async def _save(self) -> None:
        async with self._turn:
            began = self._clock.monotonic()
            at = self.engine.folded_at or self._clock.now()
            position, state = self.position, self.engine.snapshot()
        await self._checkpoints.save(position, at, state)
        self._meter.took(Stage.CHECKPOINT, self._clock.monotonic() - began)
        self.checkpointed_at = self._clock.now()
        await self._journal.purge_deleted(position)
        await self._journal.prune(self._clock.now() - self._retention, position)


_MIDNIGHT = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
