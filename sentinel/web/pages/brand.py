"""``/brands/NAME``: one brand on one page: its score, what it is made of, its sources, incidents, people and words, and
what was said last.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from aiohttp import web

from sentinel.config.brand import BrandSettings
from sentinel.config.schema import Config
from sentinel.engine.board import SourceCard
from sentinel.escalation.recurring_silence import in_force
from sentinel.escalation.wall import ends_at, starts_at
from sentinel.incidents.incident import State
from sentinel.reports.day import AuthorDay
from sentinel.reports.period import Every, period_of
from sentinel.reports.periodic import Moods, Topic
from sentinel.scoring.thresholds import Thresholds
from sentinel.store.heard_mention import MentionFilter
from sentinel.web.access.visible import ports_of
from sentinel.web.mention_query import MentionQuery
from sentinel.web.pages.card import Card, card, person, ranked
from sentinel.web.pages.heard_row import HeardRow, rows
from sentinel.web.pages.incident_list import IncidentRow, incident_row
from sentinel.web.pages.score_chart import ScoreChart, score_chart
from sentinel.web.pages.talk_lines import TalkLines, talk_lines
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports
from sentinel.web.report_answer import known_brand

SPANS = {"1d": timedelta(days=1), "7d": timedelta(days=7)}
"""How far back the score is drawn."""
LATEST, INCIDENTS = 8, 8
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _NamedBrand:
    """What the chart calls it."""

    brand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandChart:
    """What the chart's drawing asks for."""

    chart: ScoreChart
    incident: _NamedBrand
    thresholds: Thresholds
    people: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A silence or campaign that runs: what it is, why, until when (``None``: hours of the configuration)."""

    what: str
    why: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandPage:
    """Everything on the page. ``moods``, ``topics``, ``week`` and ``authors`` are of the present week, ``today`` of the
    last day.
    """

    name: str
    card: Card | None
    drawn: BrandChart
    sources: list[SourceCard]
    live: list[IncidentRow]
    past: list[IncidentRow]
    moods: Moods
    topics: Sequence[Topic]
    today: TalkLines
    week: TalkLines
    authors: Sequence[AuthorDay]
    latest: list[HeardRow]
    held_back: list[HeldBack]


def brand_address(name: str) -> str:
    """Where a brand's page is.

    Examples
    --------
    >>> brand_address("Café A/B")
    '/brands/Caf%C3%A9%20A%2FB'
    """
    return f"/brands/{quote(name, safe='')}"


async def get_brand(request: web.Request) -> web.Response:
    """The page."""
    name, words = known_brand(request), words_for(request)
    span = request.query.get("span", "")
    shown = span if span in SPANS else "1d"
    view = await _gather(ports_of(request), name, SPANS[shown], words)
    return page(
        request,
        "brand.html",
        words,
        title=name,
        view=view,
        s=words.sayer("brand"),
        h=words.sayer("mentions"),
        span=shown,
        spans=tuple(SPANS),
        here=brand_address(name),
        mentions=MentionQuery({"brand": name}),
    )


async def _gather(ports: Ports, name: str, span: timedelta, words: Words) -> BrandPage:
    config, board = ports.config(), ports.board()
    one = next((each for each in ranked(board) if each.brand.name == name), None)
    settings = next(each for each in config.brands if each.name == name)
    begin = words.now - span
    points = await ports.scores.between(name, begin, words.now)
    incidents = await ports.incidents.find(states=tuple(State), brand=name, limit=INCIDENTS)
    listed = [incident_row(each, config, words) for each in incidents]
    period = period_of(Every.WEEK, words.now.astimezone(words.zone).date())
    report = await ports.reports.periodic(name, period)
    week = await ports.talk.of(name, *period.bounds(words.zone))
    today = await ports.talk.of(name, words.now - DAY, words.now)
    found = await ports.heard.find(MentionFilter(brand=name), limit=LATEST)
    return BrandPage(
        name=name,
        card=card(one, config, words) if one is not None else None,
        drawn=BrandChart(
            chart=score_chart(points, (), begin, words.now, words),
            incident=_NamedBrand(name),
            thresholds=config.thresholds_of(name),
        ),
        sources=[each for each in board.sources if not settings.sources or each.name in settings.sources],
        live=[each for each in listed if each.live],
        past=[each for each in listed if not each.live],
        moods=report.moods,
        topics=report.topics,
        today=talk_lines(today, name, words),
        week=talk_lines(week, name, words),
        authors=report.authors,
        latest=rows(found, MentionQuery({}), config, words),
        held_back=[*_silences(ports, settings, words), *_campaigns(config, name, words)],
    )


def _silences(ports: Ports, brand: BrandSettings, words: Words) -> list[HeldBack]:
    found = [
        HeldBack(
            what=words.said("brand.silence", name=person(ports.config(), each.by) or each.by),
            why=each.reason or "",
            until=each.ends_at,
        )
        for each in ports.silences.all()
        if (not each.brands or brand.name in each.brands) and each.starts_at <= words.now < each.ends_at
    ]
    hours = in_force(ports.recurring(), words.now)
    found += [
        HeldBack(what=words.said("brand.silence_hours"), why=each.reason or "", until=each.ends_at)
        for each in hours
        if not each.brands or brand.name in each.brands
    ]
    return found


def _campaigns(config: Config, name: str, words: Words) -> list[HeldBack]:
    found = []
    for each in config.campaigns:
        begins, ends = starts_at(each.span[0], config.zone), ends_at(each.span[1], config.zone)
        if (not each.brands or name in each.brands) and begins <= words.now < ends:
            found.append(HeldBack(what=words.said("brand.campaign", name=each.name), why="", until=ends))
    return found


ROUTES: tuple[web.RouteDef, ...] = (web.get("/brands/{brand}", get_brand),)
