"""A JSON Feed's items, however oddly their members are written. No I/O: `feed_items.py` makes mentions of them."""

from collections.abc import Iterator
from urllib.parse import urljoin

import msgspec

from sentinel.errors import SourceError
from sentinel.sources.feed_item import FeedItem, canonical, primary
from sentinel.sources.instants import Stamp, from_number, read_stamp
from sentinel.sources.plain_text import strip_html

NESTED = ("rendered", "name", "value", "text", "#text", "_")
"""Where software puts a text that it wraps in an object."""


class _JsonFeed(msgspec.Struct, frozen=True):
    version: object
    items: list[msgspec.Raw]
    language: object = None


def json_items(text: str, url: str, shown: str) -> tuple[list[FeedItem], int]:
    """Every item, and how many are no objects; an odd member costs only itself.

    Raises
    ------
    SourceError
        When the whole is no JSON Feed.
    """
    try:
        feed = msgspec.json.decode(text.encode("utf-8", "replace"), type=_JsonFeed)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise SourceError(f"{shown} is no JSON feed: {error}") from None
    items: list[FeedItem] = []
    for raw in feed.items:
        try:
            found = msgspec.json.decode(raw, type=dict[str, object])
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            continue
        items.append(_item(found, url, primary(said(feed.language))))
    return items, len(feed.items) - len(items)


def _item(found: dict[str, object], url: str, lang: str | None) -> FeedItem:
    def text_of(*keys: str) -> str:
        return next((text for key in keys if (text := said(found.get(key)))), "")

    link = text_of("url", "external_url")
    body = text_of("content_text") or strip_html(text_of("content_html", "content", "summary", "description"))
    author = next((name for each in _list(found.get("authors")) if (name := said(each))), "")
    return FeedItem(
        identity=text_of("id"),
        link=canonical(_joined(url, link)) if link else "",
        title=strip_html(text_of("title")),
        text=body,
        stamp=_stamp(found.get("date_published")) or _stamp(found.get("date_modified")),
        lang=primary(text_of("language")) or lang,
        author=author or said(found.get("author")),
        tags=tuple(text for each in _list(found.get("tags")) if (text := said(each))),
    )


def _joined(url: str, link: str) -> str:
    """The item's address; nothing of what is none."""
    try:
        return urljoin(url, link)
    except ValueError:
        return ""


def said(value: object) -> str:
    """A text, a number, or what an object wraps; nothing of anything else.

    Examples
    --------
    >>> said({"rendered": "Acme"}), said(7.0), said(None), said([1])
    ('Acme', '7', '', '')
    """
    match value:
        case bool() | None:
            return ""
        case str():
            return value.strip()
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else str(value)
        case dict():
            return next((text for key in NESTED if (text := said(value.get(key)))), "")
        case _:
            return ""


def _list(value: object) -> Iterator[object]:
    """The members of a list; a text that should have been one, at its commas; anything else alone."""
    match value:
        case list():
            yield from value
        case str():
            yield from value.split(",")
        case None:
            return
        case _:
            yield value


def _stamp(value: object) -> Stamp | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        at = from_number(value)
        return Stamp(at) if at is not None else None
    return read_stamp(value) if isinstance(value, str) else None
