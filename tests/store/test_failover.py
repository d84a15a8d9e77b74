"""The store that a failing disk does not stop: what is decided and sent meanwhile is kept, once, and written when the
disk works again.
"""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.errors import StoreError
from sentinel.incidents.change import Event, EventName
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.notify.base import Delivery, MessageKind, SendOutcome, SendReason, Status
from sentinel.notify.progress import queued
from sentinel.notify.retry import after_send
from sentinel.scoring.level import Level
from sentinel.store import memory_store
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.facts import fact, put_fact
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing, StoreHealth, Trouble
from sentinel.store.incidents import IncidentStore
from sentinel.store.latest import LatestIncidents
from sentinel.store.memory_store import MemoryStore, write_rows
from sentinel.store.outbox import Outbox, RowState
from tests.builders import a_mention
from tests.fakes import START, FakeClock
from tests.incidents.story import Story
from tests.notify.test_dispatcher import a_delivery
from tests.store.failing import FailingDisk

ACCEPTED = SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
LINE = TimelineEntry(at=START, what=What.DELIVERY, why=Why.STORE_FAILING, level=Level.ALERT)


@dataclass
class Room:
    """A store on a disk that fails when told to."""

    database: Database
    clock: FakeClock
    known: dict[str, Incident] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.disk = FailingDisk(self.database)
        self.incidents = IncidentStore(self.database)
        self.outbox = Outbox(self.database)
        self.store = FailoverStore(self.database, self.incidents, self.outbox, self.known.get)
        self.latest = LatestIncidents(self.incidents, self.store)

    async def decide(self, *rows: Delivery, **more: object) -> None:
        await self.store.commit(Decision(rows=rows, **more))  # type: ignore[arg-type]

    async def due(self) -> list[str]:
        return [each.message.title for each in await self.store.due(self.clock.now())]

    async def record(self, delivery: Delivery, outcome: SendOutcome = ACCEPTED, channels: int = 1) -> RowState:
        progress = after_send(delivery, outcome, self.clock.now(), channels=channels, max_attempts=3)
        await self.store.record(delivery, progress)
        return progress.state


@pytest.fixture
def room(database: Database, clock: FakeClock) -> Room:
    return Room(database, clock)


def an_incident() -> Story:
    story = Story().score(Level.ALERT)
    assert story.incident is not None
    return story


async def test_decided_sent_and_written_once(room: Room) -> None:
    """Decided while the disk fails: due at once, sent, recorded; then the disk has it as accepted, and nothing is
    due.
    """
    story = an_incident()
    page = a_delivery(incident=story.incident.id, epoch=story.incident.epoch)
    room.disk.fails()
    await room.decide(page, incidents=(story.incident,), lines=((story.incident.id, LINE),), applied_at=START)
    assert (room.store.failing, room.store.health.trouble) == (True, Trouble.READ_ONLY)
    (due,) = await room.store.due(room.clock.now())
    await room.store.lease([due])
    assert await room.due() == []
    assert await room.store.is_current(due)
    assert await room.record(due) is RowState.ACCEPTED
    assert not await room.store.mend()
    room.disk.works()
    assert await room.store.mend()
    assert not room.store.failing
    assert await room.outbox.state_of(page.key) == (RowState.ACCEPTED, "ok")
    assert await room.incidents.get(story.incident.id) == story.incident
    assert await room.incidents.timeline(story.incident.id) == [LINE]
    assert await room.incidents.applied_at() == START
    assert await room.due() == []


async def test_a_full_disk_says_so(room: Room) -> None:
    """The write that needs one more page is refused as full, and kept."""
    room.disk.full = True
    await room.decide(a_delivery(title="x" * 100_000))
    assert room.store.health.trouble is Trouble.FULL
    assert len(await room.due()) == 1
    assert not await room.store.mend(), "a few bytes would still fit; that is not enough"
    room.disk.works()
    assert await room.store.mend()


