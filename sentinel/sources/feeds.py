"""RSS, Atom and JSON feeds, polled politely: conditional requests, an interval that follows the feed, each feed on its own."""

import asyncio
import email.utils
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import aiohttp
import msgspec
from pydantic import Field, field_validator

from sentinel.backoff import Backoff
from sentinel.config.schema import SourceSettings
from sentinel.config.units import Duration
from sentinel.errors import SourceError
from sentinel.sources.base import Batch, Inlet, Source
from sentinel.sources.feed_items import parse_feed

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, application/xml;q=0.8, text/xml;q=0.7, */*;q=0.1"
MOST = 10 * 2**20
"""Bytes of one feed, unpacked."""
SLOWEST = timedelta(hours=1)


class FeedsSettings(SourceSettings):
    """News and blogs that publish a feed."""

    urls: tuple[str, ...] = Field(min_length=1)
    """RSS, Atom or JSON feeds."""
    every: Duration = timedelta(minutes=5)
    """How often to look at first; then between `fastest` and an hour, as often as each feed brings something."""
    fastest: Duration = timedelta(minutes=2)
    only_matching: bool = False
    """Keep only items that speak of a brand; otherwise all are stored, and brands added later find them."""

    @field_validator("urls")
    @classmethod
    def _http(cls, urls: tuple[str, ...]) -> tuple[str, ...]:
        for url in urls:
            if not url.startswith(("http://", "https://")):
                raise ValueError(f"{url!r} is no http or https address")
        return urls


class _Place(msgspec.Struct, omit_defaults=True):
    """What one feed's last answer said."""

    etag: str | None = None
    modified: str | None = None
    every: float | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    body: bytes
    etag: str | None
    modified: str | None
    content_type: str


class FeedsSource(Source[FeedsSettings]):
    """News and blogs that publish RSS, Atom or a JSON feed."""

    settings_model = FeedsSettings
    default_silence: ClassVar[timedelta | None] = timedelta(hours=2)
    normal_lag: ClassVar[timedelta | None] = timedelta(hours=1)

    async def run(self, inlet: Inlet, cursor: bytes | None) -> None:
        """Poll every feed until cancelled."""
        places = _decode(cursor)
        timeout = aiohttp.ClientTimeout(total=30)
        headers = {"User-Agent": self.user_agent, "Accept": ACCEPT}
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session, asyncio.TaskGroup() as tasks:
            for url in self.settings.urls:
                tasks.create_task(self._poll(session, inlet, url, places), name=f"feed-{self.name}")

    async def _poll(self, session: aiohttp.ClientSession, inlet: Inlet, url: str, places: dict[str, _Place]) -> None:
        place = places.setdefault(url, _Place())
        backoff = Backoff(base=60.0, cap=SLOWEST.total_seconds())
        while True:
            try:
                found = await self._look(session, inlet, url, place, places)
            except SourceError as error:
                inlet.trouble(str(error))
                if error.permanent and str(error).endswith("410"):
                    return
                await self.clock.sleep(backoff.next(at_least=error.retry_after or 0.0))
                continue
            backoff.reset()
            every = place.every or self.settings.every.total_seconds()
            every = every / 2 if found else every * 1.5
            place.every = min(SLOWEST.total_seconds(), max(self.settings.fastest.total_seconds(), every))
            await self.clock.sleep(place.every)

    async def _look(self, session: aiohttp.ClientSession, inlet: Inlet, url: str, place: _Place, places: dict[str, _Place]) -> int:
        """One look; gives how many items the feed held, 0 when nothing changed."""
        answer = await _fetch(session, url, place)
        if answer.status == 304:
            inlet.alive()
            return 0
        now = self.clock.now()
        mentions = await asyncio.to_thread(parse_feed, answer.body, answer.content_type, url, self.name, self.settings.lang, now)
        place.etag, place.modified = answer.etag, answer.modified
        wanted = tuple(each for each in mentions if not self.settings.only_matching or inlet.wants(each))
        await inlet.put(Batch(mentions=wanted, cursor=msgspec.json.encode(places)))
        return len(mentions)


async def _fetch(session: aiohttp.ClientSession, url: str, place: _Place) -> _Answer:
    conditions = {"If-None-Match": place.etag, "If-Modified-Since": place.modified}
    try:
        async with session.get(url, headers={name: value for name, value in conditions.items() if value}) as response:
            if response.status not in (200, 304):
                raise SourceError(
                    f"{url} answers {response.status}", retry_after=retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
                    permanent=response.status in (401, 403, 404, 410),
                )  # fmt: skip
            body = await response.content.read(MOST + 1) if response.status == 200 else b""
            while response.status == 200 and len(body) <= MOST and (more := await response.content.read(MOST)):
                body += more
            if len(body) > MOST:
                raise SourceError(f"{url} is larger than {MOST} bytes; it is no feed for people")
            headers = response.headers
            return _Answer(response.status, body, headers.get("ETag"), headers.get("Last-Modified"), response.content_type)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise SourceError(f"{url}: {type(error).__name__}: {error}"[:300]) from error


def retry_after(header: str | None, date: str | None = None) -> float | None:
    """Seconds that ``Retry-After`` asks for: a number, or a date, counted from the answer's own ``Date``.

    Examples
    --------
    >>> retry_after("120"), retry_after("soon"), retry_after(None)
    (120.0, None, None)
    >>> retry_after("Mon, 02 Mar 2026 09:02:00 GMT", "Mon, 02 Mar 2026 09:00:00 GMT")
    120.0
    """
    if header is None:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        until, since = (email.utils.parsedate_to_datetime(each) for each in (header, date or ""))
        return max(0.0, (until - since).total_seconds())
    except ValueError:
        return None


def _decode(cursor: bytes | None) -> dict[str, _Place]:
    try:
        return msgspec.json.decode(cursor, type=dict[str, _Place]) if cursor else {}
    except msgspec.MsgspecError:
        return {}
