"""Fills a template: Jinja2 with everything escaped, and a reader's `Words` at hand in every one."""

import asyncio
import gzip
from functools import cache, lru_cache
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.meta import find_referenced_templates

from sentinel.config.base import Language
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import form_key, visitor_of
from sentinel.web.pages.assets import address
from sentinel.web.pages.words import LANGUAGE_COOKIE, Words

NAV = (
    ("/", "nav_status"),
    ("/wall", "nav_wall"),
    ("/mentions", "nav_mentions"),
    ("/requests", "nav_requests"),
    ("/incidents", "nav_incidents"),
    ("/oncall", "nav_oncall"),
    ("/silences", "nav_silences"),
    ("/campaigns", "nav_campaigns"),
    ("/reports", "nav_reports"),
    ("/playbooks", "nav_playbooks"),
    ("/models", "nav_models"),
    ("/config", "nav_config"),
)
"""Where the head of each page leads, and what it is called there."""
OF_EVERY_BRAND = ("/models", "/config")
"""Which of them are not for those who have some brands."""
YEAR = 365 * 24 * 3600
SMALL = 2000
"""Characters that are not worth packing."""
FLEETING = ("lang", "said")
"""What an address says once; the rest of it is kept when a reader changes the language."""


_COMPILED: set[str] = set()


@cache
def environment() -> Environment:
    """One for the process; templates are compiled once."""
    made = Environment(
        loader=PackageLoader("sentinel.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = address
    return made


async def compiled(*templates: str) -> None:
    """Have these, and what they are made of, compiled beside the event loop, once a process: whoever looks first would
    hold everybody up for a tenth of a second.
    """
    made = environment()
    for each in templates:
        if each not in _COMPILED:
            await asyncio.to_thread(_compile, made, each)


def _compile(made: Environment, template: str) -> None:
    _COMPILED.add(template)
    made.get_template(template)
    source = made.loader.get_source(made, template)[0] if made.loader is not None else ""
    for each in find_referenced_templates(made.parse(source)):
        if each is not None and each not in _COMPILED:
            _compile(made, each)


def fill(template: str, words: Words, **view: object) -> str:
    """The template's HTML. In it ``t`` says a sentence, ``w`` are the words, the rest is ``view``."""
    return (
        environment()
        .get_template(template)
        .render(w=words, t=words.t, languages=[each.value for each in Language], **{"nav": NAV} | view)
    )


def page(
    request: web.Request, template: str, words: Words, *, title: str, status: int = 200, **view: object
) -> web.Response:
    """A whole page: in it also ``visitor`` (who looks), ``form_key`` (for every form), ``path`` and ``version`` (of
    what is shown).
    """
    version, visitor = ports_of(request).changes.version, visitor_of(request)
    view.setdefault("keep", urlencode([(key, text) for key, text in request.query.items() if key not in FLEETING]))
    html = fill(
        template,
        words,
        title=title,
        path=request.path,
        version=version,
        visitor=visitor,
        nav=NAV if visitor.rights.every else [each for each in NAV if each[0] not in OF_EVERY_BRAND],
        form_key=form_key(request),
        **view,
    )
    return as_page(request, words, html, status=status)


def as_page(request: web.Request, words: Words, html: str, *, status: int = 200, shared: bool = False) -> web.Response:
    """An answer with a page; a language that was asked for is remembered.

    What is ``shared`` by many readers is packed once.
    """
    response = web.Response(
        text=html, status=status, content_type="text/html", headers={"Vary": "Accept-Language, Cookie"}
    )
    if request.query.get("lang") == words.language:
        response.set_cookie(LANGUAGE_COOKIE, words.language, max_age=YEAR, samesite="Lax", httponly=True)
    if len(html) > SMALL:
        if shared and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.body = packed(html)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response.enable_compression()
    return response


@lru_cache(maxsize=32)
def packed(html: str) -> bytes:
    """Gzipped; the very text that was asked for last is not packed again."""
    return gzip.compress(html.encode(), compresslevel=5, mtime=0)
