"""``/ingest/{name}``: programs of networks post here what is said there; the source's signature is their proof."""

from aiohttp import web

from sentinel.sources.posted import Posted
from sentinel.web.http.body import RefusedBody, read_body
from sentinel.web.http.posting import admit, retry_after
from sentinel.web.ports.ports import PORTS

LIMIT = 2**20
"""Bytes of one post."""
PRESSED_WAIT = 5.0


async def ingest(request: web.Request) -> web.Response:
    """What the source answers; 404 for a name that is no such source, 429 while the queue is full."""
    ports = request.app[PORTS]
    admit(request)
    if ports.pressed():
        raise RefusedBody(429, "the queue is full; send the same again later", headers=retry_after(PRESSED_WAIT))
    body = await read_body(request, LIMIT) if request.method == "POST" else b""
    posted = Posted(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=dict(request.query),
        body=body,
    )
    told = await ports.ingest(request.match_info["name"], posted)
    if told is None:
        raise RefusedBody(404, f"{request.match_info['name'][:64]} is no source that is posted to")
    return web.Response(status=told.status, text=told.body, content_type=told.content_type)
