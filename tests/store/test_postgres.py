"""PostgreSQL under a daemon: killed, cut off, written by two; what it keeps and in which order."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from sentinel.mention import Mention
from sentinel.store import postgres as server_store
from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing, StoreHealth, Trouble
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.outbox import Outbox, RowState
from sentinel.store.schema import journal as table
from sentinel.store.schema import meta
from tests.builders import a_mention
from tests.fakes import START, FakeClock
from tests.notify.test_dispatcher import a_delivery
from tests.postgres import PostgresServer
from tests.store.test_failover import Room, an_incident

LONG = "漢字" * 512
"""As many characters as an id may have, and more bytes than a row of an index."""


@pytest.fixture
async def url(postgres: PostgresServer) -> str:
    """An empty database."""
    return await postgres.empty("store")


@pytest.fixture
async def database(url: str, clock: FakeClock) -> AsyncIterator[Database]:
    opened = await Database.open(url, StoreHealth(clock))
    yield opened
    await opened.close()


async def test_pages_leave_while_the_server_is_down(
    postgres: PostgresServer, database: Database, clock: FakeClock
) -> None:
    """Killed in mid-crisis: what is decided is due at once and sent; started again, it has all of it, once."""
    room, story = Room(database, clock), an_incident()
    before = a_delivery("luis", title="before", incident=story.incident.id, epoch=story.incident.epoch)
    await room.decide(before, incidents=(story.incident,))
    postgres.stop()
    try:
        page = a_delivery(incident=story.incident.id, epoch=story.incident.epoch)
        await room.decide(page, incidents=(story.incident,))
        assert room.store.health.trouble is Trouble.UNREACHABLE
        due = next(each for each in await room.store.due(clock.now()) if each.key == page.key)
        await room.store.lease([due])
        assert await room.store.is_current(due)
        assert await room.record(due) is RowState.ACCEPTED
        with pytest.raises(StoreFailing):
            await Journal(database, clock).append([a_mention(id="refused")])
        assert not await room.store.mend()
    finally:
        postgres.start()
    assert await room.store.mend()
    assert not room.store.failing
    assert await room.outbox.state_of(page.key) == (RowState.ACCEPTED, "ok")
    assert await room.due() == ["before"]
    assert await room.incidents.get(story.incident.id) == story.incident


async def test_a_restart_between_two_writes_is_no_trouble(
    postgres: PostgresServer, database: Database, clock: FakeClock
) -> None:
    """Nobody wrote meanwhile: connections that died with the old server are not lent out."""
    journal = Journal(database, clock)
    await journal.append([a_mention(id="before")])
    postgres.stop()
    postgres.start()
    await journal.append([a_mention(id="after")])
    assert [each.id for each in await journal.read(0)] == ["before", "after"]
    assert not database.health.failing


async def test_a_network_that_swallows_everything(
    postgres: PostgresServer, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No answer is an answer after a while, to the rollback as well; once it answers, all is well."""
    monkeypatch.setattr(server_store, "ANSWERS_WITHIN", 0.3)
    monkeypatch.setattr(server_store, "CONNECTS_WITHIN", 0.3)
    await postgres.empty("store")
    async with Swallowing(postgres.folder, tmp_path) as network:
        database = await Database.open(f"postgresql://sentinel@/store?host={tmp_path}", StoreHealth(clock))
        store = FailoverStore(database, IncidentStore(database), Outbox(database))
        await Outbox(database).post(a_delivery())
        network.passes.clear()
        async with asyncio.timeout(20):
            with pytest.raises(StoreFailing):
                await Outbox(database).post(a_delivery("luis"))
            assert database.health.trouble is Trouble.UNREACHABLE
            assert not await store.mend()
            network.passes.set()
            assert await store.mend()
        assert len(await Outbox(database).due(START)) == 1
        await database.close()


