"""What strangers send, changed in every way: each input is taken or refused by name, costs no more than its length is
worth, and the healthy one beside it is taken.

Bounded by number, a few seconds of processor time each; ``SENTINEL_FUZZ_SECONDS=60`` runs each for so long, and
``SENTINEL_FUZZ_SEED`` from another beginning.
"""

import asyncio
import gzip
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path

import msgspec
import pytest

from sentinel.config.loader import KnownPlugins, _examined, load
from sentinel.errors import BadMention, ConfigError, SourceError
from sentinel.incidents.links import ActionLinks, Grant, LinkFlaw
from sentinel.mention import Mention, encode_mention
from sentinel.sources.feed_dates import Habits
from sentinel.sources.feed_items import Context, parse_feed
from sentinel.sources.http import MentionIntake
from sentinel.sources.jetstream import decode_event, to_mention
from sentinel.store.group import Appended
from sentinel.web.http.body import Unpacking
from tests.fakes import START, FakeClock
from tests.fuzz.mutator import CORPUS, Mutator
from tests.fuzz.run import fuzz

TYPES = (None, "application/json", "application/x-ndjson", "application/x-www-form-urlencoded", "text/plain; charset=x")
GOOD = {"source": "beside", "id": "good", "text": "Acme va bien", "published_at": "2026-03-02T09:00:00Z"}
LIMIT = 200_000


class KeptMentions:
    """A journal that keeps what it is given."""

    def __init__(self) -> None:
        self.taken: list[Mention] = []

    async def append(self, mentions: list[Mention]) -> Appended:
        self.taken += mentions
        return Appended(accepted=len(mentions), duplicates=0)


def bounded(mentions: list[Mention], size: int) -> None:
    """What is kept is in proportion to what came: escapes and addresses of its own are all that is added."""
    kept = sum(len(encode_mention(each)) for each in mentions)
    assert kept <= 12 * size + 2_000 * (len(mentions) + 1), (kept, size)


def test_http_bodies() -> None:
    """One object, an array, lines, wrapped or as a form, packed or not."""
    clock = FakeClock()

    def target(mutator: Mutator) -> bytes:
        body = mutator.next()
        kind = TYPES[len(body) % len(TYPES)]
        journal = KeptMentions()
        intake = MentionIntake(journal=journal, clock=clock, heard={})  # type: ignore[arg-type]
        try:
            done = asyncio.run(intake.take(body, kind))
        except BadMention:
            done = None
        if done is not None:
            assert done.accepted + len(done.rejected) <= body.count(b"\n") + body.count(b"{") + body.count(b",") + 2
        bounded(journal.taken, len(body))
        beside = KeptMentions()
        lines = (
            body.replace(b"[", b"(").replace(b"\xff\xfe", b"").replace(b"\xfe\xff", b"")
            + b"\n"
            + msgspec.json.encode(GOOD)
        )
        intake = MentionIntake(journal=beside, clock=clock, heard={})  # type: ignore[arg-type]
        asyncio.run(intake.take(lines, "application/x-ndjson"))
        assert beside.taken[-1].id == "good"
        unpacked(body)
        return body

    def unpacked(body: bytes) -> None:
        packed = bytearray(gzip.compress(body, 1))
        packed[len(body) % len(packed)] ^= len(body) % 251
        for encoding, raw in (
            ("gzip", bytes(packed)),
            ("gzip", body),
            ("deflate", body),
            ("gzip", gzip.compress(body, 1) * 2),
        ):
            unpacking = Unpacking(encoding, LIMIT)
            with suppress(zlib.error):
                unpacking.feed(raw)
            assert len(unpacking.held) <= LIMIT + 1

    fuzz("bodies", 1_200, target)


def a_context(kind: str = "") -> Context:
    return Context(
        url="https://faro.example/feed",
        shown="feed 1",
        content_type=kind,
        source="press",
        lang=None,
        now=START,
        undated_at=START,
        habits=Habits(),
        seen=(),
    )


