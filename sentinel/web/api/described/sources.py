"""Sources that are told to begin anew."""

from sentinel.config.access import Scope
from sentinel.web.api import sources
from sentinel.web.api.described.operation import Operation, json, parameter

SHAPES = (sources.ResetAsk, sources.ResetReceipt)
OPERATIONS = (
    Operation(
        method="post",
        path="/api/v1/sources/{name}/reset",
        id="postSourceReset",
        summary="Forget what a source learned of its far side: a feed that moved or is gone is asked as at first",
        scope=Scope.ADMIN,
        writes=True,
        parameters=(parameter("name", "path", "The source.", {"type": "string"}),),
        body={"required": True, "content": json("ResetAsk")},
        answers=(
            (202, "It begins anew.", json("ResetReceipt")),
            (400, "The body cannot be used.", json("Fault")),
            (404, "No such source, or it has no such address.", json("Fault")),
        ),
    ),
)
