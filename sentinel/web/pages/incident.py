"""``/incidents/{id}``: what the person who was paged opens.

The level, why, what to do first, who has it; and the buttons to act.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from sentinel.config.schema import Config
from sentinel.errors import NoSuchIncident
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry
from sentinel.scoring.thresholds import Thresholds
from sentinel.store.assistant_store import AssistantText
from sentinel.topics.brand_talk import SILENCE
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, Visitor, form_key, visitor_of
from sentinel.web.checklists import checklist_of
from sentinel.web.pages.banner import banner_of
from sentinel.web.pages.board import keep, reused
from sentinel.web.pages.card import Bar, bars, person
from sentinel.web.pages.drafts import ShownDraft, reply_drafts, statement_drafts
from sentinel.web.pages.guide import Guide, guide_of, opened_section
from sentinel.web.pages.highlight import Highlights, NewWord, new_words
from sentinel.web.pages.history import HistoryLine, Sample, line, sample
from sentinel.web.pages.opinions import Opinions, opinions_of
from sentinel.web.pages.paged import SentPage, paged
from sentinel.web.pages.score_chart import LEAST, ScoreChart, score_chart, span_of
from sentinel.web.pages.talk_lines import TalkLines, talk_lines
from sentinel.web.pages.templates import as_page, fill, page
from sentinel.web.pages.voices import reading_of
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports

ACTIONS = {
    State.OPEN: (Action.ACKNOWLEDGE, Action.RESOLVE, Action.ESCALATE, Action.SNOOZE, Action.FALSE_ALARM),
    State.ACKNOWLEDGED: (Action.RESOLVE, Action.ESCALATE, Action.SNOOZE, Action.UNACKNOWLEDGE, Action.FALSE_ALARM),
    State.RESOLVED: (),
    State.CLOSED: (),
}
"""What can be asked in each state, the likeliest first."""


DRAWING = web.AppKey("drawing", asyncio.Lock)
ANY_KEY = secrets.token_hex(32)
"""Stands in what many read for the key of each one's forms; nobody can guess it, else a stranger's post could ask for
the key.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """Everything the page shows. ``score`` is the present one; the bars are those of the last known score."""

    incident: Incident
    word: str
    state: str
    holder: str | None
    told: tuple[str, ...]
    authorities: tuple[str, ...]
    bars: tuple[Bar, ...]
    idle: tuple[str, ...]
    thresholds: Thresholds
    chart: ScoreChart | None
    """``None`` for a drill: the brand's own score knows nothing of it."""
    samples: tuple[Sample, ...]
    talk: TalkLines
    assistant: Sequence[AssistantText]
    new_words: tuple[NewWord, ...]
    paged: tuple[SentPage, ...]
    opinions: Opinions
    people: dict[str, str]
    """Names of the contacts that the chart's marks name."""
    timeline: list[HistoryLine]
    actions: tuple[Action, ...]
    banner: str | None
    """That what is done here is not written down yet."""
    guide: Guide | None
    statements: tuple[ShownDraft, ...]
    replies: tuple[ShownDraft, ...]
    may: bool
    """Whether the reader may say something: who they are is known as well."""
    nameless: bool
    """Whether they only need to say who they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionForm:
    """How the buttons begin: who is asking and whether they must say so, whether a token is wanted, what became of the
    last try.

    ``barred`` is why there are no buttons for whoever looks.
    """

    by: str = ""
    name_wanted: bool = True
    token_wanted: bool = False
    notice: str | None = None
    barred: str | None = None


def form_for(request: web.Request, *, by: str | None = None, notice: str | None = None) -> ActionForm:
    """Whoever signed in is asked for nothing; whoever only looks is told so."""
    visitor = visitor_of(request)
    acts = visitor.may(Role.RESPONDER)
    if visitor.proven:
        barred = None if acts else words_for(request).said("access.only_looks", name=visitor.called)
        return ActionForm(by=visitor.called, name_wanted=False, notice=notice, barred=barred)
    return ActionForm(by=visitor.name if by is None else by, token_wanted=not acts, notice=notice)


async def get_incident_page(request: web.Request) -> web.Response:
    """The whole page."""
    incident = await find_incident(request)
    return await show(request, incident, form_for(request))


async def get_incident_fragment(request: web.Request) -> web.Response:
    """The parts that change, of the playbook its check boxes; drawn once for all who see the same, each gets the key of
    their own.
    """
    words, ports, own = words_for(request), ports_of(request), form_key(request)
    key = (f"incident {request.match_info['id']} {_seen_by(request)}", words.language)
    async with request.app[DRAWING]:  # two hundred who ask at once wait for the first one's
        if (html := reused(request, ports, key)) is None:
            shown = await _gather(request, await find_incident(request), words, visitor_of(request))
            html = fill(
                "incident_parts.html", words, page=shown, form=form_for(request), form_key=ANY_KEY if own else ""
            )
            keep(request, ports, key, html)
    return as_page(request, words, html.replace(ANY_KEY, own) if own else html, shared=not own)


def _seen_by(request: web.Request) -> str:
    """Everything about a reader that shows on the page, but for the key of their forms."""
    visitor, form = visitor_of(request), form_for(request)
    named = visitor.proven or bool(visitor.name)
    shown = (form.by if form.name_wanted else "", form.name_wanted, form.token_wanted, form.barred)
    return repr(
        (shown, visitor.may(Role.RESPONDER), named, bool(form_key(request)), request.query.get("section", "")[:8])
    )


async def find_incident(request: web.Request) -> Incident:
    """The incident the path names, or `NoSuchIncident`."""
    name = request.match_info["id"]
    incident = await ports_of(request).incidents.get(name)
    if incident is None:
        raise NoSuchIncident(name)
    return incident


async def show(request: web.Request, incident: Incident, form: ActionForm, *, status: int = 200) -> web.Response:
    """The page, with the form as given."""
    words = words_for(request)
    shown = await _gather(request, incident, words, visitor_of(request))
    title = words.t("title_incident", brand=incident.brand, level=shown.word)
    return page(request, "incident.html", words, title=title, status=status, page=shown, form=form)


async def _gather(request: web.Request, incident: Incident, words: Words, visitor: Visitor) -> IncidentPage:
    ports = ports_of(request)
    config = ports.config()
    adding, idle = bars(incident.contributions, incident.evidence, words)
    timeline = await ports.incidents.timeline(incident.id)
    checklist = await checklist_of(ports, incident, words.language)
    talk = await ports.talk.of_incident(incident) if not incident.drill else SILENCE
    named = visitor.proven or bool(visitor.name)
    may, rendered = visitor.may(Role.RESPONDER) and named, checklist.rendered if checklist else None
    return IncidentPage(
        incident=incident,
        word=words.word("level", incident.level),
        state=words.word("state", incident.state),
        holder=person(config, incident.holder),
        told=tuple(person(config, key) or key for key in incident.told),
        authorities=_authorities(incident, config, words) if incident.live else (),
        bars=adding,
        idle=idle,
        thresholds=config.thresholds_of(incident.brand),
        chart=await _chart(ports, incident, timeline, words) if not incident.drill else None,
        samples=_samples(ports, incident, words, may=may and visitor.rights.every),
        talk=talk_lines(talk, incident.brand, words),
        assistant=await ports.assistant.of(incident.id),
        new_words=new_words(incident.evidence),
        paged=paged(timeline, incident, config, words),
        opinions=opinions_of(incident, config, words),
        people={entry.by: person(config, entry.by) or entry.by for entry in timeline if entry.by is not None},
        timeline=[line(entry, config, words) for entry in reversed(timeline)],
        actions=ACTIONS[incident.state],
        banner=banner_of(ports, words),
        guide=guide_of(checklist, config, words, may=may, opened=opened_section(request)),
        statements=statement_drafts(rendered, words) if rendered else (),
        replies=reply_drafts(rendered, words) if rendered else (),
        may=may,
        nameless=visitor.may(Role.RESPONDER) and not named,
    )


async def _chart(ports: Ports, incident: Incident, timeline: list[TimelineEntry], words: Words) -> ScoreChart:
    begin, end = span_of(incident, words.now)
    points = await ports.scores.between(incident.brand, begin, end)
    if (
        points and points[0][0] - begin > LEAST
    ):  # a brand that is new has no day yet, and minutes in a day cannot be seen
        begin = min(points[0][0], end - LEAST)
    return score_chart(points, timeline, begin, end, words)


def _samples(ports: Ports, incident: Incident, words: Words, *, may: bool) -> tuple[Sample, ...]:
    """With how the machine reads each, for those who may correct it."""
    highlights, base = Highlights.of(incident, ports.config()), f"/incidents/{incident.id}"
    ignoring = "" if incident.drill else f"{base}/ignore"
    return tuple(
        sample(each, words, highlights, reading_of(ports, each, f"{base}/label", ignoring) if may else None)
        for each in incident.samples
    )


def _authorities(incident: Incident, config: Config, words: Words) -> tuple[str, ...]:
    """Who may do what alone, a sentence each."""
    return tuple(
        words.said(
            "paging.may_of", name=person(config, contact) or contact, may=words.said(f"paging.authority_{authority}")
        )
        for contact, authority in incident.authorities.items()
    )
