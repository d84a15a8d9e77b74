"""``GET /api/v1/brands`` and ``/api/v1/sources``: the board as JSON."""

from aiohttp import web

from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, whole_number
from sentinel.web.api.shapes import Brands, BrandView, Fault, Sources, SourceView
from sentinel.web.endpoint import get, in_query, whole

AT_ONCE = 500
"""Brands put into words before others on the event loop get a turn."""
MOST = 1_000_000
"""More brands than there are."""


@get(
    "/api/v1/brands",
    "Every brand's score, and why",
    (200, "The latest tick.", Brands),
    (400, "A parameter cannot be used.", Fault),
    parameters=(
        in_query("after", "The `next` of the answer before.", whole(least=0, most=MOST, default=0)),
        in_query("limit", "At most so many; all of them where it is left out.", whole(least=1, most=MOST)),
    ),
)
async def get_brands(request: web.Request) -> web.Response:
    """Every brand, in the configuration's order; or so many of them, and the others with the next question."""
    ports = ports_of(request)
    after = whole_number(request, "after", 0, least=0, most=MOST)
    until = after + whole_number(request, "limit", MOST, least=1, most=MOST)
    board, views = ports.board(), []
    for place, card in enumerate(board.brands[after:until], 1):
        views.append(BrandView.of(card))
        if place % AT_ONCE == 0:
            await ports.clock.sleep(0)
    total = len(board.brands)
    return as_json(Brands(at=board.at, brands=views, total=total, next=until if until < total else None))


@get("/api/v1/sources", "Every source's freshness", (200, "The latest tick.", Sources))
async def get_sources(request: web.Request) -> web.Response:
    """Every source and its freshness."""
    board = ports_of(request).board()
    return as_json(Sources(at=board.at, sources=[SourceView.of(card) for card in board.sources]))
