"""An endpoint as one value: what programs ask for, which scope it wants, what it takes and answers, and who answers.

The server's routes, the guard's scopes and the OpenAPI document all read the list of them in ``endpoints.py``.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.web.access.audit_note import note
from sentinel.web.api.shapes import Fault
from sentinel.web.http.posting import admit

Route = Callable[[web.Request], Awaitable[web.StreamResponse]]
Shape = type[object]
Node = dict[str, Any]
"""A piece of the OpenAPI document, which is JSON and nothing more."""


@dataclass(frozen=True, slots=True)
class Content:
    """A body: JSON of one of the ``shapes``, or what ``others`` say of further media types."""

    shapes: tuple[Shape, ...] = ()
    others: Node = field(default_factory=dict)


PromisedAnswer = tuple[int, str, Shape | Content | None]
"""Status, what it means, and its body; a lone shape is JSON."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endpoint:
    """One method of one path.

    Parameters
    ----------
    path
        With parameters in braces; one whose schema is an ``enum`` matches those words alone.
    scope
        What a token must be for; ``None`` where whoever asks need not be known.
    did
        What the audit log calls it, where that is not the method and the path.
    answers
        Faults that any endpoint can answer are added by ``api/openapi.py``.
    head
        Whether it also answers HEAD: not what never ends.
    """

    method: str
    path: str
    summary: str
    scope: Scope | None
    route: Route
    answers: tuple[PromisedAnswer, ...]
    parameters: tuple[Node, ...] = ()
    body: Content | None = None
    did: str = ""
    head: bool = True

    @property
    def id(self) -> str:
        """The name that generators of clients use: that of its function."""
        first, *others = self.route.__name__.split("_")
        return first + "".join(each.capitalize() for each in others)

    @property
    def writes(self) -> bool:
        """Whether it takes a body."""
        return self.method == "post"

    def served(self) -> web.RouteDef:
        """As the server has it."""
        enums = {each["name"]: each["schema"].get("enum") for each in self.parameters if each["in"] == "path"}
        pattern = re.sub(
            r"\{(\w+)\}", lambda m: f"{{{m[1]}:{'|'.join(enums[m[1]])}}}" if enums.get(m[1]) else m[0], self.path
        )
        if self.method == "get":
            return web.get(pattern, self.answer, allow_head=self.head)
        return web.route(self.method, pattern, self.answer)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the route answers; posts are counted first, or sent away (429)."""
        note(request, what=self.did)
        if self.writes:
            admit(request)
        return await self.route(request)


def get(
    path: str,
    summary: str,
    *answers: PromisedAnswer,
    scope: Scope | None = Scope.READ,
    parameters: tuple[Node, ...] = (),
    head: bool = True,
) -> Callable[[Route], Endpoint]:
    """An endpoint that shows something, made of the function that answers."""
    return lambda route: Endpoint(
        method="get",
        path=path,
        summary=summary,
        scope=scope,
        route=route,
        answers=answers,
        parameters=parameters,
        head=head,
    )


def post(
    path: str,
    summary: str,
    *answers: PromisedAnswer,
    scope: Scope | None,
    body: Shape | Content | None = None,
    parameters: tuple[Node, ...] = (),
    did: str = "",
) -> Callable[[Route], Endpoint]:
    """An endpoint that changes something, made of the function that answers."""
    return lambda route: Endpoint(
        method="post",
        path=path,
        summary=summary,
        scope=scope,
        route=route,
        answers=answers,
        parameters=parameters,
        body=content_of(body),
        did=did,
    )


def content_of(body: Shape | Content | None) -> Content | None:
    """A lone shape as JSON."""
    return body if body is None or isinstance(body, Content) else Content((body,))


def in_path(name: str, meaning: str, schema: Node | None = None) -> Node:
    """A parameter of the path; a text unless its schema is given."""
    return {"name": name, "in": "path", "required": True, "description": meaning, "schema": schema or TEXT}


def in_query(name: str, meaning: str, schema: Node | None = None) -> Node:
    """A parameter of the query; a text unless its schema is given."""
    return {"name": name, "in": "query", "required": False, "description": meaning, "schema": schema or TEXT}


def whole(*, least: int, most: int | None = None, default: int | None = None) -> Node:
    """The schema of a whole number."""
    node: Node = {"type": "integer", "minimum": least}
    for key, value in (("maximum", most), ("default", default)):
        if value is not None:
            node[key] = value
    return node


TEXT: Node = {"type": "string"}
INSTANT: Node = {"type": "string", "format": "date-time"}
BAD: PromisedAnswer = (400, "The body or a parameter cannot be used.", Fault)
