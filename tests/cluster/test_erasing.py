"""A person is erased while the cluster runs: nothing names them any more, whoever is killed meanwhile."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.assembly.partition_parts import PartitionFolds
from sentinel.clock import SystemClock
from sentinel.cluster.carried_journal import CarriedJournal
from sentinel.cluster.partition_owner import PartitionOwner
from sentinel.cluster.person_erasing import AGAIN, PersonErasing
from sentinel.cluster.shared_persons import SharedPersons
from sentinel.daemon.person_keeper import Erased, ErasurePending, NoSuchErasure
from sentinel.engine.partitions import PartRouter
from sentinel.incidents.command import Action, Command
from sentinel.mention import Author, Mention
from sentinel.store.checkpoints import plain_body
from sentinel.store.eraser import Eraser
from sentinel.store.erasures import Erasure, ErasureRows, ErasureStage
from sentinel.store.part_tables import erasures_said
from sentinel.store.person import NamedRow, Sought, find_person, rid_of_names
from tests.builders import a_mention
from tests.cluster.test_front import Front, taken_in
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.workshop import PARTS, Workshop, _no_secrets
from tests.daemon.watchhouse import NoFigures

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
        self.folds = PartitionFolds(
            *(workshop.database, workshop.partitions, lambda: workshop.config, NoFigures()),
            *(SystemClock.over(workshop.wall), _no_secrets),
        )
        router = PartRouter(workshop.config.setup, workshop.partitions)
        self.journal = CarriedJournal(workshop.database, workshop.wall, workshop.carrier, lambda: router)
        self.rows = ErasureRows(workshop.database)
        self.asked = SharedPersons(workshop.database, self.journal, None, workshop.wall)
        self.erasing = self.heir()

    def heir(self) -> PersonErasing:
        """The next process that has the duty: it knows what stands in the store, and nothing else."""
        return PersonErasing(self.workshop.database, self.journal, PARTS, self.workshop.wall)

    async def take_up(self, *parts: int) -> None:
        for row in [each for each in await self.workshop.rows.look() if each.id in parts]:
            owned = await self.workshop.rows.claim(row, f"w{row.id}")
            assert owned is not None
            owner = PartitionOwner(owned, self.folds.build(owned), self.workshop.carrier, self.workshop.wall)
            self.owners[row.id] = await taken_up(owner)

    async def listen(self) -> None:
        """Each owner takes in what was carried to it."""
        for part, owner in self.owners.items():
            if (await self.workshop.carrier._look()).get(part, 0) > owner._accepted:
                await taken_in(self.workshop, owner)

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
    assert {each.split(":")[0] for each in await named(workshop)} >= {"journal", "incidents", "checkpoints", "boards"}
    return crew


async def named(workshop: Workshop) -> list[str]:
    """Tables of the store in which a search finds any of them; without what is to be erased itself."""
    found = []
    async with workshop.database.read() as connection:
        tables = (
            await connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        ).scalars()
        for table in [each for each in tables if each != "erasures"]:
            rows = (await connection.execute(text(f'SELECT * FROM "{table}"'))).all()  # no input
            raw = b"\n".join(_raw(each) for row in rows for each in row)
            found += [f"{table}: {each}" for each in (HANDLE, ID, NAME, WORDS) if each.encode() in raw]
    return found


def _raw(value: object) -> bytes:
    return plain_body(value) if isinstance(value, bytes) else str(value).encode()


async def test_nothing_names_her_any_more(workshop: Workshop, crew: Crew) -> None:
    """Not the journals, no incident, state, board, message or command; what others said stays, the incident climbs on,
    and who asked is told how much went.
    """
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    await crew.until_done(number)
    done = await crew.asked.erase(SOUGHT, number)
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


async def test_what_was_on_its_way(workshop: Workshop, crew: Crew) -> None:
    """A post that was accepted before it was asked for, and that nobody has taken in, goes as well; what she posts
    afterwards is a new post, of which her name goes.
    """
    await workshop.put(hers(1, workshop.wall.now(), begin=7))
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    assert await crew.rows.ask(SOUGHT, workshop.wall.now()) == number, "the same is asked for once"
    await crew.until_done(number)
    assert await crew.asked.erase(SOUGHT, number) == Erased(
        mentions=4, rows=(await _of(crew, number)).rows, packed=True
    )
    assert await named(workshop) == []
    assert (await find_person(workshop.database, SOUGHT)).mentions == []


async def test_whoever_does_it_is_killed_after_every_step(workshop: Workshop, crew: Crew) -> None:
    """Each look is another process's: it is done once, and as much went as was there."""
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    for _ in range(20):
        crew.erasing = crew.heir()
        await crew.erasing.look()
        if (await _of(crew, number)).stage is ErasureStage.DONE:
            break
        await crew.fold()
    assert await named(workshop) == []
    assert (await _of(crew, number)).mentions == 3
    await crew.heir().look()  # finds nothing to do
    assert (await _of(crew, number)).names == ()


