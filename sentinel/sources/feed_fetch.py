"""What is kept of one feed's address, and one conditional look at it; `feeds.py` decides when."""

from urllib.parse import urlsplit

import aiohttp
import msgspec

from sentinel.errors import SourceError
from sentinel.sources.feed_dates import Habits
from sentinel.sources.polling import Answer, Request, RequestRefused, ask

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, application/xml;q=0.8, "
    "text/xml;q=0.7, */*;q=0.1"
)
MOVED_AFTER = 3
"""Identical answers that an address has moved for good, before it is believed."""
UNCHANGED = 3
"""Answers "unchanged" in a row after which we look for ourselves: some servers never change their tags."""
MARKED = 40
"""Items of a feed that are remembered from one look to the next, from the top."""
DAY = 86_400.0


class FeedGone(SourceError):
    """The feed's server says that it is gone for good (410)."""


class Address(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What one feed's answers taught: kept with the cursor, so that a restart asks conditionally too.

    Parameters
    ----------
    etag, modified
        Sent back letter by letter, unless ``stale_tag``: they stayed the same while the feed did not.
    every
        The present interval in seconds.
    moved_to, moved_times
        Where it said to have moved, how often in a row.
    gone_at
        Since when (seconds since 1970) its server says that it is gone.
    seen
        Marks of the items of the last look; ``None`` before the first.
    """

    etag: str | None = None
    modified: str | None = None
    stale_tag: bool = False
    unchanged: int = 0
    every: float | None = None
    moved_to: str | None = None
    moved_times: int = 0
    gone_at: float | None = None
    habits: Habits = msgspec.field(default_factory=Habits)
    seen: tuple[tuple[str, str, str], ...] | None = None

    def at(self, url: str) -> str:
        """Where to look: the configured address, or where that has moved."""
        return self.moved_to if self.moved_to and self.moved_times >= MOVED_AFTER else url

    def note_move(self, final: str | None) -> None:
        """A feed came over permanent redirects from ``final``, or over none (``None``)."""
        self.moved_times = self.moved_times + 1 if final is not None and final == self.moved_to else 1 if final else 0
        self.moved_to = final

    def asleep(self, now: float) -> float:
        """Seconds until a feed that is gone is asked again."""
        return max(0.0, self.gone_at + DAY - now) if self.gone_at is not None else 0.0

    def note_read(self, answer: Answer, seen: tuple[tuple[str, str, str], ...]) -> None:
        """A body was read: only now are its tags kept, or one that could not be read would not be sent again."""
        etag, modified = answer.said("ETag"), answer.said("Last-Modified")
        news = self.seen is not None and not set(seen[:MARKED]) <= set(self.seen)
        if news and self.unchanged >= UNCHANGED and (etag, modified) == (self.etag, self.modified):
            self.stale_tag = True
        self.etag, self.modified, self.unchanged, self.gone_at = etag, modified, 0, None
        self.seen = seen[:MARKED]


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
    conditional = not address.stale_tag and address.unchanged < UNCHANGED
    conditions = {"If-None-Match": address.etag, "If-Modified-Since": address.modified} if conditional else {}
    try:
        return await ask(session, Request(url=address.at(url), name=name, conditions=conditions))
    except RequestRefused as error:
        if error.status == 410:
            raise FeedGone(str(error), permanent=True) from None
        raise
