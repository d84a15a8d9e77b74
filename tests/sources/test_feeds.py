"""Feeds polled from a server on this machine: politely, each on its own, sooner when there is news."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from sentinel.errors import BadInput, StoreError
from sentinel.mention import Mention
from sentinel.sources import polling as polite
from sentinel.sources.base import Batch
from sentinel.sources.feed_fetch import MOVED_AFTER, UNCHANGED
from sentinel.sources.feeds import FeedsSettings, FeedsSource
from sentinel.sources.topics import BrandTerms
from tests.fakes import START, FakeClock, settle
from tests.sources.inlet import KeepingInlet
from tests.sources.tasks import running


def rss(*ids: int) -> str:
    items = "".join(f"<item><title>T{id}</title><link>https://news.example/{id}</link></item>" for id in ids)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'


@dataclass
class Site:
    """A web server whose pages a test changes at will; remembers what it was asked."""

    pages: dict[str, web.Response] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    server: TestServer = field(init=False)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> "Site":
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    def url(self, path: str) -> str:
        return str(self.server.make_url(path))

    def show(self, path: str, body: str | bytes = "", status: int = 200, **headers: str) -> None:
        text = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = web.Response(
            status=status, body=text, headers={"Content-Type": "application/rss+xml"} | named
        )

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.path, dict(request.headers)))
        page = self.pages.get(request.path) or web.Response(status=404)
        etag = page.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(
            status=page.status, body=page.body, headers={k: v for k, v in page.headers.items() if k != "Content-Length"}
        )


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as opened:
        yield opened


def a_source(clock: FakeClock, *urls: str, **settings: object) -> FeedsSource:
    return FeedsSource(
        "press", FeedsSettings(type="feeds", urls=urls, **settings), clock, user_agent="Sentinel/test (+x)"
    )  # type: ignore[arg-type]


@dataclass
class Watch:
    """A polling source in a test's hands."""

    clock: FakeClock
    inlet: KeepingInlet

    async def next(self) -> None:
        """Let time pass until the next look, and wait for what comes of it."""
        seen = len(self.inlet.well) + len(self.inlet.troubles)
        await self.clock.advance(min(self._deadlines()) - self.clock.monotonic())
        await self.inlet.until(lambda inlet: len(inlet.well) + len(inlet.troubles) > seen)
        await settle()

    def quiet(self, seconds: float) -> bool:
        """Whether nobody wakes within this time."""
        return min(self._deadlines()) > self.clock.monotonic() + seconds

    def _deadlines(self) -> list[float]:
        return [deadline for deadline, _, sleeper in self.clock._sleepers if not sleeper.done()]


@asynccontextmanager
async def polling(
    source: FeedsSource, clock: FakeClock, cursor: bytes | None = None, looks: int = 1
) -> AsyncIterator[Watch]:
    inlet = KeepingInlet()
    async with running(source, inlet, cursor):
        await inlet.until(lambda inlet: len(inlet.well) + len(inlet.troubles) >= looks)
        await settle()
        yield Watch(clock, inlet)


async def test_a_feed_is_read_and_asked_again_politely(site: Site, clock: FakeClock) -> None:
    """With our name, what we take, and word for word what the last answer said of itself."""
    site.show("/rss", rss(1, 2), ETag='W/"abc"', Last_Modified="Mon, 02 Mar 2026 08:00:00 GMT")
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        assert len(watch.inlet.ids) == 2
        await watch.next()
        assert len(watch.inlet.batches) == 1
    (_, first), (_, second) = site.asked
    assert first["User-Agent"] == "Sentinel/test (+x)"
    assert "application/rss+xml" in first["Accept"]
    assert "If-None-Match" not in first
    assert (second["If-None-Match"], second["If-Modified-Since"]) == ('W/"abc"', "Mon, 02 Mar 2026 08:00:00 GMT")
    again = KeepingInlet()
    async with running(a_source(clock, site.url("/rss")), again, watch.inlet.cursor):
        await again.until(lambda inlet: inlet.lives > 0)
    assert site.asked[2][1]["If-None-Match"] == 'W/"abc"'


