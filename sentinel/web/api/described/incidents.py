"""Incidents, drills and what happened."""

from sentinel.config.access import Scope
from sentinel.incidents.command import Action
from sentinel.incidents.incident import State
from sentinel.web.api import oncall_shapes, shapes
from sentinel.web.api.described.operation import BAD, TEXT, Node, Operation, json, parameter
from sentinel.web.api.events import LAST, NDJSON, NEXT
from sentinel.web.api.incidents import MOST, SETS

SHAPES = (
    shapes.Incidents,
    shapes.IncidentStory,
    shapes.IncidentNow,
    shapes.Ask,
    oncall_shapes.DrillAsk,
    shapes.Events,
    shapes.RefusedAction,
)
_INCIDENT = parameter("id", "path", "The incident.", TEXT)
_STATES = ", ".join((*State, *SETS))
_STATE = f"({'|'.join(State)})"
_STATE_SCHEMA: Node = {"type": "string", "pattern": f"^({'|'.join(SETS)}|{_STATE}(,{_STATE})*)?$", "default": "recent"}
_UNKNOWN = (404, "No such incident.", json("Fault"))
OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/incidents",
        id="getIncidents",
        summary="Incidents, newest first",
        parameters=(
            parameter("state", "query", f"Any of {_STATES}; several states with commas.", _STATE_SCHEMA),
            parameter("brand", "query", "Of this brand alone.", {"type": "string"}),
            parameter(
                "limit", "query", "At most so many.", {"type": "integer", "minimum": 1, "maximum": MOST, "default": 50}
            ),
        ),
        answers=((200, "Incidents.", json("Incidents")), (400, "A parameter cannot be used.", json("Fault"))),
    ),
    Operation(
        method="get",
        path="/api/v1/incidents/{id}",
        id="getIncident",
        summary="One incident with its timeline",
        parameters=(_INCIDENT,),
        answers=((200, "The incident.", json("IncidentStory")), _UNKNOWN),
    ),
    Operation(
        method="post",
        path="/api/v1/incidents/{id}/{action}",
        id="postAction",
        summary="Ask something of an incident",
        scope=Scope.INCIDENTS,
        writes=True,
        parameters=(
            _INCIDENT,
            parameter("action", "path", "What to do.", {"enum": [action.value for action in Action]}),
        ),
        body={"required": True, "content": json("Ask")},
        answers=(
            (200, "Done, and committed.", json("IncidentNow")),
            (400, "The body cannot be used.", json("Fault")),
            _UNKNOWN,
            (409, "Nothing changed, and why.", json("RefusedAction")),
        ),
    ),
    Operation(
        method="post",
        path="/api/v1/drills",
        id="postDrill",
        summary="A made-up crisis through the real chain, marked on everything",
        scope=Scope.DRILLS,
        writes=True,
        body={"required": True, "content": json("DrillAsk")},
        answers=(
            (201, "Committed; people are being paged.", json("IncidentNow")),
            BAD,
            (409, "The brand is gone, or has a drill already.", json("Fault")),
        ),
    ),
    Operation(
        method="get",
        path="/api/v1/events",
        id="getEvents",
        summary="What happened, in order",
        parameters=(
            parameter(
                "after",
                "query",
                "The `next` of the answer before.",
                {"type": "integer", "minimum": 0, "maximum": LAST, "default": 0},
            ),
            parameter(
                "limit",
                "query",
                "At most so many.",
                {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000},
            ),
        ),
        answers=(
            (
                200,
                f"Events; as NDJSON, one Event a line, with {NEXT} as a header.",
                json("Events") | {NDJSON: {"schema": TEXT}},
            ),
            (400, "A parameter cannot be used.", json("Fault")),
        ),
    ),
)
