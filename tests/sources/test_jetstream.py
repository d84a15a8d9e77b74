"""Jetstream events as mentions: what is said, where, by whom and when; nothing odd in them does harm."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.mention import Kind, Mention
from sentinel.sources.jetstream import decode_event, to_mention
from tests.sources.relay import NOON, a_delete, a_post, uri

OBSERVED = datetime(2026, 7, 4, 14, 38, 8, 1000, tzinfo=UTC)


def mention_of(frame: str | bytes, lang: str | None = None) -> Mention | None:
    event = decode_event(frame)
    return to_mention("sky", event, lang) if event is not None else None


def heard(**record: object) -> Mention:
    """The mention that a post with this record makes."""
    mention = mention_of(a_post(1, **record))  # type: ignore[arg-type]
    assert mention is not None
    return mention


def a_facet(type: str, **feature: str) -> dict[str, object]:
    return {"features": [{"$type": f"app.bsky.richtext.facet#{type}"} | feature]}


def test_a_post_is_a_mention() -> None:
    """Named by its address on the network, by the account that wrote it, in the language it declares."""
    mention = heard(text="Tercer día sin servicio de @acme")
    assert mention.key == ("sky", uri(1))
    assert (mention.kind, mention.lang, mention.text) == (Kind.POST, "es", "Tercer día sin servicio de @acme")
    assert mention.url == "https://bsky.app/profile/did:plc:ana/post/r1"
    assert mention.author is not None
    assert mention.author.id == "did:plc:ana"
    assert mention.published_at == datetime(2026, 7, 4, 14, 38, 7, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claimed", "published"),
    [
        ("2026-07-04T14:38:06.240Z", OBSERVED - timedelta(seconds=1, milliseconds=761)),
        ("2026-07-04T16:38:02+02:00", OBSERVED - timedelta(seconds=6, milliseconds=1)),
        ("2026-07-04T14:40:00Z", OBSERVED + timedelta(minutes=1, seconds=51, milliseconds=999)),
        ("2026-07-04T15:00:00Z", OBSERVED),
        ("2031-01-01T00:00:00Z", OBSERVED),
        ("1999-12-31T23:59:59Z", OBSERVED),
        ("0001-01-01T00:00:00+14:00", OBSERVED),
        ("2026-07-04T14:38:06", OBSERVED),
        ("yesterday", OBSERVED),
        ("", OBSERVED),
    ],
)
def test_a_claimed_time_is_believed_only_if_it_can_be(claimed: str, published: datetime) -> None:
    """The future beyond a small skew, and the years before the network, give way to when the relay saw the post."""
    assert heard(createdAt=claimed).published_at == published


def test_everything_that_can_be_read_is_searched() -> None:
    """The link's title and description, the pictures' descriptions, links and tags belong to what is said."""
    mention = heard(
        text="mirad www.exa…",
        facets=[
            a_facet("link", uri="https://a.example/1"),
            a_facet("tag", tag="acme") | {"index": {"byteStart": 6, "byteEnd": 14}},
            a_facet("mention", did="did:plc:eva"),
        ],
        tags=["acme", "caída"],
        embed={
            "$type": "app.bsky.embed.recordWithMedia",
            "record": {"record": {"uri": uri(9), "cid": "x"}},
            "media": {
                "images": [{"alt": "captura del error"}, {"alt": ""}],
                "external": {"uri": "https://b.example", "title": "Acme cae"},
            },
        },
    )
    assert mention.kind is Kind.QUOTE
    assert mention.text == "mirad www.exa…\nAcme cae\ncaptura del error"
    assert mention.links == (
        "https://a.example/1",
        "https://bsky.app/profile/did:plc:eva",
        "https://b.example",
        uri(9),
    )
    assert mention.tags == ("acme", "caída")


def test_replies_and_quotes_are_told_apart() -> None:
    """A reply names what it answers; a list or a feed that is embedded is no quote."""
    reply = heard(reply={"parent": {"uri": uri(5), "cid": "x"}, "root": {"uri": uri(4), "cid": "x"}})
    assert (reply.kind, reply.parent_id, reply.root_id) == (Kind.REPLY, uri(5), uri(4))
    assert heard(embed={"$type": "app.bsky.embed.record", "record": {"uri": uri(5), "cid": "x"}}).kind is Kind.QUOTE
    assert (
        heard(embed={"$type": "app.bsky.embed.record", "record": {"uri": "at://x/app.bsky.graph.list/1"}}).kind
        is Kind.POST
    )


@pytest.mark.parametrize(
    ("langs", "lang"), [(["pt-BR", "en"], "pt"), (["und"], "gl"), ([], "gl"), (None, "gl"), ([""], "gl")]
)
def test_a_language_that_is_not_declared_is_the_configured_one(langs: object, lang: str) -> None:
    """If any."""
    mention = mention_of(a_post(1, langs=langs), "gl")
    assert mention is not None
    assert mention.lang == lang


def test_a_post_with_odd_trimmings_is_still_heard() -> None:
    """What is said counts even when what comes with it is not of the agreed shape."""
    mention = heard(text="sin luz @acme", langs="es", embed=[1, 2], facets={"a": 1})
    assert mention.text == "sin luz @acme"
    assert mention.lang == "es"


PICTURES = "app.bsky.embed.images"


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"embed": {"$type": "app.bsky.embed.video", "alt": "Acme arde"}}, "x\nAcme arde"),
        (
            {"embed": {"record": {"record": {"uri": uri(9), "cid": "b"}}, "media": {"alt": "Acme arde"}}},
            "x\nAcme arde",
        ),
        ({"embed": {"$type": PICTURES, "images": [{"alt": "Acme arde"}, {"alt": None}, None]}}, "x\nAcme arde"),
        (
            {"embed": {"external": {"uri": "https://x.example", "title": "Acme cae", "description": None}}},
            "x\nAcme cae",
        ),
        ({"text": None, "embed": {"$type": PICTURES, "images": [{"alt": "Acme arde"}]}}, "Acme arde"),
        (
            {"langs": [None], "embed": {"external": {"uri": "https://x.example", "title": "Acme cae"}}},
            "x\nAcme cae",
        ),
        ({"facets": [{"index": {}, "features": None}]}, "x"),
        ({"bridgyOriginalText": "<p>Hoy os cuento. La culpa es de Acme</p>"}, "Hoy os cuento. La culpa es de Acme"),
    ],
)
def test_an_odd_member_costs_only_itself(record: dict[str, object], text: str) -> None:
    """What stands beside it is read: descriptions of pictures and videos, cards, posts cut on their way here."""
    assert heard(**({"text": "x"} | record)).text == text


def test_a_post_without_text_is_read_by_its_pictures() -> None:
    """The key may be missing altogether."""
    frame = json.loads(a_post(1, embed={"$type": PICTURES, "images": [{"alt": "Acme arde"}]}))
    del frame["commit"]["record"]["text"]
    mention = mention_of(json.dumps(frame))
    assert mention is not None
    assert mention.text == "Acme arde"


@pytest.mark.parametrize(
    "frame",
    [
        a_delete(1),
        json.dumps({"did": "did:plc:a", "time_us": NOON, "kind": "identity", "identity": {"did": "x"}}),
        a_post(1).replace("app.bsky.feed.post", "app.bsky.feed.like"),
        a_post(1).replace('"hola @acme"', "7"),
        json.dumps(
            {
                "did": "did:plc:a",
                "time_us": NOON,
                "kind": "commit",
                "commit": {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "1"},
            }
        ),  # one frame a line
    ],
)
def test_other_events_are_no_mentions(frame: str) -> None:
    """They are events all the same."""
    assert decode_event(frame) is not None
    assert mention_of(frame) is None


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{}",
        "[]",
        "null",
        "rubbish",
        b"\xff\x00\x28\xb5",
        '{"did":1,"time_us":2}',
        "[" * 100_000,
        a_post(1).replace(str(NOON + 1000), "0"),
        a_post(1).replace(str(NOON + 1000), "9" * 30),
        a_post(1).replace(str(NOON + 1000), "9" * 18),
        a_post(1, did="did:plc:\x00"),
        a_post(1, did="did:" + "x" * 2000),
        a_post(1, text="\ud800"),
    ],
)
def test_rubbish_is_no_event_or_no_mention(frame: str | bytes) -> None:
    """Whatever a server sends."""
    assert mention_of(frame) is None


def test_nul_characters_do_not_come_through() -> None:
    """Databases refuse them."""
    assert heard(text="a\x00b").text == "ab"


@given(
    st.binary(max_size=300)
    | st.text(max_size=300)
    | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)
)
def test_no_frame_raises(frame: bytes | str) -> None:
    """Anything at all."""
    mention_of(frame)