async def test_killed_amid_the_rows(workshop: Workshop, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some rows are rid of her and others are not: the next process knows what she is called, and what went counts."""
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    while len(await crew.rows.said(await _of(crew, number))) < PARTS:
        await crew.erasing.look()
        await crew.fold()
    with monkeypatch.context() as patched:
        patched.setattr("sentinel.cluster.person_erasing.SOME", 5)
        patched.setattr("sentinel.cluster.person_erasing.rid_of_names", _Killed(after=3))
        with pytest.raises(KilledError):
            await crew.erasing.look()
    assert (await _of(crew, number)).rows == 15
    assert await named(workshop)
    crew.erasing = crew.heir()
    await crew.until_done(number)
    assert await named(workshop) == []
    assert (await _of(crew, number)).rows > 15


async def test_a_partition_is_taken_over_meanwhile(workshop: Workshop, crew: Crew) -> None:
    """Its owner had let go of her and was followed by one who read rows that named her still: that one lets go as well
    before it is done, and nothing that it writes names her.
    """
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    while ACME not in await crew.rows.said(await _of(crew, number)):
        await crew.erasing.look()
        await crew.fold()
    await crew.take_up(ACME)
    assert ACME not in await crew.rows.said(await _of(crew, number))
    await crew.until_done(number)
    owner = crew.owners[ACME]
    await ticked(owner)
    await owner.show(workshop.wall.now())
    assert await named(workshop) == []


async def test_nobody_owns_a_partition(workshop: Workshop, crew: Crew) -> None:
    """Who asked is told what it waits for, and by which number to ask again; it is done once somebody owns it."""
    left = crew.owners.pop(1)
    await left.owned.release()
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    for _ in range(4):
        await crew.erasing.look()
        await crew.fold()
    asking = asyncio.ensure_future(crew.asked.erase(SOUGHT))
    await workshop.until(lambda: _done(asking), "nobody waits for ever")
    with pytest.raises(ErasurePending) as pending:
        await asking
    assert (pending.value.number, pending.value.parts, pending.value.unowned) == (number, (1,), (1,))
    await crew.take_up(1)
    await crew.until_done(number)
    assert (await crew.asked.erase(SOUGHT, number)).mentions == 3
    with pytest.raises(NoSuchErasure, match="erasure 99: there is none"):
        await crew.asked.erase(SOUGHT, 99)
    await crew.rows.say(await _of(crew, number), ACME, 1)  # an owner whose look was older
    await workshop.wall.advance(3 * 3600)
    assert await crew.rows.prune(workshop.wall.now()) == 1
    async with workshop.database.read() as connection:
        assert (await connection.execute(select(erasures_said))).all() == []


async def test_workers_of_an_earlier_version(workshop: Workshop, crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """They run while a cluster is updated, and let go of marks: these are carried again, and it is done."""
    number = await crew.rows.ask(SOUGHT, workshop.wall.now())
    with monkeypatch.context() as earlier:
        earlier.setattr("sentinel.store.group.NOBODY", "no source")
        await crew.erasing.look()
        await crew.fold()
    for _ in range(2):
        await crew.erasing.look()
        await crew.fold()
    assert await crew.rows.has_mark((await _of(crew, number)).taken) == frozenset()
    await workshop.wall.advance(AGAIN)
    await crew.until_done(number)
    assert await named(workshop) == []


async def test_pages_show_nothing_of_her(workshop: Workshop, crew: Crew) -> None:
    """A process that shows pages and had her posts in memory reads anew what stands."""
    front = Front(workshop)
    await front.loop.start()
    assert front.acme is not None
    assert HANDLE in repr(front.acme.samples)
    await crew.until_done(await crew.rows.ask(SOUGHT, workshop.wall.now()))
    await front.loop.look_anew()
    assert front.acme is not None
    assert HANDLE not in repr(front.acme.samples)


class KilledError(Exception):
    """The process is gone."""


@dataclass
class _Killed:
    """Changes rows so many times; then the process is gone amid a transaction."""

    after: int

    async def __call__(self, connection: AsyncConnection, rows: Sequence[NamedRow], eraser: Eraser) -> int:
        changed = await rid_of_names(connection, rows, eraser)
        self.after -= 1
        if self.after < 0:
            raise KilledError
        return changed


async def _of(crew: Crew, number: int) -> Erasure:
    found = await crew.rows.get(number)
    assert found is not None
    return found


async def _done(asking: "asyncio.Future[Erased]") -> bool:
    return asking.done()
