"""``/api/v1/incidents``: list, show, and do what a person asks."""

from datetime import datetime

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import NoSuchIncident
from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.acting import Declined, act
from sentinel.web.answer import as_json, read_json, whole_number
from sentinel.web.api.shapes import Ask, Fault, IncidentNow, Incidents, IncidentStory, IncidentView
from sentinel.web.api.shapes import RefusedAction as RefusedShape
from sentinel.web.endpoint import Node, get, in_path, in_query, post, whole
from sentinel.web.http.body import RefusedBody

LIVE = (State.OPEN, State.ACKNOWLEDGED)
SETS = {"live": LIVE, "recent": (*LIVE, State.RESOLVED), "all": tuple(State)}
MOST = 500
ID = in_path("id", "The incident.")
UNKNOWN = (404, "No such incident.", Fault)
_STATE = f"({'|'.join(State)})"
_STATE_SCHEMA: Node = {"type": "string", "pattern": f"^({'|'.join(SETS)}|{_STATE}(,{_STATE})*)?$", "default": "recent"}


@get(
    "/api/v1/incidents",
    "Incidents, newest first",
    (200, "Incidents.", Incidents),
    (400, "A parameter cannot be used.", Fault),
    parameters=(
        in_query("state", f"Any of {', '.join((*State, *SETS))}; several states with commas.", _STATE_SCHEMA),
        in_query("brand", "Of this brand alone."),
        in_query("limit", "At most so many.", whole(least=1, most=MOST, default=50)),
    ),
)
async def get_incidents(request: web.Request) -> web.Response:
    """Newest first; ``state`` is a state, several with commas, or `SETS`."""
    states = _states(request.query.get("state", "") or "recent")
    limit = whole_number(request, "limit", 50, least=1, most=MOST)
    found = await ports_of(request).incidents.find(states=states, brand=request.query.get("brand") or None, limit=limit)
    return as_json(Incidents(incidents=[IncidentView.of(each) for each in found]))


@get(
    "/api/v1/incidents/{id}",
    "One incident with its timeline",
    (200, "The incident.", IncidentStory),
    UNKNOWN,
    parameters=(ID,),
)
async def get_incident(request: web.Request) -> web.Response:
    """One with its timeline."""
    incidents = ports_of(request).incidents
    name = request.match_info["id"]
    incident = await incidents.get(name)
    if incident is None:
        raise NoSuchIncident(name)
    return as_json(IncidentStory(incident=IncidentView.of(incident), timeline=await incidents.timeline(name)))


@post(
    "/api/v1/incidents/{id}/{action}",
    "Ask something of an incident",
    (200, "Done, and committed.", IncidentNow),
    (400, "The body cannot be used.", Fault),
    UNKNOWN,
    (409, "Nothing changed, and why.", RefusedShape),
    scope=Scope.INCIDENTS,
    parameters=(ID, in_path("action", "What to do.", {"enum": [action.value for action in Action]})),
    body=Ask,
)
async def post_action(request: web.Request) -> web.Response:
    """Acknowledge, give back, snooze, escalate, resolve, call it a false alarm; answers after the commit."""
    name, action = request.match_info["id"], Action(request.match_info["action"])
    ask = await read_json(request, Ask)
    ask = msgspec.structs.replace(ask, by=named(request, ask.by))
    ports = ports_of(request)
    answer = await act(ports, name, action, ask)
    if isinstance(answer, Declined):
        if answer.refusal is Refusal.NEEDS_DURATION:
            raise RefusedBody(400, "minutes: missing; a snooze needs to know how long, such as 30")
        return as_json(refused_action(answer), status=409)
    return as_json(IncidentNow(incident=IncidentView.of(answer), on_disk=not ports.unwritten()))


def _states(text: str) -> tuple[State, ...]:
    if text in SETS:
        return SETS[text]
    try:
        return tuple(State(each) for each in text.split(","))
    except ValueError:
        raise RefusedBody(400, f"state: {text[:40]!r} is none of {', '.join((*State, *SETS))}") from None


def refused_action(declined: Declined[Incident] | Declined[StandingAlert]) -> RefusedShape:
    """A refusal as programs read it."""
    return RefusedShape(error=_explain(declined), refusal=declined.refusal.value, by=declined.by, at=declined.at)


def _explain(declined: Declined[Incident] | Declined[StandingAlert]) -> str:
    """The refusal for a program, in English."""
    who = f" by {declined.by}" if declined.by else ""
    when = f" at {_instant(declined.at)}" if declined.at else ""
    match declined.refusal:
        case Refusal.ALREADY_ACKNOWLEDGED:
            return f"already acknowledged{who}{when}"
        case Refusal.ALREADY_RESOLVED:
            return f"already resolved{who}{when}"
        case Refusal.NOT_ACKNOWLEDGED:
            return "nobody has acknowledged it; there is nothing to give back"
        case Refusal.NOT_OVER:
            return "it is still going on; POST to its false_alarm ends it as one and tells everybody who was paged"
        case Refusal.ALREADY_REPLIED:
            return f"the first reply was marked{who}{when}"
        case Refusal.STALE_LINK:
            return "the incident has moved on since this link was given; nothing was changed"
        case _:
            return f"closed: it was over{who}{when}"


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
