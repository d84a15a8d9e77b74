"""What of the HTTP side a process serves: one process all of it; in a cluster the door, the pages, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from sentinel.web import health, ingest
from sentinel.web.api import mentions
from sentinel.web.endpoint import Endpoint
from sentinel.web.endpoints import ENDPOINTS
from sentinel.web.http.body import RefusedBody
from sentinel.web.pages.rooms import PAGES

DOOR = (mentions.post_mentions, ingest.get_ingest, ingest.post_ingest)
OF_EVERY_PROCESS = (health.get_healthy, health.get_ready, health.get_metrics, health.post_reload)


@dataclass(frozen=True, slots=True)
class Served:
    """``door``: what programs post mentions to; ``pages``: what people see, and the rest of the API."""

    door: bool = True
    pages: bool = True

    @property
    def endpoints(self) -> Sequence[Endpoint]:
        """Those that answer; a door that is elsewhere says so."""
        answered = ENDPOINTS if self.pages else (*DOOR, *OF_EVERY_PROCESS)
        return [each if self.door or each not in DOOR else replace(each, route=_elsewhere) for each in answered]

    @property
    def routes(self) -> Sequence[web.RouteDef]:
        """Pages."""
        return PAGES if self.pages else ()


ALL = Served()
"""What the only process serves."""


async def _elsewhere(request: web.Request) -> web.StreamResponse:
    raise RefusedBody(421, "this process takes no mentions: post them to one that runs with --role ingest")
