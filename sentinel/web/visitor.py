"""Who is asking, and what they may do: read by every page that shows more to some than to others, asked by every route that acts."""

from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from sentinel.web.auth import may_act, remembered_name, require_same_origin
from sentinel.web.body import Refused


class Role(StrEnum):
    """What a person may do, each with all that comes before it."""

    VIEWER = "viewer"
    """Look."""
    RESPONDER = "responder"
    """Act on incidents, silences and on-call."""
    ADMIN = "admin"
    """Act on the model and the configuration, and see who did what."""

    def covers(self, other: "Role") -> bool:
        """Whether whoever has this may do what wants the other.

        Examples
        --------
        >>> Role.ADMIN.covers(Role.VIEWER), Role.VIEWER.covers(Role.RESPONDER)
        (True, False)
        """
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever sent a request.

    Parameters
    ----------
    name
        What the timeline and the audit log call them: proven where ``proven``, else only what they called themselves last.
    role
        ``None`` may not even look.
    """

    name: str
    role: Role | None
    proven: bool = False

    def may(self, role: Role) -> bool:
        """Whether they may do what wants this role."""
        return self.role is not None and self.role.covers(role)


def visitor_of(request: web.Request) -> Visitor:
    """Who a browser's request is by."""
    return Visitor(name=remembered_name(request), role=Role.ADMIN if may_act(request) else Role.VIEWER)


def require_role(request: web.Request, role: Role) -> Visitor:
    """The visitor behind a browser's request, who must have the role; for requests that change something, from our own pages alone.

    Raises
    ------
    Refused
        401 or 403.
    """
    if request.method not in ("GET", "HEAD"):
        require_same_origin(request)
    visitor = visitor_of(request)
    if not visitor.may(role):
        raise Refused(403, f"this wants the role {role}; sign in as somebody who has it")
    return visitor


def form_key(request: web.Request) -> str:
    """What our own forms carry in the field ``form_key`` to show that they are ours; `read_form` compares."""
    return ""
