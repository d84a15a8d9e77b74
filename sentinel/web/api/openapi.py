"""``GET /api/v1/openapi.json``: the API described (OpenAPI 3.1), its schemas made from the types that the routes encode and decode."""

from dataclasses import dataclass
from typing import Any

import msgspec
from aiohttp import web

from sentinel import __version__
from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import State
from sentinel.mention import Mention
from sentinel.web.answer import as_json
from sentinel.web.api import alertmanager, model_shapes, oncall, oncall_shapes, shapes
from sentinel.web.api.events import NDJSON, NEXT
from sentinel.web.api.incidents import MOST, SETS
from sentinel.web.api.schedules import CALENDAR, LONGEST, Schedules, ScheduleShifts

Node = dict[str, Any]
"""A piece of the document, which is JSON and nothing more."""
SHAPES = (
    Mention, shapes.Receipt, shapes.Brands, shapes.Sources, shapes.Incidents, shapes.IncidentStory, shapes.IncidentNow, shapes.Ask,
    oncall_shapes.SilenceAsk, oncall_shapes.SilenceNow, oncall_shapes.SilenceList, oncall_shapes.DrillAsk, oncall_shapes.Who,
    oncall.OverrideAsk, oncall.OverrideNow, oncall.SwapAsk, oncall.SwapNow, oncall.OnCallChangeList, oncall.TakenBack,
    model_shapes.LabelAsk, model_shapes.LabelReceipt, model_shapes.RollBackAsk, model_shapes.ModelNow,
    alertmanager.AlertmanagerNotice, alertmanager.AlertsTaken,
    Schedules, ScheduleShifts, shapes.Events, shapes.Fault, shapes.Refused, shapes.Mistakes,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    id: str
    summary: str
    parameters: tuple[Node, ...] = ()
    body: Node | None = None
    answers: tuple[tuple[int, str, Node | None], ...]
    """Status, what it means, content; faults that any operation can answer are added."""
    writes: bool = False


def document() -> Node:
    """The whole document."""
    _, components = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")
    components["Refused"]["properties"]["refusal"] = {"enum": sorted(refusal.value for refusal in Refusal)}
    paths: Node = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sentinel",
            "version": __version__,
            "summary": "Crisis monitoring for brands: mentions in, scores, incidents and events out.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": "v1"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "One of web.tokens; none is needed where none is configured."}
            },
        },
    }


async def get_openapi(request: web.Request) -> web.Response:
    """The document."""
    return as_json(document())


_WRITING = (
    (401, "The token is missing or wrong."),
    (403, "Another site's page caused this."),
    (408, "The body did not arrive in time."),
    (413, "The body is larger than web.max_body."),
    (415, "The Content-Encoding is not read here."),
    (429, "Too many posts, or a full queue; `Retry-After` says when to come back."),
)
_ALWAYS = ((421, "The Host header is not a name of this server."), (503, "The store, or the server, cannot answer just now."))


def _describe(operation: Operation) -> Node:
    answers = {str(status): _answer(meaning, content) for status, meaning, content in operation.answers}
    for status, meaning in (*(_WRITING if operation.writes else ()), *_ALWAYS):
        answers.setdefault(str(status), _answer(meaning, _json("Fault")))
    described: Node = {"operationId": operation.id, "summary": operation.summary, "tags": ["v1"], "responses": answers}
    if operation.parameters:
        described["parameters"] = list(operation.parameters)
    if operation.body is not None:
        described["requestBody"] = operation.body
    if operation.writes:
        described["security"] = [{"token": []}, {}]
    return described


def _answer(meaning: str, content: Node | None) -> Node:
    return {"description": meaning} | ({"content": content} if content else {})


def _parameter(name: str, place: str, meaning: str, schema: Node) -> Node:
    return {"name": name, "in": place, "required": place == "path", "description": meaning, "schema": schema}


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(name: str) -> Node:
    return {"application/json": {"schema": _ref(name)}}


def _either(*names: str) -> Node:
    return {"application/json": {"schema": {"oneOf": [_ref(name) for name in names]}}}


