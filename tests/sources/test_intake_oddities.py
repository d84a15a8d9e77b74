"""Odd posts: one item that cannot be read costs only itself, a decoration of the wrong type costs nothing."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sentinel.mention import Kind, Mention
from sentinel.sources.http import MentionIntake
from sentinel.sources.mending import DateZones, read_mention
from sentinel.store.journal import Journal
from tests.fakes import START, FakeClock

MADRID = DateZones(zones=(ZoneInfo("Europe/Madrid"), UTC), now=START)
MEXICO = DateZones(zones=(ZoneInfo("America/Mexico_City"), UTC), now=START)


def body(id: object = "1", **more: object) -> dict[str, object]:
    return {"source": "in", "id": id, "text": "hola Acme", "published_at": "2026-03-02T08:59:00Z"} | more


def mended(**more: object) -> Mention:
    return read_mention(json.dumps(body(**more)).encode(), MADRID)


@pytest.fixture
def intake(journal: Journal, clock: FakeClock) -> MentionIntake:
    return MentionIntake(journal=journal, clock=clock, heard={})


HALF = json.dumps(body("2")).replace("hola", "hola \\ud83d")
NAN = json.dumps(body("2", rating=float("nan")))
WINDOWS = json.dumps(body("2", text="BAD")).encode().replace(b"BAD", b"se\xf1ora")


@pytest.mark.parametrize("bad", [HALF.encode(), NAN.encode(), WINDOWS], ids=["half a character", "NaN", "windows"])
@pytest.mark.parametrize("form", ["array", "lines"])
async def test_one_bad_item_is_refused_alone(intake: MentionIntake, bad: bytes, form: str) -> None:
    """The array is not refused with it."""
    items = [json.dumps(body("1")).encode(), bad, json.dumps(body("3")).encode()]
    posted = b"[" + b", ".join(items) + b"]" if form == "array" else b"\n".join(items)
    taken = await intake.take(posted, "application/json" if form == "array" else "application/x-ndjson")
    assert taken.accepted == 2
    assert [place for place, _ in taken.rejected] == [2]


@pytest.mark.parametrize(
    ("posted", "content_type"),
    [
        (b"[" + json.dumps(body()).encode() + b",\n]", "application/json"),
        (json.dumps(body()).encode() + b",\n", "application/x-ndjson"),
        (json.dumps(body()).encode("utf-16"), "application/json"),
        (json.dumps({"data": [body()]}).encode(), "application/json"),
        (json.dumps({"mentions": [body()], "meta": {}}).encode(), "application/json"),
        (b"payload=" + json.dumps(body()).replace("+", "%2B").encode(), "application/x-www-form-urlencoded"),
    ],
    ids=["comma behind the last", "comma behind a line", "UTF-16", "data", "mentions", "form"],
)
async def test_a_mention_in_odd_dress(intake: MentionIntake, posted: bytes, content_type: str) -> None:
    """It is found."""
    taken = await intake.take(posted, content_type)
    assert (taken.accepted, taken.rejected) == (1, ())


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("2026-03-02T08:59:00+0000", "2026-03-02T08:59:00"),
        ("2026-03-02T08:59:00", "2026-03-02T08:59:00"),
        ("2026-03-02 09:59:00", "2026-03-02T08:59:00"),
        ("2026-03-02 08:59:00+00:00", "2026-03-02T08:59:00"),
        (1772441940, "2026-03-02T08:59:00"),
        (1772441940000, "2026-03-02T08:59:00"),
        ("Mon Mar 02 08:59:00 +0000 2026", "2026-03-02T08:59:00"),
        ("02/03/2026 09:59", "2026-03-02T08:59:00"),
    ],
)
def test_times_are_read_as_they_are_written(written: object, published: str) -> None:
    """Without a zone: of the configuration's and of UTC, the one that makes it the newest and not yet to come."""
    assert mended(published_at=written).published_at.astimezone(UTC).isoformat()[:19] == published


def test_a_place_behind_utc_is_read_in_its_own_hours() -> None:
    """Mexico's three o'clock is nine in UTC, not six hours ago."""
    item = json.dumps(body(published_at="2026-03-02 02:59:00")).encode()
    assert read_mention(item, MEXICO).published_at == START - timedelta(minutes=1)


def test_a_date_alone_tells_the_day() -> None:
    """The hour is not known, and the mention says so."""
    mention = mended(published_at="2026-03-01")
    assert mention.day_only
    assert mention.published_at.astimezone(UTC) == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "rating"),
    [
        (0, None),
        ("5", 5),
        (8, 4),
        ("4,5", 4.5),
        ("8/10", 4),
        (90, 4.5),
        (-1, None),
        ("x", None),
        (0.5, 1),
        (None, None),
    ],
)
def test_stars_are_brought_to_five(written: object, rating: float | None) -> None:
    """Of ten or of a hundred; none are none."""
    assert mended(rating=written).rating == rating


@pytest.mark.parametrize(("likes", "kept"), [(12.0, 12), ("12", 12), (-1, 0), (None, 0), ([], 0), (True, 0)])
def test_counts_are_counts(likes: object, kept: int) -> None:
    """Or nothing."""
    mention = mended(engagement={"likes": likes, "views": "7.0"})
    assert mention.engagement is not None
    assert (mention.engagement.likes, mention.engagement.views) == (kept, 7)


def test_an_author_may_be_a_text() -> None:
    """A handle with its sign, else a name; ids may be numbers."""
    for written, kept in (("ana", ("ana", None, None)), ("@ana", (None, "@ana", None))):
        author = mended(author=written).author
        assert author is not None
        assert (author.name, author.handle, author.id) == kept
    author = mended(author={"id": 123456, "followers": 1e3, "name": "a\x00b"}).author
    assert author is not None
    assert (author.id, author.followers, author.name) == ("123456", 1000, "ab")


@pytest.mark.parametrize(
    ("changed", "field", "kept"),
    [
        ({"kind": "retweet"}, "kind", Kind.REPOST),
        ({"kind": "Review"}, "kind", Kind.REVIEW),
        ({"kind": "rumour"}, "kind", Kind.POST),
        ({"tags": "a, b"}, "tags", ("a", "b")),
        ({"tags": [None]}, "tags", None),
        ({"id": 123}, "id", "123"),
        ({"url": "http://a/\x00", "rating": "x"}, "url", None),
        ({"lang": "x" * 36}, "lang", None),
        ({"title": {"a": 1}}, "title", None),
        ({"text": "AT&amp;T y L&#39;Oréal"}, "text", "AT&T y L'Oréal"),
        ({"text": None, "title": "Acme"}, "title", "Acme"),
        ({"engagement": 7}, "engagement", None),
    ],
)
def test_decorations_are_mended_or_left_out(changed: dict[str, object], field: str, kept: object) -> None:
    """The mention is kept."""
    assert getattr(mended(**changed), field) == kept


@pytest.mark.parametrize("key", [b"data", b"items"])
@pytest.mark.parametrize("bad", [b'"\xff":1,', b'"\xed\xa0\x80":1,', b'"x":"\xff",'])
async def test_a_wrapped_body_that_is_no_utf8_is_refused_by_name(intake: MentionIntake, key: bytes, bad: bytes) -> None:
    """Where it is skipped over as well: the sender is told, and nothing breaks."""
    inner = json.dumps([body("1")]).encode()
    taken = await intake.take(b"{" + bad + b'"' + key + b'":' + inner + b"}", "application/json")
    assert taken.accepted + len(taken.rejected) == 1