async def test_a_lease_that_cannot_be_written_stops_no_page(room: Room) -> None:
    """Queued on disk, then the disk fails: it is sent, is not due again though the disk says so, and is accepted there
    in the end.
    """
    page = a_delivery()
    await room.outbox.post(page)
    (due,) = await room.store.due(START)
    room.disk.fails()
    await room.store.lease([due])
    assert await room.due() == []
    assert await room.record(due) is RowState.ACCEPTED
    assert await room.outbox.state_of(page.key) == (RowState.QUEUED, "")
    assert await room.due() == []
    assert await room.store.oldest_waiting(START + timedelta(hours=1)) is None
    room.disk.works()
    assert await room.store.mend()
    assert await room.outbox.state_of(page.key) == (RowState.ACCEPTED, "ok")


async def test_a_retry_in_memory_waits_its_turn_and_moves_to_disk(room: Room) -> None:
    """A provider says later: the row waits in memory, is written as it stands, and goes on from there."""
    room.disk.fails()
    page = a_delivery()
    await room.decide(page)
    (due,) = await room.store.due(START)
    assert await room.record(due, SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT)) is RowState.QUEUED
    assert await room.due() == []
    assert await room.store.oldest_waiting(START + timedelta(minutes=1)) == START + timedelta(seconds=1)
    await room.clock.advance(5)
    (again,) = await room.store.due(room.clock.now())
    assert (again.attempts, again.ambiguous) == (1, True)
    room.disk.works()
    assert await room.store.mend()
    (stored,) = await room.outbox.due(room.clock.now())
    assert (stored.key, stored.attempts, stored.ambiguous) == (page.key, 1, True)


async def test_written_while_it_is_being_sent(room: Room) -> None:
    """The disk is mended between a send and its answer: the row is leased on disk, then accepted, never due in
    between.
    """
    room.disk.fails()
    await room.decide(a_delivery())
    (due,) = await room.store.due(START)
    await room.store.lease([due])
    room.disk.works()
    assert await room.store.mend()
    assert await room.due() == []
    assert await room.record(due) is RowState.ACCEPTED
    assert await room.outbox.state_of(due.key) == (RowState.ACCEPTED, "ok")


async def test_an_acknowledgement_in_memory_stops_the_page_on_disk(room: Room) -> None:
    """The page is on disk, the acknowledgement only in memory: what memory knows decides, and readers see it."""
    story = an_incident()
    page = a_delivery(incident=story.incident.id, epoch=story.incident.epoch)
    await room.decide(page, incidents=(story.incident,))
    room.disk.fails()
    story.ask(Action.ACKNOWLEDGE, "ana")
    await room.decide(incidents=(story.incident,), lines=((story.incident.id, LINE),))
    (due,) = await room.store.due(START)
    assert not await room.store.is_current(due)
    await room.store.drop(due, "stale_epoch", START)
    seen = await room.latest.get(story.incident.id)
    assert seen is not None
    assert seen.state is State.ACKNOWLEDGED
    assert await room.latest.timeline(story.incident.id) == [LINE]
    assert await room.latest.find(states=[State.OPEN]) == []
    assert await room.latest.find(states=[State.ACKNOWLEDGED], brand="Acme") == [seen]
    assert await room.latest.find(brand="Zeta") == []
    room.disk.works()
    assert await room.store.mend()
    assert await room.outbox.state_of(page.key) == (RowState.DROPPED, "stale_epoch")
    assert await room.latest.find(states=[State.OPEN]) == []


