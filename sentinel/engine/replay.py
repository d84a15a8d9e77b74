"""Replay: the engine over a recording, on event time, as fast as it can. Nothing is sent, stored or looked up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sentinel.engine.engine import Engine
from sentinel.engine.fold import Fold
from sentinel.engine.recent import RecentKeys
from sentinel.incidents.change import Change
from sentinel.mention import Mention

AHEAD = 256
"""Beyond it reading more at once brings nothing."""
JUMP = timedelta(days=1)
"""A lone mention further ahead of the others than this is taken for a wrong date until a second one agrees."""


@dataclass(slots=True)
class ReplayCounts:
    """What went in."""

    mentions: int = 0
    matched: int = 0
    duplicates: int = 0
    late: int = 0
    misdated: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(slots=True)
class Replay:
    """One pass over a recording.

    `run` yields every tick that decided something, with its changes; ``counts`` says what went in so far.
    """

    engine: Engine
    counts: ReplayCounts = field(default_factory=ReplayCounts)
    ahead: int = AHEAD
    """Mentions that are looked at before they are folded; what comes out is the same whatever their number."""

    def run(self, mentions: Iterable[Mention]) -> Iterator[tuple[datetime, list[Change]]]:
        """Fold the recording to its last mention and the tick after it."""
        fold = Fold(self.engine, self.engine.setup.tick)
        seen = RecentKeys()
        newest: datetime | None = None
        for mention in self._ahead(self._believable(mentions)):
            if not seen.add(mention.key):
                self.counts.duplicates += 1
                continue
            newest = mention.published_at if newest is None else max(newest, mention.published_at)
            yield from fold.before(newest)
            self._take(mention, newest)
        if newest is not None:
            self.counts.last_at = newest
            yield from fold.through(newest + self.engine.setup.tick)

    def _ahead(self, mentions: Iterator[Mention]) -> Iterator[Mention]:
        """Tell the engine what comes."""
        while page := list(islice(mentions, self.ahead)):
            self.engine.reader.expect(page)
            yield from page

    def _take(self, mention: Mention, now: datetime) -> None:
        counts = self.counts
        counts.mentions += 1
        counts.first_at = counts.first_at or now
        if observations := self.engine.observe(mention, now):
            counts.matched += 1
            counts.late += observations[0].late  # it is the mention that is late, for all its brands
        self.engine.training.graded.clear()
        self.engine.training.taught.clear()

    def _believable(self, mentions: Iterable[Mention]) -> Iterator[Mention]:
        """Hold back a mention that leaps ahead until the next one shows whether time really moved on."""
        newest: datetime | None = None
        held: Mention | None = None
        for mention in mentions:
            if held is not None:
                if mention.published_at > held.published_at - JUMP:
                    newest = held.published_at
                    yield held
                else:
                    self.counts.misdated += 1
                held = None
            if newest is None or mention.published_at > newest + JUMP:
                held = mention
                continue
            newest = max(newest, mention.published_at)
            yield mention
        if held is not None:
            yield held
