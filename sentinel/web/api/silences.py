"""``/api/v1/silences``: list, make and end them."""

from datetime import timedelta

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.explain import unknown
from sentinel.web.access.audit_note import note
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, read_json, within_reason
from sentinel.web.api.oncall_shapes import SilenceAsk, SilenceList, SilenceNow
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, get, in_path, post
from sentinel.web.http.body import RefusedBody
from sentinel.web.ports.ports import PORTS


@get("/api/v1/silences", "Silences of the last month", (200, "The one that ends last first.", SilenceList))
async def get_silences(request: web.Request) -> web.Response:
    """Those of the last month."""
    ports = request.app[PORTS]
    return as_json(SilenceList(at=ports.clock.now(), silences=ports.silences.all()))


@post(
    "/api/v1/silences",
    "Hold pages below a crisis back for a while",
    (201, "On disk, and in force.", SilenceNow),
    BAD,
    scope=Scope.SILENCES,
    body=SilenceAsk,
    did="silence",
)
async def post_silence(request: web.Request) -> web.Response:
    """Make one; answers once it is on disk and in force."""
    ports = request.app[PORTS]
    asked = await read_json(request, SilenceAsk)
    names = [brand.name for brand in ports.config().brands]
    for brand in asked.brands:
        if brand not in names:
            raise RefusedBody(400, f"brands: {unknown(brand, names, 'brand')}")
    if asked.starts_at is not None:
        within_reason("starts_at", asked.starts_at)
    by, lasts = named(request, asked.by), timedelta(minutes=asked.minutes)
    made = await ports.silences.make(
        brands=asked.brands, starts_at=asked.starts_at, lasts=lasts, by=by, reason=asked.reason
    )
    note(request, about=f"{made.id} {', '.join(asked.brands)}")
    return as_json(SilenceNow(silence=made), status=201)


@post(
    "/api/v1/silences/{id}/end",
    "End a silence now",
    (200, "As it is now.", SilenceNow),
    (404, "No such silence.", Fault),
    scope=Scope.SILENCES,
    parameters=(in_path("id", "The silence."),),
    did="silence_end",
)
async def post_silence_end(request: web.Request) -> web.Response:
    """End one now."""
    name = request.match_info["id"]
    ended = await request.app[PORTS].silences.end(name)
    if ended is None:
        raise RefusedBody(404, f"there is no silence {name[:40]!r}")
    return as_json(SilenceNow(silence=ended))
