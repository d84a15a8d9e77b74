"""JSON in and out: answers encoded by msgspec, request bodies and queries decoded with errors that name key, value and fix."""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
from aiohttp import web

from sentinel.web.body import FORM_LIMIT, Refused, read_body

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode


def as_json(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """One answer."""
    return web.Response(body=_encode(value), status=status, content_type="application/json", charset="utf-8", headers=headers)


async def read_json(request: web.Request, shape: type[T], *, limit: int = FORM_LIMIT) -> T:
    """A small JSON body as ``shape``, or `Refused` (400)."""
    body = await read_body(request, limit)
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        field = path.rstrip("`").removeprefix("$.").removeprefix("$")
        raise Refused(400, f"{field + ': ' if field else ''}{reason[:1].lower()}{reason[1:]}") from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Refused(400, f"the body is no JSON object in UTF-8: {error}") from None


def whole_number(request: web.Request, name: str, default: int, *, least: int, most: int) -> int:
    """A number from the query, or `Refused` (400)."""
    text = request.query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and least <= int(text) <= most):
        raise Refused(400, f"{name}: {text[:40]!r} is no whole number from {least} to {most}")
    return int(text)
