"""A feed's body as mentions: RSS and Atom as they are found in the wild, JSON Feed 1.x.

No I/O: `feeds.py` brings the bytes.
"""

import io
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sentinel.errors import SourceError
from sentinel.mention import MAX_TEXT, Author, Engagement, Kind, Mention
from sentinel.sources.feed_body import is_page, to_document, to_text
from sentinel.sources.feed_dates import Habits, settle_dates
from sentinel.sources.feed_item import FeedItem, canonical, name_of, primary
from sentinel.sources.feed_json import json_items
from sentinel.sources.instants import KnownInstant, Stamp, read_stamp
from sentinel.sources.plain_text import storable, strip_html, unescape

UNREAD = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError, OverflowError)
"""What reading XML raises where a document is stranger than the library thought."""
_TTL = re.compile("[0-9]{1,6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it stands.

    Parameters
    ----------
    ttl
        Seconds that its publisher wants us to wait before looking again.
    seen
        Marks of its items, for the next look to tell what is news.
    dropped
        Items that say nothing or are no items.
    """

    mentions: list[Mention]
    ttl: float | None = None
    seen: tuple[tuple[str, str, str], ...] = ()
    dropped: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known beside the body.

    Parameters
    ----------
    shown
        How the feed is called in errors: its address may be a secret.
    undated_at
        When items without a date that can be believed count as published.
    zone
        Of dates that name none, where somebody configured it.
    habits
        What the feed's dates taught so far; goes on learning.
    seen
        Marks of the items of the last looks; ``None`` at the first.
    """

    url: str
    shown: str
    content_type: str
    source: str
    lang: str | None
    now: datetime
    undated_at: datetime
    zone: tzinfo | None = None
    habits: Habits
    seen: tuple[tuple[str, str, str], ...] | None = None


def parse_feed(body: bytes, context: Context) -> Feed:
    """Every item of a feed.

    Raises
    ------
    SourceError
        When the body is no feed, such as a page of HTML.
    """
    text = to_text(body, context.content_type)
    if text.lstrip()[:1] == "{":
        (items, dropped), ttl = json_items(text, context.url, context.shown), None
    elif is_page(text):
        raise SourceError(f"{context.shown} is a page of HTML, not a feed; look for its feed's address")
    else:
        items, ttl = _xml_items(to_document(text), context)
        dropped = 0
    kept = [item for item in items if not item.empty]
    news = _news(kept, context.seen)
    known = settle_dates([item.stamp for item in kept], news, context.habits, context.zone, context.now)
    links = Counter(item.link for item in kept)
    before = {link: (identity, words) for link, identity, words in context.seen or ()}
    mentions = [
        _made(item, at, context, by_identity=links[item.link] > 1 or _renamed(item, before))
        for item, at in zip(kept, known, strict=True)
    ]
    return Feed(
        mentions=mentions,
        ttl=ttl,
        seen=tuple(item.marks for item in kept),
        dropped=dropped + len(items) - len(kept),
    )


def _news(items: list[FeedItem], seen: tuple[tuple[str, str, str], ...] | None) -> list[bool]:
    if seen is None:
        return [False] * len(items)
    known = set(seen)
    return [item.marks not in known for item in items]


def _renamed(item: FeedItem, before: Mapping[str, tuple[str, str]]) -> bool:
    """Whether its address was there before with another id and other words: it is another item at the same place."""
    link, identity, words = item.marks
    old = before.get(link)
    return old is not None and bool(identity) and old[0] != identity and old[1] != words


def _xml_items(body: bytes, context: Context) -> tuple[list[FeedItem], float | None]:
    # As a stream: bytes or text would be taken for a file's name or an address to fetch if they look like one.
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": context.url}
    import feedparser  # a quarter of a second, of use only where feeds are read

    try:
        parsed = feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False)
    except UNREAD as error:  # the library's own fault: this feed waits, the others go on
        raise SourceError(f"{context.shown} cannot be read: {type(error).__name__}") from error
    if not parsed.get("version"):
        raise SourceError(f"{context.shown} is no RSS, Atom or JSON feed ({context.content_type or 'no content type'})")
    declared = primary(parsed.feed.get("language"))
    ttl = str(parsed.feed.get("ttl", ""))
    return [_xml_item(entry, declared) for entry in parsed.entries], float(ttl) * 60 if _TTL.fullmatch(ttl) else None


def _xml_item(entry: dict[str, object], lang: str | None) -> FeedItem:
    title = strip_html(str(entry.get("title") or ""))
    publisher = entry.get("source")
    name = str(publisher.get("title", "")) if isinstance(publisher, Mapping) else ""
    if name and title.endswith(f" - {name}"):
        title = title.removesuffix(f" - {name}")
    tags = entry.get("tags")
    # As a plain dictionary: the parser's own lookup warns and guesses where one of the two is missing.
    stamp = _stamp(dict.get(entry, "published")) or _stamp(dict.get(entry, "updated"))
    return FeedItem(
        identity=str(entry.get("id") or ""),
        link=canonical(str(entry.get("link") or "")),
        title=title,
        text=_words(entry),
        stamp=stamp,
        lang=lang,
        author=name or str(entry.get("author") or ""),
        tags=tuple(str(tag.get("term") or "") for tag in tags) if isinstance(tags, list) else (),
        rating=_stars(entry),
        likes=_count(entry.get("media_starrating"), "count"),
        views=_count(entry.get("media_statistics"), "views"),
    )


def _words(entry: dict[str, object]) -> str:
    """The first body that says anything, and the description of the picture or the video beside it."""
    content = entry.get("content")
    bodies = [str(each.get("value") or "") for each in content] if isinstance(content, list) else []
    bodies += [str(dict.get(entry, "summary") or ""), str(dict.get(entry, "description") or "")]
    media = strip_html(str(dict.get(entry, "media_description") or ""))
    said = next((text for body in bodies if (text := strip_html(body))), "")
    return f"{said}\n{media}".strip() if media and media not in said else said


def _stamp(value: object) -> Stamp | None:
    return read_stamp(value) if isinstance(value, str) else None


def _stars(entry: dict[str, object]) -> float | None:
    try:
        stars = float(str(entry.get("im_rating")).strip())
    except ValueError:
        return None
    return stars if 1 <= stars <= 5 else None


def _count(value: object, key: str) -> int | None:
    text = str(value.get(key) or "") if isinstance(value, Mapping) else ""
    return int(text) if text.isdecimal() and len(text) <= 15 else None


def _made(item: FeedItem, at: KnownInstant | None, context: Context, *, by_identity: bool) -> Mention:
    title, text = storable(unescape(item.title))[:1000], storable(item.text)[:MAX_TEXT]
    author = storable(item.author)[:200]
    counted = item.likes is not None or item.views is not None
    return Mention(
        source=context.source,
        id=storable(name_of(item, by_identity=by_identity)),
        text=text if text != title else "",
        title=title or None,
        published_at=at.at if at is not None else context.undated_at,
        day_only=at is not None and at.whole_day,
        lang=item.lang or context.lang,
        kind=Kind.REVIEW if item.rating is not None else Kind.ARTICLE,
        url=item.link or None,
        author=Author(name=author, id=author) if author else None,
        engagement=Engagement(likes=item.likes or 0, views=item.views) if counted else None,
        rating=item.rating,
        tags=tuple(dict.fromkeys(storable(tag)[:100] for tag in item.tags if tag)) or None,
    )
