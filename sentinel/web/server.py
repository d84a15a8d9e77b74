"""The HTTP side, put together: every route in one table, the shield around them, and the socket they are served
from.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from socket import socket
from ssl import SSLContext

from aiohttp import web

from sentinel.errors import SentinelError
from sentinel.incidents.command import Action
from sentinel.web import health
from sentinel.web.access.access import ACCESS, AccessState
from sentinel.web.api import (
    alertmanager,
    annotations,
    author_ignores,
    board,
    events,
    incidents,
    infrastructure,
    mentions,
    model,
    oncall,
    openapi,
    paging,
    schedules,
    silences,
    sources,
)
from sentinel.web.api import audit as api_audit
from sentinel.web.api import reports as api_reports
from sentinel.web.http.malformed import LOGGER
from sentinel.web.http.posting import LIMITER
from sentinel.web.http.rate_limit import RateLimit
from sentinel.web.http.shield import finish, shield
from sentinel.web.ingest import ingest
from sentinel.web.live import VIEWERS, get_live
from sentinel.web.pages import (
    acting,
    annotating,
    assets,
    audit,
    incident,
    links,
    login,
    phone,
    phone_annotating,
    phone_teaching,
    reports,
    rooms,
)
from sentinel.web.pages.board import FRAGMENTS
from sentinel.web.ports.ports import PORTS, Ports

GRACE = 3.0
"""Seconds that requests under way get to finish when the server stops."""
IDLE = 75.0
"""Seconds that a connection may stay without a whole request: longer than proxies keep theirs, short for whoever drips
headers.
"""
ACTION = "{action:" + "|".join(action.value for action in Action) + "}"


def build_web(ports: Ports) -> web.Application:
    """The application; it holds no state but who posts how often and what it drew last."""
    app = web.Application(middlewares=[shield])
    app[PORTS] = ports
    app[LIMITER] = RateLimit()
    access = app[ACCESS] = AccessState.of(ports)
    app.on_startup.append(access.open)
    app.on_cleanup.append(access.close)
    app[VIEWERS] = set()
    app[FRAGMENTS] = {}
    app[incident.DRAWING] = asyncio.Lock()
    app.add_routes(
        [
            *rooms.ROUTES,
            web.get("/incidents/{id}", incident.get_incident_page),
            web.get("/fragments/incidents/{id}", incident.get_incident_fragment),
            web.post(f"/incidents/{{id}}/{ACTION}", acting.post_form),
            *links.ROUTES,
            web.get("/a/{token}/label", phone.get_back),
            web.post("/a/{token}/label", phone_teaching.post_label),
            *login.ROUTES,
            *audit.ROUTES,
            *annotating.ROUTES,
            *phone_annotating.ROUTES,
            *annotations.ROUTES,
            *author_ignores.ROUTES,
            *reports.ROUTES,
            *api_reports.ROUTES,
            web.get("/static/{name}", assets.get_asset),
            web.get("/-/healthy", health.get_healthy),
            web.get("/-/ready", health.get_ready),
            web.get("/metrics", health.get_metrics),
            web.post("/-/reload", health.post_reload),
            web.post("/api/v1/mentions", mentions.post_mentions),
            web.post("/ingest/{name}", ingest),
            web.get("/ingest/{name}", ingest, allow_head=False),
            web.post("/api/v1/alertmanager", alertmanager.post_alertmanager),
            web.get("/api/v1/infrastructure", infrastructure.get_infrastructure),
            web.get("/api/v1/brands", board.get_brands),
            web.get("/api/v1/sources", board.get_sources),
            web.post("/api/v1/sources/{name}/reset", sources.post_reset),
            web.get("/api/v1/incidents", incidents.get_incidents),
            web.get("/api/v1/incidents/{id}", incidents.get_incident),
            web.post(f"/api/v1/incidents/{{id}}/{ACTION}", incidents.post_action),
            web.get("/api/v1/silences", silences.get_silences),
            web.post("/api/v1/silences", silences.post_silence),
            web.post("/api/v1/silences/{id}/end", silences.post_end),
            web.get("/api/v1/oncall-changes", oncall.get_changes),
            web.post("/api/v1/oncall-changes/{id}/undo", oncall.post_undo),
            web.post("/api/v1/schedules/{name}/overrides", oncall.post_override),
            web.post("/api/v1/schedules/{name}/swaps", oncall.post_swap),
            web.get("/api/v1/who", paging.get_who),
            web.post("/api/v1/drills", paging.post_drill),
            web.get("/api/v1/schedules", schedules.get_schedules),
            web.get("/api/v1/schedules/{name}.ics", schedules.get_calendar),
            web.get("/api/v1/schedules/{name}", schedules.get_schedule),
            web.post("/api/v1/labels", model.post_label),
            web.get("/api/v1/model", model.get_model),
            web.post("/api/v1/model/rollback", model.post_roll_back),
            web.get("/api/v1/audit", api_audit.get_audit),
            web.get("/api/v1/events", events.get_events),
            web.get("/api/v1/live", get_live, allow_head=False),
            web.get("/api/v1/openapi.json", openapi.get_openapi),
        ]
    )
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


async def _stop_live_pages(app: web.Application) -> None:
    app[PORTS].changes.close()
