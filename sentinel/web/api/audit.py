"""``GET /api/v1/audit``: who did what, for programs that keep it elsewhere."""

from datetime import datetime

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.store.audit import AuditLine, AuditOutcome, KnownBy
from sentinel.web.access.audit import audit_page
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, whole_number
from sentinel.web.endpoint import BAD, get, in_query, whole

MOST = 1000


class AuditView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody did something, or tried to.

    ``what`` is a word, or method and route; ``known_by`` how we know who it was.
    """

    id: int
    at: datetime
    who: str
    known_by: KnownBy
    what: str
    about: str
    address: str
    outcome: AuditOutcome
    status: int

    @classmethod
    def of(cls, line: AuditLine) -> "AuditView":
        """What the outside sees of it: all."""
        return msgspec.convert(line, cls, from_attributes=True)


class AuditLog(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first; ask again with ``before=next`` while there is one."""

    lines: list[AuditView]
    next: int | None


@get(
    "/api/v1/audit",
    "Who did what, newest first",
    (200, "Lines.", AuditLog),
    BAD,
    scope=Scope.ADMIN,
    parameters=(
        in_query("who", "Of this person or program alone."),
        in_query("before", "The `next` of the answer before.", whole(least=0)),
        in_query("limit", "At most so many.", whole(least=1, most=MOST, default=100)),
    ),
)
async def get_audit(request: web.Request) -> web.Response:
    """``who`` picks one person."""
    before = whole_number(request, "before", 0, least=0, most=2**62)
    limit = whole_number(request, "limit", 100, least=1, most=MOST)
    lines, after = await audit_page(ports_of(request).audit, request.query.get("who", ""), before, limit)
    return as_json(AuditLog(lines=[AuditView.of(line) for line in lines], next=after))
