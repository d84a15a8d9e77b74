"""``/-/healthy``, ``/-/ready``, ``POST /-/reload`` and ``/metrics``: for supervisors, operators and Prometheus."""

import asyncio

import structlog
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.errors import ConfigError
from sentinel.metrics.exposition import packed
from sentinel.web.answer import as_json
from sentinel.web.api.shapes import Mistakes
from sentinel.web.endpoint import get, post
from sentinel.web.ports.ports import PORTS

log = structlog.get_logger(__name__)


@get(
    "/-/healthy",
    "Whether a restart would mend anything",
    (200, "No, or nothing ails it.", None),
    (503, "Yes.", None),
    scope=None,
)
async def get_healthy(request: web.Request) -> web.Response:
    """The auditor's complaints, one a line; 503 only when one of them is of a kind that a restart mends: who asks may
    restart us.
    """
    ports = request.app[PORTS]
    return web.Response(
        text="\n".join(ports.ailments("en") or ["healthy"]) + "\n", status=503 if ports.stuck() else 200
    )


@get("/-/ready", "Whether the journal is read", (200, "It is.", None), (503, "Not yet.", None), scope=None)
async def get_ready(request: web.Request) -> web.Response:
    """200 once what the journal holds is folded, 503 before."""
    ports = request.app[PORTS]
    if ports.ready():
        return web.Response(text="ready\n")
    return web.Response(text=f"{ports.starting('en') or 'starting: the journal is still being read'}\n", status=503)


@post(
    "/-/reload",
    "Read the configuration again",
    (200, "It is in force.", None),
    (422, "It has mistakes; the one before goes on.", Mistakes),
    scope=Scope.ADMIN,
    did="reload",
)
async def post_reload(request: web.Request) -> web.Response:
    """Read the configuration again; 422 with every mistake, and the old one goes on.

    ``warnings`` are what whoever changed it should know.
    """
    try:
        warnings = await request.app[PORTS].reload()
    except ConfigError as error:
        log.warning("reload_refused", problems=len(error.problems))
        mistakes = Mistakes(error="the configuration has mistakes; the one before goes on", problems=error.problems)
        return as_json(mistakes, status=422)
    return as_json({"reloaded": True, "warnings": list(warnings)})


@get("/metrics", "Metrics for Prometheus", (200, "In whichever format the reader prefers.", None))
async def get_metrics(request: web.Request) -> web.Response:
    """The metrics in whichever format the reader prefers."""
    text, content_type = request.app[PORTS].metrics.expose(",".join(request.headers.getall("Accept", [])))
    headers = {"Content-Type": content_type, "Vary": "Accept, Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        text = await asyncio.to_thread(packed, text)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=text, headers=headers)
