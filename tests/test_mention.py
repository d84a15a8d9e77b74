"""What is taken as a mention, and what is refused with a reason."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sentinel.errors import BadMention
from sentinel.mention import MAX_TEXT, decode_mention, decode_stored, encode_mention
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
        ({"text": "a\x00b"}, r"^text: holds a NUL character"),
        ({"source": "a\x00b"}, r"^source: holds a NUL character"),
        ({"id": "a\x00b"}, r"^id: holds a NUL character"),
        ({"published_at": "1970-01-01T00:00:00Z"}, r"^published_at: 1970-.* is not between 2006-01-01 and 2100-01-01$"),
        ({"published_at": "2100-01-01T00:00:00Z"}, r"^published_at: 2100-.* is not between"),
        ({"published_at": "2026-08-20T10:15:30"}, r"^published_at: expected `datetime` with a timezone"),
        ({"published_at": "yesterday"}, r"^published_at: invalid RFC3339"),
        ({"kind": "shout"}, r"^kind: invalid enum value 'shout'"),
        ({"rating": 6}, r"^rating: expected `float` <= 5"),
        ({"author": {"followers": -1}}, r"^author.followers: expected `int` >= 0"),
        ({"tags": "acme"}, r"^tags: expected `array \| null`, got `str`"),
    ],
)
def test_refused_with_the_field(changes: dict[str, object], message: str) -> None:
    """Each mistake names its field and what is allowed."""
    with pytest.raises(BadMention, match=message):
        decode_mention(json.dumps({**GOOD, **changes}))


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
