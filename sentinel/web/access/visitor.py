"""Who is asking, and what they may do: read by every page that shows more to some than to others, asked by every route
that acts.
"""

import hmac
from dataclasses import dataclass

from aiohttp import web

from sentinel.config.access import Role as Role
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.access.brand_rights import EVERY_BRAND, NO_BRAND, BrandRights
from sentinel.web.access.tokens import require_same_origin
from sentinel.web.http.body import RefusedBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever sent a request.

    Parameters
    ----------
    name
        What the timeline calls them: proven where ``proven``, else only what they called themselves last. Whoever is a
        contact is called by its key.
    role
        ``None`` may not even look.
    account
        What the audit log calls them: what they sign in with, the name in the proxy's header, or a token's.
    called
        What a page calls them.
    binding
        To what their forms are bound; empty where there is nothing that a browser would add by itself.
    session
        The id of their session, where they have one that they can end.
    rights
        Which brands there are for them.
    sources
        Sources whose mentions a program may bring; none named, all.
    owes_factor
        Their role needs a second factor and they have none: until it is set up nothing else is theirs.
    """

    name: str
    role: Role | None
    proven: bool = False
    account: str = ""
    called: str = ""
    known_by: KnownBy = KnownBy.NAME
    binding: str = ""
    session: str = ""
    rights: BrandRights = EVERY_BRAND
    sources: tuple[str, ...] = ()
    owes_factor: bool = False

    def may(self, role: Role) -> bool:
        """Whether they may do what wants this role."""
        return self.role is not None and self.role.covers(role)


NOBODY = Visitor(name="", role=None, rights=NO_BRAND)
VISITOR = web.RequestKey("visitor", Visitor)
FORM_SECRET = web.RequestKey("form_secret", bytes)


def visitor_of(request: web.Request) -> Visitor:
    """Who a request is by, as `guard.py` found."""
    found: Visitor = request.get(VISITOR, NOBODY)
    return found


def named(request: web.Request, claimed: str) -> str:
    """Whom the timeline is to name: whoever is proven to be there, whatever they claim; of a program, on whose behalf
    it says it acts.
    """
    visitor, claimed = visitor_of(request), claimed.strip()[:80]
    if visitor.proven and visitor.known_by is not KnownBy.TOKEN:
        return visitor.name
    note(request, who=claimed)
    return claimed


def require_role(request: web.Request, role: Role) -> Visitor:
    """The visitor behind a browser's request, who must have the role; for requests that change something, from our own
    pages alone.

    Raises
    ------
    RefusedBody
        401 or 403.
    """
    if request.method not in ("GET", "HEAD"):
        require_same_origin(request)
    visitor = visitor_of(request)
    if not visitor.may(role):
        if not visitor.proven:
            raise RefusedBody(401, "nobody is signed in here; sign in and try again")
        raise RefusedBody(403, f"this wants the role {role}; sign in as somebody who has it")
    return visitor


def form_key(request: web.Request) -> str:
    """What our own forms carry in the field ``form_key`` to show that they are ours; `read_form` compares."""
    binding = visitor_of(request).binding
    return hmac.digest(request[FORM_SECRET], f"form\0{binding}".encode(), "sha256").hex() if binding else ""


def is_form_key(request: web.Request, shown: str) -> bool:
    """Whether this is the visitor's own, in constant time; where they have none, any is."""
    own = form_key(request)
    return not own or hmac.compare_digest(own.encode(), shown.encode("utf-8", "surrogateescape"))
