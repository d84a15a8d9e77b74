"""What is taken as a mention, and what is refused with a reason."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sentinel.bounds import MAX_COUNT, MAX_ITEMS, MAX_NAME, MAX_URL
from sentinel.errors import BadMention
from sentinel.mention import MAX_TEXT, Author, Engagement, Kind, decode_mention, decode_stored, encode_mention
from sentinel.sources.mending import read_mention
from tests.builders import a_mention
from tests.fakes import START

GOOD = {"source": "x", "id": "1", "text": "hola @acme", "published_at": "2026-08-20T10:15:30.123Z"}


def test_the_form_in_full() -> None:
    """Every documented key is read, unknown ones are ignored."""
    line = {
        **GOOD,
        "lang": "es",
        "kind": "reply",
        "url": "https://x.example/1",
        "title": None,
        "author": {"id": "9", "name": "Ana", "handle": "ana", "followers": 12, "new": 1},
        "engagement": {"likes": 1, "shares": 0, "replies": 0, "quotes": 0, "views": None},
        "rating": None,
        "parent_id": "0",
        "root_id": "0",
        "tags": ["acme"],
        "links": [],
        "brand_new_key": {},
    }
    mention = decode_mention(json.dumps(line))
    assert mention.key == ("x", "1")
    assert mention.author is not None
    assert mention.author.followers == 12
    assert mention.published_at == datetime(2026, 8, 20, 10, 15, 30, 123000, tzinfo=UTC)
    assert decode_stored(encode_mention(mention)) == mention


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": 7}, r"^id: expected `str`, got `int`$"),
        ({"id": ""}, r"^id: expected `str` of length >= 1$"),
        ({"text": None}, r"^text: expected `str`"),
        ({"text": "x" * (MAX_TEXT + 1)}, r"^text: expected `str` of length <= 100000$"),
        ({"source": "a\x00b"}, r"^source: must have 1 to 64 characters, without NUL characters"),
        ({"id": "a\x00b"}, r"^id: must have 1 to 1024 characters, without NUL characters"),
        ({"published_at": "1970-01-01T00:00:00Z"}, r"^published_at: 1970-.* is not between 2006-01-01 and 2100-01-01$"),
        ({"published_at": "2100-01-01T00:00:00Z"}, r"^published_at: 2100-.* is not between"),
        ({"published_at": "2026-08-20T10:15:30"}, r"^published_at: expected `datetime` with a timezone"),
        ({"published_at": "yesterday"}, r"^published_at: invalid RFC3339"),
    ],
)
def test_refused_with_the_field(changes: dict[str, object], message: str) -> None:
    """Each mistake names its field and what is allowed."""
    with pytest.raises(BadMention, match=message):
        decode_mention(json.dumps({**GOOD, **changes}))


@pytest.mark.parametrize(
    ("changes", "field", "kept"),
    [
        ({"text": "a\x00b"}, "text", "ab"),
        ({"kind": "shout"}, "kind", Kind.POST),
        ({"kind": "Review"}, "kind", Kind.REVIEW),
        ({"rating": 8}, "rating", 4.0),
        ({"rating": "5"}, "rating", 5.0),
        ({"author": {"followers": 10**20}}, "author", Author(followers=MAX_COUNT)),
        ({"author": {"followers": -1, "handle": "ana"}}, "author", Author(handle="ana")),
        ({"author": {"followers": 1e3, "id": 7}}, "author", Author(followers=1000, id="7")),
        ({"author": {"followers": "1.000"}}, "author", None),
        ({"author": "Ana"}, "author", Author(name="Ana")),
        ({"author": {"name": "n" * 300}}, "author", Author(name="n" * MAX_NAME)),
        ({"author": {"name": "a\x00b"}}, "author", Author(name="ab")),
        ({"engagement": {"likes": 12.0, "shares": "12"}}, "engagement", Engagement(likes=12, shares=12)),
        ({"tags": "acme"}, "tags", ("acme",)),
        ({"tags": [None, "acme", "t" * 300]}, "tags", ("acme", "t" * MAX_NAME)),
        ({"tags": [str(n) for n in range(200)]}, "tags", tuple(str(n) for n in range(MAX_ITEMS))),
        ({"links": ["https://a.example/", "https://b.example/" + "x" * MAX_URL]}, "links", ("https://a.example/",)),
        ({"url": "https://x.example/" + "x" * MAX_URL}, "url", None),
        ({"lang": "x" * 36}, "lang", None),
        ({"parent_id": "p" * 1025}, "parent_id", None),
        ({"title": 5}, "title", None),
    ],
)
def test_a_decoration_costs_no_mention(changes: dict[str, object], field: str, kept: object) -> None:
    """What only decorates is clipped, read as it was meant, or left out; the mention stays."""
    assert getattr(read_mention(json.dumps({**GOOD, **changes}).encode()), field) == kept


def test_long_author_ids_stay_different() -> None:
    """An id too long to keep still tells its author from another."""
    ids = [Author(id="a" * 5000 + last).id for last in "xyx"]
    assert ids[0] == ids[2] != ids[1]
    assert all(each is not None and len(each) <= 1024 for each in ids)


def test_bounds_hold_for_whoever_makes_a_mention() -> None:
    """A source's own code is bounded as the door is: lone surrogates, NUL characters, lengths; only names refuse."""
    mention = a_mention("x" * (MAX_TEXT + 5) + "\ud800", url="https://x.example/\ud800", followers=2**70)
    assert len(mention.text) == MAX_TEXT
    assert decode_stored(encode_mention(mention)) == mention
    with pytest.raises(BadMention, match="^id: must have 1 to 1024 characters"):
        a_mention(id="x" * 1025)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"text": "\\ud800"}', b"\x00"])
def test_unreadable_lines(line: bytes) -> None:
    """What is no JSON object is refused, whatever it is."""
    with pytest.raises(BadMention):
        decode_mention(line)


def test_missing_keys_are_named() -> None:
    """The four required keys."""
    for key in GOOD:
        with pytest.raises(BadMention, match=key):
            decode_mention(json.dumps({k: v for k, v in GOOD.items() if k != key}))


def test_event_time_is_the_earlier_of_claim_and_sight() -> None:
    """A claim is believed unless it lies in the future or before there were such networks."""
    seen = START
    assert a_mention(at=START - timedelta(minutes=5)).event_at(seen) == START - timedelta(minutes=5)
    assert a_mention(at=START + timedelta(minutes=1)).event_at(seen) == seen
    assert a_mention(at=START + timedelta(hours=1)).event_at(seen) == seen
    assert a_mention(at=datetime(2001, 1, 1, tzinfo=UTC)).event_at(seen) == seen
