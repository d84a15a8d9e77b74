"""A feed's body as mentions: RSS and Atom as they are found in the wild, JSON Feed 1.x.

No I/O: `feeds.py` brings the bytes.
"""

import calendar
import io
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import feedparser
import msgspec

from sentinel.errors import SourceError
from sentinel.mention import EARLIEST, MAX_TEXT, Author, Kind, Mention

MOST_HTML = 4 * MAX_TEXT
"""Characters of one item's body that are looked at."""
_TRACKING = re.compile(r"^(utm_.*|fbclid|gclid|mc_[ce]id)$")


class _JsonAuthor(msgspec.Struct, frozen=True):
    name: str | None = None


class _JsonItem(msgspec.Struct, frozen=True):
    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    date_modified: str | None = None
    authors: list[_JsonAuthor] | None = None
    author: _JsonAuthor | None = None
    language: str | None = None
    tags: list[str] | None = None


class _JsonFeed(msgspec.Struct, frozen=True):
    version: str
    items: list[msgspec.Raw]
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it stands: its items, and how many seconds its publisher wants us to wait before looking again."""

    mentions: list[Mention]
    ttl: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known beside the body.

    Parameters
    ----------
    shown
        How the feed is called in errors: its address may be a secret.
    undated_at
        When items without a date count as published.
    """

    url: str
    shown: str
    content_type: str
    source: str
    lang: str | None
    now: datetime
    undated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    identity: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    at: datetime | None = None
    lang: str | None = None
    author: str = ""
    tags: tuple[str, ...] = ()


def parse_feed(body: bytes, context: Context) -> Feed:
    """Every item of a feed.

    Raises
    ------
    SourceError
        When the body is no feed, such as a page of HTML.
    """
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:256].lower()
    if start.startswith(b"{"):
        items, ttl = _json_items(body, context), None
    elif start.startswith((b"<!doctype html", b"<html")):
        raise SourceError(f"{context.shown} is a page of HTML, not a feed; look for its feed's address")
    else:
        items, ttl = _xml_items(body, context)
    links = Counter(item.link for item in items)
    made = (_made(item, context, shared_link=links[item.link] > 1) for item in items)
    return Feed(mentions=[mention for mention in made if mention is not None], ttl=ttl)


def _xml_items(body: bytes, context: Context) -> tuple[list[_Item], float | None]:
    # As a stream: bytes or text would be taken for a file's name or an address to fetch if they look like one.
    headers = {"content-type": context.content_type, "content-location": context.url}
    parsed = feedparser.parse(io.BytesIO(body.lstrip()), response_headers=headers, sanitize_html=False)
    if not parsed.get("version"):
        raise SourceError(f"{context.shown} is no RSS, Atom or JSON feed ({context.content_type or 'no content type'})")
    declared = _primary(parsed.feed.get("language"))
    ttl = str(parsed.feed.get("ttl", ""))
    return [_xml_item(entry, declared) for entry in parsed.entries], float(ttl) * 60 if ttl.isdigit() else None


def _xml_item(entry: dict[str, object], lang: str | None) -> _Item:
    title = strip_html(str(entry.get("title") or ""))
    publisher = entry.get("source")
    name = str(publisher.get("title", "")) if isinstance(publisher, Mapping) else ""
    if name and title.endswith(f" - {name}"):
        title = title.removesuffix(f" - {name}")
    content = entry.get("content")
    body = (
        str(content[0].get("value", "")) if isinstance(content, list) and content else str(entry.get("summary") or "")
    )
    # As a plain dictionary: the parser's own lookup warns and guesses where one of the two is missing.
    stamp = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    tags = entry.get("tags")
    return _Item(
        identity=str(entry.get("id") or ""),
        link=canonical(str(entry.get("link") or "")),
        title=title,
        text=strip_html(body),
        at=_utc(stamp) if isinstance(stamp, time.struct_time) else None,
        lang=lang,
        author=name or str(entry.get("author") or ""),
        tags=tuple(str(tag.get("term") or "") for tag in tags) if isinstance(tags, list) else (),
    )


