"""The store taken away: deleted, replaced, emptied, damaged; what still works goes on, and it is said."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.escalation.silence import Silence
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.findings import Found
from sentinel.store.health import StoreFailing, StoreHealth, Trouble
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.outbox import Outbox
from sentinel.store.silences import SilenceStore
from tests.builders import a_mention
from tests.fakes import START, FakeClock
from tests.store.failing import ONLY_SQLITE
from tests.store.test_failover import an_incident


def _store(database: Database) -> FailoverStore:
    return FailoverStore(database, IncidentStore(database), Outbox(database))


def _file(tmp_path: Path) -> Path:
    return tmp_path / "sentinel.db"


def _ids(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = [row[0] for row in connection.execute("select id from journal order by seq")]
    connection.close()
    return found


async def _damage(connection: AsyncConnection, table: str, damage: object) -> object:
    """Put it into the row ``bad``; gives what stands there, for PostgreSQL takes bytes alone."""
    if connection.dialect.name != "sqlite" and not isinstance(damage, bytes):
        damage = str(damage).encode()
    await connection.execute(text(f"UPDATE {table} SET body = :it WHERE id = 'bad'"), {"it": damage})
    return damage


@ONLY_SQLITE
@pytest.mark.parametrize("ending", ["", "*"])
async def test_a_deleted_store_is_written_anew(
    tmp_path: Path, database: Database, journal: Journal, ending: str
) -> None:
    """With or without what SQLite keeps beside it: no mention is promised into nothing, and nothing is lost."""
    await journal.append([a_mention(id="before")])
    for path in tmp_path.glob(f"sentinel.db{ending}"):
        path.unlink()
    with pytest.raises(StoreFailing) as refused:
        await journal.append([a_mention(id="refused")])
    assert refused.value.trouble is Trouble.GONE
    assert await _store(database).mend()
    await journal.append([a_mention(id="after")])
    assert [each.what for each in database.health.findings] == [Found.REWRITTEN]
    assert _ids(_file(tmp_path)) == ["before", "after"]
    assert not list(tmp_path.glob("*.anew"))


@ONLY_SQLITE
async def test_noticed_without_a_write(tmp_path: Path, database: Database) -> None:
    """The round looks: nobody has to post first."""
    store = _store(database)
    store.look()
    assert not store.failing
    _file(tmp_path).unlink()
    store.look()
    assert (store.failing, store.health.trouble) == (True, Trouble.GONE)


async def test_deleted_in_the_last_moment(tmp_path: Path, clock: FakeClock) -> None:
    """Nobody looked between that and an orderly stop: it is written anew on the way out."""
    database = await Database.open(f"sqlite:///{_file(tmp_path)}", StoreHealth(clock))
    await Journal(database, clock).append([a_mention(id="kept")])
    _file(tmp_path).unlink()
    await database.close()
    assert _ids(_file(tmp_path)) == ["kept"]


async def test_the_whole_folder_deleted(tmp_path: Path, clock: FakeClock) -> None:
    """The folder comes back with the store."""
    folder = tmp_path / "var"
    database = await Database.open(f"sqlite:///{folder}/sentinel.db", StoreHealth(clock))
    await Journal(database, clock).append([a_mention(id="before")])
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert await _store(database).mend()
    assert _ids(folder / "sentinel.db") == ["before"]
    await database.close()


@ONLY_SQLITE
async def test_a_replaced_store_is_not_touched(tmp_path: Path, database: Database, journal: Journal) -> None:
    """Another file in its place: nothing is written to it; once it is moved away, ours is put back."""
    await journal.append([a_mention(id="ours")])
    other = tmp_path / "other"
    other.write_bytes(b"somebody else's")
    other.rename(_file(tmp_path))
    store = _store(database)
    with pytest.raises(StoreFailing):
        await journal.append([a_mention(id="refused")])
    assert not await store.mend()
    assert store.health.trouble is Trouble.REPLACED
    assert _file(tmp_path).read_bytes() == b"somebody else's"
    _file(tmp_path).rename(other)
    assert await store.mend()
    assert _ids(_file(tmp_path)) == ["ours"]


@ONLY_SQLITE
async def test_moved_away_and_back(tmp_path: Path, database: Database, journal: Journal) -> None:
    """The same file again: all is well, nothing was rewritten."""
    await journal.append([a_mention(id="ours")])
    _file(tmp_path).rename(tmp_path / "elsewhere")
    store = _store(database)
    store.look()
    assert store.failing
    (tmp_path / "elsewhere").rename(_file(tmp_path))
    assert await store.mend()
    assert (store.failing, database.health.findings) == (False, [])


@pytest.mark.parametrize("damage", [b"{", b"", "text", b"\xff\xfe", 7, b"[]"])
async def test_a_damaged_incident_is_set_aside(database: Database, damage: object) -> None:
    """The start goes on with the others; the row is kept elsewhere as it was found, and no reader stumbles over it."""
    incidents, story = IncidentStore(database), an_incident()
    async with database.write() as connection:
        await incidents.save(connection, story.incident)
        await incidents.save(connection, replace(story.incident, id="bad", brand="Zeta"))
        damage = await _damage(connection, "incidents", damage)
    assert [each.id for each in await incidents.find()] == [story.incident.id]
    assert await incidents.get("bad") is None
    for _ in range(2):
        assert [each.id for each in await incidents.standing()] == [story.incident.id]
    async with database.read() as connection:
        rows = (await connection.exec_driver_sql("SELECT kept_in, key, body FROM set_aside")).all()
    assert [tuple(row) for row in rows] == [("incidents", "bad", damage)]
    assert [dict(each.facts) for each in database.health.findings] == [{"table": "incidents", "key": "bad"}]


@pytest.mark.parametrize("damage", [b"{", b"", "text", b"\xff\xfe", 7, b"[]"])
async def test_a_damaged_silence_is_passed_over(database: Database, clock: FakeClock, damage: object) -> None:
    """Whatever a row holds, the others are read, and it is told once."""
    silences = SilenceStore(database)
    for name in ("good", "bad"):
        await silences.save(
            Silence(
                id=name,
                brands=(),
                starts_at=START,
                ends_at=START + timedelta(hours=1),
                by="ana",
                reason=None,
                made_at=START,
            )
        )
    async with database.write() as connection:
        await _damage(connection, "silences", damage)
    assert [each.id for each in await silences.all()] == ["good"]
    await silences.all()
    assert [(each.what, dict(each.facts)) for each in database.health.findings] == [
        (Found.ROW, {"table": "silences", "key": "bad"})
    ]
