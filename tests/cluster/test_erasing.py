"""A person is erased while the cluster runs: nothing names them any more, whoever is killed meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import msgspec
import pytest

from sentinel.cluster.carried_journal import CarriedJournal
from sentinel.cluster.partition_owner import PartitionOwner
from sentinel.cluster.person_erasing import PersonErasing
from sentinel.cluster.shared_persons import SharedPersons
from sentinel.daemon.person_keeper import Erased, ErasurePending, NoSuchErasure
from sentinel.engine.partitions import PartRouter
from sentinel.errors import StoreError
from sentinel.incidents.command import Action, Command
from sentinel.mention import Author, Mention
from sentinel.store.database import Database
from sentinel.store.erasures import ErasureRows, ErasureStage
from sentinel.store.person import Sought, find_person, rows_of
from tests.builders import a_mention
from tests.cluster.test_front import Front, taken_in
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.workshop import PARTS, Workshop
from tests.postgres import PostgresServer

HANDLE, ID, NAME = "candela_quintero", "did:plc:zq7candelaquintero", "Candela Quintero"
HERS = Author(id=ID, handle=HANDLE, name=NAME, followers=900_000)
WORDS = "llevo cuatro días tirada sin línea, sois una vergüenza @acme"
SOUGHT = Sought(author=f"@{HANDLE}")


def hers(count: int, at: datetime, begin: int = 0) -> list[Mention]:
    return [
        msgspec.structs.replace(a_mention(f"{WORDS} {number}", at=at, id=f"at://{ID}/post/{number}"), author=HERS)
        for number in range(begin, begin + count)
    ]


def naming(at: datetime) -> list[Mention]:
    """Others, who speak of her in a storm."""
    return [
        msgspec.structs.replace(each, text=f"{each.text} ¡qué desastre! como a @{HANDLE}") for each in storm(end=at)
    ]


class Crew:
    """An owner of each partition, and who has the duty of erasing."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.owners: dict[int, PartitionOwner] = {}
        router = PartRouter(workshop.config.setup, workshop.partitions)
        self.journal = CarriedJournal(workshop.database, workshop.wall, workshop.carrier, lambda: router)
        self.rows = ErasureRows(workshop.database)
        self.asked = SharedPersons(workshop.database, self.journal, None, workshop.wall)
        self.erasing = self.heir()

    def heir(self) -> PersonErasing:
        """The next process that has the duty: it knows what stands in the store, and nothing else."""
        return PersonErasing(self.workshop.database, self.journal, PARTS, self.workshop.wall)

    async def take_up(self, *parts: int) -> None:
        for part in parts:
            self.owners[part] = await taken_up(await self.workshop.owner(part, f"w{part}"))

    async def listen(self) -> None:
        """Each owner takes in what was carried to it."""
        for part, owner in self.owners.items():
            if await self.workshop.carrier._look_now(part) if False else await self._waits(owner):
                await taken_in(self.workshop, owner)

    async def _waits(self, owner: PartitionOwner) -> bool:
        newest = await self.workshop.carrier._look()
        return newest.get(owner.owned.id, 0) > owner._accepted

    async def fold(self) -> None:
        """Take in, fold, and look at who is to be erased."""
        await self.listen()
        await self.workshop.wall.advance(1)
        for owner in self.owners.values():
            await owner.fold.loop.tick()
            await owner.fold.erased.look(owner.fold.loop)

    async def until_done(self, number: int) -> None:
        """As in service: whoever has the duty looks, and owners do."""
        for _ in range(20):
            await self.erasing.look()
            found = await self.rows.get(number)
            assert found is not None
            if found.stage is ErasureStage.DONE:
                return
            await self.fold()
        raise AssertionError("it is never done")


@pytest.fixture
async def crew(workshop: Workshop) -> Crew:
    """A crisis in which she is the loudest, and others speak of her."""
    crew = Crew(workshop)
    await crew.take_up(*range(1, PARTS + 1))
    now = workshop.wall.now()
    await workshop.put([*hers(3, now), *naming(now), a_mention(f"lo que cuenta @{HANDLE} de @acme es verdad", at=now)])
    await crew.fold()
    await ticked(crew.owners[ACME])
    for owner in crew.owners.values():
        await owner.fold.loop.checkpoint()
        await owner.show(workshop.wall.now())
    assert await named(workshop)
    assert await workshop.incidents()
    return crew


async def named(workshop: Workshop, *needles: str) -> list[str]:
    """Tables of the store in which a search finds any of them; without what is to be erased itself."""
    found = []
    async with workshop.database.read() as connection:
        from sqlalchemy import text

        tables = (await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))).scalars()
        for table in [each for each in tables if each != "erasures"]:
            rows = (await connection.execute(text(f'SELECT * FROM "{table}"'))).all()  # no input
            raw = b"\n".join(each if isinstance(each, bytes) else str(each).encode() for row in rows for each in row)
            found += [f"{table}: {each}" for each in needles or (HANDLE, ID, NAME, WORDS) if each.encode() in _plain(raw)]
    return found


def _plain(raw: bytes) -> bytes:
    return raw


async def test_nothing_names_her_any_more(workshop: Workshop, crew: Crew) -> None:
    """Not the journals, no incident, state, board, message or command; what others said stays, the incident climbs on,
    and who asked is told how much went.
    """
    asking = asyncio.ensure_future(crew.asked.erase(SOUGHT))
    await workshop.until(lambda: _pending(crew), "it is asked for")
    (erasure,) = await crew.rows.pending()
    await crew.until_done(erasure.id)
    await workshop.until(lambda: _done(asking), "it is answered")
    done = await asking
    assert done.mentions == 3
    assert done.rows > 3
    assert await named(workshop) == []
    owner = crew.owners[ACME]
    (incident,) = await workshop.incidents()
    assert all(each.author != HERS for each in incident.samples)
    said = [entry.mention.text for entry in await owner.fold.journal.read(0, 10_000) if entry.mention is not None]
    assert "lo que cuenta [erased] de @acme es verdad" in said
    await owner.fold.loop.command(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"))
    await owner.show(workshop.wall.now())
    assert await named(workshop) == []


async def _pending(crew: Crew) -> bool:
    return bool(await crew.rows.pending())


async def _done(asking: "asyncio.Future[Erased]") -> bool:
    return asking.done()
