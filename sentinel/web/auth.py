"""Who may do what: bearer tokens, and proof that a browser's request comes from our own pages. Asked by every route that changes something.

Without configured tokens the bind is a loopback address (the configuration insists), and whoever is on the machine may act; but a
foreign page open in a browser on that machine must not, so requests that a browser marks as cross-site are refused, and names that
are not ours are not answered at all (DNS rebinding).
"""

import hmac
from hashlib import blake2b
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiohttp import web

from sentinel.config.schema import Web
from sentinel.web.body import Refused
from sentinel.web.ports import PORTS

COOKIE = "sentinel_token"
NAME_COOKIE = "sentinel_by"
REALM = {"WWW-Authenticate": 'Bearer realm="sentinel"'}


def require(request: web.Request) -> None:
    """Let an API request that changes something through, or raise `Refused` (401, 403)."""
    settings = request.app[PORTS].config().web
    if not settings.tokens:
        require_same_origin(request)
        return
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Refused(401, "Authorization: missing; send `Authorization: Bearer TOKEN` with one of web.tokens", headers=REALM)
    if not is_token(settings, token.strip()):
        wrong = {"WWW-Authenticate": f'{REALM["WWW-Authenticate"]}, error="invalid_token"'}
        raise Refused(401, "Authorization: this is none of web.tokens", headers=wrong)


def may_act(request: web.Request) -> bool:
    """Whether this browser may act without showing a token anew."""
    settings = request.app[PORTS].config().web
    return not settings.tokens or is_token(settings, request.cookies.get(COOKIE, ""))


def remembered_name(request: web.Request) -> str:
    """Who acted last in this browser: only what the form begins with, no proof of anything."""
    return unquote(request.cookies.get(NAME_COOKIE, ""))[:80]


def is_token(settings: Web, token: str) -> bool:
    """Compared in constant time with every configured token, by digest so that neither content nor length shows in the time."""
    shown = _digest(token)
    found = [hmac.compare_digest(shown, _digest(each.get_secret_value())) for each in settings.tokens]
    return any(found)


def require_same_origin(request: web.Request) -> None:
    """Refuse (403) what a browser says another site caused; what is no browser sends neither header and passes."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin")
        own = origin is None or urlsplit(origin).netloc == request.host
    if not own:
        raise Refused(403, "another site asked your browser for this; open Sentinel's own page and act there")


def require_own_name(request: web.Request) -> None:
    """On a loopback bind, answer (else 421) only to names of this machine and that of web.external_url."""
    settings = request.app[PORTS].config().web
    named = request.headers.get("Host")
    if named is None or not is_loopback(settings.host):
        return
    try:
        host = urlsplit(f"//{named}").hostname or ""
    except ValueError:
        host = ""
    external = urlsplit(settings.external_url or "").hostname
    if not (is_loopback(host) or host == external):
        raise Refused(421, f"Host: {named[:80]!r} is not a name of this server; use 127.0.0.1, localhost or the host of web.external_url")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it.

    Examples
    --------
    >>> [is_loopback(host) for host in ("localhost", "127.0.0.2", "::1", "0.0.0.0", "localhost.evil.example")]
    [True, True, True, False, False]
    """
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _digest(token: str) -> bytes:
    return blake2b(token.encode("utf-8", "surrogateescape")).digest()
