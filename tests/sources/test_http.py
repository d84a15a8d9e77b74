"""The intake: one mention, an array or JSON Lines in; each good one on disk, each bad one named."""

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from sentinel.errors import BadMention, JournalFull
from sentinel.mention import MAX_TEXT, Mention
from sentinel.sources.http import LISTED, SLICE, MentionIntake
from sentinel.store.group import Appended
from sentinel.store.journal import Journal
from tests.fakes import START, FakeClock


class FullJournal(Journal):
    """Takes nothing more for now."""

    async def append(self, mentions: Sequence[Mention], **more: object) -> Appended:
        raise JournalFull("the stream is full", retry_after=5)


def body(id: str = "1", **changed: object) -> dict[str, object]:
    return {"source": "reviews", "id": id, "text": "hola @acme", "published_at": "2026-03-02T08:59:00Z"} | changed


def lines(*items: object) -> bytes:
    return b"\n".join(json.dumps(item).encode() for item in items) + b"\n"


@pytest.fixture
def heard() -> dict[str, list[int]]:
    return {"http": [], "reviews": []}


@pytest.fixture
def intake(journal: Journal, clock: FakeClock, heard: dict[str, list[int]]) -> MentionIntake:
    listeners: dict[str, Callable[[int], None]] = {name: counts.append for name, counts in heard.items()}
    return MentionIntake(journal=journal, clock=clock, heard=listeners)


@pytest.mark.parametrize(
    "posted",
    [
        json.dumps(body()).encode(),
        json.dumps(body(), indent=2).encode(),
        json.dumps([body()]).encode(),
        json.dumps([body()], indent=2).encode(),
        lines(body()),
        b"\xef\xbb\xbf" + lines(body()),
        b"\xef\xbb\xbf\n\n  " + json.dumps([body()]).encode() + b"\n\n",
        b"\r\n" + lines(body()).replace(b"\n", b"\r\n") + b"\r\n",
    ],
)
@pytest.mark.parametrize("content_type", ["application/json", "application/x-ndjson", "text/plain", "", None])
async def test_one_mention_in_any_dress(
    intake: MentionIntake, journal: Journal, posted: bytes, content_type: str | None
) -> None:
    """Pretty or not, in an array or alone, with a byte order mark or Windows line ends: it is the same mention, on
    disk.
    """
    taken = await intake.take(posted, content_type)
    assert (taken.accepted, taken.duplicates, taken.rejected) == (1, 0, ())
    (entry,) = await journal.read(0)
    assert entry.mention is not None
    assert entry.mention.text == "hola @acme"


async def test_lines_are_counted_from_one_with_blank_ones(intake: MentionIntake) -> None:
    """The number that is answered is the line in the sender's own file."""
    posted = b"\n" + lines(body("1")) + b"\n{broken\n" + lines(body("2"), body("3", text=7), [1], "x") + b"nonsense"
    taken = await intake.take(posted, "application/x-ndjson")
    assert taken.accepted == 2
    assert [line for line, _ in taken.rejected] == [4, 6, 7, 8, 9]
    assert dict(taken.rejected)[6] == "text: expected `str`, got `int`"


async def test_a_bad_item_of_an_array_is_refused_alone(intake: MentionIntake) -> None:
    """Items of an array are numbered by their place."""
    without = body("3")
    del without["published_at"]
    taken = await intake.take(json.dumps([body("1"), 5, without, body("4"), None]).encode())
    assert taken.accepted == 2
    assert taken.rejected == (
        (2, "expected `object`, got `int`"),
        (3, "object missing required field `published_at`"),
        (5, "expected `object`, got `null`"),
    )


async def test_duplicates_are_told_apart_from_new_ones(intake: MentionIntake, heard: dict[str, list[int]]) -> None:
    """A sender that repeats itself is told so, and is counted once."""
    await intake.take(lines(body("1"), body("1"), body("2")))
    taken = await intake.take(lines(body("2"), body("3", source="elsewhere")))
    assert (taken.accepted, taken.duplicates) == (1, 1)
    assert heard == {"http": [1], "reviews": [2, 0]}


async def test_a_source_that_nobody_configured_takes_mentions_all_the_same(journal: Journal, clock: FakeClock) -> None:
    """What is counted where is a question of metrics, not of keeping."""
    taken = await MentionIntake(journal=journal, clock=clock, heard={}).take(lines(body()))
    assert taken.accepted == 1


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"published_at": "1970-01-01T00:00:00Z"}, "published_at: 1970"),
        ({"published_at": "2100-01-01T00:00:00Z"}, "published_at: 2100"),
        (
            {"published_at": (START + timedelta(days=1, seconds=1)).isoformat()},
            "published_at: 2026-03-03T09:00:01+00:00 is more than a day",
        ),
        ({"text": "x" * (MAX_TEXT + 1)}, "text: "),
        ({"id": "a\x00b"}, "id: must have 1 to 1024 characters"),
        ({"id": ""}, "id: "),
        ({"id": ["x"]}, "id: "),
        ({"text": None}, "object missing required field `text`"),
        ({"published_at": "soon"}, "published_at: "),
        ({"published_at": True}, "published_at: "),
    ],
)
async def test_what_is_wrong_is_named(
    intake: MentionIntake, journal: Journal, changed: dict[str, object], error: str
) -> None:
    """The field and what is allowed, never the text; the mention beside it is taken."""
    taken = await intake.take(lines(body("1"), body("2") | changed))
    assert taken.accepted == 1
    ((line, said),) = taken.rejected
    assert line == 2
    assert said.startswith(error)
    assert len(said) < 200
    assert await journal.last() == 1


