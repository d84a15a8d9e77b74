"""Fold over the journal: hands what stands there to the engine, entry by entry, and knows how much waits."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime, timedelta
from itertools import takewhile

import structlog

from sentinel.clock import Clock
from sentinel.daemon.apply import Applier
from sentinel.daemon.engine_turns import EngineTurns
from sentinel.daemon.fold_meter import FoldMeter
from sentinel.daemon.fold_rate import FoldRate
from sentinel.daemon.read_log import ReadLog
from sentinel.daemon.rebuild import Rebuild
from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold, Ticks
from sentinel.engine.kept_brands import KeptBrands
from sentinel.engine.setup import EngineSetup
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.metrics.running import Stage
from sentinel.store.group import Op
from sentinel.store.journal import Journal
from sentinel.store.journal_entry import JournalEntry

SLICE = 4
"""Brands assessed before others on the event loop get a turn: a few tens of milliseconds, even where nobody spoke of
them for days.
"""
PACKED = 10
"""Brands written down likewise."""
MOST_KEPT = 500
"""Brands of which it is worked out at once what becomes of them under another configuration."""
CHUNK = 200
"""Mentions read together, and folded before the engine is anybody else's."""
FOLDED = 50
"""Of these, as many as are folded before others on the event loop get a turn: some ten milliseconds."""
ABSENT = timedelta(minutes=1)
"""After a gap between ticks longer than this there is one look at the present, no burst for the past."""
BOUND = 3.0
"""Seconds of folding that may wait in the queue: a crisis at its end is still paged within two ticks."""
log = structlog.get_logger(__name__)


class JournalFold(EngineTurns):
    """Takes the engine's turn for each chunk of entries."""

    def __init__(self, engine: Engine, journal: Journal, applier: Applier, meter: FoldMeter, clock: Clock) -> None:
        super().__init__(engine, applier, meter, clock)
        self.position = 0
        """The newest entry that is folded."""
        self.read = ReadLog()
        """What it made of mentions lately."""
        self.passed_over = 0
        """Mentions that the fold could not take in."""
        self.unfolded: tuple[int, ...] = ()
        """Partitions that nobody folds, where others fold in our place."""
        self.carrier_away = False
        """Nobody hears the servers that carry mentions to those who fold."""
        self.carrier_fullness = 0.0
        """The share of what they may hold."""
        self.ticked_at: datetime | None = None
        self.rebuild: Rebuild | None = None
        """The start through the journal while it lasts."""
        self._journal = journal
        self._fold = self._new_fold(None)
        self._rate = FoldRate()

    def _new_fold(self, decide_after: datetime | None) -> Fold:
        fold = Fold(self.engine, self.engine.setup.tick, decide_after)
        fold.slice = SLICE
        return fold

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

    def seconds_of(self, entries: int) -> float:
        """How long so many entries take to fold, by what it took lately."""
        return self._rate.seconds(entries)

    async def _catch_up(
        self,
        until: datetime | None,
        *,
        last: int | None = None,
        progressed: Callable[[], Awaitable[None]] | None = None,
    ) -> int:
        """Fold what the journal holds beyond our position, up to the stamp ``until``, or the entry ``last``.

        ``progressed`` is called after each chunk.
        """
        folded = 0
        while True:
            async with self._turn:
                entries = await self._journal.follow(self.position, CHUNK)
                if until is not None:
                    entries = [entry for entry in entries if entry.observed_at <= until]
                if last is not None:
                    entries = [entry for entry in entries if entry.seq <= last]
                if not entries:
                    return folded
                await self._take(entries)
            folded += len(entries)
            if progressed is not None:
                await progressed()
            await self._clock.sleep(0)

    async def _take(self, entries: Sequence[JournalEntry]) -> None:
        began, gone = self._clock.monotonic(), []
        expected = False
        for place, entry in enumerate(entries):
            if not expected and entry.mention is not None:
                self._expect(entries[place:])
            expected = entry.mention is not None
            if self.ticked_at is None or entry.observed_at - self.ticked_at <= ABSENT:
                await self._run_ticks(self._fold.before(entry.observed_at))
            if entry.op is Op.DELETE:
                self.engine.forget((entry.source, entry.id))
                gone.append((entry.source, entry.id))
            elif entry.teaching is not None:
                self.engine.teach(entry.teaching, entry.observed_at)
            elif entry.mention is not None:
                self._observe(entry.seq, entry.mention, entry.observed_at, entry.behind)
            self.position = entry.seq
            if place % FOLDED == FOLDED - 1 and not gone:  # nobody is shown meanwhile what was deleted
                began += await self._rest()
        if gone:
            await self._applier.withdraw(gone)
        self._meter.graded(self.engine.training.graded)
        self._meter.taught(self.engine.training.taught)
        self.engine.training.graded.clear()
        self.engine.training.taught.clear()
        took = self._clock.monotonic() - began
        self._rate.took(len(entries), took)
        self._meter.took(Stage.FOLD, took)
        self._meter.took(Stage.WAIT, max(0.0, (self._clock.now() - entries[0].observed_at).total_seconds()))

    async def _run_ticks(self, ticks: Ticks) -> None:
        """Commit what ticks decide, and let others on the event loop have a turn while one judges many brands."""
        with closing(ticks):
            for at, changes in ticks:
                await self._commit(at, changes)
                await self._give_way()

    async def _rest(self) -> float:
        """Let others have a turn in the middle of a chunk; gives the seconds that they took."""
        began = self._clock.monotonic()
        await self._clock.sleep(0)
        return self._clock.monotonic() - began

    async def _give_way(self) -> None:
        if len(self.engine.assessments) >= SLICE - 1:
            await self._clock.sleep(0)

    async def reconfigure(self, setup: EngineSetup, first: Callable[[], Awaitable[None]]) -> None:
        """Go on under a new configuration; ``first`` is done while nothing is decided. Of ten thousand brands the terms
        are built beside the fold, and others have turns while it is worked out what stays.
        """
        matcher = await asyncio.to_thread(Matcher, [each.brand for each in setup.brands])
        async with self._turn:
            await first()
            kept = KeptBrands(setup, self.engine.brands, matcher)
            while kept.go_on(MOST_KEPT):
                await self._clock.sleep(0)
            self.engine.reconfigure(setup, self._clock.now(), kept)
            self.read.forget()
            self._fold.tick = setup.tick

    def _expect(self, entries: Sequence[JournalEntry]) -> None:
        """Tell the engine which mentions come next, up to a deletion or a lesson."""
        mentions = [entry.mention for entry in takewhile(lambda entry: entry.mention is not None, entries)]
        with suppress(Exception):  # of what cannot be taken in, the log says so when its turn comes
            self.engine.reader.expect([mention for mention in mentions if mention is not None])

    def _observe(self, seq: int, mention: Mention, observed_at: datetime, behind: timedelta) -> None:
        """One mention; of one that the fold cannot take in, every start would die anew."""
        try:
            self._meter.observed(self.engine.observe(mention, observed_at, behind))
        except Exception:
            self.passed_over += 1
            log.exception("mention_passed_over", seq=seq)
        else:
            self.read.add(seq, self.engine.reader.latest)
