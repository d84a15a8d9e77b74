"""The journal: each mention once, on disk before the answer, stamps that never fall."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from sentinel.clock import SystemClock
from sentinel.errors import StoreError
from sentinel.mention import Mention
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction, RollBack
from sentinel.store.database import Database
from sentinel.store.group import Appended, Op
from sentinel.store.journal import GROUP, Journal
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.recent_entries import RecentEntries, WrittenRow
from sentinel.store.schema import journal as table
from tests.builders import a_mention
from tests.fakes import START, FakeClock, settle
from tests.store.failing import ONLY_SQLITE


def ids(entries: list[JournalEntry]) -> list[str]:
    return [entry.id for entry in entries]


async def test_what_was_appended_is_read_back_as_it_was(journal: Journal) -> None:
    """A mention comes back equal, with its number and the time at which we saw it."""
    mention = a_mention("Tercer día sin servicio de @acme", rating=1.0, url="https://example.com/1")
    assert await journal.append([mention]) == Appended(accepted=1, duplicates=0)
    (entry,) = await journal.read(0)
    assert entry == JournalEntry(
        seq=1, observed_at=START, op=Op.CREATE, source=mention.source, id=mention.id, mention=mention
    )
    assert await journal.last() == journal.newest == 1


async def test_a_mention_seen_twice_is_one(journal: Journal) -> None:
    """The same pair of source and id counts once, within a batch, between batches and between batches of one
    transaction.
    """
    mention, other = a_mention(id="1"), a_mention(id="1", source="reviews")
    assert await journal.append([mention, mention, other]) == Appended(accepted=2, duplicates=1)
    assert await journal.append([mention]) == Appended(accepted=0, duplicates=1)
    fresh = a_mention(id="2")
    async with asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(journal.append([fresh])) for _ in range(2)]
    assert [task.result().accepted for task in both] == [1, 0]
    assert ids(await journal.read(0)) == ["1", "1", "2"]


async def test_an_empty_batch_is_nothing(journal: Journal) -> None:
    """Nothing to write is not an error and makes no entry."""
    assert await journal.append([]) == Appended(accepted=0, duplicates=0)
    assert await journal.last() == 0


async def test_batch_and_cursor_are_committed_together(journal: Journal, database: Database, clock: FakeClock) -> None:
    """The cursor of another start is that of the last batch on disk, and each source has its own."""
    assert await journal.cursor("bluesky") is None
    await journal.append([a_mention()], cursor=("bluesky", b"1"))
    await journal.append([], cursor=("bluesky", b"2"))
    await journal.append([], cursor=("feeds", b"x"))
    again = Journal(database, clock)
    assert [await again.cursor(name) for name in ("bluesky", "feeds")] == [b"2", b"x"]


async def test_appends_that_come_together_share_a_commit(database: Database) -> None:
    """A hundred posts at once do not wait for the disk a hundred times."""
    journal = Journal(database, SystemClock())
    await journal.last()
    commits = 0

    def count(_: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(database._engine.sync_engine, "commit", count)
    async with asyncio.TaskGroup() as tasks:
        for number in range(100):
            tasks.create_task(journal.append([a_mention(id=f"together-{number}")]))
    assert commits == 1
    assert len(await journal.read(0)) == 100


@ONLY_SQLITE
async def test_a_group_is_bounded(database: Database, clock: FakeClock) -> None:
    """Batches beyond what one transaction takes go into the next, and all arrive in the order of the calls."""
    journal = Journal(database, clock)
    batches = [[a_mention("x", id=f"{number}-{place}") for place in range(GROUP // 2)] for number in range(5)]
    async with asyncio.TaskGroup() as tasks:
        for batch in batches:
            tasks.create_task(journal.append(batch))
    entries = await journal.read(0, limit=5 * GROUP)
    assert ids(entries) == [mention.id for batch in batches for mention in batch]


async def test_a_caller_that_is_cancelled_harms_nobody(database: Database) -> None:
    """Its batch and the others' that share the transaction are written once all the same."""
    journal = Journal(database, SystemClock())
    await journal.last()
    async with asyncio.TaskGroup() as tasks:
        appends = [tasks.create_task(journal.append([a_mention(id=f"c{number}")])) for number in range(3)]
        await settle(1)
        appends[0].cancel()
    assert appends[0].cancelled()
    assert [task.result() for task in appends[1:]] == [Appended(accepted=1, duplicates=0)] * 2
    assert ids(await journal.read(0)) == ["c0", "c1", "c2"]