async def test_what_was_there_before_us_is_no_news(site: Site, clock: FakeClock) -> None:
    """Undated items of the first look are a day old; one that appears later was published when we saw it."""
    site.show("/rss", rss(1, 2))
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        assert {mention.published_at for mention in watch.inlet.mentions} == {START - timedelta(days=1)}
        site.show("/rss", rss(3, 1, 2))
        await watch.next()
        newest = next(mention for mention in watch.inlet.mentions if mention.title == "T3")
        assert newest.published_at > START


async def test_news_makes_us_look_sooner_and_quiet_later(site: Site, clock: FakeClock) -> None:
    """Between two minutes and an hour."""
    site.show("/rss", rss(1))
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        assert watch.quiet(269)
        assert not watch.quiet(331)
        for id in range(2, 6):
            site.show("/rss", rss(1, id))
            await watch.next()
        assert watch.quiet(107)
        assert not watch.quiet(133)
        for _ in range(12):
            await watch.next()
        assert watch.quiet(3239)
        assert not watch.quiet(3961)


@pytest.mark.parametrize(
    ("headers", "channel"), [({"Cache_Control": "public, max-age=1800"}, ""), ({}, "<ttl>30</ttl>")]
)
async def test_the_publisher_may_ask_for_patience(
    site: Site, clock: FakeClock, headers: dict[str, str], channel: str
) -> None:
    """By either of its means, within reason."""
    site.show("/rss", rss(1).replace("<title>News</title>", channel), **headers)
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        assert watch.quiet(1619)
        assert not watch.quiet(1981)


@pytest.mark.parametrize(
    ("answer", "trouble", "floor"),
    [
        ({"body": "<!doctype html><html>", "Content_Type": "text/html"}, "is a page of HTML, not a feed", 120),
        ({"status": 500}, "answers 500 Internal Server Error", 120),
        ({"status": 429, "Retry_After": "1200"}, "answers 429 Too Many Requests", 1200),
        (
            {"status": 503, "Retry_After": "Mon, 02 Mar 2026 09:30:00 GMT", "Date": "Mon, 02 Mar 2026 09:00:00 GMT"},
            "answers 503",
            1800,
        ),
        ({"status": 404}, "answers 404 Not Found", 900),
        ({"status": 302, "Location": "mailto:x@y"}, "cannot be reached: ", 120),
        ({"Content_Encoding": "gzip", "body": b"no gzip"}, "cannot be reached: ", 120),
        ({"body": b" " * (polite.MOST + 1)}, "is larger than", 900),
    ],
)
async def test_a_feed_that_fails_is_named_and_left_for_a_while(
    site: Site, clock: FakeClock, answer: dict[str, object], trouble: str, floor: float
) -> None:
    """By number and host, since its address may be a secret; then it is well again."""
    site.show("/secret/rss", **answer)  # type: ignore[arg-type]
    async with polling(a_source(clock, site.url("/secret/rss")), clock) as watch:
        (said,) = watch.inlet.troubles
        assert said.startswith(f"feed 1 (127.0.0.1) {trouble}")
        assert "secret" not in said
        assert watch.inlet.lives == 0
        assert watch.quiet(floor - 1)
        site.show("/secret/rss", rss(1))
        await watch.next()
        assert watch.inlet.well[-1] == "feed 1 (127.0.0.1)"
        assert len(watch.inlet.ids) == 1


async def test_a_server_that_is_not_there_is_named(clock: FakeClock) -> None:
    """And so is a name that is none."""
    async with polling(
        a_source(clock, "http://127.0.0.1:1/token", "http://no.such.host.invalid/x"), clock, looks=2
    ) as watch:
        assert sorted(watch.inlet.troubles)[0].startswith("feed 1 (127.0.0.1) cannot be reached: ")
        assert "token" not in "".join(watch.inlet.troubles)


async def test_one_feed_does_not_spoil_the_others(site: Site, clock: FakeClock) -> None:
    """Each has its own troubles and its own time."""
    site.show("/good", rss(1, 2))
    async with polling(a_source(clock, site.url("/bad"), site.url("/good")), clock, looks=2) as watch:
        assert len(watch.inlet.ids) == 2
        assert watch.inlet.troubles == ["feed 1 (127.0.0.1) answers 404 Not Found"]


