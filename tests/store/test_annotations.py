"""AnnotationKeeper on disk: whoever wrote something knows that it is safe, or that it is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sentinel.daemon.annotation_keeper import AnnotationKeeper
from sentinel.incidents.annotations import Annotation, Judgement, Note, Reply, Tick
from sentinel.incidents.change import Change
from sentinel.incidents.command import Refusal
from sentinel.incidents.incident import Incident, Verdict
from sentinel.incidents.timeline import What
from sentinel.scoring.level import Level
from sentinel.store.annotations import AnnotationStore
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from tests.daemon.setups import an_engine
from tests.fakes import FakeClock
from tests.incidents.story import Story
from tests.store.failing import FailingDisk


@dataclass
class Desk:
    """An engine that knows one incident of Acme, and the store behind it."""

    database: Database
    clock: FakeClock
    folder: Path
    changed: list[datetime] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = an_engine(self.folder)
        self.incidents = IncidentStore(self.database)
        self.steady = FailoverStore(self.database, self.incidents, Outbox(self.database), self.engine.incident)
        self.annotations = AnnotationKeeper(
            self.engine,
            AnnotationStore(self.database, self.incidents, self.steady),
            self.turn,
            lambda: self.changed.append(self.clock.now()),
        )

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[datetime]:
        yield self.clock.now()

    async def on_fire(self, *, known: bool = True) -> Incident:
        incident = Story().score(Level.ALERT).incident
        assert incident is not None
        await self.steady.commit(Decision(incidents=(incident,)))
        if known:
            self.engine.adopt([incident])
        return incident

    async def lines(self, incident: Incident) -> list[tuple[What, str | None]]:
        return [(line.what, line.detail) for line in await self.incidents.timeline(incident.id)]


@pytest.fixture
def desk(database: Database, clock: FakeClock, tmp_path: Path) -> Desk:
    return Desk(database, clock, tmp_path)


def all_annotations(incident: Incident) -> list[Annotation]:
    return [
        Note(incident=incident.id, by="ana", text="Hola"),
        Tick(incident=incident.id, by="ana", item="k1", text="Pausa"),
        Reply(incident=incident.id, by="ana"),
        Judgement(incident=incident.id, by="ana", verdict=Verdict.REAL),
    ]


async def test_what_is_said_is_on_disk_before_the_answer(desk: Desk, database: Database) -> None:
    """Another reader of the same file sees lines, ticks and the incident; open pages are told."""
    incident = await desk.on_fire()
    for annotation in all_annotations(incident):
        assert isinstance(await desk.annotations.say(annotation), Change)
    assert [what for what, _ in await desk.lines(incident)] == [What.NOTE, What.TICKED, What.REPLIED, What.VERDICT]
    other = AnnotationStore(database, desk.incidents, desk.steady)
    assert [(each.item, each.by, each.at) for each in await other.ticked(incident.id)] == [
        ("k1", "ana", desk.clock.now())
    ]
    kept = await desk.incidents.get(incident.id)
    assert kept is not None
    assert (kept.reply and kept.reply.by, kept.verdict, kept.judgement and kept.judgement.by) == (
        "ana",
        Verdict.REAL,
        "ana",
    )
    assert kept == desk.engine.incident(incident.id)
    assert len(desk.changed) == 4


async def test_a_tick_counts_once_and_can_be_taken_back(desk: Desk) -> None:
    """Two people who tick at once leave one line, and the first of them on the list."""
    incident = await desk.on_fire()
    tick, back = (Tick(incident=incident.id, by="ana", item="k1", text="Pausa", done=done) for done in (True, False))
    await desk.annotations.say(tick)
    await desk.clock.advance(60)
    await desk.annotations.say(Tick(incident=incident.id, by="luis", item="k1", text="Pausa"))
    assert [each.by for each in await desk.annotations.ticked(incident.id)] == ["ana"]
    await desk.annotations.say(back)
    await desk.annotations.say(back)
    assert await desk.annotations.ticked(incident.id) == ()
    assert [what for what, _ in await desk.lines(incident)] == [What.TICKED, What.UNTICKED]


@pytest.mark.parametrize("known", [True, False])
async def test_an_incident_that_the_engine_has_forgotten_can_still_be_spoken_of(desk: Desk, known: bool) -> None:
    """An older one of the brand: only the store has it."""
    incident = await desk.on_fire(known=known)
    answer = await desk.annotations.say(Judgement(incident=incident.id, by="ana", verdict=Verdict.REAL))
    assert isinstance(answer, Change)
    kept = await desk.incidents.get(incident.id)
    assert kept is not None
    assert kept.verdict is Verdict.REAL
    assert await desk.annotations.say(Note(incident="nobody", by="ana", text="Hola")) is Refusal.UNKNOWN


async def test_on_a_disk_that_takes_no_writes_nothing_was_said(desk: Desk, database: Database) -> None:
    """Neither to the store nor to the engine, however often one tries; when the disk works again, it is."""
    incident = await desk.on_fire()
    before = desk.engine.incident(incident.id)
    disk = FailingDisk(database)
    disk.fails()
    for annotation in all_annotations(incident):
        with pytest.raises(StoreFailing):
            await desk.annotations.say(annotation)
    assert desk.engine.incident(incident.id) is before
    assert (await desk.lines(incident), await desk.annotations.ticked(incident.id), desk.changed) == ([], (), [])
    disk.works()
    assert await desk.steady.mend()
    for annotation in all_annotations(incident):
        await desk.annotations.say(annotation)
    assert len(await desk.lines(incident)) == 4


async def test_while_memory_is_ahead_of_the_store_nothing_is_added_to_the_store_alone(
    desk: Desk, database: Database
) -> None:
    """The incident on disk is an older one: writing a line to it would say things in the wrong order."""
    incident = await desk.on_fire()
    disk = FailingDisk(database)
    disk.fails()
    await desk.steady.commit(Decision(facts={"k": "v"}))
    disk.works()
    with pytest.raises(StoreFailing):
        await desk.annotations.say(Note(incident=incident.id, by="ana", text="Hola"))
    await desk.steady.mend()
    await desk.clock.advance(timedelta(minutes=1))
    assert isinstance(await desk.annotations.say(Note(incident=incident.id, by="ana", text="Hola")), Change)
