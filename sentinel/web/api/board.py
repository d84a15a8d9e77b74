"""``GET /api/v1/brands`` and ``/api/v1/sources``: the board as JSON."""

from aiohttp import web

from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json
from sentinel.web.api.shapes import Brands, BrandView, Sources, SourceView
from sentinel.web.endpoint import get


@get("/api/v1/brands", "Every brand's score, and why", (200, "The latest tick.", Brands))
async def get_brands(request: web.Request) -> web.Response:
    """Every brand, in the configuration's order."""
    board = ports_of(request).board()
    return as_json(Brands(at=board.at, brands=[BrandView.of(card) for card in board.brands]))


@get("/api/v1/sources", "Every source's freshness", (200, "The latest tick.", Sources))
async def get_sources(request: web.Request) -> web.Response:
    """Every source and its freshness."""
    board = ports_of(request).board()
    return as_json(Sources(at=board.at, sources=[SourceView.of(card) for card in board.sources]))
