"""Sessions as people see them: their own, or everybody's; their end, and that of a lost second factor."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sentinel.store.sessions import Session
from sentinel.web.access.access import ACCESS
from sentinel.web.access.brand_rights import refuse
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import visitor_of
from sentinel.web.http.body import RefusedBody

KEY = 16
"""Signs of a session's id by which a form names it: enough among ten thousand, and no credential."""

RECOVERY = timedelta(hours=1)
"""How long after a recovery link the second factor may be taken off without a code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInSession:
    """One browser of one person.

    Parameters
    ----------
    provided
        A provider signed them in.
    own
        That of whoever looks.
    """

    key: str
    account: str
    provided: bool
    recovered: bool
    started_at: datetime
    seen_at: datetime
    address: str
    browser: str
    own: bool


def own_sessions(request: web.Request) -> list[SignedInSession]:
    """Those of whoever looks, the one used last first."""
    return _views(request, _own(request))


def every_session(request: web.Request) -> list[SignedInSession]:
    """Everybody's; refused (403) to whoever has some brands, since people are of the house."""
    if not visitor_of(request).rights.every:
        refuse()
    return _views(request, _live(request))


async def end_own(request: web.Request, key: str | None = None) -> int:
    """End one of one's own, or all of them."""
    found = [each.id for each in _own(request) if key is None or each.id[:KEY] == key]
    return await request.app[ACCESS].sessions.end(*found)


async def end_others_of_mine(request: web.Request) -> int:
    """End one's own elsewhere: what was got without a second factor is not to outlive it."""
    here = visitor_of(request).session
    return await request.app[ACCESS].sessions.end(*(each.id for each in _own(request) if each.id != here))


async def end_of(request: web.Request, account: str) -> int:
    """End all of whoever is called so, here or at the provider; refused (403) to whoever has some brands."""
    if not visitor_of(request).rights.every:
        refuse()
    found = [each.id for each in _live(request) if each.account == account]
    return await request.app[ACCESS].sessions.end(*found)


def session_here(request: web.Request) -> Session | None:
    """That of whoever looks."""
    return request.app[ACCESS].sessions.get(visitor_of(request).session)


async def take_factor_off(request: web.Request, account: str) -> None:
    """Of somebody else: one's own wants a code, on the page of one's own sign-in. `RefusedBody` (403, 404) else."""
    visitor = visitor_of(request)
    if not visitor.rights.every:
        refuse()
    if visitor.session and account == visitor.account:
        raise RefusedBody(403, "take your own second factor off at /account, where a code is asked for")
    if not await request.app[ACCESS].factors.take_off(account):
        raise RefusedBody(404, f"{account!r} has no second factor; `sentinel user sessions` lists who has")


def came_by_recovery(request: web.Request) -> bool:
    """Whether whoever looks has just come by a recovery link, which stands for password and second factor."""
    here, now = session_here(request), ports_of(request).clock.now()
    return here is not None and here.origin.recovered and now - here.started_at < RECOVERY


def _live(request: web.Request) -> list[Session]:
    return request.app[ACCESS].sessions.live(ports_of(request).config().access)


def _own(request: web.Request) -> list[Session]:
    here = session_here(request)
    return [each for each in _live(request) if here is not None and each.is_of(here)]


def _views(request: web.Request, sessions: Iterable[Session]) -> list[SignedInSession]:
    here = visitor_of(request).session
    return [
        SignedInSession(
            key=each.id[:KEY],
            account=each.account,
            provided=each.origin.identity is not None,
            recovered=each.origin.recovered,
            started_at=each.started_at,
            seen_at=each.seen_at,
            address=each.origin.address,
            browser=each.origin.browser,
            own=each.id == here,
        )
        for each in sessions
    ]
