"""``POST /a/{token}`` and ``POST /a/{token}/{action}``: presses on the phone page, and on the buttons of a message.

Where a request comes from is not asked here. A foreign page can make a browser send a form, but not with an address it
does not know: nothing but the token in the path gives power, and no cookie adds any. Nor could it be asked: under
``no-referrer``, which keeps the token out of other sites' logs, browsers send ``Origin: null`` with our own forms, and
the web apps of notification services post a message's buttons from an origin of theirs.
"""

import msgspec
from aiohttp import web

from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.incident import Incident
from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.acting import Declined, act
from sentinel.web.answer import as_json
from sentinel.web.api.incidents import explain
from sentinel.web.api.shapes import Ask, RefusedAction
from sentinel.web.http.form import fields_of
from sentinel.web.http.posting import admit
from sentinel.web.pages.card import person
from sentinel.web.pages.phone import address_of, fresh_token, opened, refuse_link, show_phone, words_of
from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import PORTS

SNOOZE = 30
"""Minutes, where a press names none."""
FORM = "application/x-www-form-urlencoded"
READABLE = {"Access-Control-Allow-Origin": "*"}
"""A notification service's web app may read what became of its press; whoever asks knows the token already."""


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """What a program reads after a press that changed something."""

    incident: str
    state: str
    said: str


async def post_action(request: web.Request) -> web.Response:
    """A press on the phone page: acts, then leads to the page as it is now."""
    return await _press(request, Action(request.match_info["action"]), page=True)


async def post_token(request: web.Request) -> web.Response:
    """A press on a message's own button: the token says what it does; the phone gets a line, a browser the page."""
    return await _press(request, None, page="text/html" in request.headers.get("Accept", ""))


async def _press(request: web.Request, asked: Action | None, *, page: bool) -> web.Response:
    admit(request)
    found = await opened(request)
    if isinstance(found, LinkFlaw):
        return refuse_link(request, found)
    grant, incident = found
    note(request, who=grant.contact, known_by=KnownBy.LINK, about=incident.id, what=asked or grant.action or "")
    words = words_of(request, grant)
    action = asked or grant.action
    if action is None:
        return await _declined(request, grant, incident, words.said("phone.page_only"), page=page, status=400)
    if grant.action not in (None, action):
        return await _declined(request, grant, incident, words.said("phone.wrong_scope"), page=page, status=403)
    fields = await fields_of(request) if request.content_type == FORM else {}
    try:
        ask = _ask(fields, grant.contact, action)
    except msgspec.ValidationError:
        return await _declined(request, grant, incident, words.said("phone.bad_minutes"), page=page, status=400)
    answer = await act(request.app[PORTS], grant.incident, action, ask, epoch=grant.epoch)
    if isinstance(answer, Declined):
        return await _refused(request, grant, answer, words, page=page)
    if page:
        return web.Response(
            status=303, headers={"Location": address_of(fresh_token(request.app[PORTS], grant, answer))}
        )
    said = words.said(f"phone.done_{action}", brand=answer.brand)
    if request.app[PORTS].unwritten():
        said = f"{said} {words.said('watch.unwritten')}"
    return line(request, Pressed(incident=answer.id, state=answer.state, said=said))


def _ask(fields: dict[str, str], by: str, action: Action) -> Ask:
    minutes = fields.get("minutes", "") or str(SNOOZE)
    reason = fields.get("reason", "")[:2000] or None
    if action is not Action.SNOOZE:
        return Ask(by=by, reason=reason)
    return msgspec.convert({"by": by, "reason": reason, "minutes": minutes}, Ask, strict=False)


async def _refused(request: web.Request, grant: Grant, answer: Declined, words: Words, *, page: bool) -> web.Response:
    """Who was there before and when, or that the incident has moved on."""
    if not page and wants_json(request):
        refused = RefusedAction(error=explain(answer), refusal=answer.refusal.value, by=answer.by, at=answer.at)
        return as_json(refused, status=409, headers=READABLE)
    who = person(request.app[PORTS].config(), answer.by) or words.t("somebody")
    at = words.clock(answer.at) if answer.at else words.t("unknown")
    said = words.t(f"refusal_{answer.refusal}", by=who, at=at)
    if page and answer.refusal is Refusal.STALE_LINK:
        return await show_phone(request, grant, answer.incident, notice=said, status=409)
    return await _declined(request, grant, answer.incident, said, page=page, status=409)


async def _declined(
    request: web.Request, grant: Grant, incident: Incident, said: str, *, page: bool, status: int
) -> web.Response:
    if page:
        return await show_phone(request, grant, incident, notice=said, status=status)
    return line(request, Pressed(incident=incident.id, state=incident.state, said=said), status=status)


def line(request: web.Request, pressed: Pressed, *, status: int = 200) -> web.Response:
    """The answer to a message's own button."""
    if wants_json(request):
        return as_json(pressed, status=status, headers=READABLE)
    return web.Response(text=f"{pressed.said}\n", status=status, headers=READABLE)


def wants_json(request: web.Request) -> bool:
    """Whether it is a program that reads the answer."""
    return "application/json" in request.headers.get("Accept", "")
