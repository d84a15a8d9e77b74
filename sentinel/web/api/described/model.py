"""The sentiment model: labels and versions."""

from sentinel.config.access import Scope
from sentinel.web.api import model_shapes
from sentinel.web.api.described.operation import Operation, json

SHAPES = (model_shapes.LabelAsk, model_shapes.LabelReceipt, model_shapes.RollBackAsk, model_shapes.ModelNow)
OPERATIONS = (
    Operation(
        method="post",
        path="/api/v1/labels",
        id="postLabel",
        summary="Tell the sentiment model what a text means",
        scope=Scope.LABELS,
        writes=True,
        body={"required": True, "content": json("LabelAsk")},
        answers=((202, "On disk.", json("LabelReceipt")), (400, "The body cannot be used.", json("Fault"))),
    ),
    Operation(
        method="get",
        path="/api/v1/model",
        id="getModel",
        summary="The sentiment model's versions",
        answers=((200, "Those that can serve.", json("ModelNow")),),
    ),
    Operation(
        method="post",
        path="/api/v1/model/rollback",
        id="postRollBack",
        summary="Serve an earlier version again",
        scope=Scope.ADMIN,
        writes=True,
        body={"required": True, "content": json("RollBackAsk")},
        answers=(
            (202, "On disk; it serves a moment later.", json("ModelNow")),
            (400, "The body cannot be used.", json("Fault")),
            (404, "No such version is kept.", json("Fault")),
        ),
    ),
)
