"""The HTTP side, put together: pages and endpoints as routes, the shield around them, and the socket they are served
from.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import socket
from ssl import SSLContext

from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import SentinelError
from sentinel.web.access.access import ACCESS, AccessState
from sentinel.web.access.scopes import SCOPES
from sentinel.web.api.openapi import SERVED
from sentinel.web.endpoints import ENDPOINTS
from sentinel.web.http.malformed import LOGGER
from sentinel.web.http.posting import LIMITER
from sentinel.web.http.rate_limit import RateLimit
from sentinel.web.http.shield import finish, shield
from sentinel.web.live import VIEWERS
from sentinel.web.pages.board import FRAGMENTS
from sentinel.web.pages.incident import DRAWING
from sentinel.web.ports.ports import PORTS, Ports
from sentinel.web.served import ALL, Served

GRACE = 3.0
"""Seconds that requests under way get to finish when the server stops."""
IDLE = 75.0
"""Seconds that a connection may stay without a whole request: longer than proxies keep theirs, short for whoever drips
headers.
"""


def build_web(ports: Ports, served: Served = ALL) -> web.Application:
    """The application, or the part of it that is ``served``; it holds no state but who posts how often and what it drew
    last.
    """
    app = web.Application(middlewares=[shield])
    app[PORTS] = ports
    app[LIMITER] = RateLimit()
    access = app[ACCESS] = AccessState.of(ports)
    app.on_startup.append(access.open)
    app.on_cleanup.append(access.close)
    app[SERVED] = ENDPOINTS
    endpoints = served.endpoints
    scopes: dict[object, Scope | None] = {endpoint.answer: endpoint.scope for endpoint in endpoints}
    app[SCOPES] = scopes
    app[VIEWERS] = {}
    app[FRAGMENTS] = {}
    app[DRAWING] = asyncio.Lock()
    app.add_routes([*served.routes, *(endpoint.served() for endpoint in endpoints)])
    ports.metrics.declare_routes([*sorted({resource.canonical for resource in app.router.resources()}), "other"])
    app.on_response_prepare.append(finish)
    app.on_shutdown.append(_stop_live_pages)
    return app


@dataclass(frozen=True, slots=True)
class Bound:
    """Where the server listens; ``port`` is the real one when 0 was asked for."""

    host: str
    port: int
    secure: bool

    @property
    def url(self) -> str:
        """For somebody on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"{'https' if self.secure else 'http'}://{f'[{host}]' if ':' in host else host}:{self.port}"


@asynccontextmanager
async def serve(
    app: web.Application, host: str, port: int, ssl: SSLContext | None = None, sockets: Sequence[socket] = ()
) -> AsyncIterator[Bound]:
    """Listen while the block runs; then stop listening, end live pages, let requests under way finish, within seconds.

    Parameters
    ----------
    sockets
        Bound already to the address; without any it is bound now.

    Raises
    ------
    SentinelError
        When the address cannot be listened on.
    """
    # Bodies are unpacked by `read_body`, which counts as it goes.
    runner = web.AppRunner(
        app, access_log=None, logger=LOGGER, keepalive_timeout=IDLE, shutdown_timeout=GRACE, auto_decompress=False
    )
    await runner.setup()
    try:
        try:
            if not sockets:
                await web.TCPSite(runner, host, port, ssl_context=ssl).start()
            for each in sockets:
                await web.SockSite(runner, each, ssl_context=ssl).start()
        except OSError as error:
            where = f"web.host {host!r}, web.port {port}"
            raise SentinelError(
                f"{where}: cannot listen there ({error.strerror or error}); choose another, or stop what does"
            ) from None
        yield Bound(host, runner.addresses[0][1], ssl is not None)
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serve_figures(
    figures: Callable[[web.Request], Awaitable[tuple[bytes, str]]],
    trouble: Callable[[], str],
    host: str,
    port: int,
    standing: Callable[[], str],
) -> AsyncIterator[Bound]:
    """Metrics and health alone, of a process that shows nothing else; ``trouble`` says what is wrong, or nothing."""

    async def metrics(request: web.Request) -> web.Response:
        text, content_type = await figures(request)
        return web.Response(body=text, headers={"Content-Type": content_type})

    async def health(_: web.Request) -> web.Response:
        wrong = trouble()
        return web.Response(text=f"{wrong or f'ok: {standing()}'}\n", status=503 if wrong else 200)

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    for path in ("/-/healthy", "/-/ready"):
        app.router.add_get(path, health)
    async with serve(app, host, port) as bound:
        yield bound


async def _stop_live_pages(app: web.Application) -> None:
    app[PORTS].changes.close()
