"""``/audit``: who did what, when, from where, and what became of it; for admins."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from sentinel.errors import SentinelError
from sentinel.store.audit import AuditLine, AuditOutcome
from sentinel.web.access.audit import audit_page
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, require_role
from sentinel.web.answer import whole_number
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for

LINES = 50
"""On one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """A line as it is read."""

    at: datetime
    who: str
    known_by: str
    what: str
    about: str
    incident: bool
    address: str
    outcome: str
    mark: AuditOutcome


async def get_audit_page(request: web.Request) -> web.Response:
    """Newest first; ``who`` picks one person, ``before`` goes on."""
    require_role(request, Role.ADMIN)
    words = words_for(request)
    who = request.query.get("who", "").strip()[:80]
    before = whole_number(request, "before", 0, least=0, most=2**62)
    lines, after = await audit_page(ports_of(request).audit, who, before, LINES)
    return page(
        request,
        "audit.html",
        words,
        title=words.said("access.audit"),
        deeds=[_deed(line, words) for line in lines],
        who=who,
        more=_address(who, after) if after is not None else None,
        newest=_address(who, 0) if before else None,
        keep=urlencode({"who": who, "before": before}),
    )


def _address(who: str, before: int) -> str:
    query = {key: value for key, value in (("who", who), ("before", before)) if value}
    return f"/audit?{urlencode(query)}" if query else "/audit"


def _deed(line: AuditLine, words: Words) -> Deed:
    return Deed(
        at=line.at,
        who=line.who,
        known_by=words.said(f"access.known_by_{line.known_by}"),
        what=_said(line.what, words),
        about=line.about,
        incident="/incidents/" in line.what or line.what in INCIDENT_DEEDS,
        address=line.address,
        outcome=words.said(f"access.outcome_{line.outcome}"),
        mark=line.outcome,
    )


INCIDENT_DEEDS = ("ack", "unack", "snooze", "escalate", "resolve", "false_alarm")


def _said(what: str, words: Words) -> str:
    """As people say it: a word of ours, or the whole name of a sentence; what has none is shown as it was written
    down.
    """
    try:
        return words.said(what if "." in what else f"access.what_{what}")
    except SentinelError:
        return what


ROUTES = (web.get("/audit", get_audit_page),)
