"""News of the outbox: who sends hears of rows that another process adds, and goes on hearing."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import event

from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.outbox import Outbox
from sentinel.store.outbox_news import AGAIN, ASKED_EVERY, OutboxNews
from tests.fakes import FakeClock
from tests.notify.test_dispatcher import a_delivery
from tests.postgres import PostgresServer


class Ear:
    """Counts what is heard."""

    def __init__(self) -> None:
        self.count = 0
        self._news = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self._news.set()

    async def hears(self) -> None:
        """Until there is something new."""
        async with asyncio.timeout(20):
            await self._news.wait()
        self._news.clear()


@pytest.fixture
async def shared(postgres: PostgresServer, clock: FakeClock) -> AsyncIterator[Database]:
    """A store to which several write."""
    opened = await Database.open(await postgres.empty("news"), StoreHealth(clock), shared=True)
    yield opened
    await opened.close()


async def test_rows_are_heard_of_when_they_stand(shared: Database, clock: FakeClock) -> None:
    """Not before they are committed, and not at all when they are not."""
    ear = Ear()
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(OutboxNews(shared.address, ear, clock).run())
        await ear.hears()  # it listens
        with pytest.raises(RuntimeError):
            async with shared.write() as connection:
                await Outbox(shared).enqueue(connection, [a_delivery()])
                raise RuntimeError("power cut")
        async with shared.write() as connection:
            await Outbox(shared).enqueue(connection, [a_delivery()])
            await Outbox(shared).enqueue(connection, [a_delivery("boss")])
            assert ear.count == 1
        await ear.hears()
        assert ear.count == 2
        listening.cancel()


async def test_a_broken_connection_is_made_anew(shared: Database, clock: FakeClock, postgres: PostgresServer) -> None:
    """Rows may have come meanwhile: whoever listens again is told so."""
    ear = Ear()
    async with asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(OutboxNews(shared.address, ear, clock).run())
        await ear.hears()
        await postgres.ask(
            "news", "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        )
        await clock.advance(ASKED_EVERY)
        while ear.count == 1:
            await clock.advance(AGAIN)
            await asyncio.wait({listening}, timeout=0.01)
        await ear.hears()
        await Outbox(shared).post(a_delivery())
        await ear.hears()
        listening.cancel()


async def test_one_process_tells_nobody(database: Database) -> None:
    """A store of one process is written to as ever."""
    statements: list[str] = []
    engine = database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *about: statements.append(str(about[2])))
    await Outbox(database).post(a_delivery())
    assert not any("pg_notify" in each for each in statements)
