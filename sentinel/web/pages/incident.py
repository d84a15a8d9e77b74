"""``/incidents/{id}``: what the person who was paged opens. The level, why, what to do first, who has it; and the buttons to act."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from markupsafe import Markup

from sentinel.config.schema import Config, Thresholds
from sentinel.engine.board import BrandCard
from sentinel.errors import NoSuchIncident
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State
from sentinel.playbooks.markdown import to_html
from sentinel.playbooks.playbook import Section, heading
from sentinel.playbooks.render import Rendered
from sentinel.web.pages.card import Bar, bars, person, thresholds_of
from sentinel.web.pages.history import Line, Sample, line, sample
from sentinel.web.pages.sparkline import Sparkline, sparkline
from sentinel.web.pages.templates import as_page, fill, page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports import PORTS, Ports
from sentinel.web.visitor import Role, form_key, visitor_of

ACTIONS = {
    State.OPEN: (Action.ACKNOWLEDGE, Action.RESOLVE, Action.ESCALATE, Action.SNOOZE, Action.FALSE_ALARM),
    State.ACKNOWLEDGED: (Action.RESOLVE, Action.ESCALATE, Action.SNOOZE, Action.UNACKNOWLEDGE, Action.FALSE_ALARM),
    State.RESOLVED: (),
    State.CLOSED: (),
}
"""What can be asked in each state, the likeliest first."""


OPEN_SECTIONS = (Section.FIRST_STEPS, Section.HOLDING)
"""What the first minutes need; a tap opens the others, so that a phone shows the whole playbook at a glance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """A playbook as it is shown: ``sections`` are (heading, HTML, whether it stands open)."""

    title: str
    first_steps: tuple[str, ...]
    sections: tuple[tuple[str, Markup, bool], ...]


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
    spark: Sparkline
    samples: tuple[Sample, ...]
    timeline: list[Line]
    actions: tuple[Action, ...]
    banner: str | None
    """That what is done here is not written down yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How the buttons begin: who is asking and whether they must say so, whether a token is wanted, what became of the last try.

    ``barred`` is why there are no buttons for whoever looks.
    """

    by: str = ""
    name_wanted: bool = True
    token_wanted: bool = False
    notice: str | None = None
    barred: str | None = None


def form_for(request: web.Request, *, by: str | None = None, notice: str | None = None) -> Form:
    """Whoever signed in is asked for nothing; whoever only looks is told so."""
    visitor = visitor_of(request)
    acts = visitor.may(Role.RESPONDER)
    if visitor.proven:
        barred = None if acts else words_for(request).said("access.only_looks", name=visitor.called)
        return Form(by=visitor.called, name_wanted=False, notice=notice, barred=barred)
    return Form(by=visitor.name if by is None else by, token_wanted=not acts, notice=notice)


async def get_incident_page(request: web.Request) -> web.Response:
    """The whole page."""
    incident = await find_incident(request)
    return await show(request, incident, form_for(request))


async def get_incident_fragment(request: web.Request) -> web.Response:
    """The parts that change; the playbook stays as it is, so that nobody loses their place or their ticks."""
    words = words_for(request)
    shown = await _gather(request.app[PORTS], await find_incident(request), words)
    html = fill("incident_parts.html", words, page=shown, form=form_for(request), guide=None, form_key=form_key(request))
    return as_page(request, words, html)


async def find_incident(request: web.Request) -> Incident:
    """The incident the path names, or `NoSuchIncident`."""
    name = request.match_info["id"]
    incident = await request.app[PORTS].incidents.get(name)
    if incident is None:
        raise NoSuchIncident(name)
    return incident


async def show(request: web.Request, incident: Incident, form: Form, *, status: int = 200) -> web.Response:
    """The page, with the form as given."""
    ports, words = request.app[PORTS], words_for(request)
    shown = await _gather(ports, incident, words)
    title = words.t("title_incident", brand=incident.brand, level=shown.word)
    guide = guide_of(ports.playbook(incident, words.language))
    return page(request, "incident.html", words, title=title, status=status, page=shown, form=form, guide=guide)


async def _gather(ports: Ports, incident: Incident, words: Words) -> IncidentPage:
    config = ports.config()
    adding, idle = bars(incident.contributions, incident.evidence, words)
    timeline = await ports.incidents.timeline(incident.id)
    return IncidentPage(
        incident=incident,
        word=words.word("level", incident.level),
        state=words.word("state", incident.state),
        holder=person(config, incident.acknowledged_by) if incident.state is State.ACKNOWLEDGED else None,
        told=tuple(person(config, key) or key for key in incident.told),
        authorities=_authorities(incident, config, words) if incident.live else (),
        bars=adding,
        idle=idle,
        thresholds=thresholds_of(config, incident.brand),
        spark=sparkline(_history(ports.board().brands, incident.brand), words.now),
        samples=tuple(sample(each, words) for each in incident.samples),
        timeline=[line(entry, config, words) for entry in reversed(timeline)],
        actions=ACTIONS[incident.state],
        banner=words.said("watch.banner") if ports.unwritten() else None,
    )


def _history(brands: tuple[BrandCard, ...], name: str) -> tuple[tuple[datetime, float | None], ...]:
    return next((each.history for each in brands if each.name == name), ())


def guide_of(rendered: Rendered | None) -> Guide | None:
    """The playbook as the pages show it."""
    if rendered is None:
        return None
    opened = {heading(rendered.language, section) for section in OPEN_SECTIONS}
    return Guide(
        title=rendered.title,
        first_steps=rendered.first_steps,
        sections=tuple((title, to_html(markdown), title in opened) for title, markdown in rendered.sections),
    )


def _authorities(incident: Incident, config: Config, words: Words) -> tuple[str, ...]:
    """Who may do what alone, a sentence each."""
    return tuple(
        words.said("paging.may_of", name=person(config, contact) or contact, may=words.said(f"paging.authority_{authority}"))
        for contact, authority in incident.authorities.items()
    )
