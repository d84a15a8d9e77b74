"""RSS, Atom and JSON feeds, polled politely: conditional requests, an interval that follows the feed, each feed on its
own.
"""

import asyncio
import random
from datetime import timedelta
from typing import ClassVar

import aiohttp
import msgspec
from pydantic import Field, field_validator

from sentinel.backoff import Backoff
from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.errors import SourceError
from sentinel.sources.base import Batch, Inlet, Source
from sentinel.sources.feed_fetch import ACCEPT, Address, FeedGone, fetch, is_address, shown
from sentinel.sources.feed_items import Context, parse_feed

SLOWEST = 3600.0
"""Seconds between two looks at most, however quiet a feed is."""
PERMANENT = 900.0
"""Seconds between tries of a feed that refuses us."""
BACKFILL = timedelta(days=1)
"""Items without a date that were there at the first look count as this old: they are nothing new."""
JITTER = 0.1
PER_HOST = 2


class FeedsSettings(SourceSettings):
    """News and blogs that publish a feed."""

    urls: tuple[str, ...] = Field(min_length=1, examples=[["https://example.com/feed.xml"]])
    """RSS, Atom or JSON feeds."""
    every: Interval = timedelta(minutes=5)
    """How often to look at first; then between `fastest` and an hour, as often as each feed brings something."""
    fastest: Interval = timedelta(minutes=2)
    """How often to look at most."""
    only_matching: bool = False
    """Keep only items that speak of a brand; otherwise all are stored, and brands added later find them."""

    @field_validator("urls")
    @classmethod
    def _http(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for number, url in enumerate(urls, 1):
            if not is_address(url):
                raise ValueError(f"number {number} is no http or https address")
        return tuple(dict.fromkeys(urls))


class FeedsSource(Source[FeedsSettings]):
    """News and blogs that publish RSS, Atom or a JSON feed."""

    settings_model = FeedsSettings
    default_silence: ClassVar[timedelta | None] = timedelta(hours=2)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=1)

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Poll every feed until cancelled."""
        book = _AddressBook(cursor)
        headers = {"User-Agent": self.user_agent, "Accept": ACCEPT}
        connector = aiohttp.TCPConnector(limit_per_host=PER_HOST)
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout, connector=connector) as session:
            try:
                async with asyncio.TaskGroup() as tasks:
                    for number, url in enumerate(self.settings.urls, 1):
                        polling = _Polling(self, session, inlet, book, url, shown(url, number))
                        tasks.create_task(polling.run(), name=f"feed-{self.name}-{number}")
            except ExceptionGroup as group:
                raise group.exceptions[0] from group  # what the runner knows how to name


class _AddressBook:
    """What is known of every feed of a source; its bytes are the source's cursor."""

    def __init__(self, cursor: bytes | None) -> None:
        try:
            self._addresses = msgspec.json.decode(cursor, type=dict[str, Address]) if cursor else {}
        except msgspec.MsgspecError:
            self._addresses = {}

    def get(self, url: str) -> Address | None:
        return self._addresses.get(url)

    def with_(self, url: str, address: Address) -> bytes:
        self._addresses[url] = address
        return msgspec.json.encode(self._addresses)


class _Polling:
    """One feed of the source."""

    def __init__(
        self, source: FeedsSource, session: aiohttp.ClientSession, inlet: Inlet, book: _AddressBook, url: str, name: str
    ) -> None:
        self._source = source
        self._session = session
        self._inlet = inlet
        self._book = book
        self._url = url
        self._name = name
        self._rng = random.Random(url)  # seeded: looks are spread out, yet the same in every run
        self._backoff = Backoff(base=60.0, cap=SLOWEST, rng=self._rng)

    async def run(self) -> None:
        """Look, wait, look again; ends when the feed is gone for good."""
        while True:
            address = self._book.get(self._url) or Address()
            if address.gone:
                self._inlet.trouble(f"{self._name} is gone for good; take it out of `urls`", self._name)
                return
            try:
                wait = await self._look(address)
            except FeedGone:
                address.gone = True
                await self._inlet.put(Batch(cursor=self._book.with_(self._url, address)))
                continue
            except SourceError as error:
                self._inlet.trouble(str(error), self._name)
                floor = max(
                    self._source.settings.fastest.total_seconds(),
                    PERMANENT if error.permanent else 0.0,
                    error.retry_after or 0.0,
                )
                wait = self._backoff.next(at_least=floor)
            else:
                self._backoff.reset()
            await self._source.clock.sleep(wait)

    async def _look(self, address: Address) -> float:
        """One look; gives the seconds until the next."""
        source = self._source
        first = self._book.get(self._url) is None
        answer = await fetch(self._session, self._url, address, self._name)
        if answer.body is None:
            self._inlet.alive(self._name)
            return self._pace(address, 0, answer.max_age)
        now = source.clock.now()
        context = Context(
            url=answer.url,
            shown=self._name,
            content_type=answer.content_type,
            source=source.name,
            lang=source.settings.lang,
            now=now,
            undated_at=now - BACKFILL if first else now,
        )
        feed = await asyncio.to_thread(parse_feed, answer.body, context)
        # Only now: a body that could not be read must be sent again.
        address.etag, address.modified = answer.etag, answer.modified
        kept = tuple(each for each in feed.mentions if not source.settings.only_matching or self._inlet.wants(each))
        new = await self._inlet.put(Batch(mentions=kept, cursor=self._book.with_(self._url, address)))
        self._inlet.alive(self._name)
        return self._pace(address, 0 if first else new, max(answer.max_age or 0.0, feed.ttl or 0.0))

    def _pace(self, address: Address, new: int, asked: float | None) -> float:
        """Sooner after something new, later after nothing; never sooner than the publisher asks, within reason."""
        settings = self._source.settings
        every = address.every or settings.every.total_seconds()
        if address.every is not None:
            every = every / 2 if new else every * 1.5
        address.every = min(SLOWEST, max(settings.fastest.total_seconds(), every))
        wait = min(SLOWEST, max(address.every, asked or 0.0))
        return wait * self._rng.uniform(1 - JITTER, 1 + JITTER)
