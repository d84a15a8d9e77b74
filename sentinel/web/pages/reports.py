"""``/reports`` and every report behind it, ``/incidents/{id}/report``: to read, to print, to download."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from sentinel.errors import BadInput
from sentinel.incidents.incident import State
from sentinel.reports.letter import page_of
from sentinel.reports.period import Every, Period, newest_over, period_of, read_period
from sentinel.reports.sheet import Sheet
from sentinel.web.access.visible import ports_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.report_answer import (
    LENGTHS,
    PERIOD,
    as_markdown,
    every_of,
    incident_told,
    known_brand,
    period_told,
    sheet_of,
)

SHOWN = {Every.DAY: 7, Every.WEEK: 6, Every.MONTH: 4}
"""Periods that the list names, the present one among them."""
INCIDENTS = 10


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the list."""

    text: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportList:
    """A brand's reports."""

    brand: str
    days: tuple[Way, ...]
    weeks: tuple[Way, ...]
    months: tuple[Way, ...]


async def get_reports(request: web.Request) -> web.Response:
    """What there is."""
    ports, words = ports_of(request), words_for(request)
    voice, first = ports.reports.voice(words.language), await ports.reports.first_day()
    today = words.now.astimezone(words.zone).date()

    def ways(brand: str, every: Every) -> Iterator[Way]:
        for period in _newest(every, today, first):
            text = voice.period(period)
            yield Way(
                voice.say("report.list_current", period=text) if period.last >= today else text, page_of(brand, period)
            )

    shelves = [
        ReportList(
            brand=each.name,
            days=tuple(ways(each.name, Every.DAY)),
            weeks=tuple(ways(each.name, Every.WEEK)),
            months=tuple(ways(each.name, Every.MONTH)),
        )
        for each in ports.config().brands
    ]
    recent = [
        Way(
            f"{each.brand}, {voice.word('level', each.peak_level)}, {voice.moment(each.opened_at)}",
            f"/incidents/{each.id}/report",
        )
        for each in await ports.incidents.find(states=tuple(State), limit=INCIDENTS)
    ]
    return page(request, "reports.html", words, title=words.said("report.list_title"), shelves=shelves, recent=recent)


async def get_newest(request: web.Request) -> web.Response:
    """To the newest one that is over."""
    words, every = words_for(request), every_of(request.match_info["every"])
    newest = page_of(known_brand(request), newest_over(every, words.now, words.zone))
    return web.Response(status=302, headers={"Location": newest})


async def get_periodic(request: web.Request) -> web.Response:
    """A brand's day, week or month."""
    words, period = words_for(request), _period(request)
    sheet = sheet_of(request, await period_told(request, period), words.language)
    today, brand = words.now.astimezone(words.zone).date(), request.match_info["brand"]
    later = Way(words.said("report.later"), page_of(brand, period.after)) if period.after.first <= today else None
    return _show(request, words, sheet, (Way(words.said("report.earlier"), page_of(brand, period.before)), later))


async def get_periodic_markdown(request: web.Request) -> web.Response:
    """The same to download."""
    told = await period_told(request, _period(request))
    return as_markdown(sheet_of(request, told, words_for(request).language))


async def get_incident_report(request: web.Request) -> web.Response:
    """An incident told afterwards."""
    words, name = words_for(request), request.match_info["id"]
    sheet = sheet_of(request, await incident_told(request), words.language)
    return _show(request, words, sheet, (Way(words.said("report.as_page"), f"/incidents/{name}"), None))


async def get_incident_markdown(request: web.Request) -> web.Response:
    """The same to download."""
    return as_markdown(sheet_of(request, await incident_told(request), words_for(request).language))


def _show(request: web.Request, words: Words, sheet: Sheet, ways: tuple[Way | None, ...]) -> web.Response:
    shown = [each for each in ways if each is not None]
    return page(
        request, "report.html", words, title=sheet.title, sheet=sheet, ways=shown, markdown=f"{request.path}.md"
    )


def _period(request: web.Request) -> Period:
    try:
        return read_period(every_of(request.match_info["every"]), request.match_info["of"])
    except BadInput as error:
        raise RefusedBody(404, str(error)) from None


def _newest(every: Every, today: date, first: date | None) -> Iterator[Period]:
    """The present one and those before it, as far back as anything is counted."""
    period = period_of(every, today)
    for place in range(SHOWN[every]):
        if place and (first is None or period.last < first):
            return
        yield period
        period = period.before


ROUTES = (
    web.get("/reports", get_reports),
    web.get(f"/reports/{{brand}}/{LENGTHS}", get_newest),
    web.get(f"/reports/{{brand}}/{LENGTHS}/{PERIOD}", get_periodic),
    web.get(f"/reports/{{brand}}/{LENGTHS}/{PERIOD}.md", get_periodic_markdown),
    web.get("/incidents/{id}/report", get_incident_report),
    web.get("/incidents/{id}/report.md", get_incident_markdown),
)