async def test_a_feed_that_moved_for_good_is_asked_there(site: Site, clock: FakeClock) -> None:
    """Once it has said so three times; one that moved for now is asked where it was."""
    site.show("/new", rss(1))
    site.show("/old", status=301, Location="/new")
    site.show("/now", status=302, Location="/new")
    async with polling(a_source(clock, site.url("/old")), clock) as watch:
        for _ in range(MOVED_AFTER):
            await watch.next()
        assert [path for path, _ in site.asked] == ["/old", "/new"] * MOVED_AFTER + ["/new"]
    site.asked.clear()
    async with polling(a_source(clock, site.url("/now")), clock) as watch:
        for _ in range(MOVED_AFTER):
            await watch.next()
        assert [path for path, _ in site.asked] == ["/now", "/new"] * (MOVED_AFTER + 1)


async def test_a_feed_that_is_gone_is_asked_once_a_day(site: Site, clock: FakeClock) -> None:
    """Over restarts too: one mistaken 410 must not end a feed for ever."""
    site.show("/rss", status=410)
    gone = "feed 1 (127.0.0.1) is gone, its server says (410); it is asked once a day, or take it out of `urls`"
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        assert watch.inlet.troubles == [gone]
        assert watch.quiet(86_399)
        cursor = watch.inlet.cursor
    async with polling(a_source(clock, site.url("/rss")), clock, cursor) as watch:
        assert watch.inlet.troubles == [gone]
        assert len(site.asked) == 1
        site.show("/rss", rss(1))
        await watch.next()
        assert len(watch.inlet.ids) == 1
        assert watch.quiet(200)
        assert not watch.quiet(400)


async def test_a_feed_moves_only_to_what_is_a_feed(site: Site, clock: FakeClock) -> None:
    """Three redirects to a page that says "back soon" move nothing; a feed that moved and broke is sought where it
    was.
    """
    site.show("/maintenance", "<!doctype html><html>Volvemos en breve</html>", Content_Type="text/html")
    site.show("/rss", status=301, Location="/maintenance")
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        for _ in range(MOVED_AFTER + 1):
            await watch.next()
        site.show("/rss", rss(1))
        await watch.next()
        assert len(watch.inlet.ids) == 1
        site.show("/new", rss(2))
        site.show("/rss", status=301, Location="/new")
        for _ in range(MOVED_AFTER + 1):
            await watch.next()
        site.asked.clear()
        site.show("/new", status=404)
        site.show("/rss", rss(3))
        await watch.next()
        await watch.next()
        assert [path for path, _ in site.asked] == ["/new", "/rss"]
        assert len(watch.inlet.ids) > 2


async def test_what_a_feed_said_of_itself_can_be_forgotten(site: Site, clock: FakeClock) -> None:
    """Of one address or of all: it is asked as at first, and what stood in it is no news again."""
    site.show("/gone", status=410)
    source = a_source(clock, site.url("/gone"))
    async with polling(source, clock) as watch:
        cursor = source.forget(watch.inlet.cursor, site.url("/gone"))
    site.show("/gone", rss(1))
    async with polling(source, clock, cursor) as watch:
        assert len(watch.inlet.ids) == 1
    with pytest.raises(BadInput, match="is none of the addresses of press"):
        source.forget(cursor, "https://elsewhere.example")


async def test_a_tag_that_never_changes_hides_no_news(site: Site, clock: FakeClock) -> None:
    """Some servers say "unchanged" whatever happens: now and then we look for ourselves, and then believe no more."""
    site.show("/rss", rss(1), ETag='"same"')
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        site.show("/rss", rss(1, 2), ETag='"same"')
        for _ in range(UNCHANGED + 1):
            await watch.next()
        assert len(watch.inlet.ids) == 3
        site.show("/rss", rss(1, 2, 3), ETag='"same"')
        await watch.next()
        assert watch.inlet.mentions[-3:][0].title == "T1"
        assert "If-None-Match" not in site.asked[-1][1]
        assert {mention.title for mention in watch.inlet.mentions} == {"T1", "T2", "T3"}


@pytest.mark.parametrize("asked", ["31536000", "9" * 400, "Tue, 02 Mar 2027 09:00:00 GMT"])
async def test_a_wait_of_a_year_is_not_believed(site: Site, clock: FakeClock, asked: str) -> None:
    """An hour is waited instead."""
    site.show("/rss", status=503, Retry_After=asked, Date="Mon, 02 Mar 2026 09:00:00 GMT")
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        assert watch.quiet(3_599)
        assert not watch.quiet(3_601)