def _json_items(body: bytes, context: Context) -> list[_Item]:
    try:
        feed = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"), type=_JsonFeed, strict=False)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise SourceError(f"{context.shown} is no JSON feed: {error}") from None
    items = []
    for raw in feed.items:
        try:
            item = msgspec.json.decode(raw, type=_JsonItem, strict=False)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            continue  # one odd item does not spoil the feed
        author = item.authors[0] if item.authors else item.author
        items.append(
            _Item(
                identity="" if item.id is None else str(item.id),
                link=canonical(item.url or item.external_url or ""),
                title=strip_html(item.title or ""),
                text=item.content_text or strip_html(item.content_html or "") or item.summary or "",
                at=_instant(item.date_published or item.date_modified),
                lang=_primary(item.language or feed.language),
                author=(author.name or "") if author is not None else "",
                tags=tuple(item.tags or ()),
            )
        )
    return items


def _made(item: _Item, context: Context, *, shared_link: bool) -> Mention | None:
    title, text = _clean(item.title)[:1000], _clean(item.text)[:MAX_TEXT]
    if not (title or text):
        return None
    # The address makes copies of an article in several feeds one; where items share it, it names none of them.
    name = _clean((item.identity if shared_link else "") or item.link or item.identity)
    if not name or len(name) > 1024:
        name = sha1((name or f"{title}\n{text}").encode(), usedforsecurity=False).hexdigest()
    at = item.at if item.at is not None else context.undated_at
    return Mention(
        source=context.source,
        id=name,
        text=text if text != title else "",
        title=title or None,
        published_at=max(EARLIEST, at) if at <= context.now else context.now,
        lang=item.lang or context.lang,
        kind=Kind.ARTICLE,
        url=item.link or None,
        author=Author(name=_clean(item.author)[:200], id=_clean(item.author)[:200]) if item.author else None,
        tags=tuple(dict.fromkeys(_clean(tag)[:100] for tag in item.tags if tag)) or None,
    )


def _clean(text: str) -> str:
    """Without what cannot be stored: NUL characters and broken surrogates, which character references can make."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _primary(tag: object) -> str | None:
    primary = str(tag or "").split("-")[0].split("_")[0].strip().lower()
    return primary if primary.isalpha() and len(primary) <= 8 and primary != "und" else None


def _utc(stamp: time.struct_time) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(stamp), UTC)
    except (ValueError, OverflowError):
        return None


def _instant(text: str | None) -> datetime | None:
    try:
        at = datetime.fromisoformat(text or "")
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def canonical(link: str) -> str:
    """The address without what only counts clicks; a search service's redirect becomes what it leads to.

    Examples
    --------
    >>> canonical("HTTPS://Example.com/a?utm_source=x&b=1#top")
    'https://example.com/a?b=1'
    >>> canonical("https://www.google.com/url?rct=j&url=https://example.com/a/&ct=ga")
    'https://example.com/a/'
    >>> canonical("javascript:alert(1)")
    ''
    """
    try:
        parts = urlsplit(link.replace("&amp;", "&").strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https"):
        return ""
    if parts.path == "/url" and (parts.hostname or "").startswith("www.google."):
        query = dict(parse_qsl(parts.query))
        target = query.get("url") or query.get("q") or ""
        return canonical(target) if target.startswith(("http://", "https://")) else ""
    kept = "&".join(pair for pair in parts.query.split("&") if not _TRACKING.match(pair.partition("=")[0]))
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, kept, ""))


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag in ("br", "p", "div", "li"):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def strip_html(html: str) -> str:
    """What a reader would see, white space folded.

    Examples
    --------
    >>> strip_html("<p>Acme &amp; <b>sons</b></p><script>x()</script> ca&iacute;da")
    'Acme & sons caída'
    """
    html = html[:MOST_HTML]
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.parts).split())
