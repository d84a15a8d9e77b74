"""``/-/healthy``, ``/-/ready``, ``POST /-/reload`` and ``/metrics``: for supervisors, operators and Prometheus."""

import asyncio

import structlog
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import ConfigError
from sentinel.metrics.exposition import packed
from sentinel.web.access.audit_note import note
from sentinel.web.access.scopes import needs
from sentinel.web.answer import as_json
from sentinel.web.api.shapes import Mistakes
from sentinel.web.http.posting import admit
from sentinel.web.ports.ports import PORTS

log = structlog.get_logger(__name__)


async def get_healthy(request: web.Request) -> web.Response:
    """The auditor's complaints, one a line; 503 only when one of them is of a kind that a restart mends: who asks may
    restart us.
    """
    ports = request.app[PORTS]
    return web.Response(
        text="\n".join(ports.ailments("en") or ["healthy"]) + "\n", status=503 if ports.stuck() else 200
    )


async def get_ready(request: web.Request) -> web.Response:
    """200 once what the journal holds is folded, 503 before."""
    ports = request.app[PORTS]
    if ports.ready():
        return web.Response(text="ready\n")
    return web.Response(text=f"{ports.starting('en') or 'starting: the journal is still being read'}\n", status=503)


@needs(Scope.ADMIN)
async def post_reload(request: web.Request) -> web.Response:
    """Read the configuration again; 422 with every mistake, and the old one goes on.

    ``warnings`` are what whoever changed it should know.
    """
    note(request, what="reload")
    admit(request)
    try:
        warnings = await request.app[PORTS].reload()
    except ConfigError as error:
        log.warning("reload_refused", problems=len(error.problems))
        mistakes = Mistakes(error="the configuration has mistakes; the one before goes on", problems=error.problems)
        return as_json(mistakes, status=422)
    return as_json({"reloaded": True, "warnings": list(warnings)})


async def get_metrics(request: web.Request) -> web.Response:
    """The metrics in whichever format the reader prefers."""
    text, content_type = request.app[PORTS].metrics.expose(",".join(request.headers.getall("Accept", [])))
    headers = {"Content-Type": content_type, "Vary": "Accept, Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        text = await asyncio.to_thread(packed, text)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=text, headers=headers)
