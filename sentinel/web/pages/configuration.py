"""``/config``: the configuration in force without its secrets, what became of the last reading, reloading it, and the
way to what-if.
"""

from dataclasses import dataclass

from aiohttp import web

from sentinel.config.config_file import ConfigFile
from sentinel.config.shown import shown_yaml
from sentinel.errors import ConfigError
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.form import read_form
from sentinel.web.pages.asked import back_to
from sentinel.web.pages.templates import page
from sentinel.web.pages.what_if import WhatIfForm, present_form
from sentinel.web.pages.words import Words, words_for

PATH = "/config"
LONGEST = 60_000
"""Characters of the file that one page shows."""
SAID = ("reloaded",)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigView:
    """Everything the page shows. ``left_out`` counts lines that it has no room for."""

    text: str
    left_out: int
    reading: ConfigFile
    form: WhatIfForm


async def get_config(request: web.Request) -> web.Response:
    """The page, for those who may change the file's effects."""
    words, said = words_for(request), request.query.get("said", "")
    if not visitor_of(request).may(Role.ADMIN):
        return page(
            request,
            "config.html",
            words,
            title=words.said("settings.title"),
            status=403,
            view=None,
            s=words.sayer("settings"),
            a=words.sayer("asked"),
            notice=None,
            failed=False,
            problems=(),
            warnings=(),
        )
    return _show(request, words, notice=words.said(f"settings.said_{said}") if said in SAID else None)


async def post_reload(request: web.Request) -> web.Response:
    """Read the file again; with a mistake in it everything stays as it was, and the page says every one."""
    await read_form(request, Role.ADMIN)
    note(request, what="reload")
    words = words_for(request)
    try:
        warnings = await ports_of(request).reload()
    except ConfigError as error:
        return _show(
            request, words, notice=words.said("settings.refused_now"), problems=tuple(error.problems), status=422
        )
    if warnings:
        return _show(request, words, notice=words.said("settings.said_reloaded"), warnings=tuple(warnings))
    return web.Response(status=303, headers={"Location": f"{PATH}?said=reloaded"})


def _show(
    request: web.Request,
    words: Words,
    *,
    notice: str | None = None,
    problems: tuple[str, ...] = (),
    warnings: tuple[str, ...] = (),
    status: int = 200,
) -> web.Response:
    ports = ports_of(request)
    reading, config = ports.reading(), ports.config()
    lines = shown_yaml(config, reading.hidden).splitlines()
    shown, length = 0, 0
    while shown < len(lines) and (length := length + len(lines[shown]) + 1) <= LONGEST:
        shown += 1
    view = ConfigView(
        text="\n".join(lines[:shown]), left_out=len(lines) - shown, reading=reading, form=present_form(config)
    )
    return page(
        request,
        "config.html",
        words,
        title=words.said("settings.title"),
        status=status,
        view=view,
        s=words.sayer("settings"),
        a=words.sayer("asked"),
        notice=notice,
        failed=status >= 400,
        problems=problems or reading.problems,
        warnings=warnings,
    )


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(PATH, get_config),
    web.post(f"{PATH}/reload", post_reload),
    web.get(f"{PATH}/reload", back_to(PATH)),
)