async def test_who_writes_second_waits_for_the_first(url: str, database: Database, clock: FakeClock) -> None:
    """Two processes: numbers are seen in the order in which they were given, and none appears behind one that was
    read.
    """
    other = await Database.open(url, StoreHealth(clock))
    row = {"source": "x", "op": "create", "observed_at": 1}

    async def second() -> None:
        async with other.write() as connection:
            await connection.execute(insert(table), [row | {"id": "second"}])

    async with database.write() as connection:
        await connection.execute(insert(table), [row | {"id": "first"}])
        waiting = asyncio.ensure_future(second())
        async with asyncio.timeout(20):
            while not await _waits(database):
                await asyncio.wait([waiting], timeout=0.01)
        assert await Journal(other, clock).read(0) == []
    await waiting
    assert [(each.seq, each.id) for each in await Journal(database, clock).read(0)] == [(1, "first"), (2, "second")]
    await other.close()


async def test_numbers_left_out_are_no_gap(database: Database, clock: FakeClock) -> None:
    """Duplicates and transactions that were rolled back use numbers up: readers go on behind them."""
    journal = Journal(database, clock)
    await journal.append([a_mention(id="1"), a_mention(id="1"), a_mention(id="2")])
    await journal.append([a_mention(id="1"), a_mention(id="2")])
    with pytest.raises(ValueError, match="rolled back"):
        async with database.write() as connection:
            await connection.execute(insert(table), [{"source": "x", "op": "create", "observed_at": 1, "id": "never"}])
            raise ValueError("rolled back")
    await journal.append([a_mention(id="3")])
    entries = await journal.read(0)
    assert [each.id for each in entries] == ["1", "2", "3"]
    assert entries[-1].seq == journal.newest > 3
    assert [each.id for each in await journal.read(entries[1].seq)] == ["3"]


async def test_text_has_no_length_and_the_order_of_its_bytes(database: Database) -> None:
    """What SQLite takes is taken, and comes in the same order: a store can be moved."""
    keys = ["b", "a", "ñ", "n", "B", "_", "k" * 500]
    async with database.write() as connection:
        await connection.execute(insert(meta), [{"key": f"x{key}", "value": ""} for key in keys])
    async with database.read() as connection:
        found = await connection.execute(select(meta.c.key).where(meta.c.key.like("x%")).order_by(meta.c.key))
        types = await connection.execute(
            text("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = 'public'")
        )
        assert [key[1:] for key in found.scalars()] == sorted(keys)
        known = {"text", "bytea", "bigint", "integer", "boolean", "double precision", "tsvector"}
        assert set(types.scalars()) <= known


async def test_a_nul_is_left_out(database: Database) -> None:
    """SQLite keeps it; here it must not cost the transaction that it stands in."""
    async with database.write() as connection:
        await put_fact(connection, "a\x00b", "c\x00d")
        await connection.execute(insert(meta), [{"key": "\x00x", "value": ""}, {"key": "y", "value": "\x00"}])
        assert [await fact(connection, key) for key in ("ab", "x", "y")] == ["cd", "", ""]


async def test_an_id_longer_than_an_index_holds(database: Database, clock: FakeClock) -> None:
    """It is known again, and can be taken back by itself or with its account; its neighbour is another."""
    journal = Journal(database, clock)
    one, other = (Mention(source="x", id=f"{LONG[:-1]}{end}", text="hola", published_at=START) for end in "ab")
    assert (await journal.append([one, other, one])).accepted == 2
    assert (await journal.append([one])).duplicates == 1
    await journal.append([], deletes=[("x", one.id)])
    await journal.append([], erased=[("x", LONG[:20])])
    entries = await journal.read(0)
    assert [each.op.value for each in entries] == ["create", "create", "delete", "delete"]
    assert await journal.purge_deleted(entries[-1].seq) == 2


async def _waits(database: Database) -> bool:
    query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    async with database.read() as connection:
        return bool((await connection.execute(query)).scalar())


class Swallowing:
    """A way to the server's socket that, while ``passes`` is not set, takes every byte and gives none."""

    def __init__(self, server: Path, folder: Path) -> None:
        self._server = server / ".s.PGSQL.5432"
        self._folder = folder / ".s.PGSQL.5432"
        self.passes = asyncio.Event()
        self.passes.set()

    async def __aenter__(self) -> "Swallowing":
        self._door = await asyncio.start_unix_server(self._pass_on, self._folder)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._door.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_unix_connection(self._server)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._one_way(reader, forth))
            tasks.create_task(self._one_way(back, writer))

    async def _one_way(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            await self.passes.wait()
            sink.write(data)
        sink.close()
