"""A feed's body as mentions: RSS and Atom as they are found in the wild, JSON Feed 1.x. No I/O: `feeds.py` brings the bytes."""

import calendar
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha1
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import feedparser
import msgspec

from sentinel.errors import SourceError
from sentinel.mention import EARLIEST, Author, Kind, Mention

_TRACKING = re.compile(r"^(utm_.*|fbclid|gclid|mc_[ce]id)$")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


class _JsonItem(msgspec.Struct, frozen=True):
    id: str | int | float | None = None
    url: str | None = None
    external_url: str | None = None
    title: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    summary: str | None = None
    date_published: str | None = None
    authors: list[dict[str, object]] | None = None
    language: str | None = None
    tags: list[str] | None = None


class _JsonFeed(msgspec.Struct, frozen=True):
    version: str
    items: list[_JsonItem]
    language: str | None = None


def parse_feed(body: bytes, content_type: str, url: str, source: str, lang: str | None, now: datetime) -> list[Mention]:
    """Every item of a feed.

    Raises
    ------
    SourceError
        When the body is no feed, such as a page of HTML.
    """
    start = body.lstrip()[:256].lower()
    if start.startswith(b"{"):
        return _json_feed(body, url, source, lang, now)
    if start.startswith((b"<!doctype html", b"<html")) or "html" in content_type:
        raise SourceError(f"{url} is a page of HTML, not a feed; look for its feed's address")
    parsed = feedparser.parse(_CONTROL.sub("", body.decode("utf-8", "replace")) if b"\x00" in body else body)
    if not parsed.version:
        raise SourceError(f"{url} is no RSS, Atom or JSON feed ({content_type or 'no content type'})")
    declared = str(parsed.feed.get("language", "")).split("-")[0].lower() or lang
    return [mention for entry in parsed.entries if (mention := _entry(entry, source, declared, now)) is not None]


def _entry(entry: Mapping[str, object], source: str, lang: str | None, now: datetime) -> Mention | None:
    link = canonical(str(entry.get("link") or ""))
    title = strip_html(str(entry.get("title") or ""))
    publisher = entry.get("source")
    name = str(publisher.get("title", "")) if isinstance(publisher, Mapping) else ""
    if name and title.endswith(f" - {name}"):
        title = title.removesuffix(f" - {name}")
    content = entry.get("content")
    body = str(content[0].get("value", "")) if isinstance(content, list) and content else str(entry.get("summary") or "")
    stamp = entry.get("published_parsed") or entry.get("updated_parsed")
    at = datetime.fromtimestamp(calendar.timegm(stamp), UTC) if isinstance(stamp, time.struct_time) else now
    return _made(
        source, str(entry.get("id") or ""), link, title, strip_html(body), at, lang, name or str(entry.get("author") or ""), now
    )  # fmt: skip


def _json_feed(body: bytes, url: str, source: str, lang: str | None, now: datetime) -> list[Mention]:
    try:
        feed = msgspec.json.decode(body, type=_JsonFeed, strict=False)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise SourceError(f"{url} is no JSON feed: {error}") from None
    made = []
    for item in feed.items:
        text = item.content_text or strip_html(item.content_html or "") or item.summary or ""
        author = str(item.authors[0].get("name", "")) if item.authors else ""
        language = (item.language or feed.language or lang or "").split("-")[0].lower() or None
        link = canonical(item.url or item.external_url or "")
        identity = "" if item.id is None else str(item.id)
        mention = _made(source, identity, link, item.title or "", text, _instant(item.date_published, now), language, author, now)
        made += [mention] if mention is not None else []
    return made


def _made(
    source: str, identity: str, link: str, title: str, text: str, at: datetime, lang: str | None, author: str, now: datetime
) -> Mention | None:
    name = link or identity or sha1(f"{title}\n{text}".encode(), usedforsecurity=False).hexdigest()
    title, text = title.replace("\x00", "")[:1000], text.replace("\x00", "")[:100_000]
    if not (title or text):
        return None
    return Mention(
        source=source,
        id=name[:1024],
        text=text if text != title else "",
        title=title or None,
        published_at=at if EARLIEST <= at <= now else now,
        lang=lang,
        kind=Kind.ARTICLE,
        url=link or None,
        author=Author(name=author[:200], id=author[:200]) if author else None,
    )


def _instant(text: str | None, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return now
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


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
        parts = urlsplit(unescape(link).strip())
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https"):
        return ""
    query = parse_qsl(parts.query, keep_blank_values=True)
    if parts.path == "/url" and (parts.hostname or "").startswith("www.google."):
        target = dict(query).get("url", "")
        return canonical(target) if target.startswith(("http://", "https://")) else ""
    kept = [(key, value) for key, value in query if not _TRACKING.match(key)]
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path, urlencode(kept), ""))


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
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.parts).split())
