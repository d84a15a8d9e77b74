"""``GET /api/v1/openapi.json``: the API described (OpenAPI 3.1), its schemas made from the types that the routes encode
and decode.

It is put together from the endpoints that the server serves.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from aiohttp import web

from sentinel import __version__
from sentinel.config.access import Scope
from sentinel.incidents.command import Refusal
from sentinel.web.access.tokens import FORM_HEADER, SESSION_COOKIE
from sentinel.web.answer import as_json
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import Content, Endpoint, Node, Shape, content_of, get

SERVED: web.AppKey[Sequence[Endpoint]] = web.AppKey("served")
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


def document(endpoints: Sequence[Endpoint]) -> Node:
    """The whole document: what stands below ``/api/``."""
    shapes: list[Shape] = list(dict.fromkeys((*_shapes(endpoints), Fault)))
    found, components = msgspec.json.schema_components(shapes, ref_template="#/components/schemas/{name}")
    components["RefusedAction"]["properties"]["refusal"] = {"enum": sorted(refusal.value for refusal in Refusal)}
    schemas: dict[Shape, Node] = dict(zip(shapes, found, strict=True))
    paths: Node = {}
    for each in endpoints:
        if each.path.startswith("/api/") and each.scope is not None:
            paths.setdefault(each.path, {})[each.method] = _describe(each, each.scope, schemas)
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


@get(
    "/api/v1/openapi.json",
    "This document",
    (200, "OpenAPI 3.1.", Content(others={"application/json": {"schema": {"type": "object"}}})),
)
async def get_openapi(request: web.Request) -> web.Response:
    """The document."""
    return as_json(document(request.app[SERVED]))


def _shapes(endpoints: Iterable[Endpoint]) -> Iterable[Shape]:
    for endpoint in endpoints:
        for content in (endpoint.body, *(content_of(body) for _, _, body in endpoint.answers)):
            yield from content.shapes if content else ()


def _describe(endpoint: Endpoint, scope: Scope, schemas: Mapping[Shape, Node]) -> Node:
    answers = {
        str(status): _answer(meaning, content_of(content), schemas) for status, meaning, content in endpoint.answers
    }
    for status, meaning in (*(_WRITING if endpoint.writes else ()), *_ALWAYS):
        answers.setdefault(str(status), _answer(meaning, Content((Fault,)), schemas))
    described: Node = {
        "operationId": endpoint.id,
        "summary": endpoint.summary,
        "tags": ["v1"],
        "responses": answers,
    }
    if endpoint.parameters:
        described["parameters"] = list(endpoint.parameters)
    if endpoint.body is not None:
        described["requestBody"] = {"required": True, "content": _content(endpoint.body, schemas)}
    described["security"] = [{"token": [scope.value]}, {"session": []}, {}]
    return described


def _answer(meaning: str, content: Content | None, schemas: Mapping[Shape, Node]) -> Node:
    return {"description": meaning} | ({"content": _content(content, schemas)} if content else {})


def _content(content: Content, schemas: Mapping[Shape, Node]) -> Node:
    shown = [schemas[shape] for shape in content.shapes]
    schema = shown[0] if len(shown) == 1 else {"oneOf": shown}
    return ({"application/json": {"schema": schema}} if shown else {}) | content.others
