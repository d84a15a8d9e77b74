"""``/`` and ``/wall``: every brand and source at a glance, and the fragments with which open pages refresh themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sentinel.engine.board import SourceCard
from sentinel.web.pages.card import Card, Standing, cards, tally, worst
from sentinel.web.pages.templates import as_page, fill, page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports import PORTS, Ports

STALE = timedelta(seconds=60)
"""A board older than this is not the present any more, and the page says so."""
NAMED = 2
"""Brands that a title has room for."""
REUSE = 5.0
"""Seconds for which a fragment serves every reader of a language: two hundred open pages cost as much as one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """What both pages show."""

    at: datetime
    cards: list[Card]
    worst: Standing
    tally: list[tuple[Standing, int]]
    sources: tuple[SourceCard, ...]
    ailments: list[str]
    title: str


Fragments = dict[tuple[str, str], tuple[int, int, str]]
FRAGMENTS = web.AppKey("fragments", Fragments)


async def get_status(request: web.Request) -> web.Response:
    """The status page."""
    return _page(request, "status")


async def get_wall(request: web.Request) -> web.Response:
    """The same, to be read from across a room."""
    return _page(request, "wall")


async def get_fragment(request: web.Request) -> web.Response:
    """The changing part of either."""
    words = words_for(request)
    return as_page(request, words, _fragment(request, words, request.match_info["page"]))


def _page(request: web.Request, name: str) -> web.Response:
    words = words_for(request)
    view = _view(request.app[PORTS], words)
    return page(request, f"{name}.html", words, title=view.title, fragment=_fragment(request, words, name))


def _fragment(request: web.Request, words: Words, name: str) -> str:
    ports, made = request.app[PORTS], request.app[FRAGMENTS]
    version, turn = ports.changes.version, int(ports.clock.monotonic() // REUSE)
    found = made.get((name, words.language))
    if found is None or found[:2] != (version, turn):
        found = made[name, words.language] = (version, turn, fill(f"{name}_board.html", words, board=_view(ports, words)))
    return found[2]


def _view(ports: Ports, words: Words) -> BoardView:
    board = ports.board()
    shown = cards(board, ports.config(), words)
    ailments = list(ports.ailments())
    if words.now - board.at > STALE:
        ailments.insert(0, words.t("board_stale", at=words.clock(board.at)))
    if not ports.ready():
        ailments.insert(0, words.t("starting"))
    standings = tally(shown)
    first = worst(shown)
    return BoardView(
        at=board.at, cards=shown, worst=first, tally=standings, sources=board.sources, ailments=ailments,
        title=_title(shown, first, words),
    )  # fmt: skip


def _title(shown: list[Card], first: Standing, words: Words) -> str:
    """The worst there is, by name where the names are few."""
    if first is Standing.CALM:
        return words.t("title_calm")
    names = [each.name for each in shown if each.standing is first]
    told = ", ".join(names) if len(names) <= NAMED else words.t("title_brands", count=len(names))
    return words.t("title_incident", brand=told, level=words.word("level", first))
