"""``/a/{token}`` of a question to an area of the house: the post, the question, and an answer by one press or in words.

No script is needed. Looking changes nothing; the link is the credential and names the contact who answers.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp import web

from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.playbooks.escape import plain
from sentinel.requests.consultation import PREFIX, QUESTION, Consultation, ConsultationState, QuickAnswer
from sentinel.requests.consultation_steps import answerable
from sentinel.store.audit import KnownBy
from sentinel.store.consultation_store import ConsultedMention
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of, show_linked
from sentinel.web.http.form import fields_of
from sentinel.web.http.posting import admit
from sentinel.web.pages.banner import banner_of
from sentinel.web.pages.card import person
from sentinel.web.pages.consulted import answer_said
from sentinel.web.pages.highlight import Highlights
from sentinel.web.pages.history import Sample, sample
from sentinel.web.pages.phone import address_of, refuse_link, words_of
from sentinel.web.pages.templates import as_page, fill
from sentinel.web.pages.words import Words

POST = 1500
"""Characters of the post that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationPage:
    """Everything the page shows.

    Parameters
    ----------
    stands
        How the question stands, in a sentence; ``ended`` where no answer is wanted any more, ``thanks`` after the
        reader gave one.
    hidden
        Whether authors are kept under pseudonyms.
    quick
        What one press says, each with its words.
    """

    area: str
    by: str
    whose: str
    brands: tuple[str, ...]
    question: str
    stands: str
    ended: bool
    thanks: bool
    sample: Sample
    hidden: bool
    quick: tuple[tuple[str, str], ...]
    most: int = QUESTION


async def show_consultation(
    request: web.Request, grant: Grant, *, notice: str | None = None, typed: str = "", status: int = 200
) -> web.Response:
    """The page, with what became of a press."""
    found = await ports_of(request).consultations.find(grant.incident)
    if found is None:
        return refuse_link(request, LinkFlaw.DELETED)
    words = words_of(request, grant)
    page = _gather(request, grant, *found, words)
    ports = ports_of(request)
    html = fill(
        "phone_consultation.html",
        words,
        page=page,
        title=words.said("consultation.page_title", area=page.area),
        notice=notice,
        typed=typed,
        banner=banner_of(ports, words),
        p=words.sayer("phone"),
        c=words.sayer("consultation"),
        address=address_of(ports.links.mint(grant)),
    )
    return as_page(request, words, html, status=status)


async def post_answer(request: web.Request) -> web.Response:
    """An answer in the name of the link's contact; the first one counts, and leads to the page as it is then."""
    admit(request)
    grant = await show_linked(request, request.match_info["token"])
    if isinstance(grant, LinkFlaw) or not grant.incident.startswith(PREFIX):
        return refuse_link(request, grant if isinstance(grant, LinkFlaw) else LinkFlaw.BAD)
    note(request, who=grant.contact, known_by=KnownBy.LINK, about=grant.incident, what="consultation_answer")
    fields, words = await fields_of(request), words_of(request, grant)
    text = " ".join(fields.get("text", "").split())[:QUESTION]
    pressed = fields.get("quick", "")
    quick = QuickAnswer(pressed) if pressed in tuple(QuickAnswer) else None
    if quick is None and not text:
        return await show_consultation(request, grant, notice=words.said("consultation.page_empty"), status=400)
    ports = ports_of(request)
    if not await ports.consultations.answer(grant.incident, grant.contact, quick, text):
        return await show_consultation(request, grant, typed=text, status=409)
    return web.Response(status=303, headers={"Location": f"{address_of(ports.links.mint(grant))}?said=thanks"})


async def get_back(request: web.Request) -> web.Response:
    """For whoever opens the address of a button again."""
    return web.Response(status=303, headers={"Location": address_of(request.match_info["token"])})


def _gather(
    request: web.Request, grant: Grant, one: Consultation, about: ConsultedMention, words: Words
) -> ConsultationPage:
    config = ports_of(request).config()
    shown = sample(about.mention, words, Highlights(()))
    return ConsultationPage(
        area=one.label(words.language),
        by=person(config, one.by) or one.by,
        whose=person(config, grant.contact) or grant.contact,
        brands=about.brands,
        question=plain(one.question, QUESTION),
        stands=_stands(request, grant, one, about, words),
        ended=not answerable(one, about.record),
        thanks=request.query.get("said") == "thanks" and one.answer is not None and one.answer.by == grant.contact,
        sample=replace(shown, text=Highlights(()).mark(plain(about.mention.text, POST))),
        hidden=config.privacy.authors == "hashed",
        quick=tuple((each.value, words.said(f"consultation.quick_{each}")) for each in QuickAnswer),
    )


def _stands(request: web.Request, grant: Grant, one: Consultation, about: ConsultedMention, words: Words) -> str:
    config = ports_of(request).config()
    by, until = person(config, one.by) or one.by, words.clock(one.until)
    if one.answer is not None:
        return _answered(one, grant.contact, person(config, one.answer.by) or one.answer.by, one.answer.at, words)
    if about.record.closed_at is not None:
        return words.said("consultation.page_closed")
    if one.state is ConsultationState.WITHDRAWN:
        return words.said("consultation.page_withdrawn", by=by)
    if one.state is ConsultationState.OVERDUE:
        return words.said("consultation.page_overdue", at=until, by=by)
    return words.said("consultation.page_waits", at=until)


def _answered(one: Consultation, reader: str, by: str, at: datetime, words: Words) -> str:
    answer = answer_said(one.answer.quick if one.answer else None, one.answer.text if one.answer else "", words)
    if one.answer is not None and one.answer.by == reader:
        return words.said("consultation.page_answered_you", at=words.clock(at), answer=answer)
    return words.said("consultation.page_answered", by=by, at=words.clock(at), answer=answer)


_PATH = "/a/{token}/answer"
ROUTES: tuple[web.RouteDef, ...] = (web.get(_PATH, get_back), web.post(_PATH, post_answer))
