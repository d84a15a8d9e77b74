"""``GET /a/{token}``: what the link in a message opens. One column for a thumb, no script needed; looking at it changes
nothing.

The link is the credential: it names the contact who acts. `phone_acting.py` takes the presses.
"""

from dataclasses import dataclass
from urllib.parse import quote

import msgspec
from aiohttp import web

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State, Verdict
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.lifecycle import renewable
from sentinel.incidents.links import Grant, LinkFlaw, nonce_of
from sentinel.web.access.visible import ports_of
from sentinel.web.checklists import Checklist, checklist_of
from sentinel.web.pages.banner import banner_of
from sentinel.web.pages.card import Bar, bars, person
from sentinel.web.pages.drafts import ShownDraft, reply_drafts, statement_drafts
from sentinel.web.pages.guide import Guide, guide_of, opened_section
from sentinel.web.pages.highlight import Highlights
from sentinel.web.pages.history import Sample, sample
from sentinel.web.pages.opinions import Opinions, opinions_of
from sentinel.web.pages.templates import as_page, fill
from sentinel.web.pages.voices import VoiceReading, reading_of
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports

REASONS = 3
STATUS = {each: 404 if each is LinkFlaw.BAD else 410 for each in LinkFlaw}


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """One button: where it posts, and for how many minutes if it snoozes."""

    label: str
    address: str
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Presses:
    """What may be pressed: the likeliest, the others, and what ends the incident."""

    first: tuple[Press, ...] = ()
    others: tuple[Press, ...] = ()
    ends: tuple[Press, ...] = ()

    @property
    def any(self) -> Press | None:
        """The form's own."""
        return next(iter((*self.first, *self.others, *self.ends)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePage:
    """Everything the page shows. ``moved``: the incident is not any more where it was when the link was given."""

    incident: Incident
    whose: str
    level: str
    state: str
    holder: str | None
    mine: bool
    ended: str | None
    moved: bool
    may: str | None
    presses: Presses
    bars: tuple[Bar, ...]
    sample: Sample | None
    reading: VoiceReading | None
    guide: Guide | None
    opinions: Opinions
    annotations: str | None
    """Where what the reader says and ticks is posted; ``None`` for a link of one action alone."""
    statements: tuple[ShownDraft, ...]
    replies: tuple[ShownDraft, ...]


def refuse_link(request: web.Request, flaw: LinkFlaw) -> web.Response:
    """Says why the link opens nothing, to a person or a program."""
    words = words_for(request)
    title, how = words.said(f"phone.link_{flaw}"), words.said(f"phone.link_{flaw}_how")
    if "text/html" not in request.headers.get("Accept", ""):
        return web.Response(text=f"{title}. {how}\n", status=STATUS[flaw])
    return as_page(request, words, fill("phone_refused.html", words, title=title, how=how), status=STATUS[flaw])


async def show_phone(
    request: web.Request, grant: Grant, incident: Incident, *, notice: str | None = None, status: int = 200
) -> web.Response:
    """The page, with what became of a press."""
    ports, words = ports_of(request), words_of(request, grant)
    checklist = await checklist_of(ports, incident, words.language)
    page = _gather(ports, grant, incident, checklist, words, opened=opened_section(request))
    title = words.t("title_incident", brand=incident.brand, level=page.level)
    token = fresh_token(ports, grant, incident) if page.presses.any else ports.links.mint(grant)
    banner = banner_of(ports, words)
    html = fill(
        "phone.html",
        words,
        page=page,
        notice=notice,
        banner=banner,
        title=title,
        p=_sayer(words),
        address=address_of(token),
    )
    return as_page(request, words, html, status=status)


def words_of(request: web.Request, grant: Grant) -> Words:
    """In the contact's language, unless this browser chose another."""
    config = ports_of(request).config()
    return words_for(request, config.contacts[grant.contact].language or config.language)


def address_of(token: str) -> str:
    """Where a token is opened."""
    return f"/a/{quote(token, safe='')}"


def fresh_token(ports: Ports, grant: Grant, incident: Incident | StandingAlert) -> str:
    """The same grant for what it is about as that is now; it ends when the first one would have, so that no link lives
    on by being used.
    """
    if grant.epoch == incident.epoch:
        return ports.links.mint(grant)
    nonce = nonce_of(grant.nonce.hex(), incident.epoch)
    return ports.links.mint(msgspec.structs.replace(grant, epoch=incident.epoch, nonce=nonce))


def _sayer(words: Words) -> object:
    return lambda key, **facts: words.said(f"phone.{key}", **facts)


def _gather(
    ports: Ports, grant: Grant, incident: Incident, checklist: Checklist | None, words: Words, *, opened: int | None
) -> PhonePage:
    config, rendered = ports.config(), checklist.rendered if checklist else None
    return PhonePage(
        incident=incident,
        whose=person(config, grant.contact) or grant.contact,
        level=words.word("level", incident.level),
        state=words.word("state", incident.state),
        holder=person(config, incident.holder),
        mine=incident.holder == grant.contact,
        ended=_ended(ports, incident, words),
        moved=grant.epoch != incident.epoch,
        may=_may(incident, grant.contact, words),
        presses=_presses(ports, grant, incident, words),
        bars=bars(incident.contributions, incident.evidence, words)[0][:REASONS],
        sample=sample(incident.samples[0], words, Highlights.of(incident, config)) if incident.samples else None,
        reading=_reading(ports, grant, incident),
        guide=guide_of(checklist, config, words, may=grant.action is None, opened=opened),
        opinions=opinions_of(incident, config, words),
        annotations=address_of(ports.links.mint(grant)) if grant.action is None else None,
        statements=statement_drafts(rendered, words) if rendered else (),
        replies=reply_drafts(rendered, words) if rendered else (),
    )


def _ended(ports: Ports, incident: Incident, words: Words) -> str | None:
    over, given = incident.resolution, incident.judgement
    if incident.live or over is None:
        return None
    key = "false" if incident.verdict is Verdict.FALSE_ALARM else "quiet" if over.by is None else "by"
    by = person(ports.config(), over.by or (given.by if given else None)) or words.t("somebody")
    return words.said(f"phone.ended_{key}", by=by, at=words.clock(over.at))


def _reading(ports: Ports, grant: Grant, incident: Incident) -> VoiceReading | None:
    """Links of one action alone do not teach."""
    if not incident.samples or grant.action is not None:
        return None
    return reading_of(ports, incident.samples[0], f"{address_of(ports.links.mint(grant))}/label")


def _may(incident: Incident, contact: str, words: Words) -> str | None:
    """What the reader may do alone while it lasts."""
    authority = incident.authorities.get(contact) if incident.live else None
    return words.said("paging.may", may=words.said(f"paging.authority_{authority}")) if authority else None


def _presses(ports: Ports, grant: Grant, incident: Incident, words: Words) -> Presses:
    """None from before the incident moved on, unless whoever has it now moved it: they know, and their own link must
    not leave them out.
    """
    held = incident.state is State.ACKNOWLEDGED
    mine = incident.holder == grant.contact
    if not incident.live or not (grant.epoch == incident.epoch or mine):
        return Presses()
    base = address_of(fresh_token(ports, grant, incident))

    def press(action: Action, label: str | None = None, minutes: int | None = None) -> tuple[Press, ...]:
        if grant.action not in (None, action):
            return ()
        where = base if grant.action else f"{base}/{action}"
        return (Press(label=label or words.word("action", action), address=where, minutes=minutes),)

    take = press(Action.ACKNOWLEDGE) if not held else ()
    if renewable(incident, grant.contact):
        take = press(Action.ACKNOWLEDGE, words.said("phone.still_mine"))
    snoozes = [each for span in (30, 120) for each in press(Action.SNOOZE, words.said(f"phone.snooze_{span}"), span)]
    give_back = press(Action.UNACKNOWLEDGE) if held else ()
    ends = (*press(Action.RESOLVE), *press(Action.FALSE_ALARM))
    return Presses(first=take, others=(*snoozes, *press(Action.ESCALATE), *give_back), ends=ends)
