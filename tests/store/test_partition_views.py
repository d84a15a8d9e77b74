"""Partitions in one store: each reads what concerns it, and whoever folds everything is not touched by any of it."""

from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import insert, select, text, update

from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.store.checkpoints import KEPT, Checkpoints
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.outbox import Outbox
from sentinel.store.part_tables import parts
from sentinel.store.schema import journal as journal_table
from sentinel.store.schema import meta
from tests.builders import a_mention
from tests.fakes import START, FakeClock
from tests.incidents.story import Story
from tests.postgres import PostgresServer

LESSON = Correction(text="vaya tela", label=Label.NEGATIVE, by="ana")


@pytest.fixture
async def database(postgres: PostgresServer, clock: FakeClock) -> AsyncIterator[Database]:
    """Several write to a server alone."""
    opened = await Database.open(await postgres.empty("store"), StoreHealth(clock))
    yield opened
    await opened.close()


@pytest.fixture
async def halves(database: Database, clock: FakeClock) -> tuple[Journal, Journal]:
    """The journals of two partitions of a store that one daemon had before, and left an entry in."""
    await Journal(database, clock).append([a_mention(id="before")])
    async with database.write() as connection:
        await connection.execute(insert(parts), [{"id": number} for number in (1, 2)])
    await clock.advance(1)
    return Journal(database, clock, part=1), Journal(database, clock, part=2)


async def test_each_reads_its_own_and_what_was_before(halves: tuple[Journal, Journal]) -> None:
    """A mention of both partitions stands in both, once in each; neither sees the other's."""
    one, two = halves
    both = a_mention(id="both")
    assert (await one.append([a_mention(id="a"), both])).accepted == 2
    assert (await two.append([both, a_mention(id="b"), both])).accepted == 2
    assert (await one.append([both, a_mention(id="c")])).accepted == 1
    assert [each.id for each in await one.read(0)] == ["before", "a", "both", "c"]
    assert [each.id for each in await two.read(0)] == ["before", "both", "b"]
    assert await one.follow(await two.last(), 10) == (await one.read(0))[-1:]


async def test_what_is_at_hand_is_what_is_in_the_store(halves: tuple[Journal, Journal]) -> None:
    """Numbers of two partitions alternate; whoever folds gets the same entries from memory as from the store."""
    one, two = halves
    start = await one.last()
    for number in range(6):
        await (one, two)[number % 2].append([a_mention(id=f"{number}.{each}") for each in range(3)])
    assert await one.follow(start, 100) == await one.read(start)
    assert len(await one.read(start)) == 9


async def test_deletes_of_one_leave_the_other_alone(halves: tuple[Journal, Journal]) -> None:
    """A partition that does not hold a mention does not note that it was taken back; folded, the words are gone."""
    one, two = halves
    await one.append([a_mention(id="x")])
    await two.append([a_mention(id="y")])
    for each in halves:
        await each.append([], deletes=[("bluesky", "x"), ("bluesky", "before")])
    assert [(each.op.value, each.id) for each in await two.read(0)][1:] == [("create", "y"), ("delete", "before")]
    assert await one.purge_deleted(await one.last()) == 2
    assert [each.mention is None for each in await one.read(0)] == [True, True, True, True]
    assert [each.mention is None for each in await two.read(0)] == [True, False, True]


async def test_old_entries_go_partition_by_partition(
    halves: tuple[Journal, Journal], database: Database, clock: FakeClock
) -> None:
    """What one has not folded yet stays, however old it is."""
    one, two = halves
    await one.append([a_mention(id="a")], teachings=[LESSON])
    await two.append([a_mention(id="b")])
    assert [each.teaching for each in await one.teachings(await one.last())] == [LESSON]
    assert await two.teachings(await two.last()) == []
    await clock.advance(timedelta(days=2))
    assert await one.position_before(clock.now()) == await one.last()
    assert await one.prune(clock.now(), await one.last()) == 3
    assert [each.id for each in await Journal(database, clock).read(0)] == ["b"]


async def test_a_partition_begins_from_the_state_of_the_time_before(database: Database) -> None:
    """Until it has one of its own; of its own it keeps as many as anybody, whatever the others write."""
    whole, one, two = (Checkpoints(database, 7, part=part) for part in (0, 1, 2))
    await Checkpoints(database, 7).save(10, START, {"of": "all"})
    for number in range(KEPT + 2):
        await two.save(20 + number, START, {"of": "two"})
    found = [await each.newest(7) for each in (one, two)]
    assert [each and (each.position, each.state) for each in found] == [(10, {"of": "all"}), (24, {"of": "two"})]
    await one.save(15, START, {"of": "one"})
    again = await one.newest(7)
    assert again is not None
    assert again.position == 15
    assert await whole.newest(7) is not None


async def test_how_far_decisions_went_is_each_partitions_own(database: Database) -> None:
    """It goes on from where the one daemon was, and from then on by itself."""
    whole, one, two = (IncidentStore(database, part) for part in (0, 1, 2))
    later = START + timedelta(minutes=1)
    async with database.write() as connection:
        await connection.execute(insert(parts), [{"id": number} for number in (1, 2)])
        await whole.mark_applied(connection, START)
        await two.mark_applied(connection, later)
    assert [await each.applied_at() for each in (whole, one, two)] == [START, START, later]


async def test_each_goes_on_with_its_own_incidents(database: Database) -> None:
    """Of its brands all, and of brands that are gone those that it decided about itself."""
    for part, brand in ((0, "Acme"), (1, "Gone"), (2, "Zeta")):
        opened = Story().score(Level.ALERT).incident
        assert opened is not None
        incident = msgspec.structs.replace(opened, id=f"i-{brand}", brand=brand)
        async with database.write() as connection:
            await Decision(incidents=(incident,)).write(connection, IncidentStore(database, part), Outbox(database))
    one, two = IncidentStore(database, 1), IncidentStore(database, 2)
    assert {each.brand for each in await one.standing(["Acme"])} == {"Acme", "Gone"}
    assert {each.brand for each in await two.standing(["Zeta"])} == {"Zeta"}
    assert {each.brand for each in await IncidentStore(database).standing()} == {"Acme", "Gone", "Zeta"}


async def test_a_store_of_before_there_were_partitions(store_url: str, clock: FakeClock) -> None:
    """It is brought up to date with what it holds, and the same mention may then stand in two partitions."""
    database = await Database.open(store_url, StoreHealth(clock))
    await Journal(database, clock).append([a_mention(id="old")])
    async with database.write() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text("ALTER TABLE journal DROP CONSTRAINT journal_key"))
        for name in ("journal", "checkpoints", "incidents"):
            await connection.execute(text(f"ALTER TABLE {name} DROP COLUMN part"))
        if connection.dialect.name == "postgresql":
            old = "ALTER TABLE journal ADD CONSTRAINT journal_key UNIQUE (source, id, op)"
            await connection.execute(text(old))
        for name in ("owner", "owner_epoch"):
            await connection.execute(text(f"ALTER TABLE outbox DROP COLUMN {name}"))
        await connection.execute(update(meta).where(meta.c.key == "schema").values(value="6"))
    await database.close()
    database = await Database.open(store_url, StoreHealth(clock))
    assert [each.id for each in await Journal(database, clock).read(0)] == ["old"]
    async with database.read() as connection:
        assert (await connection.execute(select(journal_table.c.part))).scalars().all() == [0]
        is_server = connection.dialect.name == "postgresql"
    if is_server:
        for part in (1, 2):
            assert (await Journal(database, clock, part=part).append([a_mention(id="new")])).accepted == 1
    await database.close()
