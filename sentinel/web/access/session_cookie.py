"""The cookies of whoever is signed in: which names they have, and how they are set and taken away."""

import hmac
import secrets
from datetime import timedelta

from aiohttp import web

from sentinel.web.access.tokens import SESSION_COOKIE
from sentinel.web.http.peer import over_tls

HOST = "__Host-"
"""A cookie so named is believed by browsers only over TLS, from this very host."""
DEVICE_COOKIE = "sentinel_device"
CODE_COOKIE = "sentinel_code"
"""Of whoever has shown their password, and is asked for a code."""
PROVIDER_COOKIE = "sentinel_oidc"
"""Of whoever is on their way to the provider and back."""
DEVICE_LASTS = timedelta(days=400)


def shown_session(request: web.Request) -> str:
    """What the browser shows; empty for nothing.

    Over TLS only the name that no other host and no plain page can set counts.
    """
    return request.cookies.get(_name(request, SESSION_COOKIE), "")


def give_session(request: web.Request, response: web.StreamResponse, shown: str, longest: timedelta) -> None:
    """To keep until the session ends at the latest."""
    _set(request, response, SESSION_COOKIE, shown, longest)


def take_session(request: web.Request, response: web.StreamResponse) -> None:
    """Away again."""
    _take(request, response, SESSION_COOKIE)


def give_device(request: web.Request, response: web.StreamResponse, account: str, secret: bytes) -> None:
    """Mark a browser as one in which this account signed in; whoever guesses elsewhere then does not keep it
    waiting.
    """
    nonce = secrets.token_urlsafe(12)
    _set(request, response, DEVICE_COOKIE, f"{nonce}.{_mark(account, nonce, secret)}", DEVICE_LASTS)


def device_of(request: web.Request, account: str, secret: bytes) -> str:
    """The mark of a browser in which this account signed in before; empty for any other."""
    nonce, _, mark = request.cookies.get(_name(request, DEVICE_COOKIE), "").partition(".")
    return (
        nonce
        if hmac.compare_digest(_mark(account, nonce, secret).encode(), mark.encode("utf-8", "surrogateescape"))
        else ""
    )


def give_sealed(request: web.Request, response: web.StreamResponse, name: str, sealed: str, lasts: timedelta) -> None:
    """Something for this sign-in alone, for some minutes."""
    _set(request, response, name, sealed, lasts)


def shown_sealed(request: web.Request, name: str) -> str:
    """What the browser shows of it; empty for nothing."""
    return request.cookies.get(_name(request, name), "")


def take_sealed(request: web.Request, response: web.StreamResponse, name: str) -> None:
    """Away again."""
    _take(request, response, name)


def _mark(account: str, nonce: str, secret: bytes) -> str:
    return hmac.digest(secret, f"device\0{account}\0{nonce}".encode("utf-8", "surrogateescape"), "sha256").hex()


def _name(request: web.Request, name: str) -> str:
    return f"{HOST}{name}" if over_tls(request) else name


def _take(request: web.Request, response: web.StreamResponse, name: str) -> None:
    response.del_cookie(_name(request, name), path="/", secure=over_tls(request), httponly=True, samesite="Lax")


def _set(request: web.Request, response: web.StreamResponse, name: str, value: str, lasts: timedelta) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=int(lasts.total_seconds()),
        path="/",
        httponly=True,
        samesite="Lax",
        secure=over_tls(request),
    )
