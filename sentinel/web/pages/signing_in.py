"""What every way to sign in shares: where it leads, what a try counts against, and the session that it ends with."""

import math
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
from aiohttp import web

from sentinel.store.audit import KnownBy
from sentinel.store.sessions import SessionOrigin
from sentinel.web.access.access import ACCESS
from sentinel.web.access.audit_note import note
from sentinel.web.access.browser_name import browser_of
from sentinel.web.access.login_backoff import ACCOUNT, ADDRESS, DEVICE, Key, of_address
from sentinel.web.access.sealed import seal
from sentinel.web.access.session_cookie import CODE_COOKIE, device_of, give_device, give_sealed, give_session
from sentinel.web.access.sessions import HERE, stamp_of
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import visitor_of
from sentinel.web.http.peer import address_of

LONGEST_NEXT = 1000
CODE_WITHIN = timedelta(minutes=5)


class PasswordShown(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has shown this account's password and is asked for a code; another password voids it."""

    account: str
    stamp: str
    next: str


def safe_next(path: str) -> str:
    """A page of ours to go on to, else the first: never another site, however it is written, nor what is no page.

    Examples
    --------
    >>> safe_next("/incidents/7?lang=es"), safe_next("//evil.example"), safe_next("/\\\\evil.example"), safe_next("https://evil.example")
    ('/incidents/7?lang=es', '/', '/', '/')
    """
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path and len(path) <= LONGEST_NEXT
    if not plain or not path.startswith("/") or path.startswith("//"):
        return "/"
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    elsewhere = (
        parts.scheme
        or parts.netloc
        or parts.path.startswith(("/api/", "/-/", "/login", "/logout", "/fragments/", "/static/"))
    )
    return "/" if elsewhere else path


def lead(path: str) -> web.Response:
    """On to another page."""
    return web.Response(status=303, headers={"Location": path})


def keys_of(request: web.Request, kind: str, account: str) -> list[Key]:
    """What a try counts against: the browser, if this person signed in with it before; else the account and the
    address.

    Parameters
    ----------
    kind
        Of what is tried: a right password makes no further codes free.
    """
    device = device_of(request, account, request.app[ACCESS].sessions.secret)
    if device:
        return [(f"device {kind}", device, DEVICE)]
    return [(kind, account, ACCOUNT), ("address", of_address(address_of(request)), ADDRESS)]


def waiting_span(seconds: float) -> str:
    """As people read it."""
    whole = math.ceil(seconds)
    return f"{whole} s" if whole < 60 else f"{math.ceil(whole / 60)} min"


def ask_for_code(request: web.Request, account: str, next: str) -> web.Response:
    """On to the page that asks for a code; the browser keeps that the password was right."""
    ports, access = ports_of(request), request.app[ACCESS]
    shown = PasswordShown(account=account, stamp=stamp_of(ports.config().access.users[account]), next=next)
    sealed = seal(access.sessions.secret, CODE_COOKIE, shown, now=ports.clock.now(), lasts=CODE_WITHIN)
    response = lead("/login/code")
    give_sealed(request, response, CODE_COOKIE, sealed, CODE_WITHIN)
    return response


async def begin_session(
    request: web.Request,
    account: str,
    next: str,
    origin: SessionOrigin = HERE,
    *,
    known_by: KnownBy = KnownBy.SESSION,
    proof: str = "",
) -> web.Response:
    """Always under a new id: whatever the browser showed before, somebody else may have put there."""
    settings, access = ports_of(request).config().access, request.app[ACCESS]
    await access.sessions.end(visitor_of(request).session)
    origin = msgspec.structs.replace(
        origin, address=address_of(request)[:64], browser=browser_of(request.headers.get("User-Agent", "")[:1000])
    )
    shown = await access.sessions.begin(account, settings, origin, proof)
    note(request, who=account, known_by=known_by)
    response = lead(next)
    give_session(request, response, shown, settings.sessions.longest)
    if known_by is KnownBy.SESSION:
        give_device(request, response, account, access.sessions.secret)
    return response
