"""The daemon's pulse: folds the journal as it grows, ticks the engine, commits what it decides before anything is sent.

Killed anywhere, nothing is lost: mentions are in the journal before they are folded, decisions are in the store before
they are carried out, and a start folds the journal's tail again without deciding twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from sentinel.clock import Clock
from sentinel.daemon.apply import Applier
from sentinel.daemon.engine_turns import EngineTurns
from sentinel.daemon.fold_meter import FoldMeter
from sentinel.daemon.fold_rate import FoldRate
from sentinel.daemon.rebuild import Rebuild
from sentinel.daemon.standstill import Standstill
from sentinel.engine.engine import VERSION, Engine
from sentinel.engine.fold import Fold
from sentinel.engine.setup import EngineSetup
from sentinel.errors import CheckpointError
from sentinel.mention import Mention
from sentinel.metrics.running import Stage
from sentinel.signals.baseline import REMEMBERS
from sentinel.store.checkpoints import Checkpoint, Checkpoints
from sentinel.store.group import Op
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.journal_entry import JournalEntry

CHUNK = 200
"""Mentions folded before others on the event loop get a turn: a few tens of milliseconds."""
ABSENT = timedelta(minutes=1)
"""After a gap between ticks longer than this there is one look at the present, no burst for the past."""
DOUBTED = timedelta(minutes=1)
"""A wall clock this far behind the journal is doubted; time servers correct less than that every day."""
BOUND = 3.0
"""Seconds of folding that may wait in the queue: a crisis at its end is still paged within two ticks."""
SAVE_EVERY = timedelta(seconds=15)
"""How often state is written down while a start reads the journal: killed there, the next one goes on from it."""
NEVER = datetime.max.replace(tzinfo=UTC)
UNREADABLE_WAIT = 2.0
"""Seconds between looks into a journal that cannot be read."""
log = structlog.get_logger(__name__)


class FoldLoop(EngineTurns):
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
        super().__init__(engine, applier, meter, clock)
        self.position = 0
        self.checkpointed_at: datetime | None = None
        self.uncheckpointed: str | None = None
        """Why the last checkpoint could not be written, where it was not the store's doing."""
        self.passed_over = 0
        """Mentions that the fold could not take in."""
        self.ticked_at: datetime | None = None
        self.read_at: datetime | None = None
        """When a start last got on with reading the journal."""
        self.rebuild: Rebuild | None = None
        """The start through the journal while it lasts."""
        self._journal = journal
        self._checkpoints = checkpoints
        self._incidents = incidents
        self._checkpoint_every = checkpoint_every
        self._retention = retention
        self._fold = Fold(engine, engine.setup.tick)
        self._behind = behind
        self._rate = FoldRate()
        self.standstill = Standstill(clock)
        self._decided: datetime | None = None
        self._started = asyncio.Event()

    # -- start
    # --------------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Newest good checkpoint, then the journal's tail, then one look at the present."""
        await self.prepare()
        await self.read_journal()

    async def prepare(self) -> None:
        """Newest good checkpoint, and the incidents: from then on people can be answered."""
        last, now = await self._journal.last(), self._clock.now()
        checkpoint = await self._checkpoints.newest(VERSION)
        self._decided = await self._incidents.applied_at()
        whole = False
        if checkpoint is not None and self._restored(checkpoint):
            self.position = checkpoint.position
            self.checkpointed_at = checkpoint.at
            self._decided = max(self._decided, checkpoint.at) if self._decided else checkpoint.at
            whole = _unfinished(checkpoint)
        elif last > 0:
            whole = True
            self.position = await self._journal.position_before(now - REMEMBERS)
            await self._reteach(self.position)
        self.rebuild = Rebuild(whole, self.position, last, self._clock.monotonic(), self.position)
        self.read_at = now
        if whole:
            log.warning("rebuilding_from_journal", entries=self.rebuild.total, reason="nobody is paged for the past")
        self.engine.adopt(await self._incidents.standing())
        for source in self._applier.blindness.sources:  # who cannot see must not call it calm
            self.engine.source_changed(source, False, self.engine.folded_at or now)

    async def read_journal(self) -> None:
        """Fold the journal's tail, then look at the present once; mentions and people come meanwhile."""
        assert self.rebuild is not None, "a start prepares first"
        rebuild, began = self.rebuild, self._clock.monotonic()
        away = self._decided is None or self._clock.now() - self._decided > ABSENT
        self._fold = Fold(self.engine, self.engine.setup.tick, NEVER if rebuild.whole else self._decided)
        folded = await self._catch_up(None, last=rebuild.last)
        if rebuild.whole:  # what came while it lasted is past, too, when it has lasted for minutes
            folded += await self._catch_up(None)
        async with self._turn:
            now = self._clock.now()
            self._doubt_clock(now)
            await self._commit(*self._fold.jump(now, away=away))
            self._fold.decide_after = None  # a clock that ran ahead before must not keep us from deciding until then
            self.rebuild = None
        self._started.set()
        log.info("started", position=self.position, refolded=folded, seconds=self._clock.monotonic() - began)

    async def _reteach(self, position: int) -> None:
        """What people taught the model before ``position`` is not forgotten with the mentions of that time."""
        for entry in await self._journal.teachings(position):
            if entry.teaching is not None:
                self.engine.teach(entry.teaching, entry.observed_at)
        self.engine.school.taught.clear()

    def _doubt_clock(self, now: datetime) -> None:
        behind = self._behind()
        if (behind > DOUBTED) != self.engine.clock_doubted:
            log.warning("clock_behind" if behind > DOUBTED else "clock_caught_up", seconds=behind.total_seconds())
        self.engine.doubt_clock(behind > DOUBTED, now)

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
                await self._commit(*self._fold.jump(now, away=still > ABSENT))
            else:
                for at, changes in self._fold.through(now):
                    await self._commit(at, changes)
            await self._applier.remind(now)
        self.ticked_at = now
        self._meter.took(Stage.ASSESS, self._clock.monotonic() - began)
        self._meter.ticked(now)

    async def _catch_up(self, until: datetime | None, *, last: int | None = None) -> int:
        """Fold what the journal holds beyond our position, up to the stamp ``until``, or the entry ``last``."""
        folded, saved = 0, self._clock.monotonic()
        while True:
            async with self._turn:
                entries = await self._journal.read(self.position, CHUNK)
                if until is not None:
                    entries = [entry for entry in entries if entry.observed_at <= until]
                if last is not None:
                    entries = [entry for entry in entries if entry.seq <= last]
                if not entries:
                    return folded
                await self._take(entries)
            folded += len(entries)
            if self.rebuild is not None:
                saved = await self._note_progress(self.rebuild, saved)
            await self._clock.sleep(0)

    async def _note_progress(self, rebuild: Rebuild, saved: float) -> float:
        """A start got on; gives when state was last written down, by the monotonic clock."""
        self.read_at, monotonic = self._clock.now(), self._clock.monotonic()
        rebuild.reached(self.position, monotonic)
        if monotonic - saved < min(SAVE_EVERY, self._checkpoint_every).total_seconds():
            return saved
        await self.checkpoint()
        return self._clock.monotonic()

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
                self._observe(entry.seq, entry.mention, entry.observed_at, entry.behind)
            self.position = entry.seq
        self._meter.graded(self.engine.school.graded)
        self._meter.taught(self.engine.school.taught)
        self.engine.school.graded.clear()
        self.engine.school.taught.clear()
        took = self._clock.monotonic() - began
        self._rate.took(len(entries), took)
        self._meter.took(Stage.FOLD, took)
        self._meter.took(Stage.WAIT, max(0.0, (self._clock.now() - entries[0].observed_at).total_seconds()))

    def _observe(self, seq: int, mention: Mention, observed_at: datetime, behind: timedelta) -> None:
        """One mention; of one that the fold cannot take in, every start would die anew."""
        try:
            self._meter.observed(self.engine.observe(mention, observed_at, behind))
        except Exception:
            self.passed_over += 1
            log.exception("mention_passed_over", seq=seq)

    # -- what comes from outside
    # --------------------------------------------------------------------------------------------

    async def source_changed(self, source: str, fresh: bool) -> None:
        """A source went silent or came back; told once the present is reached, for the past knows nothing of it."""
        await self._started.wait()
        async with self._turn:
            now = self._clock.now()
            await self._commit(now, [], self.engine.source_changed(source, fresh, now), tick=False)
        log.log(20 if fresh else 40, "source_recovered" if fresh else "source_stale", source=source)

    async def reconfigure(self, setup: EngineSetup, first: Callable[[], Awaitable[None]]) -> None:
        """Go on under a new configuration; ``first`` is done while nothing is decided."""
        async with self._turn:
            await first()
            self.engine.reconfigure(setup, self._clock.now())
            self._fold.tick = setup.tick

    @property
    def queue(self) -> int:
        """Entries on disk that are not folded yet."""
        return max(0, self._journal.newest - self.position)

    def pressed(self, most: int, share: float = 1.0) -> bool:
        """Whether mentions come faster than they are folded: more wait than can be folded within `BOUND`, or ``most``.

        ``share`` below 1 is for what can wait better than others: it leaves them the rest.

        While a start reads the journal only what came since counts, and only by number: it is folded at its end.
        """
        if self.rebuild is not None:
            return self._journal.newest + self._journal.waiting - self.rebuild.last > most * share
        queue = self.queue + self._journal.waiting
        return queue > most * share or self._rate.seconds(queue) > BOUND * share

    @property
    def overdue_since(self) -> datetime | None:
        """The earliest deadline the engine has not looked at; a start looks at all of them at its end."""
        return self.engine.due() if self.rebuild is None else None

    @property
    def timer(self) -> datetime | None:
        """The earliest timer of an incident that is not over."""
        incidents = self.engine.live_incidents() if self.rebuild is None else []
        return min((each.next_at for each in incidents if each.next_at is not None), default=None)

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
        try:
            await self._save()
        except StoreFailing:
            pass  # said once, where it is noticed; the auditor complains of the missing checkpoint
        except Exception as error:  # whatever it is, the fold and the ladders go on, and the journal has everything
            self.uncheckpointed = type(error).__name__
            log.exception("checkpoint_failed", position=self.position)
        else:
            self.uncheckpointed = None

    async def _save(self) -> None:
        async with self._turn:
            began = self._clock.monotonic()
            at = self.engine.folded_at or self._clock.now()
            whole = self.rebuild is not None and self.rebuild.whole
            position, state = self.position, {**self.engine.snapshot(), UNFINISHED: whole}
        await self._checkpoints.save(position, at, state)
        self._meter.took(Stage.CHECKPOINT, self._clock.monotonic() - began)
        self.checkpointed_at = self._clock.now()
        if self.rebuild is not None:
            return  # letting go of what is old can wait until the start is over
        await self._journal.purge_deleted(position)
        await self._journal.prune(self._clock.now() - self._retention, position)


def _unfinished(checkpoint: Checkpoint) -> bool:
    """Whether it was written in the middle of a rebuild, whose past is nobody's business."""
    return isinstance(checkpoint.state, dict) and bool(checkpoint.state.get(UNFINISHED, False))


UNFINISHED = "unfinished"
"""In a checkpoint: it was written in the middle of a rebuild."""
_MIDNIGHT = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
