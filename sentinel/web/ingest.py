"""``/ingest/{name}``: programs of networks post here what is said there; the source's signature is their proof."""

from aiohttp import web

from sentinel.sources.posted import Posted
from sentinel.web.access.visible import ports_of
from sentinel.web.endpoint import get, in_path, post
from sentinel.web.http.body import RefusedBody, read_body
from sentinel.web.http.posting import admit, retry_after

LIMIT = 2**20
"""Bytes of one post."""
PRESSED_WAIT = 5.0


_ANSWERS = ((200, "What the source says.", None), (404, "No such source.", None), (429, "The queue is full.", None))
_NAME = in_path("name", "The source.")


@get("/ingest/{name}", "How networks check an address", *_ANSWERS, scope=None, parameters=(_NAME,), head=False)
async def get_ingest(request: web.Request) -> web.Response:
    """What the source answers; counted as a post is, for strangers cause it."""
    admit(request)
    return await _take(request)


@post("/ingest/{name}", "What networks post", *_ANSWERS, scope=None, parameters=(_NAME,))
async def post_ingest(request: web.Request) -> web.Response:
    """What the source answers."""
    return await _take(request)


async def _take(request: web.Request) -> web.Response:
    """What the source answers; 404 for a name that is no such source, 429 while the queue is full."""
    ports = ports_of(request)
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
