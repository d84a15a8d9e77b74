"""What each route of the API wants of whoever asks; said beside the route, asked by `guard.py`, described by
OpenAPI.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

from sentinel.config.access import Role, Scope

Route = TypeVar("Route", bound=Callable[[web.Request], Awaitable[web.StreamResponse]])
_DECLARED: dict[object, Scope] = {}
ROLES = {Scope.READ: Role.VIEWER, Scope.MENTIONS: Role.ADMIN, Scope.ALERTS: Role.ADMIN, Scope.ADMIN: Role.ADMIN}
"""Scope to the role that a person needs for the same; of the others: responder."""


def needs(scope: Scope) -> Callable[[Route], Route]:
    """Marks a route with what it wants."""

    def mark(route: Route) -> Route:
        _DECLARED[route] = scope
        return route

    return mark


def scope_of(route: object, method: str) -> Scope:
    """What was said beside the route; of one that says nothing, the least for looking and the most for all else."""
    return _DECLARED.get(route, Scope.READ if method in ("GET", "HEAD") else Scope.ADMIN)


def role_for(scope: Scope) -> Role:
    """What a person must be to do what a program needs this scope for."""
    return ROLES.get(scope, Role.RESPONDER)


def role_of(scopes: tuple[Scope, ...]) -> Role:
    """What a person with such a token is."""
    if Scope.ADMIN in scopes:
        return Role.ADMIN
    return Role.RESPONDER if Scope.INCIDENTS in scopes else Role.VIEWER
