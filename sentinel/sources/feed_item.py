"""One item of a feed as both formats have it, and what its address and its name are. No I/O."""

import re
from dataclasses import dataclass
from hashlib import sha1
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from sentinel.sources.instants import Stamp

_TRACKING = re.compile(r"^(utm_.*|fbclid|gclid|mc_[ce]id)$")
_ANCHOR = re.compile(r"^[A-Za-z_-]{0,20}\d{1,20}$")
LONGEST_NAME = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """What an item says of itself; empty where it says nothing.

    ``rating`` is in stars, ``likes`` and ``views`` as its network counts them.
    """

    identity: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    stamp: Stamp | None = None
    lang: str | None = None
    author: str = ""
    tags: tuple[str, ...] = ()
    rating: float | None = None
    likes: int | None = None
    views: int | None = None

    @property
    def empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.title or self.text)

    @property
    def marks(self) -> tuple[str, str, str]:
        """Short marks of its address, of its own id and of what it says: enough to tell it from another."""
        return mark(self.link), mark(self.identity), mark(f"{self.title}\n{self.text}")


def mark(text: str) -> str:
    """Ten letters that stand for a text."""
    return sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:10] if text else ""


def name_of(item: FeedItem, *, by_identity: bool) -> str:
    """What names an item: its address, so that copies of an article in several feeds are one.

    Its own id where the address names several; what it says where there is neither.
    """
    link = "" if item.link and urlsplit(item.link).path in ("", "/") and not urlsplit(item.link).query else item.link
    name = (item.identity if by_identity else "") or link or item.identity
    if name and len(name) <= LONGEST_NAME:
        return name
    return sha1((name or f"{item.title}\n{item.text}").encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def primary(tag: object) -> str | None:
    """A language tag's first part, lower-cased; nothing for "undetermined"."""
    first = str(tag or "").split("-")[0].split("_")[0].strip().lower()
    return first if first.isalpha() and len(first) <= 8 and first != "und" else None


def canonical(link: str) -> str:
    """The address without what only counts clicks; a search service's redirect becomes what it leads to.

    An anchor that numbers a comment or a post stays: it names what is said there.

    Examples
    --------
    >>> canonical("HTTPS://Example.com/a?utm_source=x&b=1#top")
    'https://example.com/a?b=1'
    >>> canonical("https://example.com/post/#comment-2")
    'https://example.com/post/#comment-2'
    >>> canonical("https://www.google.com/url?rct=j&url=https://example.com/a/&ct=ga")
    'https://example.com/a/'
    >>> canonical("javascript:alert(1)")
    ''
    """
    try:
        parts = urlsplit(link.replace("&amp;", "&").strip())
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https"):
        return ""
    if parts.path == "/url" and host.startswith("www.google."):
        query = dict(parse_qsl(parts.query))
        target = query.get("url") or query.get("q") or ""
        return canonical(target) if target.startswith(("http://", "https://")) else ""
    kept = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.match(pair.partition("=")[0]))
    anchor = parts.fragment if _ANCHOR.match(parts.fragment) else ""
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, kept, anchor))
