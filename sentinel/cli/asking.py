"""How a command asks the running daemon: one request, its answer, or an error that says what to do."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

import msgspec
import typer

from sentinel.config.access import Scope
from sentinel.config.loader import load
from sentinel.config.schema import Config, Web
from sentinel.errors import SentinelError
from sentinel.network import is_here

PATIENCE = 10.0
"""Seconds that an answer may take."""
Url = Annotated[
    str | None, typer.Option(help="The daemon's address; default: from the configuration.", envvar="SENTINEL_URL")
]


class NoDaemon(SentinelError):
    """Nobody answers at the daemon's address."""


def ask(
    config: Path,
    url: str | None,
    method: str,
    path: str,
    body: Mapping[str, object] | None = None,
    *,
    patience: float = PATIENCE,
) -> Any:
    """One request to the daemon; its JSON answer, whose shape the OpenAPI document gives."""
    return msgspec.json.decode(_answered(config, url, method, path, body, patience))


def ask_text(config: Path, url: str | None, path: str) -> str:
    """One question to the daemon; its answer as text."""
    return _answered(config, url, "GET", path, None, PATIENCE).decode()


def base_of(web: Web, url: str | None) -> str:
    """Where the daemon is: as one said, or else as the configuration says."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(web.host, web.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return (url or f"http://{host}:{web.port}").rstrip("/")


def opener_for(base: str, *, elsewhere: bool) -> OpenerDirector:
    """What asks the daemon. It follows no redirect, which would hand the token on; and no proxy is asked for this
    machine, which would hand it to the proxy.

    Parameters
    ----------
    elsewhere
        The daemon's address was named, and may be that of another machine.
    """
    direct = not elsewhere or is_here(urlsplit(base).hostname or "")
    return build_opener(_NoRedirect, *([ProxyHandler({})] if direct else []))


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect is an answer, and no good one."""
        return


def _answered(
    config: Path, url: str | None, method: str, path: str, body: Mapping[str, object] | None, patience: float
) -> bytes:
    settings = load(config)
    base = base_of(settings.web, url)
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token := _token(settings):
        headers["Authorization"] = f"Bearer {token}"
    request = Request(
        base + path, method=method, headers=headers, data=msgspec.json.encode(body) if body is not None else None
    )
    try:
        with opener_for(base, elsewhere=url is not None).open(request, timeout=patience) as answer:
            return bytes(answer.read())
    except HTTPError as error:
        raise SentinelError(f"{base} answers {error.code}: {_reason(error.read())}") from None
    except (URLError, OSError) as error:
        raise NoDaemon(
            f"no daemon answers at {base}: {error}; start it with `sentinel run`, or name it with --url"
        ) from None


def _token(settings: Config) -> str | None:
    """What ``SENTINEL_TOKEN`` says, else one of web.tokens, else that of access.tokens which may do most and is not
    kept as a digest.
    """
    if own := os.environ.get("SENTINEL_TOKEN"):
        return own
    for secret in settings.web.tokens:
        return secret.get_secret_value()
    mighty = sorted(settings.access.tokens, key=lambda each: (each.may(Scope.ADMIN), len(each.scopes)), reverse=True)
    return next((each.token.get_secret_value() for each in mighty if each.token), None)


def _reason(body: bytes) -> str:
    try:
        return str(msgspec.json.decode(body)["error"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return body[:200].decode("utf-8", "replace")
