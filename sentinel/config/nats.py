"""Settings of the NATS servers that carry mentions from ingest to workers."""

import re
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, field_validator

from sentinel.config.base import Settings
from sentinel.config.units import Interval, format_duration

SCHEMES = ("nats", "tls")
LONGEST_WINDOW = timedelta(hours=1)
SHORTEST_WINDOW = timedelta(seconds=30)
"""Longer than a message is tried for."""


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", text):
        raise ValueError(f"{text!r} is no stream's name; write up to 32 letters, figures, - and _, such as SENTINEL")
    return text


class NatsSettings(Settings):
    """The NATS servers (2.14 or newer, with JetStream) that carry mentions."""

    servers: tuple[SecretStr, ...] = Field(min_length=1)
    """Their addresses, `nats://USER:PASSWORD@HOST:4222`, or `tls://…`; best all of them. User and password are those of
    the first that has any."""
    stream: Annotated[str, AfterValidator(_name)] = "SENTINEL"
    """The stream's name, and the first word of its subjects. It is made at the first start."""
    replicas: Literal[1, 3, 5] = 3
    """Servers that keep each mention; with 3, one may fail. With 1, whatever is not yet committed is lost with it."""
    max_bytes: int = Field(2 * 2**30, ge=2**20)
    """Bytes of the disk of each server that what waits may take; beyond them mentions are refused until workers catch
    up."""
    duplicates_within: Interval = timedelta(minutes=2)
    """For how long the servers know what was published, so that what is published again is kept once."""

    @field_validator("servers")
    @classmethod
    def _addresses(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if (missing := without_client(find_spec("nats") is not None)) is not None:
            raise ValueError(missing)
        for number, each in enumerate(value, 1):
            if not _is_server(each.get_secret_value()):
                raise ValueError(f"number {number} is no NATS server's address; write one such as nats://10.0.0.5:4222")
        return value

    @field_validator("duplicates_within")
    @classmethod
    def _bounded(cls, value: timedelta) -> timedelta:
        if not SHORTEST_WINDOW <= value <= LONGEST_WINDOW:
            least, most = format_duration(SHORTEST_WINDOW), format_duration(LONGEST_WINDOW)
            raise ValueError(f"must be from {least} to {most}, got {format_duration(value)}")
        return value


def without_client(installed: bool) -> str | None:
    """What keeps NATS from being reached, and what to type.

    Examples
    --------
    >>> without_client(False)
    "need the client nats-py, which is not installed; type pip install 'sentinel[cluster]'"
    """
    return (
        None if installed else "need the client nats-py, which is not installed; type pip install 'sentinel[cluster]'"
    )


def _is_server(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in SCHEMES
            and bool(parts.hostname)
            and (parts.port is None or parts.port > 0)
            and parts.path in ("", "/")
        )
    except ValueError:
        return False
