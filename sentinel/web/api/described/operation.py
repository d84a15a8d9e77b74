"""What an operation is, and the pieces of the document that operations are written with."""

from dataclasses import dataclass
from typing import Any

from sentinel.config.access import Scope

Node = dict[str, Any]
"""A piece of the document, which is JSON and nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    id: str
    summary: str
    parameters: tuple[Node, ...] = ()
    body: Node | None = None
    answers: tuple[tuple[int, str, Node | None], ...]
    """Status, what it means, content; faults that any operation can answer are added."""
    writes: bool = False
    scope: Scope = Scope.READ
    """What a token must be for; the same as the route's own."""


def parameter(name: str, place: str, meaning: str, schema: Node) -> Node:
    """One of a query or a path."""
    return {"name": name, "in": place, "required": place == "path", "description": meaning, "schema": schema}


def ref(name: str) -> Node:
    """Leads to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def json(name: str) -> Node:
    """Content of one schema."""
    return {"application/json": {"schema": ref(name)}}


def either(*names: str) -> Node:
    """Content of one of several schemas."""
    return {"application/json": {"schema": {"oneOf": [ref(name) for name in names]}}}


TEXT: Node = {"type": "string"}
INSTANT: Node = {"type": "string", "format": "date-time"}
BAD = (400, "The body or a parameter cannot be used.", json("Fault"))