async def test_a_disk_that_cannot_even_be_read(room: Room) -> None:
    """What memory has is sent; whether it still holds, the engine knows; who asks for a page sees what there is."""
    story = an_incident()
    await room.decide(incidents=(story.incident,))
    room.disk.unreadable = True
    page = a_delivery(incident=story.incident.id, epoch=story.incident.epoch)
    await room.decide(page)
    assert room.store.health.trouble is Trouble.BROKEN
    (due,) = await room.store.due(START)
    assert await room.store.is_current(due), "nobody knows better: page"
    story.ask(Action.ACKNOWLEDGE, "ana")
    with pytest.raises(StoreFailing):
        await room.latest.get("of last year")
    room.known["of another brand"] = story.incident
    assert await room.latest.get("of another brand") == story.incident, "whoever was paged can acknowledge it"
    room.known[story.incident.id] = story.incident
    assert not await room.store.is_current(due)
    assert await room.store.oldest_waiting(START) == START
    with pytest.raises(StoreFailing):
        await room.latest.timeline(story.incident.id)
    await room.decide(lines=((story.incident.id, LINE),))
    assert await room.latest.timeline(story.incident.id) == [LINE]
    await room.decide(incidents=(story.incident,))
    assert await room.latest.find() == [story.incident]


async def test_what_waits_on_a_disk_that_can_be_read_again(room: Room) -> None:
    """Nothing can be read at first: what is decided goes out, and what was being sent is recorded. Once the disk can be
    read, what waits on it is due as well; mended, it has all of it.
    """
    sending, waiting, fresh = a_delivery("ana", title="a"), a_delivery("luis", title="b"), a_delivery("boss", title="c")
    await room.outbox.post(sending)
    (row,) = await room.store.due(START)
    await room.store.lease([row])
    await room.outbox.post(waiting)
    room.disk.unreadable = True
    await room.decide(fresh)
    assert await room.due() == ["c"]
    assert await room.record(row) is RowState.ACCEPTED
    room.disk.unreadable = False
    room.disk.fails()
    assert await room.due() == ["c", "b"]
    room.disk.works()
    assert await room.store.mend()
    assert await room.due() == ["b", "c"]
    assert await room.outbox.state_of(sending.key) == (RowState.ACCEPTED, "ok")


async def test_a_write_that_still_went_through_is_not_forgotten(room: Room) -> None:
    """A decision is refused by a full disk while a small lease waits behind it, and still fits: memory knows of the
    lease, so that the page is not sent twice.
    """
    await room.outbox.post(a_delivery(title="small"))
    (row,) = await room.store.due(START)
    room.disk.full = True
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(room.decide(a_delivery("boss", title="x" * 100_000)))
        tasks.create_task(room.store.lease([row]))
    assert (await room.outbox.state_of(row.key), room.store.failing) == ((RowState.LEASED, ""), True)
    assert len(await room.due()) == 1
    assert await room.record(row) is RowState.ACCEPTED
    room.disk.works()
    assert await room.store.mend()
    assert len(await room.due()) == 1
    assert await room.outbox.state_of(row.key) == (RowState.ACCEPTED, "ok")


async def test_decided_while_memory_is_written_down(room: Room) -> None:
    """Decisions that come while others are being written are written too, each once, before the disk takes its place
    again.
    """
    room.disk.fails()
    await room.decide(a_delivery(title="first"), lines=(("i", LINE),))
    room.disk.works()
    async with asyncio.TaskGroup() as tasks:
        mending = tasks.create_task(room.store.mend())
        for step in range(1, 20):
            await room.decide(a_delivery(title="more", step=step), lines=(("i", replace_step(step)),))
            await room.clock.advance(0)
    assert (await mending, room.store.failing) == (True, False)
    assert [line.step for line in await room.incidents.timeline("i")] == [LINE.step, *range(1, 20)]
    assert len(await room.due()) == 20


