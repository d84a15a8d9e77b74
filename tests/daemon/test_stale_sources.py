"""The fold on its store.

A stale source is an alarm: paged when it starts, every hour while it lasts, told when it ends; through restarts.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from sentinel.config.loader import load
from sentinel.daemon.apply import Applier
from sentinel.daemon.loop import FoldLoop
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.operator_notices import OperatorNotices
from sentinel.daemon.stale_sources import FACT, StaleSources
from sentinel.engine.engine import VERSION, Engine
from sentinel.escalation.recurring_silence import SourceMaintenance
from sentinel.escalation.restriction import Restriction
from sentinel.incidents.incident import State
from sentinel.notify.base import MessageKind
from sentinel.playbooks.reader import read_playbooks
from sentinel.scoring.level import Level
from sentinel.simulation.history import Story, history
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.outbox import Outbox
from tests.daemon.setups import CONFIG, an_engine
from tests.fakes import START, FakeClock, settle
from tests.store.failing import FailingDisk

HOUR = timedelta(hours=1)


class NoFigures:
    """A fold that nobody counts."""

    def observed(self, observations: object) -> None: ...
    def graded(self, graded: object) -> None: ...
    def taught(self, taught: object) -> None: ...
    def took(self, stage: object, seconds: float) -> None: ...
    def ticked(self, at: datetime) -> None: ...


@dataclass
class Desk:
    """The fold's room of one run of the daemon, on a store that outlives it."""

    folder: Path
    database: Database
    clock: FakeClock
    operators: tuple[str, ...] = ("ana",)
    maintenance: tuple[SourceMaintenance, ...] = ()

    async def start(self) -> "Desk":
        self.engine: Engine = an_engine(self.folder)
        config = load(self.folder / "engine.yaml", {})
        briefing = MessageBuilder(config, read_playbooks(None), "http://x")
        incidents, self.outbox = IncidentStore(self.database), Outbox(self.database)
        self.store = FailoverStore(self.database, incidents, self.outbox, self.engine.incident)
        self.blindness = StaleSources(
            OperatorNotices(lambda _: self.operators, lambda: briefing),
            lambda source, at: any(each.covers(source, at) for each in self.maintenance),
        )
        self.applier = Applier(self.store, self.blindness, lambda: briefing, lambda: None)
        self.journal = Journal(self.database, self.clock)
        self.loop = FoldLoop(
            self.engine,
            self.journal,
            Checkpoints(self.database, VERSION),
            incidents,
            self.applier,
            NoFigures(),
            self.clock,
            checkpoint_every=HOUR,
            retention=30 * 24 * HOUR,
        )
        self.blindness.load(await self.store.fact(FACT), {"buzon", "prensa"})
        await self.loop.start()
        return self

    async def hours(self, count: float) -> None:
        """Time passes in minutes; the fold ticks."""
        for _ in range(round(count * 60)):
            await self.clock.advance(60)
            await self.applier.remind(self.clock.now())

    async def sent(self) -> list[tuple[str, str]]:
        """(contact, title) of what the outbox holds, as it came."""
        rows = await self.store.due(self.clock.now() + HOUR)
        return [(row.contact, row.message.title) for row in sorted(rows, key=lambda row: row.created_at)]


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    yield await Desk(tmp_path, database, clock).start()
    await database.close()


async def test_paged_again_every_hour_and_told_of_the_end(desk: Desk) -> None:
    """Silent at nine: paged at nine, at ten and at eleven, saying since when; back at half past eleven: the same people
    are told.
    """
    await desk.loop.source_changed("prensa", False)
    await desk.hours(2.5)
    desk.operators = ("boss",)
    await desk.loop.source_changed("prensa", True)
    await desk.hours(2)
    assert await desk.sent() == [
        ("ana", "🙈 A ciegas: la fuente prensa no envía nada"),
        ("ana", "🙈 1 h a ciegas: la fuente prensa no envía nada"),
        ("ana", "🙈 2 h a ciegas: la fuente prensa no envía nada"),
        ("ana", "👀 La fuente prensa ha vuelto"),
    ]
    kinds = [row.message.kind for row in await desk.store.due(desk.clock.now())]
    assert kinds.count(MessageKind.PAGE) == 3


def maintained(desk: Desk) -> None:
    """From nine to eleven each Monday, and it is nine on a Monday now."""
    hours = Restriction(weekdays=(0,), starts=time(9), ends=time(11))
    desk.maintenance = (SourceMaintenance(source="prensa", hours=hours, zone="UTC"),)


