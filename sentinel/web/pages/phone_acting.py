"""``POST /a/{token}`` and ``POST /a/{token}/{action}``: presses on the page of a link, and on the buttons of a
message: about an incident, or an alert about what Sentinel runs on.

Where a request comes from is not asked here. A foreign page can make a browser send a form, but not with an address it
does not know: nothing but the token in the path gives power, and no cookie adds any. Nor could it be asked: under
``no-referrer``, which keeps the token out of other sites' logs, browsers send ``Origin: null`` with our own forms, and
the web apps of notification services post a message's buttons from an origin of theirs.
"""

from typing import assert_never

import msgspec
from aiohttp import web

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.acting import ALERT_ACTIONS, Declined, act, act_on_alert
from sentinel.web.answer import as_json
from sentinel.web.api.incidents import refused_action
from sentinel.web.api.shapes import Ask
from sentinel.web.http.form import fields_of
from sentinel.web.http.posting import admit
from sentinel.web.pages.links import Linked, get_back, get_link, opened, show
from sentinel.web.pages.phone import address_of, fresh_token, refuse_link, words_of
from sentinel.web.pages.refusals import refusal_said
from sentinel.web.pages.words import Words

SNOOZE = 30
"""Minutes, where a press names none."""
FORM = "application/x-www-form-urlencoded"
READABLE = {"Access-Control-Allow-Origin": "*"}
"""A notification service's web app may read what became of its press; whoever asks knows the token already."""
NOTED = {Action.ACKNOWLEDGE: "machinery.audit_taken", Action.UNACKNOWLEDGE: "machinery.audit_given_back"}
"""What the audit log calls an action on an alert."""


class Pressed(msgspec.Struct, frozen=True, kw_only=True):
    """What a program reads after a press that changed something."""

    incident: str
    state: str
    said: str


async def post_action(request: web.Request) -> web.Response:
    """A press on the page: acts, then leads to the page as it is now."""
    return await _press(request, Action(request.match_info["action"]), page=True)


async def post_token(request: web.Request) -> web.Response:
    """A press on a message's own button: the token says what it does; the phone gets a line, a browser the page."""
    return await _press(request, None, page="text/html" in request.headers.get("Accept", ""))


async def _press(request: web.Request, asked: Action | None, *, page: bool) -> web.Response:
    admit(request)
    found = await opened(request)
    if isinstance(found, LinkFlaw):
        return refuse_link(request, found)
    grant, linked = found
    words, action = words_of(request, grant), asked or grant.action
    _note(request, grant, linked, action)
    if action is None:
        return await _declined(request, grant, linked, words.said("phone.page_only"), page=page, status=400)
    knows = isinstance(linked, Incident) or action in ALERT_ACTIONS
    if not knows or grant.action not in (None, action):
        return await _declined(request, grant, linked, words.said("phone.wrong_scope"), page=page, status=403)
    try:
        answer = await _act(request, grant, linked, action)
    except msgspec.ValidationError:
        return await _declined(request, grant, linked, words.said("phone.bad_minutes"), page=page, status=400)
    ports = ports_of(request)
    if isinstance(answer, Declined):
        if not page and _wants_json(request):
            return as_json(refused_action(answer), status=409, headers=READABLE)
        said = refusal_said(answer, ports.config(), words)
        return await _declined(request, grant, answer.incident, said, page=page, status=409)
    if page:
        return web.Response(status=303, headers={"Location": address_of(fresh_token(ports, grant, answer))})
    said = _said(answer, action, words)
    if ports.unwritten():
        said = f"{said} {words.said('watch.unwritten')}"
    return _line(request, answer, said)


async def _act(
    request: web.Request, grant: Grant, linked: Linked, action: Action
) -> Linked | Declined[Incident] | Declined[StandingAlert]:
    if isinstance(linked, StandingAlert):
        return await act_on_alert(ports_of(request), linked, action, grant.contact, epoch=grant.epoch)
    fields = await fields_of(request) if request.content_type == FORM else {}
    ask = _ask(fields, grant.contact, action)
    return await act(ports_of(request), linked.id, action, ask, epoch=grant.epoch)


def _ask(fields: dict[str, str], by: str, action: Action) -> Ask:
    minutes = fields.get("minutes", "") or str(SNOOZE)
    reason = fields.get("reason", "")[:2000] or None
    if action is not Action.SNOOZE:
        return Ask(by=by, reason=reason)
    return msgspec.convert({"by": by, "reason": reason, "minutes": minutes}, Ask, strict=False)


def _note(request: web.Request, grant: Grant, linked: Linked, action: Action | None) -> None:
    what = action or "" if isinstance(linked, Incident) else NOTED.get(action, "") if action else ""
    note(request, who=grant.contact, known_by=KnownBy.LINK, about=linked.id, what=what)


def _said(linked: Linked, action: Action, words: Words) -> str:
    if isinstance(linked, Incident):
        return words.said(f"phone.done_{action}", brand=linked.brand)
    return words.said("machinery.done_taken" if linked.taken_by else "machinery.done_given_back", alert=linked.name)


async def _declined(
    request: web.Request, grant: Grant, linked: Linked, said: str, *, page: bool, status: int
) -> web.Response:
    if page:
        return await show(request, grant, linked, notice=said, status=status)
    return _line(request, linked, said, status=status)


def _line(request: web.Request, linked: Linked, said: str, *, status: int = 200) -> web.Response:
    """The answer to a message's own button."""
    if _wants_json(request):
        pressed = Pressed(incident=linked.id, state=_state(linked), said=said)
        return as_json(pressed, status=status, headers=READABLE)
    return web.Response(text=f"{said}\n", status=status, headers=READABLE)


def _state(linked: Linked) -> str:
    match linked:
        case Incident():
            return linked.state
        case StandingAlert():
            return "over" if linked.ended_at else "taken" if linked.taken_by else "firing"
    assert_never(linked)


def _wants_json(request: web.Request) -> bool:
    """Whether it is a program that reads the answer."""
    return "application/json" in request.headers.get("Accept", "")


_PRESS = f"/a/{{token}}/{{action:{'|'.join(Action)}}}"
ROUTES: tuple[web.RouteDef, ...] = (
    web.get("/a/{token}", get_link),
    web.post("/a/{token}", post_token),
    web.get(_PRESS, get_back),
    web.post(_PRESS, post_action),
)
