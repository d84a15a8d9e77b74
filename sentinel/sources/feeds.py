"""RSS, Atom and JSON feeds, polled politely: conditional requests, an interval that follows the feed, each feed on its
own.
"""

import asyncio
import random
import re
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import aiohttp
import msgspec
from pydantic import Field, field_validator

from sentinel.backoff import Backoff
from sentinel.config.source_settings import SourceSettings
from sentinel.config.units import Interval
from sentinel.config.wall import Zone
from sentinel.errors import BadInput, SourceError
from sentinel.sources.base import Batch, Inlet, Reason, Source
from sentinel.sources.feed_dates import LATE, LATE_LOOKS
from sentinel.sources.feed_fetch import ACCEPT, DAY, Address, FeedGone, fetch, shown
from sentinel.sources.feed_items import Context, parse_feed
from sentinel.sources.polling import Answer, is_address, open_session
from sentinel.sources.topics import Grammar, questions

SLOWEST = 3600.0
"""Seconds between two looks at most, however quiet a feed is."""
PERMANENT = 900.0
"""Seconds between tries of a feed that refuses us."""
BACKFILL = timedelta(days=1)
"""Items without a date that were there at the first look count as this old: they are nothing new."""
JITTER = 0.1
TERMS = "{terms}"
SEARCH = Grammar(either=" OR ", group="({})", without="-{}", longest=300)
"""Of feeds that search: as Google News and Bing News want it."""