async def test_a_page_that_rings_is_stopped_from_memory(room: Room) -> None:
    """Two pages ring at their provider, one of them since before the disk failed; acknowledged in memory, both are to
    stop, and do.
    """
    story = an_incident()
    first, second = (a_delivery(who, incident=story.incident.id, epoch=story.incident.epoch) for who in ("ana", "boss"))
    rings = replace(ACCEPTED, receipt="r1")
    await room.decide(first, incidents=(story.incident,))
    await room.record(first, rings)
    room.disk.fails()
    await room.decide(second)
    await room.record(second, rings)
    assert [rung.current for rung in await room.store.ringing()] == [True, True]
    story.ask(Action.ACKNOWLEDGE, "ana")
    await room.decide(incidents=(story.incident,))
    ringing = await room.store.ringing()
    assert [rung.current for rung in ringing] == [False, False]
    for rung in ringing:
        await room.store.rung(rung.delivery)
    assert await room.store.ringing() == []
    room.disk.works()
    assert await room.store.mend()
    assert await room.store.ringing() == []
    assert await room.store.state_of(first.key) is RowState.ACCEPTED


async def test_a_page_that_rang_while_nothing_could_be_read(room: Room) -> None:
    """It rings no more; it is not sent again, and the disk has it as accepted."""
    page = a_delivery()
    await room.decide(page)
    await room.record(page, replace(ACCEPTED, receipt="r1"))
    (rung,) = await room.store.ringing()
    room.disk.unreadable = True
    await room.store.rung(rung.delivery)
    assert (await room.due(), await room.store.ringing()) == ([], [])
    room.disk.works()
    assert (await room.due(), await room.store.ringing()) == ([], [])
    assert await room.store.mend()
    assert (await room.due(), await room.store.ringing()) == ([], [])
    assert await room.store.state_of(page.key) is RowState.ACCEPTED


async def test_what_a_dead_process_was_sending(room: Room) -> None:
    """A start on a disk that takes no writes: the page goes again, marked; the news does not."""
    page, news = a_delivery(), a_delivery("boss", kind=MessageKind.UPDATE, step=0)
    for each in (page, news):
        await room.outbox.post(each)
    await room.outbox.lease(await room.outbox.due(START))
    room.disk.fails()
    assert await room.store.recover() == 2
    (due,) = await room.store.due(START)
    assert (due.contact, due.ambiguous) == ("ana", True)
    assert await room.store.state_of(news.key) is RowState.UNKNOWN


async def test_most_urgent_first_from_memory_and_disk(room: Room) -> None:
    """A later step on disk goes after a first page in memory; what has no room is passed over in both."""
    await room.outbox.post(a_delivery("boss", title="second", step=2))
    room.disk.fails()
    await room.decide(a_delivery(title="first"), a_delivery("luis", title="elsewhere"))
    assert await room.due() == ["first", "elsewhere", "second"]
    left = await room.store.due(START, but={("ana", 0), ("boss", 0)})
    assert [each.message.title for each in left] == ["elsewhere"]


async def test_the_same_decision_twice_is_one_row(room: Room) -> None:
    """A key that memory has already, in whatever standing, adds nothing."""
    room.disk.fails()
    page = a_delivery()
    await room.decide(page)
    await room.record(page)
    await room.decide(replace(page, created_at=START + timedelta(minutes=1)))
    assert await room.due() == []


async def test_paid_twice_is_written_once(room: Room) -> None:
    """The connection broke at the commit, which had in fact happened: the receipt on disk says so, and nothing is
    written again.
    """
    room.disk.fails()
    await room.decide(lines=(("i", LINE),))
    room.disk.works()
    await room.database.mend()
    assert await room.store._owes()
    async with room.database.write() as connection:
        await write_rows(connection, room.store._paying)
        await put_fact(connection, "arrears_paid", room.store._receipt)
    assert await room.store.mend()
    assert await room.incidents.timeline("i") == [LINE]


async def test_facts_are_memorys_first(room: Room) -> None:
    """A fact that could not be written is read back all the same."""
    await room.decide(facts={"a": "1"})
    room.disk.fails()
    await room.decide(facts={"a": "2"})
    assert await room.store.fact("a") == "2"
    assert await room.store.fact("b") is None


