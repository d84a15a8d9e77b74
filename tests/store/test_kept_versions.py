"""Versions of what several processes keep in memory: counted by the database itself, whoever writes."""

import asyncio

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.database import Database
from sentinel.store.facts import put_fact
from sentinel.store.health import StoreHealth
from sentinel.store.kept_versions import BY_PART, FACTS, TABLES, KeptVersions
from sentinel.store.schema import incidents
from tests.fakes import FakeClock
from tests.postgres import PostgresServer

COUNTED = len(TABLES) + len(FACTS) + 3 * len(BY_PART)
TRIGGERS = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'sentinel_changed_%'"


async def test_whoever_writes_is_counted(postgres: PostgresServer, clock: FakeClock) -> None:
    """Nothing is counted before the first start of a cluster; from then on one more for each change, by an operator as
    well, and of facts for those alone that others remember; what is undone was no change.
    """
    database = await Database.open(await postgres.blank("versions"), StoreHealth(clock))
    versions = KeptVersions(database)
    assert (await postgres.ask("versions", TRIGGERS))[0]["count"] == 0
    for _ in range(2):
        await versions.count()
    assert (await postgres.ask("versions", TRIGGERS))[0]["count"] == COUNTED
    assert await versions.look() == {}
    await postgres.ask("versions", "DELETE FROM sessions")
    async with database.write() as connection:
        await put_fact(connection, "probe", "1")
        await put_fact(connection, "secrets", "{}")
    assert await versions.look() == {"sessions": 1, "secrets": 1}
    with pytest.raises(ZeroDivisionError):
        await _undone(database)
    assert await versions.look() == {"sessions": 1, "secrets": 1}
    await database.close()


async def test_owners_wait_for_no_other(postgres: PostgresServer, clock: FakeClock) -> None:
    """Two owners change an incident each at the same time; each change is seen when it is committed, and the sum rises
    with every one.
    """
    database = await Database.open(await postgres.blank("versions_parts"), StoreHealth(clock), shared=True)
    versions = KeptVersions(database)
    assert await versions.count()
    one, other = [database.fenced(_ours) for _ in range(2)]
    seen = [dict(await versions.look())]
    async with asyncio.timeout(60):
        async with one.write() as first:
            await first.execute(insert(incidents).values(_incident("a", 1)))
            async with other.write() as second:
                await second.execute(insert(incidents).values(_incident("b", 2)))
            seen.append(dict(await versions.look()))
        seen.append(dict(await versions.look()))
        async with one.write() as first:
            await first.execute(update(incidents).values(level="alert"))
        seen.append(dict(await versions.look()))
        async with one.write() as first:
            await first.execute(delete(incidents).where(incidents.c.part == 3))
        seen.append(dict(await versions.look()))
    assert [each.get("incidents") for each in seen] == [None, 1, 2, 4, 4]
    await database.close()


async def test_what_an_earlier_version_made(postgres: PostgresServer, clock: FakeClock) -> None:
    """It counted all incidents in one row: that is done no more, and what it had counted is gone on from."""
    database = await Database.open(await postgres.blank("versions_earlier"), StoreHealth(clock))
    versions = KeptVersions(database)
    await versions.count()
    await postgres.ask(
        "versions_earlier",
        "CREATE TRIGGER sentinel_changed_incidents AFTER INSERT OR UPDATE OR DELETE ON incidents "
        "FOR EACH STATEMENT EXECUTE FUNCTION sentinel_changed('incidents')",
    )
    async with database.write() as connection:
        await connection.execute(insert(incidents).values(_incident("a", 1)))
    assert (await versions.look())["incidents"] == 2
    assert await versions.count()
    async with database.write() as connection:
        await connection.execute(insert(incidents).values(_incident("b", 1)))
    assert (await versions.look())["incidents"] == 3
    assert (await postgres.ask("versions_earlier", TRIGGERS))[0]["count"] == COUNTED
    await database.close()


async def test_a_schema_with_a_long_name(postgres: PostgresServer, clock: FakeClock) -> None:
    """A schema's name may be as long as a channel's: whoever listens is woken all the same."""
    url, schema = await postgres.blank("versions_long"), "s" * 63
    await postgres.ask("versions_long", f'CREATE SCHEMA "{schema}"')
    await postgres.ask("versions_long", f'ALTER ROLE sentinel IN DATABASE versions_long SET search_path = "{schema}"')
    database = await Database.open(url, StoreHealth(clock))
    versions, woken = KeptVersions(database), asyncio.Event()
    assert await versions.count()
    async with asyncio.timeout(60), versions.heard(woken.set, _nothing):
        await postgres.ask("versions_long", f'DELETE FROM "{schema}".sessions')
        await woken.wait()
    assert await versions.look() == {"sessions": 1}
    await database.close()


async def _ours(_: AsyncConnection) -> None:
    """Nobody else has it."""


def _nothing() -> None: ...


def _incident(id: str, part: int) -> dict[str, object]:
    plain = {"brand": "Acme", "state": "open", "level": "watch", "epoch": 1, "opened_at": 0, "updated_at": 0}
    return plain | {"id": id, "part": part, "body": b"{}"}


async def test_a_database_that_does_not_let_us(postgres: PostgresServer, clock: FakeClock) -> None:
    """Somebody who may read and write, and make nothing: nothing is counted, and the store is as well as ever."""
    made = await Database.open(await postgres.blank("versions_denied"), StoreHealth(clock))
    await made.close()
    for statement in (
        "DROP ROLE IF EXISTS clerk",
        "CREATE ROLE clerk LOGIN",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk",
    ):
        await postgres.ask("versions_denied", statement)
    url = postgres.url("versions_denied").replace("sentinel@", "clerk@")
    database = await Database.open(url, StoreHealth(clock))
    assert not await KeptVersions(database).count()
    assert not database.health.failing
    await database.close()
    await postgres.ask("versions_denied", "DROP OWNED BY clerk")
    await postgres.ask("versions_denied", "DROP ROLE clerk")


async def _undone(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM sessions"))
        raise ZeroDivisionError
