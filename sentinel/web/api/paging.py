"""``/api/v1/who`` and ``/api/v1/drills``: whom the engine would page, and a rehearsal with real phones."""

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.explain import unknown
from sentinel.incidents.incident import Incident
from sentinel.scoring.level import Level
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, instant, read_json
from sentinel.web.api.oncall_shapes import DrillAsk, Who
from sentinel.web.api.shapes import Fault, IncidentNow, IncidentView
from sentinel.web.endpoint import BAD, INSTANT, get, in_query, post
from sentinel.web.http.body import RefusedBody

LEVELS = (Level.WATCH, Level.ALERT, Level.CRISIS)


@get(
    "/api/v1/who",
    "Whom the engine would page if nobody answered",
    (200, "In order.", Who),
    BAD,
    parameters=(
        in_query("brand", "Required."),
        in_query("level", "The level reached.", {"enum": [*LEVELS], "default": Level.CRISIS}),
        in_query("at", "When; default: now.", INSTANT),
    ),
)
async def get_who(request: web.Request) -> web.Response:
    """Who would be paged if the brand reached the level at that instant and nobody answered."""
    ports = ports_of(request)
    brand = _known_brand(request, request.query.get("brand", ""))
    text = request.query.get("level", Level.CRISIS.value)
    if text not in [level.value for level in LEVELS]:
        raise RefusedBody(400, f"level: {text[:40]!r} is none of {', '.join(LEVELS)}")
    return as_json(Who.of(ports.foresee(brand, Level(text), instant(request, "at", ports.clock.now()))))


@post(
    "/api/v1/drills",
    "A made-up crisis through the real chain, marked on everything",
    (201, "Committed; people are being paged.", IncidentNow),
    BAD,
    (409, "The brand is gone, or has a drill already.", Fault),
    scope=Scope.DRILLS,
    body=DrillAsk,
    did="drill",
)
async def post_drill(request: web.Request) -> web.Response:
    """Begin one; answers after the commit, before anybody is paged."""
    asked = await read_json(request, DrillAsk)
    brand, by = _known_brand(request, asked.brand), named(request, asked.by)
    note(request, about=brand)
    change = await ports_of(request).drill(brand, Level(asked.level), by)
    if change is None:
        raise RefusedBody(409, f"{asked.brand!r} has just left the configuration")
    if isinstance(change, Incident):
        raise RefusedBody(
            409,
            f"{asked.brand!r} has a drill already, incident {change.id}; acknowledge it to end it, then begin another",
        )
    return as_json(IncidentNow(incident=IncidentView.of(change.incident)), status=201)


def _known_brand(request: web.Request, brand: str) -> str:
    names = [each.name for each in ports_of(request).config().brands]
    if brand not in names:
        raise RefusedBody(400, f"brand: {unknown(brand[:80], names, 'brand')}")
    return brand