async def test_a_source_in_maintenance_pages_nobody_until_the_hours_are_over(desk: Desk) -> None:
    """Silent from nine on, in maintenance until eleven, and still silent then: paged at eleven, and once an hour."""
    maintained(desk)
    await desk.loop.source_changed("prensa", False)
    await desk.hours(1.9)
    assert await desk.sent() == []
    await desk.hours(0.2)
    assert await desk.sent() == [("ana", "🙈 2 h a ciegas: la fuente prensa no envía nada")]
    await desk.hours(1)
    assert len(await desk.sent()) == 2


async def test_a_source_that_is_back_within_its_maintenance_is_news_to_nobody(desk: Desk) -> None:
    """Neither that it was silent is told nor that it is back; another source's silence is."""
    maintained(desk)
    await desk.loop.source_changed("prensa", False)
    await desk.loop.source_changed("buzon", False)
    await desk.hours(1)
    await desk.loop.source_changed("prensa", True)
    await desk.hours(0.5)
    assert {title for _, title in await desk.sent() if "prensa" in title} == set()
    assert len(await desk.sent()) == 2


async def test_a_restart_neither_forgets_nor_doubles(desk: Desk) -> None:
    """Restarted twenty minutes after the page: no second one before the hour is over, then one; and the end is told."""
    await desk.loop.source_changed("prensa", False)
    await desk.hours(1 / 3)
    again = await Desk(desk.folder, desk.database, desk.clock).start()
    assert again.blindness.sources == ("prensa",)
    assert again.engine.blind_for(0) == ("prensa",)
    await again.loop.source_changed("prensa", False)  # the runner says so once more
    await again.hours(0.5)
    assert len(await again.sent()) == 1
    await again.hours(0.5)
    assert [title for _, title in await again.sent()][1:] == ["🙈 1 h a ciegas: la fuente prensa no envía nada"]
    third = await Desk(desk.folder, desk.database, desk.clock).start()
    await third.loop.source_changed("prensa", True)
    assert (await third.sent())[-1] == ("ana", "👀 La fuente prensa ha vuelto")
    fourth = await Desk(desk.folder, desk.database, desk.clock).start()
    assert fourth.blindness.sources == ()


async def test_one_feed_of_many_is_told_and_remembered_over_a_restart(desk: Desk) -> None:
    """By its name, to the operators and in the brands' scores, until it is back."""
    await desk.loop.source_changed("prensa", False, "example.org/rss")
    again = await Desk(desk.folder, desk.database, desk.clock).start()
    assert again.engine.blind_for(0) == ("prensa: example.org/rss",)
    await again.loop.source_changed("prensa", True, "example.org/rss")
    assert [title for _, title in await again.sent()] == [
        "🙈 A ciegas: la fuente prensa: example.org/rss no envía nada",
        "👀 La fuente prensa: example.org/rss ha vuelto",
    ]
    assert again.engine.blind_for(0) == ()


async def test_whoever_became_operator_meanwhile_is_paged_too(desk: Desk) -> None:
    """The repeat goes to those paged before and to those in charge now, each once; so does the end."""
    await desk.loop.source_changed("prensa", False)
    desk.operators = ("boss", "ana")
    await desk.hours(1)
    await desk.loop.source_changed("prensa", True)
    assert sorted(contact for contact, _ in await desk.sent()) == ["ana", "ana", "ana", "boss", "boss"]


async def test_after_a_night_down_one_page_not_eight(desk: Desk) -> None:
    """Nobody could send for eight hours: one repeat, with the right span."""
    await desk.loop.source_changed("prensa", False)
    await desk.clock.advance(8 * HOUR)
    again = await Desk(desk.folder, desk.database, desk.clock).start()
    await again.hours(0.1)
    assert [title for _, title in await again.sent()][1:] == ["🙈 8 h 1 min a ciegas: la fuente prensa no envía nada"]


async def test_on_a_disk_that_fails(desk: Desk) -> None:
    """It goes silent while nothing can be written: paged from memory all the same, and remembered once the disk
    works.
    """
    disk = FailingDisk(desk.database)
    disk.fails()
    await desk.loop.source_changed("prensa", False)
    await desk.hours(1)
    assert len(await desk.sent()) == 2
    disk.works()
    assert await desk.store.mend()
    again = await Desk(desk.folder, desk.database, desk.clock).start()
    assert again.blindness.sources == ("prensa",)
    assert len(await again.sent()) == 2


async def test_a_source_that_is_no_longer_listened_to_is_let_go(desk: Desk) -> None:
    """The configuration has dropped it: it blinds nobody after a restart."""
    await desk.loop.source_changed("prensa", False)
    desk.blindness.load(await desk.store.fact(FACT), {"buzon"})
    assert desk.blindness.sources == ()


