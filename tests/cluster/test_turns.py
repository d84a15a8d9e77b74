"""Several processes write to one store at the same time, and whoever follows what they number misses nothing."""

import asyncio

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.schema import events
from tests.cluster.workshop import Workshop


async def _ours(_: AsyncConnection) -> None: ...


async def _told(connection: AsyncConnection, brand: str) -> None:
    await connection.execute(insert(events).values(at=0, brand=brand, incident=None, body=brand.encode()))


async def test_owners_do_not_wait_for_one_another(workshop: Workshop) -> None:
    """While one partition's transaction is open, another's begins and ends; so does that of whoever owns none."""
    one, two = workshop.database.fenced(_ours), workshop.database.fenced(_ours)
    async with one.write() as slow:
        await _told(slow, "Acme")
        async with two.write() as quick:
            await _told(quick, "Beta")
        async with workshop.database.write() as front:
            await _told(front, "Zeta")


async def test_a_number_that_comes_late(workshop: Workshop) -> None:
    """An event that was numbered first and is committed last is not passed over by who has seen a later one."""
    one, two = workshop.database.fenced(_ours), workshop.database.fenced(_ours)
    followed = IncidentStore(workshop.database)
    async with one.write() as slow:
        await _told(slow, "Acme")
        async with two.write() as quick:
            await _told(quick, "Beta")
        looking = asyncio.ensure_future(followed.events_after(0))
        done, _ = await asyncio.wait([looking], timeout=0.2)
        assert not done, "the one before is still being written"
    assert [body for _, body in await looking] == [b"Acme", b"Beta"]


async def test_of_the_front_one_at_a_time(workshop: Workshop) -> None:
    """Those who own no partition take turns, in whatever process: what they read before they write stays true."""
    other = await Database.open(workshop.url, StoreHealth(workshop.wall), shared=True)
    workshop.opened.append(other)
    async with workshop.database.write():
        waiting = asyncio.ensure_future(_written(other))
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
    await waiting


async def _written(database: Database) -> None:
    async with database.write() as connection:
        await _told(connection, "Acme")