async def test_a_batch_that_cannot_be_written_fails_alone(database: Database, clock: FakeClock) -> None:
    """Others of the same transaction are written; the one in fault is told why, and its cursor stays."""
    journal = Journal(database, clock)
    refused = Mention(source="x", id="poison", text="hola", published_at=START)

    def refuse(
        connection: object, cursor: object, statement: str, parameters: object, context: object, many: bool
    ) -> None:
        if "INSERT INTO journal" in statement and "poison" in str(parameters):
            raise ValueError("disk is full")

    event.listen(database._engine.sync_engine, "before_cursor_execute", refuse)
    async with asyncio.TaskGroup() as tasks:
        good = tasks.create_task(journal.append([a_mention(id="1")]))
        bad = tasks.create_task(_failing(journal, refused))
        late = tasks.create_task(journal.append([a_mention(id="2")]))
    assert (good.result().accepted, late.result().accepted) == (1, 1)
    assert "disk is full" in bad.result()
    assert await journal.cursor("x") is None
    await journal.flush()
    assert ids(await journal.read(0)) == ["1", "2"]


async def _failing(journal: Journal, mention: Mention) -> str:
    with pytest.raises(StoreError) as raised:
        await journal.append([mention], cursor=("x", b"1"))
    return str(raised.value)


async def test_a_database_that_fails_is_named_without_the_text(database: Database, clock: FakeClock) -> None:
    """The error of a lost table says so, and repeats nothing of the mention."""
    journal = Journal(database, clock)
    await journal.last()
    async with database.write() as connection:
        await connection.run_sync(table.drop)
    with pytest.raises(StoreError, match=r"no such table: journal|relation \"journal\" does not exist") as raised:
        await journal.append([a_mention("secreto")])
    assert "secreto" not in str(raised.value)


async def test_stamps_rise_even_if_the_clock_is_set_back(journal: Journal, clock: FakeClock) -> None:
    """What is seen later is never stamped earlier."""
    for step in (timedelta(0), timedelta(hours=-1), timedelta(minutes=30), timedelta(hours=2)):
        clock.step_wall(step)
        await journal.append([a_mention()])
    stamps = [entry.observed_at for entry in await journal.read(0)]
    assert stamps == sorted(stamps)
    assert stamps[0] == stamps[1] == stamps[2] == START
    assert stamps[3] == START + timedelta(hours=1, minutes=30)


