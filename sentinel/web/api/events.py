"""``GET /api/v1/events``: what happened, as a log that a program reads on from where it was."""

import msgspec
from aiohttp import web

from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, whole_number
from sentinel.web.api.shapes import Events, Fault
from sentinel.web.endpoint import TEXT, Content, get, in_query, whole

MOST = 10_000
NEXT = "Sentinel-Next"
NDJSON = "application/x-ndjson"
LAST = 2**53 - 1
"""The largest running number that every reader of JSON keeps whole."""


@get(
    "/api/v1/events",
    "What happened, in order",
    (
        200,
        f"Events; as NDJSON, one Event a line, with {NEXT} as a header.",
        Content((Events,), {NDJSON: {"schema": TEXT}}),
    ),
    (400, "A parameter cannot be used.", Fault),
    parameters=(
        in_query("after", "The `next` of the answer before.", whole(least=0, most=LAST, default=0)),
        in_query("limit", "At most so many.", whole(least=1, most=MOST, default=1000)),
    ),
)
async def get_events(request: web.Request) -> web.Response:
    """One JSON object, or NDJSON where the client asks for it; the number to go on after is ``next``, for NDJSON a
    header.
    """
    after = whole_number(request, "after", 0, least=0, most=LAST)
    limit = whole_number(request, "limit", 1000, least=1, most=MOST)
    found = await ports_of(request).incidents.events_after(after, limit)
    following = found[-1][0] if found else after
    if NDJSON in request.headers.get("Accept", ""):
        lines = b"".join(body + b"\n" for _, body in found)
        return web.Response(body=lines, content_type=NDJSON, charset="utf-8", headers={NEXT: str(following)})
    return as_json({"events": [msgspec.Raw(body) for _, body in found], "next": following})
