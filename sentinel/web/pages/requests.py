"""``/requests``: what people ask of the brands and nobody has answered yet, the most urgent first; and the form with
which somebody takes, answers or closes one.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import msgspec
from aiohttp import web

from sentinel.requests.consultation import QUESTION
from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import NOTE, RequestState
from sentinel.store.heard_mention import MentionFilter
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.answering import answer_request
from sentinel.web.consulting import ask_area
from sentinel.web.http.form import read_form
from sentinel.web.mention_query import MentionQuery
from sentinel.web.pages.asked import Fields, Unclear, back_to, done, made, one_of, signer
from sentinel.web.pages.heard_row import HeardRow, rows
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, span, words_for

PATH, MENTIONS = "/requests", "/mentions"
A_SECTION = 20
COUNTED = 1000
WAITING = (Priority.URGENT, Priority.HIGH, Priority.NORMAL)
"""Priorities that wait for an answer, the most urgent first."""
HELD = (RequestState.TAKEN, RequestState.CONSULTING)
DIGITS = 18
"""Of a number that there may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSection:
    """Requests of one sort: how many, as far as `COUNTED` and one more, the newest of them, and where the rest is."""

    key: str
    rows: list[HeardRow]
    found: int
    address: str


async def get_requests(request: web.Request) -> web.Response:
    """The page."""
    words = words_for(request)
    said = words.said("mentions.said_request") if request.query.get("said") == "request" else None
    return await _show(request, words, notice=said)


async def post_step(request: web.Request) -> web.Response:
    """A step further with a mention."""
    visitor, fields = await read_form(request, Role.RESPONDER)
    number, words = request.match_info["number"], words_for(request)
    note(request, what="request", about=number[:20])
    try:
        by = signer(request, fields)
        made(
            await answer_request(
                ports_of(request),
                _place(number),
                RequestState(one_of(fields, "step", list(RequestState))) if fields.get("step") else None,
                by,
                note=" ".join(fields.get("note", "").split())[:NOTE],
                kind=RequestKind(one_of(fields, "really", list(RequestKind))) if fields.get("really") else None,
                seen=_seen(fields.get("seen", "")),
            )
        )
    except Unclear as unclear:
        return await _show(request, words, notice=unclear.said(words), status=unclear.status)
    return done(request, f"{_back(fields)}#m{number}", visitor, by)


def _seen(text: str) -> int | None:
    """How many steps the page had shown."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else None


async def post_consultation_form(request: web.Request) -> web.Response:
    """A question to an area of the house."""
    visitor, fields = await read_form(request, Role.RESPONDER)
    number, words = request.match_info["number"], words_for(request)
    note(request, what="consultation", about=number[:20])
    try:
        by = signer(request, fields)
        question = " ".join(fields.get("question", "").split())[:QUESTION]
        made(await ask_area(ports_of(request), _place(number), fields.get("area", "")[:80], question, by))
    except Unclear as unclear:
        return await _show(request, words, notice=unclear.said(words), status=unclear.status)
    return done(request, f"{_back(fields)}#m{number}", visitor, by)


def _place(number: str) -> int:
    """Of a mention; 0, which none has, for what is no number."""
    return int(number) if number.isascii() and number.isdigit() and len(number) <= DIGITS else 0


async def _show(request: web.Request, words: Words, *, notice: str | None, status: int = 200) -> web.Response:
    brand = MentionQuery.of_request(request).fields.get("brand")
    config = ports_of(request).config()
    known, within = [each.name for each in config.brands], config.requests.answer_within
    wanted = MentionFilter(brand=brand if brand in known else None)
    return page(
        request,
        "requests.html",
        words,
        title=words.said("requests.title"),
        status=status,
        notice=notice,
        failed=status >= 400,
        s=words.sayer("requests"),
        h=words.sayer("mentions"),
        sections=await _sections(request, wanted, words),
        brands=known,
        brand=wanted.brand,
        counted=COUNTED,
        within={each: span(within.of(each) or timedelta(0)) for each in WAITING},
        may_act=visitor_of(request).may(Role.RESPONDER),
        here=MentionQuery.of({"brand": wanted.brand or ""}).address(path=PATH),
    )


async def _sections(request: web.Request, brand: MentionFilter, words: Words) -> list[RequestSection]:
    asked = [(f"waiting_{each}", {"state": RequestState.NEW, "priority": each}) for each in WAITING]
    asked += [(f"held_{each}", {"state": each}) for each in HELD]
    ports, sections = ports_of(request), []
    for key, fields in asked:
        wanted = msgspec.structs.replace(brand, **fields)
        query = MentionQuery.of(
            {"request": fields["state"], "priority": wanted.priority or "", "brand": brand.brand or ""}
        )
        found = await ports.heard.find(wanted, limit=A_SECTION)
        sections.append(
            RequestSection(
                key=key,
                rows=rows(found, query, ports.config(), words),
                found=await ports.heard.count(wanted, most=COUNTED + 1),
                address=query.address(),
            )
        )
    return sections


def _back(fields: Fields) -> str:
    """Where the form stood: one of our two lists, with the filter that it had."""
    stood = urlsplit(fields.get("back", ""))
    query = MentionQuery.of(dict(parse_qsl(stood.query)))
    return query.address(path=PATH if stood.path == PATH else MENTIONS, said="request")


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(PATH, get_requests),
    web.post(f"{MENTIONS}/{{number}}/request", post_step),
    web.get(f"{MENTIONS}/{{number}}/request", back_to(PATH)),
    web.post(f"{MENTIONS}/{{number}}/consultation", post_consultation_form),
    web.get(f"{MENTIONS}/{{number}}/consultation", back_to(PATH)),
)