async def test_a_day_ahead_is_still_believed(intake: MentionIntake) -> None:
    """A sender's clock or time zone may be off."""
    assert (await intake.take(lines(body(published_at=(START + timedelta(days=1)).isoformat())))).accepted == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"source":"x","id":"9","text":"\\ud83d","published_at":"2026-03-02T08:59:00Z"}',
        b'{"source":"x","id":"9","text":"\xff\xfe","published_at":"2026-03-02T08:59:00Z"}',
        b'{"source":"x","id":"9","text":"hola","published_at":"2026-03-02T08:59:00Z","x":' + b"[" * 100_000,
        b'{"source":"x","id":"9","text":"' + b"x" * 10_000_000 + b'","published_at":"2026-03-02T08:59:00Z"}',
        b"\x00\x01\x02",
    ],
    ids=["broken surrogate", "no UTF-8", "nested", "ten megabytes", "binary"],
)
async def test_hostile_lines_harm_nobody(intake: MentionIntake, line: bytes) -> None:
    """They are refused by number and the others are taken."""
    taken = await intake.take(lines(body("1")) + line + b"\n" + lines(body("2")), "application/x-ndjson")
    assert taken.accepted == 2
    assert [number for number, _ in taken.rejected] == [2]


@pytest.mark.parametrize(
    ("posted", "error"),
    [
        (b"", "the body is empty"),
        (b" \n\t", "the body is empty"),
        (b"\xef\xbb\xbf", "the body is empty"),
        (b"[1, 2", "no JSON array"),
        (json.dumps([body()]).encode() + b"]", "no JSON array"),
        (b"[" * 200_000, "no JSON array"),
        (json.dumps(body(), indent=2).encode()[:-2], "no JSON object"),
        (b"a plain\ntext", "no JSON object"),
    ],
)
async def test_a_body_that_is_nothing_is_refused_as_a_whole(intake: MentionIntake, posted: bytes, error: str) -> None:
    """With one reason, not one a line."""
    with pytest.raises(BadMention, match=error):
        await intake.take(posted, "application/json")


async def test_one_damaged_object_is_refused_by_its_line(intake: MentionIntake) -> None:
    """A single line has a number too."""
    taken = await intake.take(b'{"source": "x", "id": ')
    assert [line for line, _ in taken.rejected] == [1]


async def test_lines_that_begin_with_a_bracket_are_lines(intake: MentionIntake) -> None:
    """Where the sender says so."""
    taken = await intake.take(b"[1]\n" + lines(body()), "application/x-ndjson")
    assert (taken.accepted, [line for line, _ in taken.rejected]) == (1, [1])


async def test_a_large_body_is_taken_whole(intake: MentionIntake, journal: Journal) -> None:
    """In several commits, beside the event loop, each mention once."""
    count = 2 * SLICE + 1
    taken = await intake.take(lines(*(body(str(number)) for number in range(count))))
    assert (taken.accepted, taken.duplicates) == (count, 0)
    assert await journal.last() == count


async def test_the_answer_to_endless_rubbish_is_short(intake: MentionIntake) -> None:
    """Only the first refusals are named; the last one says how many more there are."""
    taken = await intake.take(lines(body()) + b"x\n" * (LISTED + 500))
    assert taken.accepted == 1
    assert len(taken.rejected) == LISTED + 1
    assert taken.rejected[-1][0] == LISTED + 501
    assert taken.rejected[-1][1].startswith("500 more are refused")


async def test_a_body_that_meets_a_full_queue_is_taken_as_far_as_there_is_room(
    journal: Journal, clock: FakeClock
) -> None:
    """The rest waits for a while, then its sender hears that it was not taken; sent again, what was taken is known."""
    intake = MentionIntake(journal=journal, clock=clock, heard={}, pressed=lambda: journal.newest >= SLICE)
    posted = lines(*(body(str(n)) for n in range(SLICE + 5)))
    async with asyncio.TaskGroup() as tasks:
        taking = tasks.create_task(intake.take(posted), name="taking")
        while not taking.done():
            await clock.advance(1)
    taken = taking.result()
    assert (taken.accepted, taken.duplicates, taken.whole) == (SLICE, 0, False)
    patient = MentionIntake(journal=journal, clock=clock, heard={})
    rest = await patient.take(posted)
    assert (rest.accepted, rest.duplicates, rest.whole) == (5, SLICE, True)


async def test_a_body_that_meets_a_full_journal(journal: Journal, clock: FakeClock) -> None:
    """What is behind it is a stream that takes no more: the sender hears that not all was taken, and nothing fails."""
    intake = MentionIntake(journal=FullJournal(journal._database, clock), clock=clock, heard={})
    taken = await intake.take(lines(body("1"), body("2")))
    assert (taken.accepted, taken.duplicates, taken.whole) == (0, 0, False)
