"""Several processes write to one store at the same time, and whoever follows what they number misses nothing."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.config.store_url import with_driver
from sentinel.mention import Mention
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.heard_mention import HeardMention, Hearing
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.mention_index import still_there, write_heard
from sentinel.store.postgres import ONE, engine_of
from sentinel.store.schema import events, heard
from tests.builders import a_mention
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


async def test_what_is_no_partitions_own_is_written_in_turn(workshop: Workshop) -> None:
    """An owner whose journal lets go of what is too old waits for whoever is just writing about those mentions: two who
    touch the same requests in another order would wait for each other, and words of what is gone be written anew.
    """
    mentions = [a_mention("Acme fails") for _ in range(2)]
    owned = workshop.database.fenced(_ours)
    journal = Journal(owned, workshop.wall, part=1)
    await journal.append(mentions)
    number, later = (await journal.read(0))[0].seq, workshop.wall.now() + timedelta(days=1)
    async with workshop.database.write() as connection:
        there = await still_there(connection, [_heard(number, mentions[0])])
        assert there
        pruning = asyncio.ensure_future(journal.prune(later, await journal.last()))
        done, _ = await asyncio.wait([pruning], timeout=0.2)
        assert not done
        await write_heard(connection, there)
    assert await pruning == 2
    async with workshop.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(heard))).scalar() == 0


@pytest.mark.parametrize(
    ("patient", "bounds"), [(False, ("2s", "15s", "sentinel-cluster")), (True, ("1min", "0", "sentinel"))]
)
async def test_what_the_server_ends(workshop: Workshop, patient: bool, bounds: tuple[str, ...]) -> None:
    """A process of a cluster that stands still holds nobody up for long: the server ends what it has begun. While a
    store is opened a statement may take as long as a new index takes; what stands still is ended as well.
    """
    engine = engine_of(make_url(with_driver(workshop.url)), patient=patient, shared=True, pool=ONE)
    names = ("idle_in_transaction_session_timeout", "statement_timeout", "application_name")
    async with engine.connect() as connection:
        found = [(await connection.execute(text(f"SHOW {name}"))).scalar() for name in names]  # no input
    await engine.dispose()
    assert tuple(found) == bounds


def _heard(number: int, said: Mention) -> HeardMention:
    at = said.published_at
    return HeardMention(number=number, mention=said, heard_at=at, at=at, hearing=Hearing())


async def _written(database: Database) -> None:
    async with database.write() as connection:
        await _told(connection, "Acme")
