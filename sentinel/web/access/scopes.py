"""What each endpoint of the API wants of whoever asks, as its value says; asked by `guard.py`."""

from collections.abc import Mapping

from aiohttp import web

from sentinel.config.access import Role, Scope

SCOPES: web.AppKey[Mapping[object, Scope | None]] = web.AppKey("scopes")
"""What the server's routes want."""
ROLES = {Scope.READ: Role.VIEWER, Scope.MENTIONS: Role.ADMIN, Scope.ALERTS: Role.ADMIN, Scope.ADMIN: Role.ADMIN}
"""Scope to the role that a person needs for the same; of the others: responder."""


def scope_of(declared: Mapping[object, Scope | None], route: object, method: str) -> Scope:
    """What an endpoint says; of what is none, the least for looking and the most for all else."""
    return declared.get(route) or (Scope.READ if method in ("GET", "HEAD") else Scope.ADMIN)


def role_for(scope: Scope) -> Role:
    """What a person must be to do what a program needs this scope for."""
    return ROLES.get(scope, Role.RESPONDER)


def role_of(scopes: tuple[Scope, ...]) -> Role:
    """What a person with such a token is."""
    if Scope.ADMIN in scopes:
        return Role.ADMIN
    return Role.RESPONDER if Scope.INCIDENTS in scopes else Role.VIEWER
