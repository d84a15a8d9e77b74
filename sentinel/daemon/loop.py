"""The daemon's pulse: folds the journal as it grows, ticks the engine, commits what it decides before anything is sent.

Killed anywhere, nothing is lost: mentions are in the journal before they are folded, decisions are in the store before
they are carried out, and a start folds the journal's tail again without deciding twice.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from sentinel.clock import Clock
from sentinel.daemon.apply import Applier
from sentinel.daemon.fold_meter import FoldMeter
from sentinel.daemon.journal_fold import ABSENT, PACKED, JournalFold
from sentinel.daemon.rebuild import UNFINISHED, Rebuild, is_unfinished
from sentinel.daemon.standstill import Standstill
from sentinel.detectors.burst import load_beta_function
from sentinel.engine.engine import VERSION, Engine
from sentinel.engine.packed_engine import packed_ahead, packed_in_slices
from sentinel.errors import CheckpointError, PartitionLost
from sentinel.incidents.change import Event
from sentinel.mention import Mention
from sentinel.metrics.running import Stage
from sentinel.signals.baseline import REMEMBERS
from sentinel.silent_part import called
from sentinel.store.checkpoints import Checkpoint, Checkpoints
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal

DOUBTED = timedelta(minutes=1)
"""A wall clock this far behind the journal is doubted; time servers correct less than that every day."""
SAVE_EVERY = timedelta(seconds=15)
"""How often state is written down while a start reads the journal: killed there, the next one goes on from it."""
MOST_TOLD = 500
"""Brands that are told at once that a source fell silent or came back."""
NEVER = datetime.max.replace(tzinfo=UTC)
UNREADABLE_WAIT = 2.0  # seconds between looks into a journal that cannot be read
log = structlog.get_logger(__name__)


class FoldLoop(JournalFold):
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
        behind: Callable[[], timedelta] = lambda: timedelta(0),
    ) -> None:
        """``behind``: how far the wall clock stands behind ``clock``."""
        super().__init__(engine, journal, applier, meter, clock)
        self.checkpointed_at: datetime | None = None
        self.uncheckpointed: str | None = None
        """Why the last checkpoint could not be written, where it was not the store's doing."""
        self.read_at: datetime | None = None
        """When a start last got on with reading the journal."""
        self._checkpoints = checkpoints
        self._incidents = incidents
        self._checkpoint_every = checkpoint_every
        self._retention = retention
        self._behind = behind
        self.standstill = Standstill(clock)
        self._decided: datetime | None = None
        self._looked_until = _MIDNIGHT  # when the latest tick ended
        self._saved = 0.0
        """When a start last wrote down its state, by the monotonic clock."""
        self.started = asyncio.Event()
        self._saving = asyncio.Lock()

    # -- start

    async def start(self) -> None:
        """Newest good checkpoint, then the journal's tail, then one look at the present."""
        await self.prepare()
        await self.read_journal()

    async def prepare(self) -> None:
        """Newest good checkpoint, and the incidents: from then on people can be answered."""
        await asyncio.to_thread(load_beta_function)
        last, now = await self._journal.last(), self._clock.now()
        checkpoint = await self._checkpoints.newest(VERSION)
        self._decided = await self._incidents.applied_at()
        whole = False
        if checkpoint is not None and self._restored(checkpoint):
            self.position, self.checkpointed_at = checkpoint.position, checkpoint.at
            self._decided = max(self._decided, checkpoint.at) if self._decided else checkpoint.at
            whole = is_unfinished(checkpoint)
        elif last > 0:
            whole = True
            self.position = await self._journal.position_before(now - REMEMBERS)
            await self._reteach(self.position)
        self.rebuild = Rebuild(whole, self.position, last, self._clock.monotonic(), self.position)
        self.read_at = now
        if whole:
            log.warning("rebuilding_from_journal", entries=self.rebuild.total, reason="nobody is paged for the past")
        self.engine.adopt(await self._incidents.standing([each.name for each in self.engine.brands]))
        self.engine.put_off_quiet()
        for source in self._applier.blindness.sources:  # who cannot see must not call it calm
            self.engine.source_changed(source, False, self.engine.folded_at or now)

    async def read_journal(self) -> None:
        """Fold the journal's tail, then look at the present once; mentions and people come meanwhile."""
        assert self.rebuild is not None, "a start prepares first"
        rebuild, began = self.rebuild, self._clock.monotonic()
        away = self._decided is None or self._clock.now() - self._decided > ABSENT
        self._fold = self._new_fold(NEVER if rebuild.whole else self._decided)
        folded = await self._read_on(rebuild.last)
        if rebuild.whole:  # what came while it lasted is past, too, when it has lasted for minutes
            folded += await self._read_on()
        async with self._turn:
            now = self._clock.now()
            await self._look_as_before(now)
            self._doubt_clock(now)
            await self._run_ticks(self._fold.jump(now, away=away))
            self._fold.decide_after = None  # a clock that ran ahead before must not keep us from deciding until then
            self.rebuild = None
        self.started.set()
        log.info("started", position=self.position, refolded=folded, seconds=self._clock.monotonic() - began)

    async def _look_as_before(self, now: datetime) -> None:
        """Judge the brands at the ticks between the journal's end and the last decision, and decide nothing: the level
        that was reached at one of them is to be left in the usual time, not never to have been reached."""
        if self._decided is not None:
            for _ in self._fold.through(min(self._decided, now)):
                await self._give_way()

    async def _read_on(self, last: int | None = None) -> int:
        """Fold up to the entry ``last``, or all there is, and write state down on the way."""
        self._saved = self._clock.monotonic()
        return await self._catch_up(None, last=last, progressed=self._note_progress)

    async def _note_progress(self) -> None:
        """A start got on."""
        assert self.rebuild is not None, "only a start is asked how far it is"
        self.read_at, monotonic = self._clock.now(), self._clock.monotonic()
        self.rebuild.reached(self.position, monotonic)
        if monotonic - self._saved >= min(SAVE_EVERY, self._checkpoint_every).total_seconds():
            await self.checkpoint()
            self._saved = self._clock.monotonic()

    async def _reteach(self, position: int) -> None:
        """What people taught the model before ``position`` is not forgotten with the mentions of that time."""
        for entry in await self._journal.teachings(position):
            if entry.teaching is not None:
                self.engine.teach(entry.teaching, entry.observed_at)
        self.engine.training.taught.clear()

    def _doubt_clock(self, now: datetime) -> None:
        behind = self._behind()
        if (behind > DOUBTED) != self.engine.clock_doubted:
            log.warning("clock_behind" if behind > DOUBTED else "clock_caught_up", seconds=behind.total_seconds())
        self.engine.doubt_clock(behind > DOUBTED, now)

    def _restored(self, checkpoint: Checkpoint) -> bool:
        """Whether the engine could take the checkpoint up; not so after an update that brought another seed."""
        try:
            self.engine.restore(checkpoint.state)
        except CheckpointError as error:
            log.warning("checkpoint_not_taken_up", reason=str(error))
            return False
        return True

    # -- the pulse

    async def run(self) -> None:
        """Fold and tick until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.standstill.run(), name="fold-standstill")
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
            await self.tick()

    async def tick(self) -> None:
        """Fold what has come up to now, then judge the brands that are due."""
        now = self._clock.now()
        with suppress(StoreFailing):  # said once, where it is noticed
            await self._journal.flush()
            await self._catch_up(now)
        still = self.standstill.taken()
        began = self._clock.monotonic()
        async with self._turn:
            self._doubt_clock(now)
            if self.ticked_at is not None and now - self.ticked_at > ABSENT:
                word = "was_stopped" if still > ABSENT else "was_busy"
                log.warning(word, seconds=(now - self.ticked_at).total_seconds())
                anew = still > ABSENT or now - self._looked_until > ABSENT  # else the look at all brands took so long
                await self._run_ticks(self._fold.jump(now, away=still > ABSENT, anew=anew))
            else:
                await self._run_ticks(self._fold.through(now))
            await self._applier.remind(now)
        self.ticked_at, self._looked_until = now, self._clock.now()
        self._meter.took(Stage.ASSESS, self._clock.monotonic() - began)
        self._meter.ticked(now)

    # -- what comes from outside

    async def source_changed(self, source: str, fresh: bool, part: str = "") -> None:
        """A source, or a part of it, went silent or came back; told once the present is reached, for the past knows
        nothing of it.
        """
        await self.started.wait()
        async with self._turn:
            now, events = self._clock.now(), list[Event]()
            for told in self.engine.source_changed_in_slices(called(source, part), fresh, now, MOST_TOLD):
                events += told
                await self._clock.sleep(0)
            await self._commit(now, [], events, tick=False)
        log.log(20 if fresh else 40, "source_recovered" if fresh else "source_stale", source=source, part=part)

    @property
    def overdue_since(self) -> datetime | None:
        """The earliest deadline the engine has not looked at; a start looks at all of them at its end."""
        return self.engine.due() if self.rebuild is None else None

    @property
    def timer(self) -> datetime | None:
        """The earliest timer of an incident that is not over."""
        incidents = self.engine.live_incidents() if self.rebuild is None else []
        return min((each.next_at for each in incidents if each.next_at is not None), default=None)

    async def reword(self, reword: Callable[[Mention], Mention]) -> None:
        """Between two turns of the fold, have what is shown in other words."""
        async with self._turn:
            self.engine.reword(reword)
            self.read.forget()

    # -- checkpoints

    async def _checkpoint(self) -> None:
        while True:
            await self._clock.sleep(self._checkpoint_every.total_seconds())
            await self.checkpoint()

    async def checkpoint(self) -> bool:
        """Write the state down, then let go of what is too old; whether it is. Not while decisions wait in memory."""
        async with self._saving:  # packed in a thread: an older state must not land behind a newer one
            try:
                return await self._save()
            except PartitionLost:
                raise
            except StoreFailing:
                pass  # said once, where it is noticed; the auditor complains of the missing checkpoint
            except Exception as error:  # whatever it is, the fold and ladders go on, and the journal has everything
                self.uncheckpointed = type(error).__name__
                log.exception("checkpoint_failed", position=self.position)
            return False

    async def _save(self) -> bool:
        for _ in packed_ahead(self.engine, PACKED):
            await self._clock.sleep(0)
        async with self._turn:
            if self._applier.failing:
                return False  # a start from it would take them for written
            began = self._clock.monotonic()
            at = self.engine.folded_at or self._clock.now()
            position = self.position
            state: dict[str, object] = {UNFINISHED: self.rebuild is not None and self.rebuild.whole}
            for part in packed_in_slices(self.engine, PACKED):
                state |= part or {}
                await self._clock.sleep(0)
        await self._checkpoints.save(position, at, state)
        self._meter.took(Stage.CHECKPOINT, self._clock.monotonic() - began)
        self.checkpointed_at, self.uncheckpointed = self._clock.now(), None
        if self.rebuild is None:  # letting go of what is old can wait until a start is over
            await self._journal.purge_deleted(position)
            await self._journal.prune(self._clock.now() - self._retention, position)
        return True


_MIDNIGHT = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
