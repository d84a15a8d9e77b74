"""Feeds as they are found in the wild: items become mentions, pages that are no feeds are told apart."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sentinel.errors import SourceError
from sentinel.mention import Kind, Mention
from sentinel.sources.feed_dates import Habits
from sentinel.sources.feed_item import canonical
from sentinel.sources.feed_items import Context, parse_feed
from sentinel.sources.plain_text import strip_html
from tests.fakes import START

DAY_BEFORE = START - timedelta(days=1)


def context(**changed: object) -> Context:
    known: dict[str, object] = {
        "url": "https://news.example/rss",
        "shown": "feed 1 (news.example)",
        "content_type": "application/rss+xml",
        "source": "press",
        "lang": None,
        "now": START,
        "undated_at": DAY_BEFORE,
        "habits": Habits(),
    }
    return Context(**(known | changed))  # type: ignore[arg-type]


def read(body: str | bytes, **changed: object) -> list[Mention]:
    return parse_feed(body.encode() if isinstance(body, str) else body, context(**changed)).mentions


def rss(*items: str, channel: str = "") -> str:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{channel}{"".join(items)}</channel></rss>'
    )


def item(**parts: str) -> str:
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items()) + "</item>"


def test_an_item_is_an_article() -> None:
    """Its title, what its summary says to a reader, when, where and by whom."""
    body = rss(
        item(
            title="Acme cae",
            link="https://news.example/a?utm_source=rss&amp;id=1",
            guid="g1",
            author="Ana",
            category="Redes",
            description="&lt;p&gt;Sin &lt;b&gt;servicio&lt;/b&gt; desde ayer&lt;/p&gt;",
            pubDate="Mon, 02 Mar 2026 09:30:00 +0100",
        ),
        channel="<language>es-ES</language>",
    )
    (mention,) = read(body)
    assert mention.key == ("press", "https://news.example/a?id=1")
    assert (mention.title, mention.text, mention.lang, mention.kind) == (
        "Acme cae",
        "Sin servicio desde ayer",
        "es",
        Kind.ARTICLE,
    )
    assert mention.published_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert mention.url == "https://news.example/a?id=1"
    assert mention.tags == ("Redes",)
    assert mention.author is not None
    assert mention.author.name == "Ana"


def test_an_atom_entry_too() -> None:
    """With its own words for the same things, and addresses relative to the feed's own."""
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>T</title>
    <entry><id>tag:1</id><title type="html">A</title>
    <link href="/posts/1"/><updated>2026-03-01T10:00:00Z</updated>
    <content type="html">&lt;p&gt;Hello &amp;amp; bye&lt;/p&gt;</content></entry></feed>"""
    (mention,) = read(body, content_type="application/atom+xml")
    assert mention.id == "https://news.example/posts/1"
    assert mention.text == "Hello & bye"
    assert mention.published_at == datetime(2026, 3, 1, 10, tzinfo=UTC)


def test_a_json_feed_too() -> None:
    """Of either version; an item that is out of shape is passed over."""
    body = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "language": "en-US",
        "items": [
            {
                "id": 7,
                "url": "https://b.example/7",
                "title": "Seven",
                "content_html": "<p>Hi</p>",
                "date_published": "2026-03-01T10:00:00+01:00",
                "authors": [{"name": "Eva"}],
                "tags": ["x"],
            },
            {"id": "8", "content_text": "plain", "author": {"name": "Old"}, "date_published": "2026-03-01T10:00:00"},
            {"id": ["no"]},
            "no",
            {"id": "10"},
        ],
    }
    seven, eight = read(b"\xef\xbb\xbf" + json.dumps(body).encode())
    assert (seven.id, seven.text, seven.lang, seven.tags) == ("https://b.example/7", "Hi", "en", ("x",))
    assert seven.published_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert (eight.id, eight.text, eight.author and eight.author.name) == ("8", "plain", "Old")


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Tue, 03 Mar 2026 09:00:00 GMT", START),
        ("Sat, 01 Jan 2000 00:00:00 GMT", DAY_BEFORE),
        ("", DAY_BEFORE),
        ("soon", DAY_BEFORE),
        ("Mon, 02 Mar 26 08:00:00 GMT", START - timedelta(hours=1)),
    ],
)
def test_dates_are_believed_if_they_can_be(date: str, published: datetime) -> None:
    """The future becomes now, the distant past stays past, and what has none is as old as the context says."""
    (mention,) = read(rss(item(title="A", link="https://a.example", pubDate=date)))
    assert mention.published_at == published


def test_items_that_share_an_address_are_told_apart_by_their_own_ids() -> None:
    """A feed whose items all lead to the front page is still many items."""
    body = rss(*(item(title=f"T{each}", link="https://a.example/", guid=f"g{each}") for each in range(3)))
    assert [mention.id for mention in read(body)] == [f"https://news.example/g{each}" for each in range(3)]


def test_items_without_any_name_are_told_apart_by_what_they_say() -> None:
    """And are the same when they say the same again."""
    body = rss(item(description="uno"), item(description="dos"), item(title=""))
    first, second = read(body)
    assert first.id != second.id
    assert [mention.id for mention in read(body)] == [first.id, second.id]
    (long,) = read(rss(item(title="x", link="https://a.example/" + "x" * 2000)))
    assert len(long.id) == 40


def test_the_publisher_is_cut_from_the_headline() -> None:
    """News searches write it behind; the summary that only repeats the headline is left out."""
    body = rss(
        "<item><title>Acme retira su app - El Diario</title><link>https://n.example/1</link><description>Acme "
        "retira su app</description>"
        '<source url="https://eldiario.example">El Diario</source></item>'
    )
    (mention,) = read(body)
    assert (mention.title, mention.text) == ("Acme retira su app", "")
    assert mention.author is not None
    assert mention.author.name == "El Diario"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "is a page of HTML, not a feed"),
        ("\n\n<html lang='es'>", "is a page of HTML, not a feed"),
        ("", "is no RSS, Atom or JSON feed"),
        ("rubbish", "is no RSS, Atom or JSON feed"),
        (b"\x00\xff\x00", "is no RSS, Atom or JSON feed"),
        ("/etc/passwd", "is no RSS, Atom or JSON feed"),
        ("http://127.0.0.1:1/", "is no RSS, Atom or JSON feed"),
        ('{"error": "no"}', "is no JSON feed"),
        ("{" * 100_000, "is no JSON feed"),
    ],
)
def test_what_is_no_feed_is_said(body: str | bytes, error: str) -> None:
    """With the feed's number and host, never its address; and nothing is opened or fetched because a body looks like a
    name.
    """
    with pytest.raises(SourceError, match=error) as raised:
        read(body)
    assert str(raised.value).startswith("feed 1 (news.example)")


def test_a_feed_that_calls_itself_a_page_is_read() -> None:
    """Servers often get the content type wrong; the body tells."""
    assert len(read(rss(item(title="A", link="https://a.example/1")), content_type="text/html; charset=utf-8")) == 1


def test_a_malformed_feed_gives_what_can_be_read() -> None:
    """Undeclared entities, stray ampersands and a missing end are everyday."""
    body = rss(item(title="Caída&nbsp;total & más", link="https://a.example/1")).replace("</channel></rss>", "")
    (mention,) = read("  \n" + body)
    assert mention.title == "Caída total & más"


def test_encodings_are_heeded() -> None:
    """The one the server names, else the one the document does."""
    body = rss(item(title="Caída", link="https://a.example/1"))
    latin = body.replace("?>", ' encoding="iso-8859-1"?>', 1).encode("iso-8859-1")
    assert read(latin, content_type="application/rss+xml")[0].title == "Caída"
    assert read(body.encode("iso-8859-1"), content_type="text/xml; charset=iso-8859-1")[0].title == "Caída"


def test_a_bomb_of_entities_does_not_go_off() -> None:
    """A few hundred bytes that would become gigabytes stay what they are."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    body = rss(item(title="&e11;")).replace("?>", f'?><!DOCTYPE r [<!ENTITY e0 "boom">{entities}]>', 1)
    assert all(len(mention.title or "") < 10_000 for mention in read(body))


