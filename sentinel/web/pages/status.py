"""``/``: every brand and source at a glance, open incidents, who is on call; and the fragment with which it refreshes
itself.
"""

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

from sentinel.web.access.visible import ports_of
from sentinel.web.answer import whole_number
from sentinel.web.pages.board import BoardView, board_view, keep, reused
from sentinel.web.pages.card import Card, Ranked, card
from sentinel.web.pages.duty import Duty, policy_duties, schedule_duties
from sentinel.web.pages.sparkline import COARSE, COLUMNS
from sentinel.web.pages.templates import as_page, compiled, fill, page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports

A_PAGE = 18
"""Brands on one page."""
FEW = 6
"""Up to so many brands are found without searching, and are drawn finely."""
MOST_INCIDENTS = 50
LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandSelection:
    """Which of the brands are shown: those whose name holds ``sought``, from the page ``number`` on, counted from 1."""

    sought: str
    number: int
    pages: int
    found: int
    total: int
    shown: list[Ranked]

    @property
    def searchable(self) -> bool:
        """Whether a search is worth its room."""
        return self.total > FEW or bool(self.sought)

    def address(self, number: int | None = None, path: str = "/") -> str:
        """Where a page of them is."""
        query = {"q": self.sought, "page": str(self.number if number is None else number)}
        told = urlencode({key: value for key, value in query.items() if value and (key, value) != ("page", "1")})
        return f"{path}?{told}" if told else path


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """Everything that changes on the page."""

    board: BoardView
    part: BrandSelection
    cards: list[Card]
    schedules: list[Duty]
    policies: list[Duty]


async def get_status(request: web.Request) -> web.Response:
    """The status page."""
    await compiled("status.html", "status_board.html")
    words = words_for(request)
    board = board_view(ports_of(request), words)
    part = _part(request, board)
    query = urlencode({"lang": words.language})
    fragment = part.address(path="/fragments/status")
    return page(
        request,
        "status.html",
        words,
        title=board.title,
        part=part,
        s=words.sayer("board"),
        fragment=_fragment(request, words, board),
        fragment_address=f"{fragment}{'&' if '?' in fragment else '?'}{query}",
    )


async def get_fragment(request: web.Request) -> web.Response:
    """The part that changes."""
    words = words_for(request)
    return as_page(request, words, _fragment(request, words), shared=True)


def _fragment(request: web.Request, words: Words, board: BoardView | None = None) -> str:
    """``board``, where it is made already: of ten thousand brands that takes tens of milliseconds."""
    ports = ports_of(request)
    key = (f"status {request.query.get('page', '')} {request.query.get('q', '')[:LONGEST]}", words.language)
    if (html := reused(request, ports, key)) is not None:
        return html
    view = _view(ports, request, words, board or board_view(ports, words))
    html = fill("status_board.html", words, board=view.board, view=view, part=view.part, s=words.sayer("board"))
    return keep(request, ports, key, html)


def _view(ports: Ports, request: web.Request, words: Words, board: BoardView) -> StatusView:
    config, roster = ports.config(), ports.roster()
    part = _part(request, board)
    columns = COLUMNS if len(part.shown) <= FEW else COARSE
    return StatusView(
        board=board,
        part=part,
        cards=[card(each, config, words, columns) for each in part.shown],
        schedules=schedule_duties(roster, config, words.now),
        policies=policy_duties(roster, config, words.now),
    )


def _part(request: web.Request, board: BoardView) -> BrandSelection:
    sought = request.query.get("q", "").strip()[:LONGEST]
    wanted = fold(sought)
    found = [each for each in board.ranked if wanted in fold(each.brand.name)] if wanted else board.ranked
    pages = max(1, -(-len(found) // A_PAGE))
    number = min(pages, whole_number(request, "page", 1, least=1, most=10_000))
    shown = found[(number - 1) * A_PAGE : number * A_PAGE]
    return BrandSelection(
        sought=sought, number=number, pages=pages, found=len(found), total=len(board.ranked), shown=shown
    )


def fold(text: str) -> str:
    """Case and accents do not count.

    Examples
    --------
    >>> fold("Café AURORA")
    'cafe aurora'
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


ROUTES: tuple[web.RouteDef, ...] = (web.get("/", get_status), web.get("/fragments/status", get_fragment))
