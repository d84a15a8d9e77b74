"""The store of digests: how far was told, over restarts; and an older store that gets what it lacks."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import inspect, text

from sentinel.notify.enclosure import Enclosed
from sentinel.store.database import Database
from sentinel.store.digests import DigestStore, LastDigest, Position
from sentinel.store.facts import put_fact
from sentinel.store.outbox import Outbox
from sentinel.store.schema import meta
from tests.fakes import START
from tests.notify.test_dispatcher import a_delivery


async def test_the_last_one_is_remembered(store_url: str) -> None:
    """Day, instant and positions come back from the file; the newest replaces the one before; each person has their
    own.
    """
    database = await Database.open(store_url)
    for day in (1, 2):
        last = LastDigest(day=date(2026, 3, day), at=START, told=Position(lines=day, events=3, shortfalls=4))
        async with database.write() as connection:
            await put_fact(connection, *last.as_fact("ana"))
    await database.close()
    database = await Database.open(store_url)
    assert await DigestStore(database).last("ana") == last
    assert await DigestStore(database).last("boss") is None
    assert await DigestStore(database).position() == Position()
    await database.close()


async def test_a_name_of_any_length(store_url: str) -> None:
    """The key fits its column; people whose names begin alike have their own."""
    database = await Database.open(store_url)
    kept = LastDigest(day=date(2026, 3, 1), at=START, told=Position())
    key, text_ = kept.as_fact("a" * 80)
    assert len(key) <= (meta.c.key.type.length or 0)
    async with database.write() as connection:
        await put_fact(connection, key, text_)
    assert await DigestStore(database).last("a" * 80) == kept
    assert await DigestStore(database).last("a" * 79) is None
    await database.close()


async def test_what_was_remembered_under_the_name_itself(store_url: str) -> None:
    """An older store knows who had which digest: it counts until the next one, so that nobody reads one twice."""
    database = await Database.open(store_url)
    before, after = (LastDigest(day=date(2026, 3, day), at=START, told=Position(lines=day)) for day in (1, 2))
    async with database.write() as connection:
        await put_fact(connection, "digest ana", before.as_fact("ana")[1])
    assert await DigestStore(database).last("ana") == before
    async with database.write() as connection:
        await put_fact(connection, *after.as_fact("ana"))
    assert await DigestStore(database).last("ana") == after
    await database.close()


async def test_a_store_from_before_reports_went_along(store_url: str) -> None:
    """News that waited in it goes as it was decided, a new report names what goes along, and an incident's events have
    an index.
    """
    database = await Database.open(store_url)
    await Outbox(database).post(a_delivery(title="old"))
    await _make_older(database, 3)
    database = await Database.open(store_url)
    enclosed = Enclosed(brands=("Acme", 'Café "Aurora"'), every="week", period="2026-W10")
    row = a_delivery(title="new")
    await Outbox(database).post(replace(row, message=replace(row.message, encloses=enclosed)))
    assert [each.message.encloses for each in await Outbox(database).due(START)] == [None, enclosed]
    async with database.read() as connection:
        found = await connection.run_sync(lambda sync: inspect(sync).get_indexes("events"))
    assert [each["name"] for each in found] == ["events_incident"]
    await database.close()


@pytest.mark.parametrize("version", [1, 2])
async def test_a_store_of_an_early_version(store_url: str, version: int) -> None:
    """Rows that waited in it are still there, and new ones have their words for a bundle."""
    database = await Database.open(store_url)
    await Outbox(database).post(a_delivery(title="old"))
    await _make_older(database, version)
    database = await Database.open(store_url)
    await Outbox(database).post(a_delivery(title="new"))
    assert [(row.message.title, row.message.brief) for row in await Outbox(database).due(START)] == [
        ("old", ""),
        ("new", ""),
    ], "a row without a rank goes first"
    assert await DigestStore(database).fell_short("contact", "ana", "now", START)
    assert not await DigestStore(database).fell_short("contact", "ana", "now", START)
    await database.close()


CAME_WITH = {
    8: ("ALTER TABLE outbox DROP COLUMN owner", "ALTER TABLE outbox DROP COLUMN owner_epoch"),
    7: tuple(f"ALTER TABLE {table} DROP COLUMN part" for table in ("journal", "checkpoints", "incidents")),
    6: (
        "ALTER TABLE sessions DROP COLUMN origin",
        "DROP TABLE second_factors",
        "DROP TABLE recovery_links",
    ),
    5: (
        "ALTER TABLE outbox DROP COLUMN rank",
        "ALTER TABLE outbox DROP COLUMN tries",
        "ALTER TABLE journal DROP COLUMN behind",
    ),
    4: ("DROP INDEX events_incident", "ALTER TABLE outbox DROP COLUMN encloses"),
    2: ("ALTER TABLE outbox DROP COLUMN buttons", "ALTER TABLE outbox DROP COLUMN receipt"),
    3: ("DROP INDEX outbox_done", "ALTER TABLE outbox DROP COLUMN brief", "DROP TABLE shortfalls"),
}
"""Version to how a store loses what it brought."""


async def _make_older(database: Database, version: int) -> None:
    """Leave the store behind as that version wrote it."""
    async with database.write() as connection:
        for newer in sorted((each for each in CAME_WITH if each > version), reverse=True):
            for statement in CAME_WITH[newer]:
                await connection.execute(text(statement))
        if connection.dialect.name == "postgresql":  # it went with its column
            await connection.execute(text("ALTER TABLE journal ADD CONSTRAINT journal_key UNIQUE (source, id, op)"))
        await connection.execute(text(f"UPDATE meta SET value = '{version}' WHERE key = 'schema'"))
    await database.close()
