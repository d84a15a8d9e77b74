"""Presses on the page of an alert about what Sentinel runs on, and on its message's own button: take it, give it
back.
"""

from aiohttp import web

from sentinel.incidents.command import Action, Refusal
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.links import Grant, LinkFlaw
from sentinel.store.audit import KnownBy
from sentinel.web.access.audit_note import note
from sentinel.web.answer import as_json
from sentinel.web.api.shapes import RefusedAction
from sentinel.web.http.posting import admit
from sentinel.web.pages.card import person
from sentinel.web.pages.phone import address_of, fresh_token, refuse_link, words_of
from sentinel.web.pages.phone_acting import READABLE, Pressed, line, wants_json
from sentinel.web.pages.phone_alert import opened_alert, show_alert
from sentinel.web.pages.words import Words
from sentinel.web.ports.ports import PORTS

NOTED = {Action.ACKNOWLEDGE: "machinery.audit_taken", Action.UNACKNOWLEDGE: "machinery.audit_given_back"}
ALERTMANAGER = "Alertmanager"
"""Who says that one is over."""


async def post_action(request: web.Request) -> web.Response:
    """Acts, then leads to the page as it is now."""
    return await _press(request, Action(request.match_info["action"]), page=True)


async def post_token(request: web.Request) -> web.Response:
    """The token says what it does; the phone gets a line, a browser the page."""
    return await _press(request, None, page="text/html" in request.headers.get("Accept", ""))


async def _press(request: web.Request, asked: Action | None, *, page: bool) -> web.Response:
    admit(request)
    found = opened_alert(request)
    if isinstance(found, LinkFlaw):
        return refuse_link(request, found)
    grant, alert = found
    words, action = words_of(request, grant), asked or grant.action
    note(
        request, who=grant.contact, known_by=KnownBy.LINK, about=alert.id, what=NOTED.get(action, "") if action else ""
    )
    if action is None:
        return _declined(request, grant, alert, words.said("phone.page_only"), page=page, status=400)
    if action not in NOTED or grant.action not in (None, action):
        return _declined(request, grant, alert, words.said("phone.wrong_scope"), page=page, status=403)
    desk = request.app[PORTS].infrastructure
    if action is Action.ACKNOWLEDGE:
        answer = await desk.hold(alert.id, grant.contact)
    else:
        answer = await desk.give_back(alert.id, grant.contact, grant.epoch)
    if isinstance(answer, Refusal):
        return _refused(request, grant, desk.find(alert.id) or alert, answer, words, page=page)
    if page:
        return web.Response(
            status=303, headers={"Location": address_of(fresh_token(request.app[PORTS], grant, answer))}
        )
    said = words.said("machinery.done_taken" if answer.taken_by else "machinery.done_given_back", alert=answer.name)
    if request.app[PORTS].unwritten():
        said = f"{said} {words.said('watch.unwritten')}"
    return line(request, Pressed(incident=answer.id, state=_state(answer), said=said))


def _refused(
    request: web.Request, grant: Grant, alert: StandingAlert, refusal: Refusal, words: Words, *, page: bool
) -> web.Response:
    """Who was there before and when, or that it is over."""
    over = refusal is Refusal.ALREADY_RESOLVED
    by, at = (ALERTMANAGER, alert.ended_at) if over else (alert.taken_by, alert.taken_at)
    who = person(request.app[PORTS].config(), by) or words.t("somebody")
    said = words.t(f"refusal_{refusal}", by=who, at=words.clock(at) if at else words.t("unknown"))
    if not page and wants_json(request):
        return as_json(RefusedAction(error=said, refusal=refusal.value, by=by, at=at), status=409, headers=READABLE)
    return _declined(request, grant, alert, said, page=page, status=409)


def _declined(
    request: web.Request, grant: Grant, alert: StandingAlert, said: str, *, page: bool, status: int
) -> web.Response:
    if page:
        return show_alert(request, grant, alert, notice=said, status=status)
    return line(request, Pressed(incident=alert.id, state=_state(alert), said=said), status=status)


def _state(alert: StandingAlert) -> str:
    return "over" if alert.ended_at else "taken" if alert.taken_by else "firing"
