"""What somebody said, as reports and programs show it."""

from datetime import datetime

import msgspec

from sentinel.mention import NOBODY, Mention
from sentinel.playbooks.escape import plain, web_address

TEXT, NAME = 600, 60


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A mention that shows what it was about; one line of visible characters, its address http(s) or none."""

    text: str
    author: str
    followers: int | None
    source: str
    at: datetime
    link: str | None


def quote_of(mention: Mention, text: str | None = None) -> Quote:
    """A mention, or the sentence ``text`` of it."""
    author = mention.author or NOBODY
    name = f"@{author.handle.removeprefix('@')}" if author.handle else author.name
    return Quote(
        text=plain(mention.whole_text if text is None else text, TEXT),
        author=plain(name or "", NAME),
        followers=author.followers,
        source=plain(mention.source, NAME),
        at=mention.published_at,
        link=web_address(mention.url),
    )