def test_what_cannot_be_stored_is_left_out() -> None:
    """NUL characters and halves of characters, which references can spell."""
    (mention,) = read(json.dumps({"version": "1", "items": [{"id": "a\x00", "title": "x\x00y &#xD800; &#0;"}]}))
    assert "\x00" not in mention.id + (mention.title or "")
    (mention.title or "").encode()


def test_the_publisher_may_ask_for_patience() -> None:
    """In minutes, as the format has it."""
    assert parse_feed(rss(channel="<ttl>30</ttl>").encode(), context()).ttl == 1800
    assert parse_feed(rss(channel="<ttl>soon</ttl>").encode(), context()).ttl is None


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://A.example/x?fbclid=1&gclid=2&utm_medium=3&page=2&copy=1#frag", "https://a.example/x?page=2&copy=1"),
        ("https://a.example/x?flag&q=a%20b", "https://a.example/x?flag&q=a%20b"),
        ("https://www.google.com/url?rct=j&amp;url=https://a.example/1&amp;ct=ga", "https://a.example/1"),
        ("https://www.google.com/url?url=javascript:alert(1)", ""),
        ("https://[broken", ""),
        ("ftp://a.example/x", ""),
        ("", ""),
    ],
)
def test_addresses_lose_what_only_counts_clicks(link: str, expected: str) -> None:
    """And nothing else."""
    assert canonical(link) == expected


def test_html_becomes_what_a_reader_sees() -> None:
    """Scripts and styles are not read, broken tags do no harm."""
    assert strip_html("<style>p{}</style><p>uno<br>dos</p><script>x</script> tres &lt; 4") == "uno dos tres < 4"
    assert strip_html("<b>sin <i>cierre") == "sin cierre"
    assert len(strip_html("<p>" * 200_000 + "x" * 1_000_000)) <= 400_000


@pytest.mark.parametrize(
    ("name", "count"), [("google_alerts_atom.xml", 20), ("json_feed.json", 20), ("youtube_atom.xml", 15)]
)
def test_recorded_feeds_are_read_whole(shared: Path, name: str, count: int) -> None:
    """Every item of each recording, with an address of its own, words, and a time in the past."""
    body = (shared / "data" / "streams" / "feeds" / name).read_bytes()
    mentions = read(body, content_type="application/json" if name.endswith("json") else "application/atom+xml")
    assert len({mention.id for mention in mentions}) == len(mentions)
    assert len(mentions) >= min(count, 2)
    for mention in mentions:
        assert mention.url
        assert "google.com/url" not in mention.url
        assert mention.text or mention.title
        assert "<" not in (mention.title or "")
        assert mention.published_at < START - timedelta(days=300)
