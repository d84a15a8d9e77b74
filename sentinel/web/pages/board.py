"""The board as the status page and the wall show it: the worst first, every standing counted, and whether what is seen
is the present.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sentinel.engine.board import SourceCard
from sentinel.web.access.brand_rights import BrandRights
from sentinel.web.access.visitor import visitor_of
from sentinel.web.pages.alert_lines import alert_lines
from sentinel.web.pages.card import CardStatus, IncidentLine, Ranked, incident_line, ranked, tally
from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import Ports

STALE = timedelta(seconds=60)
"""A board older than this is not the present any more, and the page says so."""
NAMED = 2
"""Brands that a title has room for."""
REUSE = 5.0
"""Seconds for which a fragment serves every reader of a language: two hundred open pages cost as much as one."""
MOST_FRAGMENTS = 256

Fragments = dict[tuple[BrandRights, str, str], tuple[int, int, str]]
FRAGMENTS = web.AppKey("fragments", Fragments)
"""By brands, page and language, what was drawn last: at which change, in which turn of the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardView:
    """What both pages show. ``old``: nobody knows whether it is still so, and nothing on it may look calm."""

    at: datetime
    old: bool
    ranked: list[Ranked]
    worst: CardStatus
    tally: list[tuple[CardStatus, int]]
    incidents: list[tuple[str, IncidentLine]]
    sources: tuple[SourceCard, ...]
    ailments: list[str]
    title: str


def board_view(ports: Ports, words: Words) -> BoardView:
    """The board of the latest tick, in a reader's words."""
    board, config = ports.board(), ports.config()
    every = ranked(board)
    old = words.now - board.at > STALE
    ailments = [*ports.ailments(words.language), *alert_lines(ports, words)]
    if old:
        ailments.insert(0, words.t("board_stale", at=words.clock(board.at)))
    if not ports.ready():
        ailments.insert(0, words.t("starting"))
    first = every[0].standing if every else CardStatus.WAITING
    if old and first not in (CardStatus.CRISIS, CardStatus.ALERT):
        first = CardStatus.UNKNOWN
    open_ = [
        (each.brand.name, each.brand.incident)
        for each in every
        if each.brand.incident is not None and each.brand.incident.live
    ]
    return BoardView(
        at=board.at,
        old=old,
        ranked=every,
        worst=first,
        tally=tally(every),
        sources=board.sources,
        ailments=ailments,
        incidents=[(name, incident_line(incident, config, words)) for name, incident in open_],
        title=words.said("board.title_old") if old and first is CardStatus.UNKNOWN else _title(every, first, words),
    )


def reused(request: web.Request, ports: Ports, key: tuple[str, str]) -> str | None:
    """What was drawn under this key, while it is new enough."""
    found = request.app[FRAGMENTS].get((visitor_of(request).rights, *key))
    return found[2] if found is not None and found[:2] == _turn(ports) else None


def keep(request: web.Request, ports: Ports, key: tuple[str, str], html: str) -> str:
    """Keep what was drawn for other readers."""
    made = request.app[FRAGMENTS]
    if len(made) >= MOST_FRAGMENTS:
        made.clear()
    made[visitor_of(request).rights, *key] = (*_turn(ports), html)
    return html


def _turn(ports: Ports) -> tuple[int, int]:
    return ports.changes.version, int(ports.clock.monotonic() // REUSE)


def _title(every: list[Ranked], first: CardStatus, words: Words) -> str:
    """The worst there is, by name where the names are few."""
    if first is CardStatus.CALM:
        return words.t("title_calm")
    names = [each.brand.name for each in every if each.standing is first]
    told = ", ".join(names) if len(names) <= NAMED else words.t("title_brands", count=len(names))
    return words.t("title_incident", brand=told, level=words.word("level", first))
