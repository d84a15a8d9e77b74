"""A posted body cut into items: an object, an array, lines, or what programs wrap these in. No I/O.

An item that is damaged costs only itself, as far as its end can be found.
"""

import json
import re
from urllib.parse import parse_qs

import msgspec

from sentinel.errors import BadMention

WRAPPERS = ("items", "mentions", "data")
"""Where programs put an array of mentions."""
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*")
_raw = msgspec.json.Decoder(msgspec.Raw)
_array = msgspec.json.Decoder(list[msgspec.Raw])
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])
_lenient = json.JSONDecoder()
Items = list[tuple[int, bytes]]
UNREAD = (msgspec.MsgspecError, UnicodeError, RecursionError)


def cut(body: bytes, content_type: str | None) -> Items:
    """The items, numbered from 1 by line, or by place in an array.

    Raises
    ------
    BadMention
        When the body as a whole is none of what can be read.
    """
    body = _in_utf8(body, content_type)
    first = body.lstrip()[:1]
    if not first:
        raise BadMention("the body is empty; send a mention, an array of them, or one a line")
    lines = _means_lines(content_type)
    try:
        if first == b"[":
            return [(place, bytes(item)) for place, item in enumerate(_array.decode(body), 1)]
        _raw.decode(body)
    except UNREAD as error:
        if not lines and first == b"[":
            return _damaged_array(body, error)
        return _lines(body, error, strict=not lines)
    if (wrapped := _unwrapped(body)) is not None:
        return wrapped
    return [(1 + body[: len(body) - len(body.lstrip())].count(b"\n"), body)]


def _means_lines(content_type: str | None) -> bool:
    return content_type is not None and any(
        word in content_type.lower() for word in ("ndjson", "jsonl", "json-lines", "jsonlines")
    )


def _in_utf8(body: bytes, content_type: str | None) -> bytes:
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return body.decode("utf-16").encode()
        except UnicodeError as error:
            raise BadMention(f"begins as UTF-16 and is none: {error}; send UTF-8") from None
    if content_type is not None and "x-www-form-urlencoded" in content_type.lower() and b"=" in body[:64]:
        payload = parse_qs(body.decode("utf-8", "replace")).get("payload", [""])[0]
        return payload.encode()
    return body.removeprefix(_BOM)


def _unwrapped(body: bytes) -> Items | None:
    """An object that is no mention and holds an array of them."""
    if not any(f'"{key}"'.encode() in body[:4096] for key in WRAPPERS):
        return None
    try:
        fields = _object.decode(body)
        if "text" in fields or "id" in fields:
            return None
        for key in WRAPPERS:
            if key in fields and bytes(fields[key]).lstrip()[:1] == b"[":
                return [(place, bytes(item)) for place, item in enumerate(_array.decode(fields[key]), 1)]
    except UNREAD:  # what is skipped over unread need not be UTF-8: whoever reads the one item says what is wrong
        return None
    return None


def _damaged_array(body: bytes, error: Exception) -> Items:
    """Item by item with a reader that lets half a character and NaN pass: what is wrong with each is said of it
    alone.
    """
    text = body.decode("utf-8", "surrogateescape")
    items: Items = []
    at = _after(text, text.index("[") + 1)
    try:
        while text[at : at + 1] not in ("]", ""):
            _, end = _lenient.raw_decode(text, at)
            items.append((len(items) + 1, text[at:end].encode("utf-8", "surrogateescape")))
            at = _after(text, end)
            if text[at : at + 1] == ",":
                at = _after(text, at + 1)
            elif text[at : at + 1] != "]":
                raise BadMention(f"no JSON array: {error}")
    except (ValueError, RecursionError):
        raise BadMention(f"no JSON array: {error}") from None
    if text[at : at + 1] != "]" or text[_after(text, at + 1) :]:
        raise BadMention(f"no JSON array: {error}")
    return items


def _after(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _lines(body: bytes, error: Exception, *, strict: bool) -> Items:
    """One item a line, commas behind it with it; ``strict`` refuses a body of which no line is JSON, as of one object
    that is damaged and spread over lines.
    """
    lines = [
        (number, line.rstrip().removesuffix(b",") if line.rstrip().endswith(b"},") else line)
        for number, line in enumerate(body.split(b"\n"), 1)
        if line.strip()
    ]
    if strict and len(lines) > 1 and not any(_is_object(line) for _, line in lines):
        raise BadMention(f"no JSON object, array of objects or JSON Lines: {error}")
    return lines


def _is_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        _raw.decode(line)
    except UNREAD:
        return False
    return True
