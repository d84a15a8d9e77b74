"""``/wall``: the board to be read from across a room: the worst in big, everybody else by name and figure.

Wants no touch.
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from sentinel.config.schema import Config
from sentinel.web.access.visible import ports_of
from sentinel.web.pages.board import BoardView, board_view, keep, reused
from sentinel.web.pages.card import Card, CardStatus, Ranked, card, person, shown_score
from sentinel.web.pages.highlight import Highlights
from sentinel.web.pages.history import Sample, sample
from sentinel.web.pages.sparkline import COARSE
from sentinel.web.pages.templates import as_page, compiled, fill, page
from sentinel.web.pages.words import Words, words_for

BIG = 16
"""Brands that have a tile; of more, the others have a line each."""
CHIPS = 300
"""Lines at the most: of ten thousand brands nobody reads more, and each wall would draw a megabyte and a half of them.
"""
SAMPLES = 3
"""Voices beside a brand that is alone."""
KEY = "wall"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A brand of which there is little to say."""

    name: str
    standing: CardStatus
    word: str
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WallDetail:
    """What a wall has room for beside a brand that is alone on it: who was told of its incident, and what is said."""

    told: tuple[str, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallView:
    """What a wall shows; ``fresh`` is how many sources are, ``more`` how many brands have no room."""

    board: BoardView
    tiles: list[Card]
    chips: list[Chip]
    more: int
    detail: WallDetail | None
    fresh: int
    at: datetime


async def get_wall(request: web.Request) -> web.Response:
    """The wall."""
    await compiled("wall.html", "wall_board.html")
    words = words_for(request)
    board, zone = board_view(ports_of(request), words), ports_of(request).config().timezone
    drawn = _fragment(request, words, board)
    return page(request, "wall.html", words, title=board.title, s=words.sayer("board"), fragment=drawn, zone=zone)


async def get_fragment(request: web.Request) -> web.Response:
    """The part that changes."""
    words = words_for(request)
    return as_page(request, words, _fragment(request, words), shared=True)


def _fragment(request: web.Request, words: Words, board: BoardView | None = None) -> str:
    """``board``, where it is made already."""
    ports = ports_of(request)
    if (html := reused(request, ports, (KEY, words.language))) is not None:
        return html
    board, config = board or board_view(ports, words), ports.config()
    big = board.ranked[: BIG if len(board.ranked) > BIG + 1 else None]
    view = WallView(
        board=board,
        tiles=[card(each, config, words, COARSE) for each in big],
        chips=[_chip(each, words) for each in board.ranked[len(big) : len(big) + CHIPS]],
        more=max(0, len(board.ranked) - len(big) - CHIPS),
        detail=_detail(board.ranked[0], config, words) if len(board.ranked) == 1 else None,
        fresh=sum(
            bool(each.last_success) and not each.stale and not each.silent_part and not each.failures
            for each in board.sources
        ),
        at=words.now,
    )
    html = fill("wall_board.html", words, board=board, wall=view, s=words.sayer("board"))
    return keep(request, ports, (KEY, words.language), html)


def _detail(one: Ranked, config: Config, words: Words) -> WallDetail:
    incident = one.brand.incident
    if incident is None or not incident.live:
        return WallDetail(told=(), samples=())
    marks = Highlights.of(incident, config)
    return WallDetail(
        told=tuple(person(config, each) or each for each in incident.told),
        samples=tuple(sample(each, words, marks) for each in incident.samples[:SAMPLES]),
    )


def _chip(one: Ranked, words: Words) -> Chip:
    return Chip(
        name=one.brand.name,
        standing=one.standing,
        word=words.word("level", one.standing),
        shown=shown_score(one.brand),
    )


ROUTES: tuple[web.RouteDef, ...] = (web.get("/wall", get_wall), web.get("/fragments/wall", get_fragment))
