"""``GET /api/v1/events``: what happened, as a log that a program reads on from where it was."""

import msgspec
from aiohttp import web

from sentinel.web.answer import as_json, whole_number
from sentinel.web.ports.ports import PORTS

NEXT = "Sentinel-Next"
NDJSON = "application/x-ndjson"
LAST = 2**53 - 1
"""The largest running number that every reader of JSON keeps whole."""


async def get_events(request: web.Request) -> web.Response:
    """One JSON object, or NDJSON where the client asks for it; the number to go on after is ``next``, for NDJSON a
    header.
    """
    after = whole_number(request, "after", 0, least=0, most=LAST)
    limit = whole_number(request, "limit", 1000, least=1, most=10_000)
    found = await request.app[PORTS].incidents.events_after(after, limit)
    following = found[-1][0] if found else after
    if NDJSON in request.headers.get("Accept", ""):
        lines = b"".join(body + b"\n" for _, body in found)
        return web.Response(body=lines, content_type=NDJSON, charset="utf-8", headers={NEXT: str(following)})
    return as_json({"events": [msgspec.Raw(body) for _, body in found], "next": following})