async def test_an_item_that_changes_under_one_address_is_new_each_time(site: Site, clock: FakeClock) -> None:
    """As watchers of pages publish: the address is the watched page, the id that of the change. An id alone that
    changes is nothing new.
    """

    def page(guid: str, title: str) -> str:
        item = f"<item><title>{title}</title><link>http://cd.example/diff</link><guid>{guid}</guid></item>"
        return f'<rss version="2.0"><channel><title>T</title>{item}</channel></rss>'

    site.show("/rss", page("abc-1", "uno"))
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        for guid, title in (("abc-2", "dos"), ("abc-3", "tres"), ("abc-4", "tres")):
            site.show("/rss", page(guid, title))
            await watch.next()
        await watch.next()
        assert len(set(watch.inlet.ids)) == 3


async def test_news_that_is_always_late_is_a_complaint(site: Site, clock: FakeClock) -> None:
    """It could never alarm, and that must not look like calm."""

    def page(count: int) -> str:
        at = (clock.now() - timedelta(hours=5)).strftime("%a, %d %b %Y %H:%M:%S GMT")
        items = "".join(
            f"<item><title>T{n}</title><link>https://n.example/{n}</link><pubDate>{at}</pubDate></item>"
            for n in range(count)
        )
        return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'

    site.show("/rss", page(1))
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        for count in (2, 3):
            site.show("/rss", page(count))
            await watch.next()
        assert watch.inlet.troubles == []
        site.show("/rss", page(4))
        await watch.next()
        (said,) = watch.inlet.troubles
        assert "write that as `timezone`" in said
        site.show("/rss", rss(9))
        await watch.next()
        assert watch.inlet.well[-1] == "feed 1 (127.0.0.1) dates"


async def test_a_body_that_could_not_be_read_is_sent_again(site: Site, clock: FakeClock) -> None:
    """Its tag is not kept: a server that answered "unchanged" next would hide the news for ever."""
    site.show("/rss", "<!doctype html>", ETag='"x"')
    async with polling(a_source(clock, site.url("/rss")), clock) as watch:
        await watch.next()
    assert "If-None-Match" not in site.asked[-1][1]


async def test_only_what_matches_is_kept_on_request(site: Site, clock: FakeClock) -> None:
    """Large general feeds need not fill the disk."""

    def wants(mention: Mention) -> bool:
        return mention.title == "T2"

    site.show("/rss", rss(1, 2, 3))
    inlet = KeepingInlet(wants)
    async with running(a_source(clock, site.url("/rss"), only_matching=True), inlet):
        await inlet.until(lambda inlet: bool(inlet.batches))
    assert [mention.title for mention in inlet.mentions] == ["T2"]


async def test_a_store_that_fails_reaches_the_runner_by_its_name(site: Site, clock: FakeClock) -> None:
    """Not wrapped in what only programmers read."""

    class Full(KeepingInlet):
        async def put(self, batch: Batch) -> int:
            raise StoreError("the disk is full")

    site.show("/rss", rss(1))
    with pytest.raises(StoreError, match="the disk is full"):
        await a_source(clock, site.url("/rss")).run(Full(), b"rubbish")


@pytest.mark.parametrize("url", ["ftp://secret", "https://", "https://[::1/secret", "secret"])
def test_addresses_are_checked_without_repeating_them(url: str) -> None:
    """They may hold a secret; the number says which one."""
    with pytest.raises(ValidationError, match="number 2 is no http or https address") as raised:
        FeedsSettings(type="feeds", urls=("https://a.example", url))
    assert "secret" not in str(raised.value)


async def test_a_feed_that_searches_is_asked_for_the_brands(site: Site, clock: FakeClock) -> None:
    """In one question, and each question is a feed of its own."""
    source = a_source(clock, site.url("/rss/search") + "?q={terms}+when:1d&hl=es")
    source.brands = lambda: (BrandTerms(brand="Acme", any=("Acme", "Acme Air"), none=("Acme Records",)),)
    site.show("/rss/search", rss(1))
    async with polling(source, clock) as watch:
        assert len(watch.inlet.ids) == 1
    assert source.asks() == ('(Acme OR "Acme Air") -"Acme Records"',)
    (address,) = source.addresses()
    assert address.endswith("?q=%28Acme+OR+%22Acme+Air%22%29+-%22Acme+Records%22+when:1d&hl=es")
