"""One polite look at a feed's address: conditional, bounded, and clear about what went wrong.

`feeds.py` decides when.
"""

import email.utils
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
import msgspec

from sentinel.errors import SourceError

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, application/xml;q=0.8, "
    "text/xml;q=0.7, */*;q=0.1"
)
MOST = 10 * 2**20
"""Bytes of one feed, unpacked."""
MOVED_AFTER = 3
"""Identical answers that an address has moved for good, before it is believed."""


class FeedGone(SourceError):
    """The feed's server says that it is gone for good (410)."""


class Address(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What one feed's answers taught: kept with the cursor, so that a restart asks conditionally too.

    ``etag`` and ``modified`` are sent back letter by letter; ``every`` is the present interval in seconds; ``moved_to``
    was named ``moved_times`` in a row; ``gone`` is for good.
    """

    etag: str | None = None
    modified: str | None = None
    every: float | None = None
    moved_to: str | None = None
    moved_times: int = 0
    gone: bool = False

    def at(self, url: str) -> str:
        """Where to look: the configured address, or where that has moved."""
        return self.moved_to if self.moved_to and self.moved_times >= MOVED_AFTER else url

    def note_move(self, final: str | None) -> None:
        """An answer came over permanent redirects from ``final``, or over none (``None``)."""
        self.moved_times = self.moved_times + 1 if final is not None and final == self.moved_to else 1 if final else 0
        self.moved_to = final


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A body that is new, or ``None``: nothing changed. ``max_age`` is how many seconds it says it stays good."""

    url: str
    body: bytes | None
    etag: str | None
    modified: str | None
    content_type: str
    max_age: float | None


def is_address(url: str) -> bool:
    """Whether a feed can be looked for there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def shown(url: str, number: int) -> str:
    """How a feed is called in messages: by its host, since the rest of an address may be a secret.

    Examples
    --------
    >>> shown("https://www.google.com/alerts/feeds/04175468913983673025/4428", 2)
    'feed 2 (www.google.com)'
    """
    return f"feed {number} ({urlsplit(url).hostname})"


async def fetch(session: aiohttp.ClientSession, url: str, address: Address, name: str) -> Answer:
    """Ask for what is new.

    Raises
    ------
    SourceError
        Named ``name``; with the wait that the far side asked for, and permanent where trying again soon cannot help.
    """
    conditions = {"If-None-Match": address.etag, "If-Modified-Since": address.modified}
    place = address.at(url)
    try:
        async with session.get(
            place, headers={key: value for key, value in conditions.items() if value}, max_redirects=5
        ) as response:
            _refuse(response, name)
            if place == url:
                address.note_move(_moved(response))
            return Answer(
                url=str(response.url),
                body=None if response.status == 304 else await _body(response, name),
                etag=response.headers.get("ETag"),
                modified=response.headers.get("Last-Modified"),
                content_type=response.headers.get("Content-Type", ""),
                max_age=_max_age(response.headers.get("Cache-Control", "")),
            )
    except TimeoutError:
        raise SourceError(f"{name} does not answer in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be reached: {_reason(error)}") from None


def _refuse(response: aiohttp.ClientResponse, name: str) -> None:
    if response.status not in (200, 304):
        kind = FeedGone if response.status == 410 else SourceError
        raise kind(
            f"{name} answers {response.status} {response.reason or ''}".rstrip(),
            retry_after=retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
            permanent=response.status in (401, 403, 404, 410),
        )


def _moved(response: aiohttp.ClientResponse) -> str | None:
    """The new address, where every redirect on the way was permanent."""
    hops = response.history
    return str(response.url) if hops and all(hop.status in (301, 308) for hop in hops) else None


async def _body(response: aiohttp.ClientResponse, name: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        body += chunk
        if len(body) > MOST:
            raise SourceError(f"{name} is larger than {MOST} bytes; it is no feed for people", permanent=True)
    return bytes(body)


def _max_age(header: str) -> float | None:
    found = re.search(r"(?:^|[ ,])max-age=(\d{1,9})", header.lower())
    return float(found[1]) if found else None


def _reason(error: Exception) -> str:
    """Without the address, which aiohttp likes to repeat."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or type(error.os_error).__name__
    return type(error).__name__


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
    if header.strip().isdecimal():
        return float(header)
    try:
        until, since = (email.utils.parsedate_to_datetime(each) for each in (header, date or ""))
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError):
        return None
