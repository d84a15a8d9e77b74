"""A store moved from SQLite to PostgreSQL and back: everything arrives, or nothing does."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from sentinel.errors import BadInput, StoreError, StoreHeld
from sentinel.notify.progress import RowState
from sentinel.scoring.level import Level
from sentinel.store.checkpoints import Checkpoints
from sentinel.store.database import Database
from sentinel.store.facts import fact
from sentinel.store.file_lock import FileLock
from sentinel.store.health import StoreHealth
from sentinel.store.heard_mention import HeardMention, Hearing, MentionFilter
from sentinel.store.incidents import IncidentStore
from sentinel.store.journal import Journal
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.mention_search import MentionSearch
from sentinel.store.move import move_store
from sentinel.store.outbox import Outbox
from sentinel.store.rollups import Counted, RollupStore
from sentinel.store.schema import metadata, sessions
from tests.builders import a_mention
from tests.fakes import START, FakeClock
from tests.notify.test_dispatcher import a_delivery
from tests.postgres import PostgresServer
from tests.store.test_failover import LINE, Room, an_incident

PAGE = a_delivery("luis", title="on its way\x00")


@pytest.fixture
async def origin(tmp_path: Path, clock: FakeClock) -> str:
    """A store in mid-crisis, whose first mentions were let go of."""
    url = f"sqlite:///{tmp_path / 'sentinel.db'}"
    database = await Database.open(url, StoreHealth(clock))
    journal, room, story = Journal(database, clock), Room(database, clock), an_incident()
    await journal.append([a_mention(id="gone"), a_mention("La Aurora cerró", id="kept ñ")], cursor=("sky", b"\x00\xff"))
    await journal.append([a_mention(id="also gone")])
    await RollupStore(database).add([], Counted(seq=2), [_heard(await journal.read(1, 1))])
    async with database.write() as connection:
        await connection.execute(text("DELETE FROM journal WHERE id LIKE '%gone'"))
        await connection.execute(
            insert(sessions), [{"id": "s", "account": "ana", "stamp": "x", "started_at": 1, "seen_at": 2}]
        )
    await room.decide(PAGE, incidents=(story.incident,), lines=((story.incident.id, LINE),), applied_at=START)
    await Checkpoints(database, 1).save(2, START, {"a": 1})
    await database.close()
    return url


def _heard(entries: list[JournalEntry]) -> HeardMention:
    (entry,) = entries
    assert entry.mention is not None
    at = entry.observed_at
    hearing = Hearing(brands=(), lang="es")
    return HeardMention(number=entry.seq, mention=entry.mention, heard_at=at, at=at, hearing=hearing)


async def _rows(url: str) -> dict[str, list[tuple[object, ...]]]:
    database = await Database.open(url)
    found = {}
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            query = select(table).order_by(*table.primary_key.columns)
            found[table.name] = [tuple(row) for row in await connection.execute(query)]
    await database.close()
    return found


async def test_there_and_back(origin: str, tmp_path: Path, postgres: PostgresServer, clock: FakeClock) -> None:
    """Every row of every table; a number that was given once is not given again; the daemon goes on there."""
    before, there = await _rows(origin), await postgres.empty("moved")
    counts = await move_store(origin, there, clock)
    assert counts == {name: len(rows) for name, rows in before.items()}
    assert {name for name, count in counts.items() if count} >= {
        "journal", "incidents", "timeline", "outbox", "checkpoints", "sessions", "cursors", "meta",
    }  # fmt: skip
    database = await Database.open(there, StoreHealth(clock))
    journal, outbox = Journal(database, clock), Outbox(database)
    await journal.append([a_mention(id="new")])
    assert [(each.seq, each.id) for each in await journal.read(0)] == [(2, "kept ñ"), (4, "new")]
    assert await journal.cursor("sky") == b"\x00\xff"
    (page,) = await outbox.due(START)
    assert (page.message.title, await outbox.state_of(page.key)) == ("on its way", (RowState.QUEUED, ""))
    found = await MentionSearch(database).find(MentionFilter(text="aurora cerro"))
    assert [each.number for each in found] == [2], "its words are found there as well"
    assert [each.level for each in await IncidentStore(database).standing()] == [Level.ALERT]
    assert (await Checkpoints(database, 1).newest(1)) is not None
    await database.close()
    back = f"sqlite:///{tmp_path / 'back.db'}"
    after = await _rows(there)
    await move_store(there, back, clock)
    assert await _rows(back) == after


async def test_only_into_what_is_empty(origin: str, postgres: PostgresServer, clock: FakeClock) -> None:
    """Two stores are never mixed: the second time it says what is in the way."""
    there = await postgres.empty("moved")
    await move_store(origin, there, clock)
    with pytest.raises(BadInput, match=r"has rows in \w+ already; name an empty database in --to"):
        await move_store(origin, there, clock)


async def test_all_or_nothing(origin: str, postgres: PostgresServer, clock: FakeClock) -> None:
    """A row that the target does not take is named with its table; what came before it is taken back, and a second
    try, with the fault mended, moves all.
    """
    there = await postgres.empty("moved")
    await _spoil(origin, "a day")
    with pytest.raises(StoreError, match="table timeline could not be moved"):
        await move_store(origin, there, clock)
    assert [name for name, rows in (await _rows(there)).items() if rows] == ["meta"]
    await _spoil(origin, 7)
    assert (await move_store(origin, there, clock))["timeline"] == 1


async def test_not_under_a_daemon(origin: str, tmp_path: Path, postgres: PostgresServer, clock: FakeClock) -> None:
    """Nor from where there is nothing, which would make it."""
    there = await postgres.empty("moved")
    lock = FileLock.take(tmp_path / "sentinel.db", clock)
    with pytest.raises(StoreHeld):
        await move_store(origin, there, clock)
    await lock.release()
    with pytest.raises(BadInput, match=r"nowhere\.db: no such store"):
        await move_store(f"sqlite:///{tmp_path / 'nowhere.db'}", there, clock)
    assert not (tmp_path / "nowhere.db").exists()


async def _spoil(url: str, at: object) -> None:
    """Of a type that SQLite takes in any column."""
    database = await Database.open(url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE timeline SET at = :at"), {"at": at})
        assert await fact(connection, "schema")
    await database.close()
