"""``POST /incidents/{id}/{action}``: the buttons of the incident's page. Plain forms, so that they work on any phone."""

from urllib.parse import quote

import msgspec
from aiohttp import web

from sentinel.incidents.command import Action
from sentinel.web.acting import Declined, act
from sentinel.web.api.shapes import Ask
from sentinel.web.auth import COOKIE, NAME_COOKIE, is_token, may_act, require_same_origin
from sentinel.web.form import fields_of
from sentinel.web.pages.card import person
from sentinel.web.pages.incident import Form, find_incident, show
from sentinel.web.pages.words import words_for
from sentinel.web.ports import PORTS
from sentinel.web.posting import admit

MONTH = 30 * 24 * 3600


async def post_form(request: web.Request) -> web.Response:
    """Act, then show the incident as it is now; a refusal is said on the page in the reader's language."""
    require_same_origin(request)
    admit(request)
    fields = await fields_of(request)
    ports, words = request.app[PORTS], words_for(request)
    incident = await find_incident(request)
    shown_token = fields.get("token", "").strip()
    by = fields.get("by", "").strip()[:80]
    if not (may_act(request) or is_token(ports.config().web, shown_token)):
        notice = words.t("notice_token_wrong" if shown_token else "notice_token_missing")
        return await show(request, incident, Form(by=by, token_wanted=True, notice=notice), status=401)
    try:
        answer = await act(ports, incident.id, Action(request.match_info["action"]), _ask(fields, by))
    except msgspec.ValidationError:
        return await show(request, incident, Form(by=by, notice=words.t("notice_name_missing")), status=400)
    if isinstance(answer, Declined):
        who = person(ports.config(), answer.by) or words.t("somebody")
        at = words.clock(answer.at) if answer.at else words.t("unknown")
        notice = words.t(f"refusal_{answer.refusal}", by=who, at=at)
        return await show(request, answer.incident, Form(by=by, notice=notice), status=409)
    response = web.Response(status=303, headers={"Location": f"/incidents/{quote(incident.id, safe='')}"})
    _remember(request, response, by, shown_token)
    return response


def _remember(request: web.Request, response: web.Response, by: str, token: str) -> None:
    settings = request.app[PORTS].config().web
    secure = request.secure or (settings.external_url or "").startswith("https://")
    response.set_cookie(NAME_COOKIE, quote(by), max_age=MONTH, httponly=True, samesite="Lax", secure=secure)
    if token and is_token(settings, token):
        response.set_cookie(COOKIE, token, max_age=MONTH, httponly=True, samesite="Lax", secure=secure)


def _ask(fields: dict[str, str], by: str) -> Ask:
    minutes = fields.get("minutes", "")
    shown = {"by": by, "reason": fields.get("reason", "")[:2000] or None, "minutes": float(minutes) if minutes.isdecimal() else None}
    return msgspec.convert(shown, Ask)
