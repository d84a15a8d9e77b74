"""``POST /incidents/{id}/{action}``: the buttons of the incident's page.

Plain forms, so that they work on any phone.
"""

from urllib.parse import quote

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.incidents.command import Action
from sentinel.web.access.tokens import COOKIE, NAME_COOKIE, program_of, require_same_origin
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, named, visitor_of
from sentinel.web.acting import Declined, act
from sentinel.web.api.shapes import Ask
from sentinel.web.http.form import fields_of, read_form
from sentinel.web.http.peer import over_tls
from sentinel.web.http.posting import admit
from sentinel.web.pages.incident import ActionForm, find_incident, form_for, show
from sentinel.web.pages.refusals import refusal_said
from sentinel.web.pages.words import words_for

MONTH = 30 * 24 * 3600


async def post_form(request: web.Request) -> web.Response:
    """Act, then show the incident as it is now; a refusal is said on the page in the reader's language."""
    if ports_of(request).config().access.closed:
        visitor, fields = await read_form(request, Role.RESPONDER)
        return await _act(request, fields, visitor.name)
    require_same_origin(request)
    admit(request)
    fields = await fields_of(request)
    shown, by = fields.get("token", "").strip(), fields.get("by", "").strip()[:80]
    if not (visitor_of(request).may(Role.RESPONDER) or _opens(request, shown)):
        notice = words_for(request).t("notice_token_wrong" if shown else "notice_token_missing")
        return await show(
            request, await find_incident(request), ActionForm(by=by, token_wanted=True, notice=notice), status=401
        )
    response = await _act(request, fields, by)
    if response.status == 303:
        _remember(request, response, by, shown)
    return response


async def _act(request: web.Request, fields: dict[str, str], by: str) -> web.Response:
    ports, words = ports_of(request), words_for(request)
    incident = await find_incident(request)
    by = named(request, by)
    try:
        answer = await act(ports, incident.id, Action(request.match_info["action"]), _ask(fields, by))
    except msgspec.ValidationError:
        return await show(
            request, incident, form_for(request, by=by, notice=words.t("notice_name_missing")), status=400
        )
    if isinstance(answer, Declined):
        notice = refusal_said(answer, ports.config(), words)
        return await show(request, answer.incident, form_for(request, by=by, notice=notice), status=409)
    return web.Response(status=303, headers={"Location": f"/incidents/{quote(incident.id, safe='')}"})


def _opens(request: web.Request, shown: str) -> bool:
    """Whether this token lets whoever shows it act."""
    program = program_of(ports_of(request).config(), shown) if shown else None
    return program is not None and program.may(Scope.INCIDENTS)


def _remember(request: web.Request, response: web.Response, by: str, token: str) -> None:
    secure = over_tls(request)
    response.set_cookie(NAME_COOKIE, quote(by), max_age=MONTH, httponly=True, samesite="Lax", secure=secure)
    if token and _opens(request, token):
        response.set_cookie(COOKIE, token, max_age=MONTH, httponly=True, samesite="Lax", secure=secure)


def _ask(fields: dict[str, str], by: str) -> Ask:
    minutes = fields.get("minutes", "")
    shown = {
        "by": by,
        "reason": fields.get("reason", "")[:2000] or None,
        "minutes": float(minutes) if minutes.isdecimal() else None,
    }
    return msgspec.convert(shown, Ask)
