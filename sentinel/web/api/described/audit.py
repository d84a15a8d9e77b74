"""The audit log."""

from sentinel.config.access import Scope
from sentinel.web.api import audit
from sentinel.web.api.described.operation import BAD, TEXT, Operation, json, parameter

SHAPES = (audit.AuditLog,)
OPERATIONS = (
    Operation(
        method="get",
        path="/api/v1/audit",
        id="getAudit",
        summary="Who did what, newest first",
        scope=Scope.ADMIN,
        parameters=(
            parameter("who", "query", "Of this person or program alone.", TEXT),
            parameter("before", "query", "The `next` of the answer before.", {"type": "integer", "minimum": 0}),
            parameter(
                "limit",
                "query",
                "At most so many.",
                {"type": "integer", "minimum": 1, "maximum": audit.MOST, "default": 100},
            ),
        ),
        answers=((200, "Lines.", json("AuditLog")), BAD),
    ),
)
