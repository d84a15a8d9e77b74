"""``/incidents``: those that are open and those that were, by words, brand, level, verdict and time, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from aiohttp import web

from sentinel.config.schema import Config
from sentinel.incidents.incident import Incident, State, Verdict
from sentinel.mention import NOBODY
from sentinel.scoring.level import Level
from sentinel.store.searched_words import words_in
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import whole_number
from sentinel.web.mention_query import LAST, MentionQuery, later
from sentinel.web.pages.asked import Unclear
from sentinel.web.pages.card import person
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.undone import Undone

PATH = "/incidents"
A_PAGE = 25
MOST = 1_000
"""Of the newest that are looked through; older ones are found by their brand."""
LONGEST = 200
LEVELS = (Level.CRISIS, Level.ALERT, Level.WATCH)
UNJUDGED = "none"
STATES: Mapping[str, tuple[State, ...]] = {
    "live": (State.OPEN, State.ACKNOWLEDGED),
    "over": (State.RESOLVED, State.CLOSED),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "state": tuple(STATES),
    "level": tuple(LEVELS),
    "verdict": (*Verdict, UNJUDGED),
    "last": tuple(LAST),
}
FIELDS = ("text", "brand", "state", "level", "verdict", "last", "from", "to")


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentRow:
    """One incident: the worst it was, what became of it, how much was said."""

    id: str
    brand: str
    level: Level
    word: str
    state: str
    live: bool
    opened_at: datetime
    ended_at: datetime | None
    holder: str | None
    verdict: str
    score: float
    mentions: int
    drill: bool


async def get_incidents_page(request: web.Request) -> web.Response:
    """The list."""
    ports, words = ports_of(request), words_for(request)
    asked = {name: text for name in FIELDS if (text := request.query.get(name, "").strip()[:LONGEST])}
    notice, found = "", list[Incident]()
    try:
        begin, end = await _span(request, asked)
        states = STATES.get(asked.get("state", ""), tuple(State))
        found = await ports.incidents.find(states=states, brand=asked.get("brand"), limit=MOST)
    except Unclear as unclear:
        notice, begin, end = unclear.said(words), None, None
    fitting = [each for each in found if _fits(each, asked, begin, end)]
    pages = max(1, -(-len(fitting) // A_PAGE))
    number = min(pages, whole_number(request, "page", 1, least=1, most=10_000))
    config = ports.config()
    return page(
        request,
        "incidents.html",
        words,
        title=words.said("incidents.title"),
        status=400 if notice else 200,
        s=words.sayer("incidents"),
        query=asked,
        choices=CHOICES,
        brands=[each.name for each in config.brands],
        rows=[incident_row(each, config, words) for each in fitting[(number - 1) * A_PAGE : number * A_PAGE]],
        found=len(fitting),
        cut=MOST if len(found) == MOST else 0,
        number=number,
        pages=pages,
        before=_address(asked, number - 1) if number > 1 else "",
        after=_address(asked, number + 1) if number < pages else "",
        notice=notice,
        failed=bool(notice),
        zone=words.zone.key,
    )


def incident_row(incident: Incident, config: Config, words: Words) -> IncidentRow:
    """As a line of a list."""
    return IncidentRow(
        id=incident.id,
        brand=incident.brand,
        level=incident.peak_level,
        word=words.word("level", incident.peak_level),
        state=words.word("state", incident.state),
        live=incident.live,
        opened_at=incident.opened_at,
        ended_at=incident.resolution.at if incident.resolution is not None and not incident.live else None,
        holder=person(config, incident.holder),
        verdict=words.said(f"incidents.verdict_{incident.verdict}") if incident.verdict else "",
        score=incident.peak_score,
        mentions=incident.mentions,
        drill=incident.drill,
    )


async def _span(request: web.Request, asked: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """When they began; times are read as those of mentions are."""
    for name, known in CHOICES.items():
        if asked.get(name, known[0]) not in known:
            raise Unclear("choice_unknown", value=asked[name][:40])
    times = MentionQuery.of({name: asked[name] for name in ("from", "to", "last") if name in asked})
    wanted = await times.wanted(ports_of(request))
    if isinstance(wanted, Undone):
        raise Unclear(wanted.key, **wanted.facts)
    return wanted.since, wanted.until


def _fits(incident: Incident, asked: dict[str, str], begin: datetime | None, end: datetime | None) -> bool:
    over = incident.resolution.at if incident.resolution is not None and not incident.live else None
    if (begin and later(over, incident.opened_at) < begin and over is not None) or (end and incident.opened_at >= end):
        return False
    if "level" in asked and incident.peak_level != asked["level"]:
        return False
    if "verdict" in asked and (incident.verdict or UNJUDGED) != asked["verdict"]:
        return False
    sought = words_in(asked.get("text", ""))
    return not sought or all(any(word.startswith(each) for word in _said_in(incident)) for each in sought)


def _said_in(incident: Incident) -> set[str]:
    """Every word by which it can be found: its name, its brand, what was said in it and by whom."""
    texts = [incident.id, incident.brand, incident.campaign or ""]
    texts += [str(value) for each in incident.evidence for _, value in each.facts]
    for sample in incident.samples:
        author = sample.author or NOBODY
        texts += [sample.title or "", sample.text[:2000], author.handle or "", author.name or ""]
    return set(words_in("\n".join(texts)))


def _address(asked: dict[str, str], number: int) -> str:
    query = asked | ({"page": str(number)} if number > 1 else {})
    return f"{PATH}?{urlencode(query)}" if query else PATH


ROUTES: tuple[web.RouteDef, ...] = (web.get(PATH, get_incidents_page),)
