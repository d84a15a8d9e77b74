"""JSON in and out: answers encoded by msgspec, request bodies and queries decoded with errors that name key, value and
fix.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import msgspec
from aiohttp import web

from sentinel.web.http.body import FORM_LIMIT, RefusedBody, read_body
from sentinel.web.undone import Undone

T = TypeVar("T")
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
YEARS = (2000, 2100)
_encode = msgspec.json.Encoder().encode


def as_json(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """One answer."""
    return web.Response(
        body=_encode(value), status=status, content_type="application/json", charset="utf-8", headers=headers
    )


async def read_json(request: web.Request, shape: type[T], *, limit: int = FORM_LIMIT) -> T:
    """A small JSON body as ``shape``, or `RefusedBody` (400)."""
    body = await read_body(request, limit)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        field = path.rstrip("`").removeprefix("$.").removeprefix("$")
        raise RefusedBody(400, f"{field + ': ' if field else ''}{reason[:1].lower()}{reason[1:]}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise RefusedBody(400, f"the body is no JSON object in UTF-8: {error}") from None


def made(answer: T | Undone) -> T:
    """What was done, or `RefusedBody` that says why it was not."""
    if isinstance(answer, Undone):
        raise RefusedBody(answer.status, answer.error)
    return answer


def whole_number(request: web.Request, name: str, default: int, *, least: int, most: int) -> int:
    """A number from the query, or `RefusedBody` (400)."""
    text = said_once(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and least <= int(text) <= most):
        raise RefusedBody(400, f"{name}: {text[:40]!r} is no whole number from {least} to {most}")
    return int(text)


def instant(request: web.Request, name: str, default: datetime) -> datetime:
    """An instant from the query, in UTC, or `RefusedBody` (400)."""
    text = said_once(request, name)
    if text is None:
        return default
    try:
        at = msgspec.convert(text.replace(" ", "+"), Instant)  # a query's plus that was not escaped is a space
    except msgspec.ValidationError:
        raise RefusedBody(
            400, f"{name}: {text[:40]!r} is no RFC 3339 instant; write one such as 2026-01-05T09:00:00Z"
        ) from None
    return within_reason(name, at).astimezone(UTC)


def within_reason(name: str, at: datetime) -> datetime:
    """An instant from a body that leaves room on both sides for whatever is added to it, or `RefusedBody` (400)."""
    if not YEARS[0] <= at.year < YEARS[1]:
        raise RefusedBody(400, f"{name}: {at.isoformat()[:40]!r} is not between the years {YEARS[0]} and {YEARS[1]}")
    return at


def said_once(request: web.Request, name: str) -> str | None:
    """A parameter of the query, ``None`` where it is left out; said twice nobody could tell which is meant, so it is
    `RefusedBody` (400).
    """
    said = request.query.getall(name, [])
    if len(said) > 1:
        raise RefusedBody(400, f"{name}: is said {len(said)} times; say it once")
    return said[0] if said else None
