"""``GET /api/v1/brands`` and ``/api/v1/sources``: the board as JSON."""

from aiohttp import web

from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json
from sentinel.web.api.shapes import Brands, BrandView, Sources, SourceView
from sentinel.web.endpoint import get

AT_ONCE = 500
"""Brands put into words before others on the event loop get a turn."""


@get("/api/v1/brands", "Every brand's score, and why", (200, "The latest tick.", Brands))
async def get_brands(request: web.Request) -> web.Response:
    """Every brand, in the configuration's order."""
    ports = ports_of(request)
    board, views = ports.board(), []
    for place, card in enumerate(board.brands, 1):
        views.append(BrandView.of(card))
        if place % AT_ONCE == 0:
            await ports.clock.sleep(0)
    return as_json(Brands(at=board.at, brands=views))


@get("/api/v1/sources", "Every source's freshness", (200, "The latest tick.", Sources))
async def get_sources(request: web.Request) -> web.Response:
    """Every source and its freshness."""
    board = ports_of(request).board()
    return as_json(Sources(at=board.at, sources=[SourceView.of(card) for card in board.sources]))