async def test_events_wait_for_the_disk(room: Room) -> None:
    """Their running number is given when they are written, so that no reader misses one."""
    event = Event(
        event=EventName.SOURCE_STALE, at=START, brand="Acme", incident=None, level=None, score=None, contributions={}
    )
    room.disk.fails()
    await room.decide(events=(event,))
    assert await room.latest.events_after() == []
    room.disk.works()
    assert await room.store.mend()
    assert len(await room.latest.events_after()) == 1


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oldest lines go first; of rows those that ended, then news; a page that waits never does.

    What was let go is counted.
    """
    monkeypatch.setattr(memory_store, "LINES", 3)
    monkeypatch.setattr(memory_store, "ROWS", 10)
    memory = MemoryStore(StoreHealth())
    for step in range(5):
        await memory.commit(Decision(lines=(("i", replace_step(step)),)))
    assert [line.step for line in await memory.incidents.timeline("i")] == [2, 3, 4]
    for n in range(6):
        await memory.commit(Decision(rows=(a_delivery(title=f"page {n}"),)))
    news = tuple(a_delivery("boss", title=f"news {n}", kind=MessageKind.UPDATE) for n in range(4))
    await memory.commit(Decision(rows=news))
    ended = a_delivery(title="ended")
    memory.know([ended])
    await memory.outbox.record(ended, replace(queued(ended), state=RowState.ACCEPTED))
    await memory.commit(Decision())
    assert await memory.outbox.state_of(ended.key) is None
    for n in range(10):
        await memory.commit(Decision(rows=(a_delivery(title=f"more {n}"),)))
    kept = [row.message.title for row in await memory.outbox.due(START)]
    assert len([title for title in kept if title.startswith(("page", "more"))]) == 16
    assert memory.lost >= 5


def replace_step(step: int) -> TimelineEntry:
    return TimelineEntry(at=START, what=What.PAGE, why=Why.LADDER, level=Level.ALERT, step=step)


async def test_a_mention_is_refused_not_half_taken(room: Room) -> None:
    """What asks for a promise gets none: the append fails with the trouble's name and nothing of the text."""
    from sentinel.store.journal import Journal

    journal = Journal(room.database, room.clock)
    await journal.last()
    room.disk.fails()
    with pytest.raises(StoreError, match="read_only") as raised:
        await journal.append([a_mention("secreto")], cursor=("sky", b"7"))
    assert "secreto" not in str(raised.value)
    room.disk.works()
    assert await journal.cursor("sky") is None
    assert await journal.read(0) == []


async def test_a_store_that_can_only_be_read(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opened for reading when it cannot be opened for writing; writes are refused; mended, it takes them."""
    url = f"sqlite:///{tmp_path / 's.db'}"
    database = await Database.open(url)
    async with database.write() as connection:
        await Decision(facts={"a": "1"}).write(connection, IncidentStore(database), Outbox(database))
    await database.close()
    with monkeypatch.context() as patched:
        patched.setattr(Database, "_writable", _refuse)
        database = await Database.open(url, StoreHealth(clock))
        room = Room(database, clock)
        assert room.store.failing
        assert await room.store.fact("a") == "1"
        await room.decide(facts={"a": "2"})
        assert not await room.store.mend()
    assert await room.store.mend()
    async with database.read() as connection:
        assert await fact(connection, "a") == "2"
    await database.close()


async def _refuse(*_: object) -> Database:
    raise StoreFailing(Trouble.READ_ONLY)


async def test_a_store_that_cannot_be_opened_at_all(tmp_path: Path) -> None:
    """No database but something else: the error names the store and why."""
    (tmp_path / "s.db").write_bytes(b"this is no database, whatever its name says " * 100)
    with pytest.raises(StoreError, match=r"s\.db cannot be opened: .*not a database"):
        await Database.open(f"sqlite:///{tmp_path / 's.db'}")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be opened"):
        await Database.open(f"sqlite:///{tmp_path / 'file' / 's.db'}")
