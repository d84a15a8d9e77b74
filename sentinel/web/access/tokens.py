"""What requests show of themselves: tokens of programs, and proof that a browser's request comes from our own pages.

Without anything configured the bind is a loopback address (the configuration insists), and whoever is on the machine
may act; but a foreign page open in a browser on that machine must not, so requests that a browser marks as cross-site
are refused, and names that are not ours are not answered at all (DNS rebinding). Who gets in where is said in
`guard.py`.
"""

import hmac
from base64 import b64decode
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.schema import Config
from sentinel.web.http.body import RefusedBody
from sentinel.web.ports.ports import PORTS

COOKIE = "sentinel_token"
NAME_COOKIE = "sentinel_by"
SESSION_COOKIE = "sentinel_session"
FORM_HEADER = "Sentinel-Form-Key"
"""With the form's key, where a script of ours asks the API on behalf of whoever is signed in."""
REALM = 'Bearer realm="sentinel"'


@dataclass(frozen=True, slots=True)
class Program:
    """Whoever shows a token."""

    name: str
    scopes: tuple[Scope, ...]
    brands: tuple[str, ...] = ()
    """As the configuration names them; none is every brand."""
    sources: tuple[str, ...] = ()
    """Sources whose mentions it may bring; none named, all."""

    def may(self, scope: Scope) -> bool:
        """Whether it may do what wants this."""
        return scope in self.scopes or Scope.ADMIN in self.scopes


def token_in(request: web.Request) -> str | None:
    """The token that a request shows.

    For looking, the password of a `Basic` login will do too: calendars know nothing else.
    """
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return shown.strip()
    if scheme.lower() == "basic" and request.method in ("GET", "HEAD"):
        try:
            return b64decode(shown.strip(), validate=True).decode("utf-8").partition(":")[2]
        except ValueError:
            return ""
    return None


def program_of(config: Config, shown: str) -> Program | None:
    """Whose token this is.

    Compared with every one by digest and in constant time, so that neither content nor length shows in it.
    """
    digest, found = _digest(shown), None
    for index, secret in enumerate(config.web.tokens):
        if hmac.compare_digest(digest, _digest(secret.get_secret_value())):
            found = Program(f"web.tokens.{index}", (Scope.ADMIN,))
    for token in config.access.tokens:
        kept = (
            bytes.fromhex(token.sha256)
            if token.sha256
            else _digest(token.token.get_secret_value())
            if token.token
            else b""
        )
        if hmac.compare_digest(digest, kept):
            found = Program(token.name, token.scopes, token.brands, token.sources)
    return found


def has_tokens(config: Config) -> bool:
    """Whether acting wants one."""
    return bool(config.web.tokens or config.access.tokens)


def remembered_name(request: web.Request) -> str:
    """Who acted last in this browser: only what the form begins with, no proof of anything."""
    return unquote(request.cookies.get(NAME_COOKIE, ""))[:80]


def require_same_origin(request: web.Request) -> None:
    """Refuse (403) what a browser says another site caused; what is no browser sends neither header and passes."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin")
        external = urlsplit(request.app[PORTS].config().web.external_url or "").netloc
        own = origin is None or urlsplit(origin).netloc in {request.host, external} - {""}
    if not own:
        raise RefusedBody(403, "another site asked your browser for this; open Sentinel's own page and act there")


def reading_is_open(config: Config) -> bool:
    """Whether whoever comes may look: nobody is known, and nobody comes from elsewhere."""
    return not config.access.closed and is_loopback(config.web.host)


def metrics_are_open(config: Config) -> bool:
    """Whether whoever comes may scrape: nobody comes from elsewhere, and nobody has some brands only."""
    if config.access.metrics is not None:
        return config.access.metrics == "open"
    return is_loopback(config.web.host) and not config.access.keeps_apart


def require_own_name(request: web.Request) -> None:
    """Answer (else 421) only to our own names: a stranger's page may have its own name lead here (DNS rebinding).

    On a loopback bind these are names of this machine, that of web.external_url and web.names. On others any address
    will do, and any name as long as none is known; so will a token, which no stranger's page can show.
    """
    settings = request.app[PORTS].config().web
    named, here = request.headers.get("Host"), is_loopback(settings.host)
    external = urlsplit(settings.external_url or "").hostname
    own = {name.lower() for name in (external, *settings.names) if name}
    if named is None or not (here or own):
        return
    try:
        host = urlsplit(f"//{named}").hostname or ""
    except ValueError:
        host = ""
    elsewhere = not here and (is_address(host) or token_in(request) is not None)
    if not (is_loopback(host) or host.rstrip(".").lower() in own or elsewhere):
        raise RefusedBody(
            421,
            (
                f"Host: {named[:80]!r} is not a name of this server; use "
                "127.0.0.1, localhost, the host of web.external_url, or add it to web.names"
            ),
        )


def is_address(host: str) -> bool:
    """Whether it is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


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
    return sha256(token.encode("utf-8", "surrogateescape")).digest()
