"""``/api/v1/labels`` and ``/api/v1/model``: correct the sentiment model, see its versions, go back to one."""

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.sentiment.teaching import Correction, RollBack
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import as_json, read_json
from sentinel.web.api.model_shapes import LabelAsk, LabelReceipt, ModelNow, RollBackAsk
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import get, post
from sentinel.web.http.body import RefusedBody
from sentinel.web.ports.ports import Ports

LIMIT = 192 * 1024
"""Bytes of a label: its text may be long, and escaped."""


@post(
    "/api/v1/labels",
    "Tell the sentiment model what a text means",
    (202, "On disk.", LabelReceipt),
    (400, "The body cannot be used.", Fault),
    scope=Scope.LABELS,
    body=LabelAsk,
    did="label",
)
async def post_label(request: web.Request) -> web.Response:
    """One correction; answers once it is on disk."""
    ports = ports_of(request)
    ask = await read_json(request, LabelAsk, limit=LIMIT)
    said = ports.learning.serving.sentiment_of(ask.text, ask.lang).label
    await ports.teach(Correction(text=ask.text, label=ask.label, by=named(request, ask.by), lang=ask.lang))
    return as_json(LabelReceipt(said=said, label=ask.label), status=202)


@get("/api/v1/model", "The sentiment model's versions", (200, "Those that can serve.", ModelNow))
async def get_model(request: web.Request) -> web.Response:
    """The versions that can serve."""
    return as_json(_now(ports_of(request)))


@post(
    "/api/v1/model/rollback",
    "Serve an earlier version again",
    (202, "On disk; it serves a moment later.", ModelNow),
    (400, "The body cannot be used.", Fault),
    (404, "No such version is kept.", Fault),
    scope=Scope.ADMIN,
    body=RollBackAsk,
    did="rollback",
)
async def post_roll_back(request: web.Request) -> web.Response:
    """Go back to a version; answers once that is on disk, and it serves a moment later."""
    ports = ports_of(request)
    ask = await read_json(request, RollBackAsk)
    note(request, about=str(ask.version))
    kept = [version.number for version in ports.learning.versions]
    if ask.version not in kept:
        raise RefusedBody(404, f"version: {ask.version} is not kept; kept are {', '.join(map(str, kept))}")
    await ports.teach(RollBack(version=ask.version, by=named(request, ask.by)))
    return as_json(_now(ports), status=202)


def _now(ports: Ports) -> ModelNow:
    learning = ports.learning
    return ModelNow.of(learning.versions, learning.failures, learning.trusts.suspended(ports.clock.now()))
