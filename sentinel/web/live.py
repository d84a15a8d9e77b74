"""``GET /api/v1/live``: server-sent events that tell an open page to fetch itself anew.

Carries no content, so it leaks none.
"""

import asyncio

from aiohttp import web

from sentinel.web.access.visible import ports_of
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import TEXT, Content, get
from sentinel.web.http.body import RefusedBody
from sentinel.web.http.peer import address_of

HEARTBEAT = 15.0
"""Seconds between signs of life, shorter than what proxies cut."""
PACE = 2.0
"""Seconds between two `change` to one page, however much happens: pages that ask without end would take from those who
bring mentions.
"""
MAX_VIEWERS = 500
MOST_OF_ONE = MAX_VIEWERS // 2
"""Pages of one address: a company may stand behind one, and none may take all there are."""
VIEWERS = web.AppKey("viewers", dict[int, str])


@get(
    "/api/v1/live",
    "Server-sent events: `change` whenever there is something new",
    (200, "Until the client leaves.", Content(others={"text/event-stream": {"schema": TEXT}})),
    (503, "Too many.", Fault),
    head=False,
)
async def get_live(request: web.Request) -> web.StreamResponse:
    """One ``change`` with the running number at once, then one whenever it has moved; the last of many within `PACE` is
    never left out.
    """
    changes, viewers, address = ports_of(request).changes, request.app[VIEWERS], address_of(request)
    if len(viewers) >= MAX_VIEWERS or sum(other == address for other in viewers.values()) >= MOST_OF_ONE:
        raise RefusedBody(
            503, f"{len(viewers)} pages are open already; this one refreshes by asking", headers={"Retry-After": "60"}
        )
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    await response.prepare(request)
    viewers[id(request)] = address
    try:
        seen = changes.version
        await response.write(_event(seen))
        while not changes.closed:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    version = await changes.wait(seen)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if version > seen:
                seen = version
                await response.write(_event(seen))
                await changes.rest(PACE)
    except ConnectionError:
        pass  # the page was closed
    finally:
        viewers.pop(id(request), None)
    return response


def _event(version: int) -> bytes:
    return f"event: change\ndata: {version}\n\n".encode()
