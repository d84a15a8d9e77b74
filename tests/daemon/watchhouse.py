"""The fold on its store, life after life, by a wall clock that can be set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sentinel.clock import SystemClock
from sentinel.config.loader import load
from sentinel.daemon.apply import Applier
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.stale_sources import StaleSources
from sentinel.engine.engine import VERSION, Engine
from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.metrics.running import Stage
from sentinel.notify.base import MessageKind
from sentinel.playbooks.reader import read_playbooks
from sentinel.scoring.level import Level
from sentinel.simulation.history import Story, history
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.newest_instant import newest_instant
from sentinel.store.outbox import Outbox
from tests.daemon.setups import an_engine
from tests.fakes import FakeClock

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class Killed(Exception):
    """The power goes out."""


@dataclass
class NoFigures:
    """A fold that nobody counts; the power goes out in the middle of the chunk after so many."""

    chunks: int | None = None
    slow: Callable[[], None] = lambda: None
    """Called for each mention: what a slow machine takes for it."""

    def observed(self, observations: object) -> None:
        self.slow()

    def graded(self, graded: object) -> None: ...
    def taught(self, taught: object) -> None: ...

    def took(self, stage: Stage, seconds: float) -> None:
        if self.chunks is not None and stage is Stage.FOLD:
            self.chunks -= 1
            if self.chunks < 0:
                raise Killed

    def ticked(self, at: datetime) -> None: ...


@dataclass
class Watchhouse:
    """One life of the fold; ``again`` begins the next on the same store. Time passes in ticks."""

    folder: Path
    database: Database
    wall: FakeClock
    sent: list[tuple[str, str]] = field(default_factory=list)
    """(contact, title) of every page, in order, through all lives."""
    slow: Callable[[], None] = lambda: None
    """Called for each mention that is folded."""

    async def again(
        self, *, start: bool = True, checkpoint_every: timedelta = MINUTE, chunks: int | None = None
    ) -> "Watchhouse":
        self.clock = SystemClock.over(self.wall)
        self.clock.not_before(await newest_instant(self.database))
        self.engine: Engine = an_engine(self.folder)
        briefing = MessageBuilder(load(self.folder / "engine.yaml", {}), read_playbooks(None), "http://x")
        incidents, self.outbox = IncidentStore(self.database), Outbox(self.database)
        store = FailoverStore(self.database, incidents, self.outbox, self.engine.incident)
        applier = Applier(
            store, StaleSources(OperatorNotices(lambda _: (), lambda: briefing)), lambda: briefing, lambda: None
        )
        self.journal = Journal(self.database, self.clock, lambda: self.clock.behind)
        self.checkpoints = Checkpoints(self.database, VERSION)
        self.loop = FoldLoop(
            self.engine,
            self.journal,
            self.checkpoints,
            incidents,
            applier,
            NoFigures(chunks, lambda: self.slow()),
            self.clock,
            checkpoint_every=checkpoint_every,
            retention=90 * 24 * HOUR,
            behind=lambda: self.clock.behind,
        )
        if start:
            await self.loop.start()
            await self._note_pages()
        return self

    async def put(self, mentions: Sequence[Mention]) -> None:
        for start in range(0, len(mentions), 2000):
            await self.journal.append(mentions[start : start + 2000])

    async def tick(self, count: int = 1, seconds: float = 5) -> None:
        """Time passes; what came is folded and judged, as by the daemon's pulse."""
        for _ in range(count):
            await self.wall.advance(seconds)
            await self.loop.tick()
            await self._note_pages()

    async def _note_pages(self) -> None:
        for row in sorted(await self.outbox.due(self.clock.now() + HOUR), key=lambda row: row.created_at):
            if row.message.kind is MessageKind.PAGE:
                self.sent.append((row.contact, row.message.title))
            await self.outbox.drop(row, "seen", self.clock.now())

    @property
    def incident(self) -> Incident | None:
        return self.engine.brands[0].incident

    @property
    def score(self) -> float | None:
        seen = self.engine.brands[0].assessment
        return seen.score if seen else None

    @property
    def level(self) -> Level:
        seen = self.engine.brands[0].assessment
        return seen.level if seen else Level.CALM


def calm(end: datetime, *, days: float = 2.0) -> list[Mention]:
    """A brand's calm days up to ``end``."""
    return list(history(_story(end, timedelta(days=days), timedelta(0), 1)))


def storm(end: datetime, *, minutes: float = 5, seed: int = 2) -> list[Mention]:
    """A storm of the last minutes before ``end``, by the clock of those who write."""
    return list(history(_story(end, timedelta(0), timedelta(minutes=minutes), seed)))


def _story(end: datetime, days: timedelta, lasts: timedelta, seed: int) -> Story:
    return Story(brand="Acme", language="es", end=end, seed=seed, calm=days, storm=lasts, storm_per_minute=90)
