"""What people say of an incident, described."""

from sentinel.config.access import Scope
from sentinel.config.base import Language
from sentinel.web.api import annotations
from sentinel.web.api.described.operation import BAD, Node, Operation, json, parameter

SHAPES = annotations.SHAPES
_ID = parameter("id", "path", "The incident.", {"type": "string"})
_LANGUAGE = parameter(
    "language", "query", "Of the words; default: the configuration's.", {"enum": [each.value for each in Language]}
)
_UNKNOWN = (404, "No such incident.", json("Fault"))
_LOST = (503, "The store does not take it, and why; nothing was written down.", json("Fault"))


def _asks(shape: str) -> Node:
    return {"required": True, "content": json(shape)}


OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/incidents/{id}/checklist",
        id="getChecklist",
        summary="The playbook's items, and who did them",
        parameters=(_ID, _LANGUAGE),
        answers=((200, "In the playbook's order.", json("ChecklistNow")), BAD, _UNKNOWN),
    ),
    Operation(
        method="post",
        path="/api/v1/incidents/{id}/ticks",
        id="postTick",
        summary="Tick an item of the checklist, or take that back",
        parameters=(_ID, _LANGUAGE),
        body=_asks("TickAsk"),
        writes=True,
        scope=Scope.INCIDENTS,
        answers=((200, "On disk.", json("ChecklistNow")), BAD, _UNKNOWN, _LOST),
    ),
    Operation(
        method="post",
        path="/api/v1/incidents/{id}/notes",
        id="postNote",
        summary="Write a note on the timeline, also after the end",
        parameters=(_ID,),
        body=_asks("NoteAsk"),
        writes=True,
        scope=Scope.INCIDENTS,
        answers=((200, "On disk.", json("IncidentNow")), BAD, _UNKNOWN, _LOST),
    ),
    Operation(
        method="post",
        path="/api/v1/incidents/{id}/reply",
        id="postReply",
        summary="Mark that the first public reply is out",
        parameters=(_ID,),
        body=_asks("ReplyAsk"),
        writes=True,
        scope=Scope.INCIDENTS,
        answers=(
            (200, "On disk.", json("IncidentNow")),
            BAD,
            _UNKNOWN,
            (409, "It was marked before, and by whom.", json("RefusedAction")),
            _LOST,
        ),
    ),
    Operation(
        method="post",
        path="/api/v1/incidents/{id}/verdict",
        id="postVerdict",
        summary="Say whether it was real, also after the end",
        parameters=(_ID,),
        body=_asks("VerdictAsk"),
        writes=True,
        scope=Scope.INCIDENTS,
        answers=(
            (200, "On disk; the latest verdict counts.", json("IncidentNow")),
            BAD,
            _UNKNOWN,
            (409, "A false alarm that still goes on is ended as one instead.", json("RefusedAction")),
            _LOST,
        ),
    ),
)
