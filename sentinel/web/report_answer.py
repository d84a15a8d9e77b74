"""A report as an answer: Markdown to keep, or a page that stands alone in a file, prints on A4 and needs nothing beside
it.
"""

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from sentinel.errors import NoSuchIncident
from sentinel.reports.incident import PostMortem
from sentinel.reports.incident_sheet import incident_sheet
from sentinel.reports.letter import path_of
from sentinel.reports.markdown import to_markdown
from sentinel.reports.period import Every, Period
from sentinel.reports.periodic import PeriodicReport
from sentinel.reports.periodic_sheet import periodic_sheet
from sentinel.reports.sheet import Sheet
from sentinel.web.access.visible import ports_of
from sentinel.web.http.body import RefusedBody
from sentinel.web.pages.assets import assets
from sentinel.web.pages.templates import fill
from sentinel.web.pages.words import Words

STYLES = ("sentinel.css", "report.css")
LENGTHS = "{every:" + "|".join(path_of(each) for each in Every) + "}"
"""The part of an address that says day, week or month."""
PERIOD = "{of:[0-9W-]+}"


def every_of(path: str) -> Every:
    """What `LENGTHS` matched."""
    return next(each for each in Every if path_of(each) == path)


def known_brand(request: web.Request) -> str:
    """The brand that the path names, or `RefusedBody` (404)."""
    brand, brands = request.match_info["brand"], ports_of(request).config().brands
    if all(each.name != brand for each in brands):
        raise RefusedBody(404, f"brand {brand[:80]!r} is not watched; GET /api/v1/brands lists those that are")
    return brand


async def incident_told(request: web.Request) -> PostMortem:
    """The incident that the path names, told afterwards."""
    name = request.match_info["id"]
    if (told := await ports_of(request).reports.incident(name)) is None:
        raise NoSuchIncident(name)
    return told


async def period_told(request: web.Request, period: Period) -> PeriodicReport:
    """A day, week or month of the brand that the path names."""
    return await ports_of(request).reports.periodic(known_brand(request), period)


def sheet_of(request: web.Request, told: PostMortem | PeriodicReport, language: str) -> Sheet:
    """A report as people read it."""
    voice = ports_of(request).reports.voice(language)
    return incident_sheet(told, voice) if isinstance(told, PostMortem) else periodic_sheet(told, voice)


def as_markdown(sheet: Sheet) -> web.Response:
    """A file to download."""
    return web.Response(text=to_markdown(sheet), content_type="text/markdown", headers=_named(sheet, "md"))


def as_file(sheet: Sheet, words: Words) -> web.Response:
    """A file to download: HTML with its style inside."""
    html = in_one_file(sheet.title, words, [sheet])
    return web.Response(text=html, content_type="text/html", headers=_named(sheet, "html"))


def in_one_file(title: str, words: Words, sheets: Sequence[Sheet]) -> str:
    """HTML that needs nothing beside it and runs nothing: one report, or several with the way to each."""
    style = "\n".join(assets()[name].body.decode() for name in STYLES)
    return fill("report_file.html", words, title=title, sheets=sheets, style=style)


def _named(sheet: Sheet, ending: str) -> dict[str, str]:
    return {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{sheet.name}.{ending}')}",
        "Vary": "Accept-Language, Cookie",
    }
