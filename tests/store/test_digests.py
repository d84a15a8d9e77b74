"""The store of digests: how far was told, over restarts; and an older store that gets what it lacks."""

from datetime import date
from pathlib import Path

from sqlalchemy import text

from sentinel.store.database import Database
from sentinel.store.digests import DigestStore, LastDigest, Position
from sentinel.store.facts import put_fact
from sentinel.store.outbox import Outbox
from tests.fakes import START
from tests.notify.test_dispatcher import a_delivery


async def test_the_last_one_is_remembered(tmp_path: Path) -> None:
    """Day, instant and positions come back from the file; the newest replaces the one before; each person has their own."""
    url = f"sqlite:///{tmp_path / 'd.db'}"
    database = await Database.open(url)
    for day in (1, 2):
        last = LastDigest(day=date(2026, 3, day), at=START, told=Position(lines=day, events=3, shortfalls=4))
        async with database.write() as connection:
            await put_fact(connection, *last.as_fact("ana"))
    await database.close()
    database = await Database.open(url)
    assert await DigestStore(database).last("ana") == last
    assert await DigestStore(database).last("boss") is None
    assert await DigestStore(database).position() == Position()
    await database.close()


async def test_a_store_of_the_version_before(tmp_path: Path) -> None:
    """Rows that waited in it are still there, and new ones have their words for a bundle."""
    url = f"sqlite:///{tmp_path / 'd.db'}"
    database = await Database.open(url)
    await Outbox(database).post(a_delivery(title="old"))
    async with database.write() as connection:
        for statement in (
            "DROP INDEX outbox_done", "ALTER TABLE outbox DROP COLUMN brief", "DROP TABLE shortfalls",
            "UPDATE meta SET value = '2' WHERE key = 'schema'",
        ):  # fmt: skip
            await connection.execute(text(statement))
    await database.close()
    database = await Database.open(url)
    await Outbox(database).post(a_delivery(title="new"))
    assert [(row.message.title, row.message.brief) for row in await Outbox(database).due(START)] == [("old", ""), ("new", "")]
    assert await DigestStore(database).fell_short("contact", "ana", "now", START)
    assert not await DigestStore(database).fell_short("contact", "ana", "now", START)
    await database.close()
