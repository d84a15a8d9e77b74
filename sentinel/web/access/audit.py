"""The audit log as requests write it: the shield adds a line for each that may change something; a route says with
`note` what it was.

Never a secret, never a mention's text: what a route did not say is told by its pattern alone.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from sentinel.clock import Clock
from sentinel.store.audit import AuditLine, AuditOutcome, KnownBy
from sentinel.store.health import StoreFailing
from sentinel.web.access.audit_note import NOTE
from sentinel.web.access.visitor import visitor_of
from sentinel.web.http.peer import address_of
from sentinel.web.http.rate_limit import RateLimit
from sentinel.web.ports.accounts import AuditPort

SAFE = ("GET", "HEAD", "OPTIONS")
BULK = ("/api/v1/mentions", "/api/v1/alertmanager", "/ingest/{name}")
"""Doors for programs whose posts are on disk anyway: only what they are refused is written down."""
SIGNS_IN = ("/login", "/login/code", "/login/oidc/callback", "/login/recover/{token}")
"""Where somebody signs in: who is refused is held up elsewhere, and always written down."""
LOOKED_AT = ("/login/oidc/callback",)
"""What changes something although it is a GET: a provider leads browsers there."""
STRANGERS = 0.2
"""Refusals a second and address, of nobody known, that are written down; the others are counted in the metrics."""
MOST_OWED = 1000
PRUNE_EVERY = timedelta(hours=1)
log = structlog.get_logger(__name__)


class AuditTrail:
    """Writes lines down; those that the store does not take wait in memory until it does.

    Parameters
    ----------
    retention
        How long lines are kept.
    unwritten
        Whether the store is known to take no writes: then nobody waits for it.
    """

    def __init__(
        self,
        store: AuditPort,
        clock: Clock,
        retention: Callable[[], timedelta],
        unwritten: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._clock = clock
        self._retention = retention
        self._unwritten = unwritten
        self._owed: deque[AuditLine] = deque(maxlen=MOST_OWED)
        self._strangers = RateLimit()
        self._pruned = clock.now() - PRUNE_EVERY

    async def record(self, request: web.Request, status: int) -> None:
        """The line of a request that has been answered so; on disk when this returns, if the disk takes it."""
        if request.method in SAFE and _pattern(request) not in LOOKED_AT:
            return
        if not (line := self._line(request, status)):
            return
        self._owed.append(line)
        if self._unwritten() or not await self.settle():
            log.warning("audit_in_memory", who=line.who, known_by=line.known_by.value, what=line.what, about=line.about)
            return
        await self._prune(line.at)

    async def settle(self) -> bool:
        """Write down what waits; whether the store took it."""
        lines = list(self._owed)
        self._owed.clear()
        try:
            if lines:
                await self._store.add(lines)
        except StoreFailing:
            self._owed.extendleft(reversed(lines))
            return False
        return True

    def _line(self, request: web.Request, status: int) -> AuditLine | None:
        pattern = _pattern(request)
        said, visitor, address = request.get(NOTE, {}), visitor_of(request), address_of(request)
        if not pattern or (pattern in BULK and status < 400):
            return None
        looked_at = pattern in SIGNS_IN and status == 403
        if status >= 400 and not (visitor.proven or looked_at) and self._is_flooding(address):
            return None
        outcome = AuditOutcome.DONE if status < 400 else AuditOutcome.REFUSED if status < 500 else AuditOutcome.FAILED
        known_by = KnownBy(said["known_by"]) if "known_by" in said else visitor.known_by
        told = "known_by" in said or not visitor.proven  # else what somebody calls themselves counts for nothing
        return AuditLine(
            at=self._clock.now(),
            who=said.get("who", visitor.name) if told else visitor.account,
            known_by=known_by,
            what=said.get("what") or _what(request, pattern),
            about=said.get("about") or _about(request),
            address=address,
            outcome=outcome,
            status=status,
        )

    def _is_flooding(self, address: str) -> bool:
        return self._strangers.wait(address, rate=STRANGERS, at=self._clock.monotonic()) > 0

    async def _prune(self, now: datetime) -> None:
        if now - self._pruned < PRUNE_EVERY:
            return
        self._pruned = now
        with suppress(StoreFailing):  # what is old is kept a while longer
            await self._store.prune(now - self._retention())


async def audit_page(audit: AuditPort, who: str, before: int, limit: int) -> tuple[list[AuditLine], int | None]:
    """So many lines, newest first, and the number before which the others are, if there are others.

    Parameters
    ----------
    who, before
        Of this person alone, and before this number; empty and 0: of everybody, from the newest.
    """
    found = await audit.find(who=who or None, before=before or None, limit=limit + 1)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def _pattern(request: web.Request) -> str:
    """What matched; empty where nothing did."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""


def _what(request: web.Request, pattern: str) -> str:
    """An action by its name; else the method and the pattern, in which no value stands."""
    return request.match_info.get("action") or f"{request.method} {pattern}"


def _about(request: web.Request) -> str:
    """The thing that the path names; a token is not a name."""
    return request.match_info.get("id") or request.match_info.get("name") or ""