async def test_no_incident_ends_blind_through_a_restart(desk: Desk) -> None:
    """A storm, then the source goes silent and the daemon restarts hours later: the incident is open, its score
    a lower bound or unknown.
    """
    storm = list(
        history(Story(brand="Acme", language="es", end=START, calm=timedelta(days=1), storm=timedelta(minutes=20)))
    )
    await desk.journal.append(storm)
    await desk.loop._catch_up(None)
    await desk.clock.advance(10)
    async with desk.loop._turn:
        for at, changes in desk.loop._fold.through(desk.clock.now()):
            await desk.loop._commit(at, changes)
    opened = desk.engine.brands[0].incident
    assert opened is not None
    assert opened.state is State.OPEN
    await desk.loop.source_changed("prensa", False)
    await desk.clock.advance(5 * HOUR)
    again = await Desk(desk.folder, desk.database, desk.clock).start()
    held = again.engine.brands[0].incident
    assert held is not None
    assert (held.id, held.state) == (opened.id, State.OPEN)
    seen = again.engine.brands[0].assessment
    assert seen is not None
    assert seen.unseen == ("prensa",)
    assert seen.score is None or seen.level.rank >= Level.ALERT.rank, "what the last hours show is a lower bound"


async def test_a_crisis_beside_a_silent_source_is_paged_within_two_ticks(desk: Desk) -> None:
    """The feed has been silent for an hour when a crisis comes in through the door: paged with "at least", by name of
    what cannot be seen; it stays a crisis until the feed is back.
    """
    await desk.loop.source_changed("prensa", False)
    await desk.hours(1)
    now = desk.clock.now()
    storm = history(Story(brand="Acme", language="es", end=now, calm=timedelta(days=1), storm=timedelta(minutes=20)))
    await desk.journal.append(list(storm))
    await desk.loop._catch_up(None)
    await desk.clock.advance(2 * desk.engine.setup.tick.total_seconds())
    async with desk.loop._turn:
        for at, changes in desk.loop._fold.through(desk.clock.now()):
            await desk.loop._commit(at, changes)
    rows = await desk.store.due(desk.clock.now())
    (page,) = [row.message for row in rows if "Acme" in row.message.title]
    assert "CRISIS · Acme · al menos" in page.title
    assert "de 100; no se ve prensa." in page.body
    seen, incident = desk.engine.brands[0].assessment, desk.engine.brands[0].incident
    assert seen is not None
    assert incident is not None
    assert (seen.unseen, incident.at_least, incident.level) == (("prensa",), True, Level.CRISIS)


async def test_a_clock_that_ran_ahead_before_the_start_mutes_nobody(desk: Desk) -> None:
    """Decided up to eleven by a clock that was two hours fast; started at nine by one that is right: the storm of now
    is paged now.
    """
    await desk.store.commit(Decision(applied_at=START + 2 * HOUR))
    again = await Desk(desk.folder, desk.database, desk.clock).start()
    storm = list(
        history(Story(brand="Acme", language="es", end=START, calm=timedelta(days=1), storm=timedelta(minutes=20)))
    )
    await again.journal.append(storm)
    await again.loop._catch_up(None)
    await again.clock.advance(10)
    decided = [change for _, changes in again.loop._fold.through(again.clock.now()) for change in changes]
    assert [notice.contact for change in decided for notice in change.notices][:1] == ["ana"]


async def test_nothing_is_checkpointed_beyond_what_is_written(desk: Desk) -> None:
    """Decisions wait in memory: a checkpoint now would have a start take them for written.

    It waits; once mended it is made.
    """
    made = desk.loop.checkpointed_at
    disk = FailingDisk(desk.database)
    disk.fails()
    await desk.loop.source_changed("prensa", False)
    await desk.loop.checkpoint()
    assert desk.loop.checkpointed_at == made
    disk.works()
    await desk.loop.checkpoint()
    assert desk.loop.checkpointed_at == made
    assert await desk.store.mend()
    await desk.loop.checkpoint()
    assert desk.loop.checkpointed_at == desk.clock.now()


async def test_nothing_is_checkpointed_beyond_what_could_not_be_written_meanwhile(desk: Desk) -> None:
    """The disk fails while a checkpoint that has begun waits for its turn, and works again before it comes."""
    made, disk = desk.loop.checkpointed_at, FailingDisk(desk.database)
    async with desk.loop.turn() as now:
        saving = asyncio.ensure_future(desk.loop.checkpoint())
        await settle()
        disk.fails()
        await desk.applier.apply([], desk.engine.source_changed("prensa", False, now), tick_at=None)
        disk.works()
    assert not await saving
    assert desk.loop.checkpointed_at == made


def test_the_setup_has_the_sources_these_tests_name() -> None:
    """So that a renamed source cannot make the tests above say nothing."""
    assert all(name in CONFIG for name in ("buzon", "prensa"))
