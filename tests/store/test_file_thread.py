"""Work in one piece on SQLite's thread: its errors are the store's, and nothing of it stays open."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from sentinel.store.database import Database
from sentinel.store.file_thread import in_one_piece
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.journal import Journal
from tests.builders import a_mention
from tests.fakes import FakeClock
from tests.store.failing import ONLY_SQLITE, FailingDisk

pytestmark = ONLY_SQLITE


@pytest.mark.parametrize(("fault", "trouble"), [("full", Trouble.FULL), ("read_only", Trouble.READ_ONLY)])
async def test_a_disk_that_does_not_take_a_mention_is_told_as_such(
    database: Database, journal: Journal, fault: str, trouble: Trouble
) -> None:
    """A mention alone is refused with the disk's trouble; once it is mended the same one is new."""
    await journal.last()
    disk = FailingDisk(database)
    setattr(disk, fault, True)
    long = a_mention("acme " * 4_000, id="1")
    with pytest.raises(StoreFailing) as raised:
        await journal.append([long])
    assert raised.value.trouble is trouble
    assert database.health.trouble is trouble
    disk.works()
    assert (await journal.append([long])).accepted == 1


async def test_a_busy_file_is_told_as_such(database: Database, journal: Journal) -> None:
    """Somebody else holds the file."""
    await journal.last()
    path = database.address.removeprefix("sqlite+aiosqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    def impatient(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]

    event.listen(database._engine.sync_engine, "begin", impatient)
    with pytest.raises(StoreFailing) as raised:
        await journal.append([a_mention(id="1")])
    assert raised.value.trouble is Trouble.BUSY
    other.execute("ROLLBACK")
    other.close()
    assert (await journal.append([a_mention(id="1")])).accepted == 1


async def test_errors_are_of_the_kind_that_statements_raise(database: Database) -> None:
    """A broken rule of a table is SQLAlchemy's error, and rolls all of it back."""
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await in_one_piece(connection, lambda file: file.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')"))
            await in_one_piece(connection, lambda file: file.execute("INSERT INTO meta (key) VALUES ('c')"))
    async with database.read() as connection:
        rows = await in_one_piece(connection, lambda file: file.execute("SELECT key FROM meta").fetchall())
    assert rows == [("schema",)]


async def test_a_torn_transaction_holds_nobody_up(database: Database, clock: FakeClock) -> None:
    """Who writes is cancelled in the middle of it; the next one writes at once, and nothing of the first is there."""
    begun = asyncio.Event()

    async def torn() -> None:
        async with database.write() as connection:
            await in_one_piece(connection, lambda file: file.execute("INSERT INTO meta (key, value) VALUES ('a', 'b')"))
            begun.set()
            await asyncio.Event().wait()

    writing = asyncio.ensure_future(torn())
    await begun.wait()
    writing.cancel()
    await asyncio.wait([writing])
    journal = Journal(database, clock)
    assert (await journal.append([a_mention(id="1")])).accepted == 1
    async with database.read() as connection:
        rows = await in_one_piece(connection, lambda file: file.execute("SELECT key FROM meta").fetchall())
    assert rows == [("schema",)]
