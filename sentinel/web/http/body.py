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
LARGE = 16 * 1024
"""Compressed bytes from which unpacking is left to a thread: some of them unpack a thousand times as large."""
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class RefusedBody(Exception):
    """A request that is not taken; becomes a JSON answer, or a page for a person."""

    def __init__(self, status: int, error: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.headers = headers or {}


class Unpacking:
    """A compressed body on its way: members of gzip one after the other, as its writers may append them.

    Parameters
    ----------
    encoding
        A key of `_WINDOW`.
    limit
        Bytes after decompression; a byte more is kept, to know it by.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self.held = bytearray()
        self._window = _WINDOW[encoding]
        self._limit = limit
        self._member = zlib.decompressobj(self._window)
        self._begun = False

    @property
    def whole(self) -> bool:
        """Whether what came ends where a member ends."""
        return not self._begun or self._member.eof

    def feed(self, chunk: bytes) -> None:
        """Unpack a chunk, as far as the limit goes.

        Raises
        ------
        zlib.error
            When it is damaged, or something else follows the end.
        """
        while chunk and len(self.held) <= self._limit:
            if self._member.eof:
                if self._window != _WINDOW["gzip"]:
                    raise zlib.error("more after the end")
                self._member = zlib.decompressobj(self._window)
            self._begun = True
            self.held += self._member.decompress(chunk, self._limit + 1 - len(self.held))
            chunk = self._member.unused_data


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
    unpacking = Unpacking(encoding, limit) if encoding in _WINDOW else None
    held = unpacking.held if unpacking else bytearray()
    try:
        async with asyncio.timeout(deadline):
            async for chunk in request.content.iter_any():
                if unpacking is None:
                    held += chunk
                elif len(chunk) > LARGE:
                    await asyncio.to_thread(unpacking.feed, chunk)
                else:
                    unpacking.feed(chunk)
                if len(held) > limit:
                    raise _too_large(limit, setting)
    except TimeoutError:
        raise RefusedBody(408, f"the body did not arrive within {deadline:g} seconds; send less at a time") from None
    except zlib.error:
        raise RefusedBody(
            400,
            f"Content-Encoding: the body is no {encoding} or goes on after its end; send it again, or uncompressed",
        ) from None
    if unpacking is not None and not unpacking.whole:
        raise RefusedBody(400, f"Content-Encoding: the {encoding} body ends early; send it again")
    return bytes(held)


def _too_large(limit: int, setting: str | None) -> RefusedBody:
    named = f" ({setting})" if setting else ""
    return RefusedBody(
        413, f"the body holds more than {limit} bytes{named}, counted after decompression; send less at a time"
    )
