"""``/-/healthy``, ``/-/ready``, ``POST /-/reload`` and ``/metrics``: for supervisors, operators and Prometheus."""

import asyncio

import structlog
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.explain import unknown
from sentinel.errors import ConfigError
from sentinel.metrics.exposition import packed
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, said_once
from sentinel.web.api.shapes import Fault, Mistakes
from sentinel.web.endpoint import get, in_query, post
from sentinel.web.http.body import RefusedBody

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
    ports = ports_of(request)
    return web.Response(
        text="\n".join(ports.ailments("en") or ["healthy"]) + "\n", status=503 if ports.stuck() else 200
    )


@get("/-/ready", "Whether the journal is read", (200, "It is.", None), (503, "Not yet.", None), scope=None)
async def get_ready(request: web.Request) -> web.Response:
    """200 once what the journal holds is folded, 503 before."""
    ports = ports_of(request)
    if ports.ready():
        standing = ports.standing()
        return web.Response(text=f"ready: {standing}\n" if standing else "ready\n")
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
        warnings = await ports_of(request).reload()
    except ConfigError as error:
        log.warning("reload_refused", problems=len(error.problems))
        mistakes = Mistakes(error="the configuration has mistakes; the one before goes on", problems=error.problems)
        return as_json(mistakes, status=422)
    return as_json({"reloaded": True, "warnings": list(warnings)})


@get(
    "/metrics",
    "Metrics for Prometheus",
    (200, "In whichever format the reader prefers.", None),
    (400, "No such brand.", Fault),
    parameters=(in_query("brand", "What is of this brand alone."),),
)
async def get_metrics(request: web.Request) -> web.Response:
    """The metrics in whichever format the reader prefers."""
    ports, brand = ports_of(request), said_once(request, "brand")
    if brand is not None and brand not in (names := [each.name for each in ports.config().brands]):
        raise RefusedBody(400, f"brand: {unknown(brand[:80], names, 'brand')}")
    accept = ",".join(request.headers.getall("Accept", []))
    pieces, content_type = ports.metrics.expose(accept, None if brand is None else (brand,))
    read = []
    for piece in pieces:
        read.append(piece)
        await ports.clock.sleep(0)
    text = b"".join(read)
    headers = {"Content-Type": content_type, "Vary": "Accept, Accept-Encoding"}
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        text = await asyncio.to_thread(packed, text)
        headers["Content-Encoding"] = "gzip"
    return web.Response(body=text, headers=headers)
