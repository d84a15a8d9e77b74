"""Reads a request's body within limits: bytes counted after decompression, and a deadline for those who drip."""

import asyncio
import zlib

from aiohttp import web

DEADLINE = 30.0
"""Seconds that a body may take to arrive."""
FORM_LIMIT = 64 * 1024
"""Bytes of a posted form or of a small JSON body: room for its longest texts in whatever alphabet and escaped (12 bytes
a character).
"""
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class RefusedBody(Exception):
    """A request that is not taken; becomes a JSON answer, or a page for a person."""

    def __init__(self, status: int, error: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}


async def read_body(
    request: web.Request, limit: int, *, deadline: float = DEADLINE, setting: str | None = None
) -> bytes:
    """The body, decompressed; at most ``limit`` bytes (as ``setting`` says), which is also all that is ever held.

    Raises
    ------
    RefusedBody
        413 beyond the limit, 408 when it does not arrive in time, 415 for an encoding we do not read, 400 when it is
        damaged.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity" and encoding not in _WINDOW:
        raise RefusedBody(415, f"Content-Encoding: {encoding!r} is not read here; send gzip, deflate or none")
    if request.content_length is not None and request.content_length > limit:
        raise _too_large(limit, setting)
    unpack = zlib.decompressobj(_WINDOW[encoding]) if encoding in _WINDOW else None
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(deadline):
            async for chunk in request.content.iter_any():
                part = unpack.decompress(chunk, limit + 1 - size) if unpack else chunk
                size += len(part)
                if size > limit:
                    raise _too_large(limit, setting)
                parts.append(part)
    except TimeoutError:
        raise RefusedBody(408, f"the body did not arrive within {deadline:g} seconds; send less at a time") from None
    except zlib.error:
        raise RefusedBody(
            400, f"Content-Encoding: the body is no {encoding}; send it again, or without compression"
        ) from None
    if unpack is not None and size and not unpack.eof:
        raise RefusedBody(400, f"Content-Encoding: the {encoding} body ends early; send it again")
    return b"".join(parts)


def _too_large(limit: int, setting: str | None) -> RefusedBody:
    named = f" ({setting})" if setting else ""
    return RefusedBody(
        413, f"the body holds more than {limit} bytes{named}, counted after decompression; send less at a time"
    )
