"""How a command asks the running daemon: one request, its answer, or an error that says what to do."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.request import Request

import msgspec
import typer

from sentinel.cli.address import base_of, opener_for
from sentinel.config.access import Scope
from sentinel.config.loader import load
from sentinel.config.schema import Config
from sentinel.errors import SentinelError

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


def _answered(
    config: Path, url: str | None, method: str, path: str, body: Mapping[str, object] | None, patience: float
) -> bytes:
    settings = load(config)
    base = (url or base_of(settings.web.host, settings.web.port)).rstrip("/")
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
