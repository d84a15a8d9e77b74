"""Versions of what several processes keep in memory: counted by the database itself, whoever writes."""

import pytest
from sqlalchemy import text

from sentinel.store.database import Database
from sentinel.store.facts import put_fact
from sentinel.store.health import StoreHealth
from sentinel.store.kept_versions import FACTS, TABLES, KeptVersions
from tests.fakes import FakeClock
from tests.postgres import PostgresServer

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
    assert (await postgres.ask("versions", TRIGGERS))[0]["count"] == len(TABLES) + len(FACTS)
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
