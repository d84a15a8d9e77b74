"""``GET /api/v1/brands`` and ``/api/v1/sources``: the board as JSON."""

from collections.abc import Sequence

from aiohttp import web

from sentinel.engine.board import BrandCard
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, said_once, whole_number
from sentinel.web.api.shapes import Brands, BrandView, Fault, Sources, SourceView
from sentinel.web.endpoint import get, in_query, whole
from sentinel.web.http.body import RefusedBody

AT_ONCE = 500
"""Brands put into words before others on the event loop get a turn."""
MOST = 1_000_000
"""More brands than there are."""


@get(
    "/api/v1/brands",
    "Every brand's score, and why",
    (200, "The latest tick.", Brands),
    (400, "A parameter cannot be used.", Fault),
    (404, "The brand that `after` names is not watched any more.", Fault),
    parameters=(
        in_query("after", "The `next` of the answer before: its last brand."),
        in_query("limit", "At most so many; all of them where it is left out.", whole(least=1, most=MOST)),
    ),
)
async def get_brands(request: web.Request) -> web.Response:
    """Every brand, in the configuration's order; or so many of them, and the others with the next question. None is
    left out or told twice where a brand is added or removed in between.
    """
    ports = ports_of(request)
    limit = whole_number(request, "limit", MOST, least=1, most=MOST)
    board, views = ports.board(), []
    first = _behind(said_once(request, "after"), board.brands)
    shown = board.brands[first : first + limit]
    for place, card in enumerate(shown, 1):
        views.append(BrandView.of(card))
        if place % AT_ONCE == 0:
            await ports.clock.sleep(0)
    total = len(board.brands)
    follows = shown[-1].name if shown and first + limit < total else None
    return as_json(Brands(at=board.at, brands=views, total=total, next=follows))


def _behind(name: str | None, cards: Sequence[BrandCard]) -> int:
    """The place behind the brand of this name; the first one without a name."""
    if name is None:
        return 0
    found = next((place for place, card in enumerate(cards, 1) if card.name == name), None)
    if found is None:
        raise RefusedBody(404, f"after: no brand {name[:80]!r} is watched; ask again from the beginning, without it")
    return found


@get("/api/v1/sources", "Every source's freshness", (200, "The latest tick.", Sources))
async def get_sources(request: web.Request) -> web.Response:
    """Every source and its freshness."""
    board = ports_of(request).board()
    return as_json(Sources(at=board.at, sources=[SourceView.of(card) for card in board.sources]))