_INCIDENT = _parameter("id", "path", "The incident.", {"type": "string"})
_STATES = ", ".join((*State, *SETS))
_STATE = f"({'|'.join(State)})"
_STATE_SCHEMA: Node = {"type": "string", "pattern": f"^({'|'.join(SETS)}|{_STATE}(,{_STATE})*)?$", "default": "recent"}
_BAD = (400, "The body or a parameter cannot be used.", _json("Fault"))
_UNKNOWN = (404, "No such incident.", _json("Fault"))
_MANY = {"oneOf": [_ref("Mention"), {"type": "array", "items": _ref("Mention")}]}
_TEXT: Node = {"type": "string"}
_INSTANT: Node = {"type": "string", "format": "date-time"}
_SCHEDULE = _parameter("name", "path", "The schedule.", _TEXT)
_NO_SCHEDULE = (404, "No such schedule.", _json("Fault"))
OPERATIONS = (
    Operation(
        method="post", path="/api/v1/mentions", id="postMentions", summary="Bring one mention, an array, or NDJSON", writes=True,
        body={
            "required": True,
            "content": {
                "application/json": {"schema": _MANY},
                NDJSON: {"schema": {"type": "string", "description": "One Mention a line."}},
            },
        },
        answers=(
            (202, "Everything accepted is on disk.", _json("Receipt")),
            (400, "Nothing could be taken.", _either("Receipt", "Fault")),
        ),
    ),
    Operation(
        method="get", path="/api/v1/brands", id="getBrands", summary="Every brand's score, and why",
        answers=((200, "The latest tick.", _json("Brands")),),
    ),
    Operation(
        method="get", path="/api/v1/sources", id="getSources", summary="Every source's freshness",
        answers=((200, "The latest tick.", _json("Sources")),),
    ),
    Operation(
        method="get", path="/api/v1/incidents", id="getIncidents", summary="Incidents, newest first",
        parameters=(
            _parameter("state", "query", f"Any of {_STATES}; several states with commas.", _STATE_SCHEMA),
            _parameter("brand", "query", "Of this brand alone.", {"type": "string"}),
            _parameter("limit", "query", "At most so many.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}),
        ),
        answers=((200, "Incidents.", _json("Incidents")), (400, "A parameter cannot be used.", _json("Fault"))),
    ),
    Operation(
        method="get", path="/api/v1/incidents/{id}", id="getIncident", summary="One incident with its timeline",
        parameters=(_INCIDENT,), answers=((200, "The incident.", _json("IncidentStory")), _UNKNOWN),
    ),
    Operation(
        method="post", path="/api/v1/incidents/{id}/{action}", id="postAction", summary="Ask something of an incident", writes=True,
        parameters=(_INCIDENT, _parameter("action", "path", "What to do.", {"enum": [action.value for action in Action]})),
        body={"required": True, "content": _json("Ask")},
        answers=(
            (200, "Done, and committed.", _json("IncidentNow")),
            (400, "The body cannot be used.", _json("Fault")),
            _UNKNOWN,
            (409, "Nothing changed, and why.", _json("Refused")),
        ),
    ),
    Operation(
        method="get", path="/api/v1/silences", id="getSilences", summary="Silences of the last month",
        answers=((200, "The one that ends last first.", _json("SilenceList")),),
    ),
    Operation(
        method="post", path="/api/v1/silences", id="postSilence", summary="Hold pages below a crisis back for a while", writes=True,
        body={"required": True, "content": _json("SilenceAsk")},
        answers=((201, "On disk, and in force.", _json("SilenceNow")), _BAD),
    ),
    Operation(
        method="post", path="/api/v1/silences/{id}/end", id="postSilenceEnd", summary="End a silence now", writes=True,
        parameters=(_parameter("id", "path", "The silence.", {"type": "string"}),),
        answers=((200, "As it is now.", _json("SilenceNow")), (404, "No such silence.", _json("Fault"))),
    ),
    Operation(
        method="get", path="/api/v1/oncall-changes", id="getOncallChanges", summary="Overrides and swaps that people made",
        answers=((200, "The oldest first.", _json("OnCallChangeList")),),
    ),
    Operation(
        method="post", path="/api/v1/oncall-changes/{id}/undo", id="postOncallUndo", summary="Take an override or a swap back", writes=True,
        parameters=(_parameter("id", "path", "The change.", {"type": "string"}),),
        answers=((200, "The rotation shows again.", _json("TakenBack")), (404, "No such change.", _json("Fault"))),
    ),
    Operation(
        method="post", path="/api/v1/schedules/{name}/overrides", id="postOverride", summary="Somebody else on call for a while",
        writes=True, parameters=(_SCHEDULE,), body={"required": True, "content": _json("OverrideAsk")},
        answers=((201, "On disk, and in force.", _json("OverrideNow")), _BAD, _NO_SCHEDULE),
    ),
    Operation(
        method="post", path="/api/v1/schedules/{name}/swaps", id="postSwap", summary="Two people do each other's shifts", writes=True,
        parameters=(_SCHEDULE,), body={"required": True, "content": _json("SwapAsk")},
        answers=((201, "On disk, and in force.", _json("SwapNow")), _BAD, _NO_SCHEDULE),
    ),
    Operation(
        method="post", path="/api/v1/alertmanager", id="postAlertmanager", summary="Alertmanager's webhook: what ails Sentinel's machinery",
        writes=True, body={"required": True, "content": _json("AlertmanagerNotice")},
        answers=((200, "Whoever must be told is on disk; nobody is told twice.", _json("AlertsTaken")), _BAD),
    ),
    Operation(
        method="get", path="/api/v1/who", id="getWho", summary="Whom the engine would page if nobody answered",
        parameters=(
            _parameter("brand", "query", "Required.", {"type": "string"}),
            _parameter("level", "query", "The level reached.", {"enum": ["watch", "alert", "crisis"], "default": "crisis"}),
            _parameter("at", "query", "When; default: now.", {"type": "string", "format": "date-time"}),
        ),
        answers=((200, "In order.", _json("Who")), _BAD),
    ),
    Operation(
        method="post", path="/api/v1/drills", id="postDrill", summary="A made-up crisis through the real chain, marked on everything",
        writes=True, body={"required": True, "content": _json("DrillAsk")},
        answers=(
            (201, "Committed; people are being paged.", _json("IncidentNow")), _BAD,
            (409, "The brand is gone, or has a drill already.", _json("Fault")),
        ),
    ),
    Operation(
        method="get", path="/api/v1/schedules", id="getSchedules", summary="Who is on call now and next",
        answers=((200, "Every schedule.", _json("Schedules")),),
    ),
    Operation(
        method="get", path="/api/v1/schedules/{name}", id="getSchedule", summary="A schedule's shifts",
        parameters=(
            _SCHEDULE,
            _parameter("from", "query", "Where to begin, RFC 3339; default: now.", _INSTANT),
            _parameter("to", "query", f"Where to end, at most {LONGEST.days} days later; default: two weeks later.", _INSTANT),
        ),
        answers=(
            (200, "Shifts without a hole, the first and the last cut to the range.", _json("ScheduleShifts")),
            (400, "A parameter cannot be used.", _json("Fault")),
            _NO_SCHEDULE,
        ),
    ),
    Operation(
        method="get", path="/api/v1/schedules/{name}.ics", id="getCalendar", summary="A schedule as iCalendar, to subscribe to",
        parameters=(_SCHEDULE,),
        answers=((200, "One event a shift, from a week back to ninety days ahead.", {CALENDAR: {"schema": _TEXT}}), _NO_SCHEDULE),
    ),
    Operation(
        method="post", path="/api/v1/labels", id="postLabel", summary="Tell the sentiment model what a text means", writes=True,
        body={"required": True, "content": _json("LabelAsk")},
        answers=((202, "On disk.", _json("LabelReceipt")), (400, "The body cannot be used.", _json("Fault"))),
    ),
    Operation(
        method="get", path="/api/v1/model", id="getModel", summary="The sentiment model's versions",
        answers=((200, "Those that can serve.", _json("ModelNow")),),
    ),
    Operation(
        method="post", path="/api/v1/model/rollback", id="postRollBack", summary="Serve an earlier version again", writes=True,
        body={"required": True, "content": _json("RollBackAsk")},
        answers=(
            (202, "On disk; it serves a moment later.", _json("ModelNow")),
            (400, "The body cannot be used.", _json("Fault")),
            (404, "No such version is kept.", _json("Fault")),
        ),
    ),
    Operation(
        method="get", path="/api/v1/events", id="getEvents", summary="What happened, in order",
        parameters=(
            _parameter("after", "query", "The `next` of the answer before.", {"type": "integer", "minimum": 0, "default": 0}),
            _parameter("limit", "query", "At most so many.", {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}),
        ),
        answers=(
            (200, f"Events; as NDJSON, one Event a line, with {NEXT} as a header.", _json("Events") | {NDJSON: {"schema": _TEXT}}),
            (400, "A parameter cannot be used.", _json("Fault")),
        ),
    ),
    Operation(
        method="get", path="/api/v1/live", id="getLive", summary="Server-sent events: `change` whenever there is something new",
        answers=((200, "Until the client leaves.", {"text/event-stream": {"schema": _TEXT}}), (503, "Too many.", _json("Fault"))),
    ),
    Operation(
        method="get", path="/api/v1/openapi.json", id="getOpenapi", summary="This document",
        answers=((200, "OpenAPI 3.1.", {"application/json": {"schema": {"type": "object"}}}),),
    ),
)  # fmt: skip
