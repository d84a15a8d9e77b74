"""Lets a client's post in, or tells it when to come back; before any of its body is read."""

import math

from aiohttp import web

from sentinel.web.http.body import RefusedBody
from sentinel.web.http.peer import address_of
from sentinel.web.http.rate_limit import RateLimit
from sentinel.web.ports.ports import PORTS

LIMITER = web.AppKey("limiter", RateLimit)


def admit(request: web.Request) -> None:
    """Count one post of this client, or `RefusedBody` (429) with ``Retry-After``."""
    ports = request.app[PORTS]
    rate = ports.config().web.rate_limit
    wait = request.app[LIMITER].wait(address_of(request), rate=rate, at=ports.clock.monotonic())
    if wait > 0:
        raise RefusedBody(
            429,
            f"more than {rate:g} posts a second (web.rate_limit); put more mentions into one post",
            headers=retry_after(wait),
        )


def retry_after(seconds: float) -> dict[str, str]:
    """The header, in whole seconds, never 0."""
    return {"Retry-After": str(max(1, math.ceil(seconds)))}
