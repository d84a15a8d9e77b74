"""The outbox: what was decided stands on disk before anything is sent, and says afterwards what became of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from sentinel.incidents.command import Action
from sentinel.notify.base import Delivery, Message, MessageKind, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.retry import after_send
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import LOOK_AHEAD, Outbox, RowState, key_of
from tests.fakes import START, FakeClock
from tests.incidents.story import Story

ACCEPTED = SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
RETRY = SendOutcome(status=Status.RETRY, reason=SendReason.SERVER_ERROR, detail="503")
FAILED = SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)


def a_row(key: str = "k", *, kind: MessageKind = MessageKind.PAGE, contact: str = "ana", step: int = 1) -> Delivery:
    message = Message(
        kind=kind,
        urgency=Urgency.CRISIS,
        language="es",
        title="🔴 título",
        body="¿qué pasa?",
        link="https://s.example/1",
    )
    return Delivery(
        id=0,
        key=key,
        incident=None,
        epoch=3,
        step=step,
        round=2,
        contact=contact,
        message=message,
        channel=0,
        attempts=0,
        ambiguous=False,
        created_at=START,
        tipped_at=START - timedelta(seconds=4),
    )


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


async def posted(outbox: Outbox, row: Delivery) -> Delivery:
    """The row as the dispatcher reads it."""
    await outbox.post(row)
    return next(each for each in await outbox.due(START) if each.key == row.key)


async def test_what_is_read_is_what_was_decided(outbox: Outbox) -> None:
    """Every word and instant comes back, from nothing but the file."""
    row = await posted(outbox, a_row())
    assert replace(row, id=0) == a_row()


async def test_nothing_is_decided_when_the_transaction_fails(database: Database, outbox: Outbox) -> None:
    """Rows stand or fall with the incident that they are about; none at all is no work."""
    with pytest.raises(RuntimeError, match="power"):
        async with database.write() as connection:
            await outbox.enqueue(connection, [a_row()])
            await outbox.enqueue(connection, [])
            raise RuntimeError("power cut")
    assert await outbox.due(START) == []
    assert await outbox.state_of("k") is None


async def test_a_key_is_one_decision(outbox: Outbox) -> None:
    """The same decision twice is one row, also after it was sent; every part of the key tells decisions apart."""
    row = await posted(outbox, a_row())
    await outbox.record(row, after_send(row, ACCEPTED, START, channels=1, max_attempts=3))
    await outbox.post(a_row())
    assert await outbox.due(START) == []
    keys = {
        key_of("i", 1, 1, 0, "ana", "page"),
        key_of("j", 1, 1, 0, "ana", "page"),
        key_of("i", 2, 1, 0, "ana", "page"),
        key_of("i", 1, 2, 0, "ana", "page"),
        key_of("i", 1, 1, 1, "ana", "page"),
        key_of("i", 1, 1, 0, "bo", "page"),
        key_of("i", 1, 1, 0, "ana", "update"),
    }
    assert len(keys) == 7
    assert key_of("i", 1, 1, 0, "ana", "page") in keys


async def test_a_send_is_written_down(outbox: Outbox) -> None:
    """What a send made of a row is read as it was written, and due when it says; its end says why."""
    row = await posted(outbox, a_row())
    sent = after_send(row, RETRY, START, channels=2, max_attempts=3)
    await outbox.record(row, sent)
    (again,) = await outbox.due(START)
    assert (again.channel, again.attempts, again.ambiguous) == (1, 0, False)
    assert (again.tries, again.tried) == (sent.tries, True)
    await outbox.record(again, after_send(again, FAILED, START, channels=2, max_attempts=3))
    assert await outbox.due(START + timedelta(seconds=4)) == []
    (last,) = await outbox.due(START + timedelta(seconds=5))
    assert (last.channel, last.attempts) == (0, 1)
    await outbox.record(last, after_send(last, FAILED, START, channels=2, max_attempts=3))
    assert await outbox.state_of("k") == (RowState.FAILED, "refused")


async def test_rows_of_an_older_store_go_first(database: Database, outbox: Outbox) -> None:
    """Rows that an earlier version left have no rank, and may be a crisis."""
    await outbox.post(a_row("new"))
    await outbox.post(a_row("old", kind=MessageKind.PAGE, step=2))
    async with database.write() as connection:
        await connection.execute(text("UPDATE outbox SET rank = NULL WHERE key = 'old'"))
        await connection.execute(text("UPDATE outbox SET rank = 1 WHERE key = 'new'"))
    assert [each.key for each in await outbox.due(START)] == ["old", "new"]


async def test_after_a_crash(outbox: Outbox) -> None:
    """What was being sent may have arrived: pages go again and know it, news does not; what only waited is as it
    was.
    """
    for row in (
        a_row("sent"),
        a_row("waiting"),
        a_row("news", kind=MessageKind.UPDATE),
        a_row("test", kind=MessageKind.TEST),
    ):
        await outbox.post(row)
    await outbox.lease([each for each in await outbox.due(START) if each.key != "waiting"])
    assert [each.key for each in await outbox.due(START)] == ["waiting"]
    assert await outbox.recover() == 3
    assert {each.key: each.ambiguous for each in await outbox.due(START)} == {"sent": True, "waiting": False}
    assert await outbox.state_of("news") == (RowState.UNKNOWN, "crashed")
    assert await outbox.recover() == 0


async def test_what_waits_for_a_full_destination_hides_nothing(database: Database, outbox: Outbox) -> None:
    """More crisis pages than one look takes in wait for one contact's first channel; a later one for somebody else is
    found.
    """
    async with database.write() as connection:
        await outbox.enqueue(connection, [a_row(f"slow {n}", contact="slow") for n in range(LOOK_AHEAD + 5)])
        await outbox.enqueue(connection, [a_row("quick", contact="boss")])
    assert "quick" not in {each.key for each in await outbox.due(START)}
    assert [each.key for each in await outbox.due(START, but={("slow", 0)})] == ["quick"]


async def test_what_no_longer_holds_is_not_sent(database: Database, outbox: Outbox) -> None:
    """An open incident wants its pages; acknowledged, only news; risen again, neither the old page nor the old news;
    over, only its end.
    """
    kinds = (MessageKind.PAGE, MessageKind.UPDATE, MessageKind.RESOLVED)

    async def holds(story: Story, epoch: int) -> tuple[bool, ...]:
        assert story.incident is not None
        async with database.write() as connection:
            await IncidentStore(database).save(connection, story.incident)
        rows = [replace(a_row(kind=kind), incident=story.incident.id, epoch=epoch) for kind in kinds]
        return tuple([await outbox.is_current(row) for row in rows])

    story = Story().score(Level.ALERT)
    assert story.incident is not None
    first = story.incident.epoch
    assert await holds(story, first) == (True, True, False)
    story.ask(Action.ACKNOWLEDGE)
    acknowledged = story.incident.epoch
    assert await holds(story, first) == (False, True, False)
    story.score(Level.CRISIS)
    assert story.incident.epoch > acknowledged
    assert await holds(story, acknowledged) == (False, False, False)
    assert await holds(story, story.incident.epoch) == (True, True, False)
    story.ask(Action.RESOLVE)
    assert await holds(story, story.incident.epoch) == (False, True, True)
    assert not await outbox.is_current(replace(a_row(), incident="never saved"))
    assert await outbox.is_current(a_row())


async def test_dropped_says_why(outbox: Outbox) -> None:
    """It is never due again."""
    row = await posted(outbox, a_row())
    await outbox.drop(row, "stale_epoch", START)
    assert await outbox.due(START + timedelta(days=1)) == []
    assert await outbox.state_of("k") == (RowState.DROPPED, "stale_epoch")


async def test_since_when_something_waits(outbox: Outbox) -> None:
    """What is being sent or not yet due waits for nobody."""
    assert await outbox.oldest_waiting(START) is None
    row = await posted(outbox, a_row())
    assert await outbox.oldest_waiting(START + timedelta(minutes=3)) == START
    assert await outbox.oldest_waiting(START - timedelta(seconds=1)) is None
    await outbox.lease([row])
    assert await outbox.oldest_waiting(START + timedelta(minutes=3)) is None


async def test_rows_of_the_release_before_are_nobodys(store_url: str, clock: FakeClock) -> None:
    """Whoever opens its store adds what tells notifiers apart; what waits there is sent."""
    database = await Database.open(store_url, StoreHealth(clock))
    await Outbox(database).post(a_row())
    async with database.write() as connection:
        for each in ("owner", "owner_epoch"):
            await connection.execute(text(f"ALTER TABLE outbox DROP COLUMN {each}"))
        await connection.execute(text("UPDATE meta SET value = '7' WHERE key = 'schema'"))
    await database.close()
    database = await Database.open(store_url, StoreHealth(clock))
    assert [each.owner_epoch for each in await Outbox(database).due(START)] == [0]
    await database.close()
