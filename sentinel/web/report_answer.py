"""A report as an answer: Markdown to keep, or a page that stands alone in a file, prints on A4 and needs nothing beside
it.
"""

from collections.abc import Sequence
from urllib.parse import quote

from aiohttp import web

from sentinel.reports.letter import path_of
from sentinel.reports.markdown import to_markdown
from sentinel.reports.period import Every
from sentinel.reports.sheet import Sheet
from sentinel.web.pages.assets import assets
from sentinel.web.pages.templates import fill
from sentinel.web.pages.words import Words

STYLES = ("sentinel.css", "report.css")
LENGTHS = "{every:" + "|".join(path_of(each) for each in Every) + "}"
"""The part of an address that says week or month."""
PERIOD = "{of:[0-9W-]+}"


def every_of(path: str) -> Every:
    """What `LENGTHS` matched."""
    return next(each for each in Every if path_of(each) == path)


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