KINDS = ("application/rss+xml", "text/xml; charset=iso-8859-1", "application/json", "text/html", "")
ITEM = (
    "<item><title>{text}</title><link>https://faro.example/{mark}</link><guid>{mark}</guid>"
    "<description>{text}</description><pubDate>{text}</pubDate></item>"
)


def test_feeds() -> None:
    """RSS, Atom, RDF and JSON; whole, and as one item beside a healthy one."""

    def target(mutator: Mutator) -> bytes:
        body = mutator.next()
        try:
            feed = parse_feed(body, a_context(KINDS[len(body) % len(KINDS)]))
        except SourceError:
            feed = None
        if feed is not None:
            bounded(feed.mentions, len(body))
            assert feed.ttl is None or 0 <= feed.ttl < 10**9
        text = mutator.text()
        items = ITEM.format(text=escape(storable(text)), mark="odd") + ITEM.format(text="Acme va bien", mark="good")
        xml = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        )
        feed = parse_feed(xml.encode(), a_context(KINDS[0]))
        assert any("Acme va bien" in (each.title or each.text) for each in feed.mentions)
        odd = {"id": text, "title": text, "content_html": text, "date_published": text, "url": text, "authors": text}
        good = {"id": "good", "content_text": "Acme va bien"}
        raw = msgspec.json.encode({"version": "https://jsonfeed.org/version/1.1", "items": [odd, good]})
        feed = parse_feed(raw, a_context("application/feed+json"))
        assert any(each.text == "Acme va bien" for each in feed.mentions)
        return body

    fuzz("feeds", 250, target)


def storable(text: str) -> str:
    """Characters that XML can hold."""
    return "".join(each for each in text if each >= " " and each not in "\ufffe\uffff")


def test_jetstream_frames() -> None:
    """Each frame stands alone: the one behind it is read."""
    healthy = (CORPUS / "jetstream" / "post.json").read_bytes()

    def target(mutator: Mutator) -> bytes:
        frame = mutator.next()
        if (event := decode_event(frame)) is not None:
            mention = to_mention("bluesky", event, "es")
            bounded([mention] if mention else [], len(frame))
        beside = decode_event(healthy)
        assert beside is not None
        assert to_mention("bluesky", beside, None) is not None
        return frame

    fuzz("jetstream", 14_000, target)


@cache
def plugins() -> KnownPlugins:
    return KnownPlugins.installed()


def test_configuration_files(tmp_path: Path) -> None:
    """Every mistake is one with a place; a good file reads as before."""
    path, good = tmp_path / "c.yaml", tmp_path / "good.yaml"
    good.write_bytes((CORPUS / "yaml" / "small.yaml").read_bytes())
    before = load(good, {}, plugins())

    def target(mutator: Mutator) -> bytes:
        raw = mutator.next()
        path.write_bytes(raw)
        try:
            examined = _examined(path, {}, plugins())
        except ConfigError as refused:
            said = refused.problems
        else:
            said = examined.problems
        assert all("c.yaml" in each for each in said), said
        assert sum(map(len, said)) < 400 * len(raw) + 20_000
        return raw

    fuzz("yaml", 250, target)
    assert load(good, {}, plugins()) == before


def test_action_links() -> None:
    """Only what was minted is a grant, whatever is done to it."""
    links = ActionLinks(bytes(range(32)), [bytes(32)])
    minted = {path.read_text() for path in (CORPUS / "links").iterdir()}
    now = datetime(2026, 3, 2, tzinfo=UTC)

    def target(mutator: Mutator) -> bytes:
        raw = mutator.next()
        token = raw.decode("utf-8", "surrogateescape")
        found = links.read(token, now)
        assert isinstance(found, Grant) if token in minted else found is LinkFlaw.BAD
        return raw

    fuzz("links", 35_000, target)


@pytest.mark.parametrize("name", ["bodies", "feeds", "jetstream", "yaml", "links"])
def test_the_same_seed_makes_the_same(name: str) -> None:
    """So that what is found can be found again."""
    first, second = (Mutator(name, 7) for _ in range(2))
    assert [first.next() for _ in range(50)] == [second.next() for _ in range(50)]