class FeedsSettings(SourceSettings):
    """News and blogs that publish a feed."""

    urls: tuple[str, ...] = Field(min_length=1, examples=[["https://example.com/feed.xml"]])
    """RSS, Atom or JSON feeds; `{terms}` in an address is what the brands are looked for by, for feeds that search."""
    every: Interval = timedelta(minutes=5)
    """How often to look at first; then between `fastest` and an hour, as often as each feed brings something."""
    fastest: Interval = timedelta(minutes=2)
    """How often to look at most."""
    only_matching: bool = False
    """Keep only items that speak of a brand; otherwise all are stored, and brands added later find them."""
    timezone: Zone | None = None
    """Of dates that name none, such as America/Bogota. Default: learned from when each feed's news appears."""

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

    def asks(self) -> tuple[str, ...]:
        return questions(self.looked_for(), SEARCH) if any(TERMS in url for url in self.settings.urls) else ()

    def addresses(self) -> tuple[str, ...]:
        """Where to look: an address with a place for terms is one for each question."""
        found = (
            url.replace(TERMS, quote_plus(question))
            for url in self.settings.urls
            for question in (self.asks() if TERMS in url else ("",))
        )
        return tuple(dict.fromkeys(found))

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Poll every feed until cancelled."""
        book = _AddressBook(cursor)
        async with open_session(self.user_agent, {"Accept": ACCEPT}) as session:
            try:
                async with asyncio.TaskGroup() as tasks:
                    for number, url in enumerate(self.addresses(), 1):
                        polling = _Polling(self, session, inlet, book, url, shown(url, number))
                        tasks.create_task(polling.run(), name=f"feed-{self.name}-{number}")
            except ExceptionGroup as group:
                raise group.exceptions[0] from group  # what the runner knows how to name

    def forget(self, cursor: bytes | None, part: str | None) -> bytes:
        """The cursor without what was learned of one feed, named by its address, or of all of them."""
        if part is not None and part not in (*self.settings.urls, *self.addresses()):
            raise BadInput(f"{part} is none of the addresses of {self.name}; write one as `urls` has it")
        return _AddressBook(cursor).without(part)


class _AddressBook:
    """What is known of every feed of a source; its bytes are the source's cursor."""

    def __init__(self, cursor: bytes | None) -> None:
        try:
            self._addresses = msgspec.json.decode(cursor, type=dict[str, Address]) if cursor else {}
        except msgspec.MsgspecError:
            self._addresses = {}

    def get(self, url: str) -> Address:
        return self._addresses.get(url) or Address()

    def with_(self, url: str, address: Address) -> bytes:
        self._addresses[url] = address
        return msgspec.json.encode(self._addresses)

    def without(self, url: str | None) -> bytes:
        """What a feed said of itself is forgotten, what stood in it is not: nothing of it would be news."""
        for known, address in self._addresses.items():
            if url is None or known == url:
                self._addresses[known] = Address(seen=address.seen)
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
        self._late = False

    async def run(self) -> None:
        """Look, wait, look again; a feed that is gone is asked once a day."""
        while True:
            address = self._book.get(self._url)
            if wait := address.asleep(self._source.clock.now().timestamp()):
                self._say_gone()
            else:
                wait = await self._try(address)
            await self._source.clock.sleep(wait)

    async def _try(self, address: Address) -> float:
        """One look, or what to do when it failed; gives the seconds until the next."""
        try:
            wait = await self._look(address)
        except FeedGone:
            address.gone_at = self._source.clock.now().timestamp()
            await self._inlet.put(Batch(cursor=self._book.with_(self._url, address)))
            self._say_gone()
            return DAY
        except SourceError as error:
            if address.at(self._url) != self._url:
                address.note_move(None)  # where it moved to is no feed: back to where it was
            self._inlet.trouble(str(error), self._name, unheard=True)
            floor = max(
                self._source.settings.fastest.total_seconds(),
                PERMANENT if error.permanent else 0.0,
                error.retry_after or 0.0,
            )
            return self._backoff.next(at_least=floor)
        self._backoff.reset()
        return wait

    def _say_gone(self) -> None:
        self._inlet.trouble(
            f"{self._name} is gone, its server says (410); it is asked once a day, or take it out of `urls`",
            self._name,
            unheard=True,
        )

    async def _look(self, address: Address) -> float:
        """One look; gives the seconds until the next."""
        answer = await fetch(self._session, self._url, address, self._name)
        max_age = _max_age(answer.headers.get("Cache-Control", ""))
        if answer.body is None:
            address.unchanged += 1
            self._inlet.alive(self._name)
            return self._pace(address, 0, max_age)
        first = address.seen is None
        asked_there = address.at(self._url) != self._url
        feed = await asyncio.to_thread(parse_feed, answer.body, self._context(answer, address))
        if not asked_there:
            address.note_move(answer.moved_to)
        address.note_read(answer, feed.seen)
        if feed.dropped:
            self._inlet.refused(feed.dropped, f"{self._name}: items without a word", Reason.EMPTY)
        wants = self._inlet.wants if self._source.settings.only_matching else None
        kept = tuple(each for each in feed.mentions if wants is None or wants(each))
        new = await self._inlet.put(Batch(mentions=kept, cursor=self._book.with_(self._url, address)))
        self._inlet.alive(self._name)
        self._watch_dates(address)
        return self._pace(address, 0 if first else new, max(max_age or 0.0, feed.ttl or 0.0))

    def _context(self, answer: Answer, address: Address) -> Context:
        now, settings = self._source.clock.now(), self._source.settings
        return Context(
            url=answer.url,
            shown=self._name,
            content_type=answer.content_type,
            source=self._source.name,
            lang=settings.lang,
            now=now,
            undated_at=now - BACKFILL if address.seen is None else now,
            zone=ZoneInfo(settings.timezone) if settings.timezone else None,
            habits=address.habits,
            seen=address.seen,
        )

    def _watch_dates(self, address: Address) -> None:
        part = f"{self._name} dates"
        late = address.habits.late >= LATE_LOOKS
        if late and not self._late:
            hours = LATE / timedelta(hours=1)
            self._inlet.trouble(
                f"{self._name}: all its news is dated {hours:g} hours or more before it appears, so none of it can "
                "alarm; if its hours are those of a place, write that as `timezone`",
                part,
            )
        elif self._late and not late:
            self._inlet.alive(part)
        self._late = late

    def _pace(self, address: Address, new: int, asked: float | None) -> float:
        """Sooner after something new, later after nothing; never sooner than the publisher asks, within reason."""
        settings = self._source.settings
        every = address.every or settings.every.total_seconds()
        if address.every is not None:
            every = every / 2 if new else every * 1.5
        address.every = min(SLOWEST, max(settings.fastest.total_seconds(), every))
        wait = min(SLOWEST, max(address.every, asked or 0.0))
        return wait * self._rng.uniform(1 - JITTER, 1 + JITTER)


def _max_age(header: str) -> float | None:
    found = re.search(r"(?:^|[ ,])max-age=(\d{1,9})", header.lower())
    return float(found[1]) if found else None
