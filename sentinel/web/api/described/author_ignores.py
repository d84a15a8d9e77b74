"""Ignored accounts, described."""

from sentinel.config.access import Scope
from sentinel.web.api import author_ignores
from sentinel.web.api.described.operation import BAD, Operation, json, parameter

SHAPES = author_ignores.SHAPES
_LOST = (503, "The store does not take it, and why; nothing has changed.", json("Fault"))
OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/ignores",
        id="getIgnores",
        summary="Accounts that people ignore",
        answers=((200, "The one that ends last first.", json("IgnoreList")),),
    ),
    Operation(
        method="post",
        path="/api/v1/ignores",
        id="postIgnore",
        summary="Ignore an account for a while",
        scope=Scope.INCIDENTS,
        writes=True,
        body={"required": True, "content": json("IgnoreAsk")},
        answers=(
            (201, "On disk; from the next mention on.", json("IgnoreNow")),
            BAD,
            (404, "No such incident.", json("Fault")),
            _LOST,
        ),
    ),
    Operation(
        method="post",
        path="/api/v1/ignores/{id}/end",
        id="postIgnoreEnd",
        summary="Hear an ignored account again",
        scope=Scope.INCIDENTS,
        writes=True,
        parameters=(parameter("id", "path", "Which.", {"type": "string"}),),
        body={"required": True, "content": json("HearAgainAsk")},
        answers=((200, "As it is now.", json("IgnoreNow")), BAD, (404, "None of that name.", json("Fault")), _LOST),
    ),
)