async def test_a_flush_divides_time(journal: Journal, clock: FakeClock) -> None:
    """What was appended before it is on disk and stamped up to its answer, what comes later is stamped later."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(journal.append([a_mention(id="before")]))
        await settle(2)
        boundary = await journal.flush()
        assert ids(await journal.read(0)) == ["before"]
    assert boundary == clock.now()
    await journal.append([a_mention(id="after")])
    before, after = await journal.read(0)
    assert before.observed_at <= boundary < after.observed_at
    assert await journal.flush() >= after.observed_at


async def test_a_later_start_goes_on_after_the_last_stamp(
    journal: Journal, database: Database, clock: FakeClock
) -> None:
    """A clock that was set back over a restart does not make entries older than those before."""
    await journal.append([a_mention(id="1")])
    clock.step_wall(timedelta(days=-1))
    again = Journal(database, clock)
    assert again.newest == 0
    await again.append([a_mention(id="2")])
    first, second = await again.read(0)
    assert second.observed_at > first.observed_at
    assert again.newest == 2


async def test_a_reader_wakes_when_something_comes(journal: Journal) -> None:
    """Waiting beyond a number ends with the entry after it, at once if it is there."""
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(journal.wait_beyond(1))
        await journal.append([a_mention()])
        await settle()
        assert not waiting.done()
        await journal.append([a_mention()])
    await journal.wait_beyond(1)


async def test_reading_goes_on_where_it_stopped(journal: Journal) -> None:
    """A limit cuts; the last number read is where the next read begins."""
    await journal.append([a_mention(id=str(number)) for number in range(5)])
    first = await journal.read(0, limit=3)
    assert ids(first) + ids(await journal.read(first[-1].seq)) == ["0", "1", "2", "3", "4"]


async def test_only_what_we_hold_can_be_taken_back(journal: Journal) -> None:
    """A delete of something unknown leaves no trace; one of the same batch or of an earlier one does, once."""
    await journal.append([a_mention(id="1")])
    await journal.append(
        [a_mention(id="2")], deletes=[("bluesky", "1"), ("bluesky", "2"), ("bluesky", "unknown"), ("feeds", "1")]
    )
    await journal.append([], deletes=[("bluesky", "1")])
    assert [(entry.op, entry.id, entry.mention is None) for entry in await journal.read(0)] == [
        (Op.CREATE, "1", False),
        (Op.CREATE, "2", False),
        (Op.DELETE, "1", True),
        (Op.DELETE, "2", True),
    ]


async def test_a_whole_account_can_be_taken_back(journal: Journal) -> None:
    """Everything whose id starts with the account's is deleted, from disk and from the batch itself, and nothing of its
    neighbours.
    """
    await journal.append(
        [a_mention(id=each) for each in ("at://did:a/1", "at://did:ab/1", "at://did:a/2", "at://DID:a/3")]
    )
    await journal.append([a_mention(id="at://did:a/4")], erased=[("bluesky", "at://did:a/")])
    deleted = [entry.id for entry in await journal.read(0) if entry.op is Op.DELETE]
    assert deleted == ["at://did:a/1", "at://did:a/2", "at://did:a/4"]


async def test_what_was_taken_back_is_emptied_once_folded(journal: Journal) -> None:
    """The body goes when the delete has been folded, not before; the entry stays, so that it cannot come back."""
    await journal.append([a_mention(id="1"), a_mention(id="2")])
    await journal.append([], deletes=[("bluesky", "1")])
    assert await journal.purge_deleted(2) == 0
    assert await journal.purge_deleted(3) == 1
    assert await journal.purge_deleted(3) == 0
    entries = await journal.read(0)
    assert [entry.mention is None for entry in entries] == [True, False, True]
    assert (await journal.append([a_mention(id="1")])).duplicates == 1


async def test_retention_takes_what_is_old_and_folded(journal: Journal, clock: FakeClock) -> None:
    """Neither what is young nor what has yet to be folded goes, and numbers are never given twice."""
    await journal.append([a_mention(id=str(number)) for number in range(1_200)])
    await clock.advance(timedelta(days=2))
    await journal.append([a_mention(id="young")])
    assert await journal.prune(START + timedelta(days=1), position=1_100) == 1_100
    assert (await journal.read(0))[0].seq == 1_101
    assert await journal.prune(START + timedelta(days=1), position=10_000) == 100
    assert await journal.prune(START + timedelta(days=9), position=10_000) == 1
    await journal.append([a_mention(id="0")])
    assert ids(await journal.read(0)) == ["0"]
    assert journal.newest == 1_202


async def test_a_damaged_body_does_not_stop_the_fold(journal: Journal, database: Database) -> None:
    """An entry that cannot be read is passed over as if it had been purged."""
    await journal.append([a_mention(), a_mention()])
    async with database.write() as connection:
        await connection.execute(update(table).where(table.c.seq == 1).values(body=b"\xff{"))
    first, second = await journal.read(0)
    assert first.mention is None
    assert second.mention is not None


async def test_a_writer_that_is_torn_down_tells_its_callers(database: Database) -> None:
    """When the loop is shut down in the middle, nobody waits for ever."""
    journal = Journal(database, SystemClock())
    await journal.last()
    async with asyncio.TaskGroup() as tasks:
        append = tasks.create_task(journal.append([a_mention()]))
        await settle(2)
        assert journal._writer is not None
        journal._writer.cancel()
    assert append.cancelled()
    await journal.flush()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.lists(st.integers(0, 20), max_size=6), st.lists(st.integers(0, 20), max_size=3)), max_size=12)
)
async def test_any_sequence_of_batches_gives_each_mention_once(
    database: Database, plan: list[tuple[list[int], list[int]]]
) -> None:
    """Accepted and duplicates add up, entries are unique, and numbers and stamps rise, whatever comes together."""
    async with database.write() as connection:
        await connection.execute(table.delete())
    journal = Journal(database, SystemClock())
    async with asyncio.TaskGroup() as tasks:
        appends = [
            tasks.create_task(
                journal.append(
                    [a_mention(id=str(each)) for each in creates], deletes=[("bluesky", str(each)) for each in deletes]
                )
            )
            for creates, deletes in plan
        ]
    entries = await journal.read(0)
    created = [entry.id for entry in entries if entry.op is Op.CREATE]
    assert sorted(created, key=int) == [str(each) for each in sorted({each for creates, _ in plan for each in creates})]
    assert sum(task.result().accepted for task in appends) == len(created)
    assert [task.result().accepted + task.result().duplicates for task in appends] == [
        len(creates) for creates, _ in plan
    ]
    assert all(a.seq < b.seq and a.observed_at <= b.observed_at for a, b in pairwise(entries))


async def test_what_people_teach_stands_among_the_mentions(journal: Journal) -> None:
    """Each correction and each roll-back comes back as it was, in its place, the same one twice as two; mentions are
    counted alone.
    """
    correction = Correction(text="no es una queja", label=Label.NEUTRAL, by="ana")
    await journal.append([a_mention(id="1")])
    assert await journal.append([], teachings=[correction, correction]) == Appended(accepted=0, duplicates=0)
    await journal.append([a_mention(id="2")], teachings=[RollBack(version=0, by="ana")])
    entries = await journal.read(0)
    assert [entry.op for entry in entries] == [Op.CREATE, Op.TEACH, Op.TEACH, Op.CREATE, Op.TEACH]
    assert [entry.teaching for entry in entries if entry.teaching] == [
        correction,
        correction,
        RollBack(version=0, by="ana"),
    ]


async def test_a_teaching_that_cannot_be_read_is_passed_over(journal: Journal, database: Database) -> None:
    """A damaged row teaches nothing, and the fold goes on."""
    await journal.append([], teachings=[RollBack(version=0, by="ana")])
    async with database.write() as connection:
        await connection.execute(update(table).values(body=b"{"))
    assert [(entry.mention, entry.teaching) for entry in await journal.read(0)] == [(None, None)]


async def test_what_was_just_written_is_at_hand(journal: Journal, database: Database, clock: FakeClock) -> None:
    """Whoever follows gets, entry for entry, what reading gives, and asks the store for nothing: mentions, what was
    known already, deletes, lessons, and batches of one transaction.
    """
    lesson = Correction(text="acme falla", label=Label.NEGATIVE, by="ana", lang="es")
    await journal.append([a_mention(id="0"), a_mention(id="1")])
    async with asyncio.TaskGroup() as tasks:
        for number in range(5):
            tasks.create_task(journal.append([a_mention(id=f"{number}"), a_mention(id=f"x{number}")]))
    await clock.advance(1)
    await journal.append([], deletes=[("bluesky", "1"), ("bluesky", "unknown")], teachings=[lesson])
    expected, asked = await journal.read(0), 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(database._engine.sync_engine, "before_cursor_execute", count)
    position, followed = 0, list[JournalEntry]()
    while position < journal.newest:
        followed += await journal.follow(position, 3)
        position = followed[-1].seq
    assert followed == expected
    assert await journal.follow(position, 3) == []
    assert asked == 0


async def test_what_is_not_at_hand_is_read(journal: Journal, database: Database, clock: FakeClock) -> None:
    """After a start, and where somebody else wrote in between."""
    await journal.append([a_mention(id="0")])
    later = Journal(database, clock)
    await later.append([a_mention(id="1")])
    assert ids(await later.follow(0, 9)) == ids(await later.read(0)) == ["0", "1"]
    assert await journal.append([a_mention(id="2")]) == Appended(accepted=1, duplicates=0)
    assert ids(await journal.follow(1, 9)) == ["1", "2"]
    await journal.append([a_mention(id="3")])
    assert ids(await journal.follow(0, 9)) == ["0", "1", "2", "3"]
    assert ids(await journal.follow(3, 9)) == ["3"]


def test_recent_entries_have_no_gaps_and_no_end_of_room() -> None:
    """What does not fit goes, oldest first; what went has to be read."""
    recent = RecentEntries(4, rows=3, room=100)
    recent.add([WrittenRow(seq, "x", str(seq), "create", 0, b"12345678", None) for seq in (5, 6, 8, 9)])
    assert seqs(recent.after(5, 9)) == [6, 8, 9]
    assert recent.after(4, 9) is None
    recent.add([WrittenRow(10, "x", "10", "create", 0, b"1" * 90, None)])
    assert seqs(recent.after(9, 9)) == [10]
    assert recent.after(8, 9) is None
    recent.begin(10)
    assert recent.after(10, 9) == []
    recent.doubt()
    assert recent.after(10, 9) is None
    recent.add([WrittenRow(11, "x", "11", "create", 0, b"", None)])
    assert seqs(recent.after(10, 9)) == [11]


def seqs(rows: list[WrittenRow] | None) -> list[int]:
    return [row.seq for row in rows or ()]


async def test_a_commit_that_was_not_seen_to_end_is_read_and_not_taken_for_the_retry(
    journal: Journal, clock: FakeClock
) -> None:
    """The batch is on disk, its answer was lost, and it comes again, later and in other words: the fold gets what the
    disk has.
    """
    first = a_mention("tercer día sin servicio", id="1")
    await journal.append([first])
    journal._newest = 0  # as after a connection that broke before the answer
    await clock.advance(9)
    again = await journal.append([a_mention("cuarto día sin servicio", id="1")])
    assert again == Appended(accepted=0, duplicates=1)
    (entry,) = await journal.follow(0, 10)
    assert (entry.observed_at, entry.mention) == (START, first)
