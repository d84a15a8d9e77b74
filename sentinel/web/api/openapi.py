"""``GET /api/v1/openapi.json``: the API described (OpenAPI 3.1), its schemas made from the types that the routes encode
and decode.

What each room answers stands in ``described/``; here it is put together.
"""

import msgspec
from aiohttp import web

from sentinel import __version__
from sentinel.config.access import Scope
from sentinel.incidents.command import Refusal
from sentinel.web.access.tokens import FORM_HEADER, SESSION_COOKIE
from sentinel.web.answer import as_json
from sentinel.web.api import shapes
from sentinel.web.api.described import (
    annotations,
    audit,
    author_ignores,
    board,
    incidents,
    intake,
    model,
    oncall,
    reports,
    sources,
)
from sentinel.web.api.described.operation import Node, Operation, json

ROOMS = (intake, board, sources, incidents, annotations, author_ignores, reports, oncall, model, audit)
SHAPES = (*(shape for room in ROOMS for shape in room.SHAPES), shapes.Fault, shapes.Mistakes)
OPERATIONS: tuple[Operation, ...] = tuple(operation for room in ROOMS for operation in room.OPERATIONS)
SECURITY: Node = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "One of web.tokens, which may do everything, or one of "
        f"access.tokens with the scope named: {', '.join(Scope)}. "
        "Reading wants none where neither access.users nor access.proxy is "
        "configured, nor does anything where no token is either.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": SESSION_COOKIE,
        "description": "Of a browser that is signed in; what changes something also "
        f"wants the header {FORM_HEADER} with the form_key "
        "of any of our pages, and comes from our own pages alone. Over TLS the cookie's name begins with __Host-.",
    },
}


def document() -> Node:
    """The whole document."""
    _, components = msgspec.json.schema_components(SHAPES, ref_template="#/components/schemas/{name}")
    components["RefusedAction"]["properties"]["refusal"] = {"enum": sorted(refusal.value for refusal in Refusal)}
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
            "securitySchemes": SECURITY,
        },
    }


async def get_openapi(request: web.Request) -> web.Response:
    """The document."""
    return as_json(document())


_WRITING = (
    (408, "The body did not arrive in time."),
    (413, "The body is larger than is taken; for mentions, than web.max_body."),
    (415, "The Content-Encoding is not read here."),
    (429, "Too many posts, or a full queue; `Retry-After` says when to come back."),
)
_ALWAYS = (
    (401, "Nobody known asks: the token or the session is missing or wrong."),
    (403, "The token or the person may not do this, or another site's page caused it."),
    (421, "The Host header is not a name of this server."),
    (503, "The store, or the server, cannot answer just now."),
)


def _describe(operation: Operation) -> Node:
    answers = {str(status): _answer(meaning, content) for status, meaning, content in operation.answers}
    for status, meaning in (*(_WRITING if operation.writes else ()), *_ALWAYS):
        answers.setdefault(str(status), _answer(meaning, json("Fault")))
    described: Node = {"operationId": operation.id, "summary": operation.summary, "tags": ["v1"], "responses": answers}
    if operation.parameters:
        described["parameters"] = list(operation.parameters)
    if operation.body is not None:
        described["requestBody"] = operation.body
    described["security"] = [{"token": [operation.scope.value]}, {"session": []}, {}]
    return described


def _answer(meaning: str, content: Node | None) -> Node:
    return {"description": meaning} | ({"content": content} if content else {})
