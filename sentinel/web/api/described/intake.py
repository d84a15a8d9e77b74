"""What programs bring: mentions, and Alertmanager's alerts."""

from sentinel.config.access import Scope
from sentinel.mention import Mention
from sentinel.web.api import alertmanager, infrastructure, shapes
from sentinel.web.api.described.operation import BAD, Operation, either, json, ref
from sentinel.web.api.events import NDJSON

SHAPES = (Mention, shapes.Receipt, alertmanager.AlertmanagerNotice, alertmanager.AlertsTaken, infrastructure.AlertList)
_MANY = {"oneOf": [ref("Mention"), {"type": "array", "items": ref("Mention")}]}
OPERATIONS = (
    Operation(
        method="post",
        path="/api/v1/mentions",
        id="postMentions",
        summary="Bring one mention, an array, or NDJSON",
        scope=Scope.MENTIONS,
        writes=True,
        body={
            "required": True,
            "content": {
                "application/json": {"schema": _MANY},
                NDJSON: {"schema": {"type": "string", "description": "One Mention a line."}},
            },
        },
        answers=(
            (202, "Everything accepted is on disk.", json("Receipt")),
            (400, "Nothing could be taken.", either("Receipt", "Fault")),
        ),
    ),
    Operation(
        method="post",
        path="/api/v1/alertmanager",
        id="postAlertmanager",
        summary="Alertmanager's webhook: what ails Sentinel's machinery",
        scope=Scope.ALERTS,
        writes=True,
        body={"required": True, "content": json("AlertmanagerNotice")},
        answers=((200, "Whoever must be told is on disk; nobody is told twice.", json("AlertsTaken")), BAD),
    ),
    Operation(
        method="get",
        path="/api/v1/infrastructure",
        id="getInfrastructure",
        summary="Alerts about Sentinel's machinery, and who has them",
        answers=((200, "Those that fire, critical ones first.", json("AlertList")),),
    ),
)
