"""Reports for programs: as facts, as Markdown, or as a page in one file."""

from dataclasses import dataclass

from aiohttp import web

from sentinel.config.base import Language
from sentinel.errors import BadInput
from sentinel.reports.feed import DAYS, Day, feed
from sentinel.reports.incident import PostMortem
from sentinel.reports.letter import path_of
from sentinel.reports.period import Every, Period, newest_over, read_period
from sentinel.reports.periodic import PeriodicReport
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, said_once
from sentinel.web.api.incidents import ID, UNKNOWN
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import BAD, TEXT, Content, get, in_path, in_query
from sentinel.web.http.body import RefusedBody
from sentinel.web.pages.words import Words
from sentinel.web.report_answer import (
    as_file,
    as_markdown,
    every_of,
    incident_told,
    known_brand,
    period_told,
    sheet_of,
)

FORMATS = ("json", "md", "html")
NEWEST = "newest"
FEED = "application/atom+xml"
_LANG = in_query("lang", "Of Markdown, HTML and feeds; default: the configuration's.", {"enum": [*Language]})
_FORM = (in_query("format", "How it is wanted.", {"enum": [*FORMATS], "default": "json"}), _LANG)
_FILES = {"text/markdown": {"schema": TEXT}, "text/html": {"schema": TEXT}}


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """How a report is wanted."""

    format: str
    words: Words


@get(
    "/api/v1/incidents/{id}/report",
    "An incident told afterwards",
    (200, "The report.", Content((PostMortem,), _FILES)),
    BAD,
    UNKNOWN,
    parameters=(ID, *_FORM),
)
async def get_incident_report(request: web.Request) -> web.Response:
    """An incident told afterwards."""
    form = _form(request)
    return _answer(request, await incident_told(request), form)


@get(
    "/api/v1/reports/{brand}/{every}/{of}",
    "A brand's day, week or month",
    (200, "The report.", Content((PeriodicReport,), _FILES)),
    BAD,
    (404, "No such brand.", Fault),
    parameters=(
        in_path("brand", "The brand's name."),
        in_path("every", "How long.", {"enum": [path_of(each) for each in Every]}),
        in_path("of", f"Such as 2026-03-09, 2026-W11 or 2026-03; `{NEWEST}` is the newest that is over."),
        *_FORM,
    ),
)
async def get_periodic_report(request: web.Request) -> web.Response:
    """A brand's day, week or month."""
    form, period = _form(request), _period(request)
    return _answer(request, await period_told(request, period), form)


@get(
    "/api/v1/reports/{brand}/daily.atom",
    "What matters of a brand's days, as a feed to subscribe to",
    (200, "The newest days that are over, the newest first.", Content(others={FEED: {"schema": TEXT}})),
    BAD,
    (404, "No such brand.", Fault),
    parameters=(in_path("brand", "The brand's name."), _LANG),
)
async def get_daily_feed(request: web.Request) -> web.Response:
    """A brand's days as Atom."""
    ports, words, brand = ports_of(request), _form(request).words, known_brand(request)
    first, day = await ports.reports.first_day(), newest_over(Every.DAY, words.now, words.zone)
    days: list[Day] = []
    while len(days) < DAYS and first is not None and day.first >= first:
        days.append((day, await ports.reports.selection(brand, day)))
        day = day.before
    body = feed(brand, days, ports.reports.voice(words.language), words.now)
    return web.Response(body=body, content_type=FEED, charset="utf-8")


def _answer(request: web.Request, told: PostMortem | PeriodicReport, form: ReportFormat) -> web.Response:
    if form.format == "json":
        return as_json(told)
    sheet = sheet_of(request, told, form.words.language)
    return as_markdown(sheet) if form.format == "md" else as_file(sheet, form.words)


def _form(request: web.Request) -> ReportFormat:
    ports = ports_of(request)
    config = ports.config()
    said, language = said_once(request, "format"), said_once(request, "lang")
    wanted, lang = FORMATS[0] if said is None else said, config.language.value if language is None else language
    for name, value, allowed in (("format", wanted, FORMATS), ("lang", lang, tuple(Language))):
        if value not in allowed:
            raise RefusedBody(400, f"{name}: {value[:40]!r} is none of {', '.join(allowed)}")
    return ReportFormat(wanted, Words(lang, config.zone, ports.clock.now()))


def _period(request: web.Request) -> Period:
    ports, every, of = ports_of(request), every_of(request.match_info["every"]), request.match_info["of"]
    if of == NEWEST:
        return newest_over(every, ports.clock.now(), ports.config().zone)
    try:
        return read_period(every, of)
    except BadInput as error:
        raise RefusedBody(400, f"of: {error}") from None
