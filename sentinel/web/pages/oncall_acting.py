"""The forms of ``/oncall``: somebody else for a while, two who swap, and taking either back.

On disk before the page says so.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec
from aiohttp import web

from sentinel.escalation.override import Swap
from sentinel.web.access.audit_note import note
from sentinel.web.access.visitor import Role
from sentinel.web.http.form import read_form
from sentinel.web.pages.asked import Fields, Unclear, back_to, done, one_of, reason, signer, span
from sentinel.web.pages.oncall import PATH, show_oncall
from sentinel.web.pages.words import words_for
from sentinel.web.ports.ports import PORTS, Ports

LONGEST = timedelta(days=400)
NOBODY = "-"
"""What the form says for an override with nobody."""


async def post_override(request: web.Request) -> web.Response:
    """These people instead of the rotation."""

    async def override(ports: Ports, fields: Fields, by: str) -> None:
        schedule, contacts = one_of(fields, "schedule", ports.roster().schedules), ports.config().contacts
        who = [each for each in (fields.get("who", ""), fields.get("with", "")) if each]
        if not who:
            raise Unclear("who_missing")
        people = () if NOBODY in who else tuple(dict.fromkeys(one_of({"who": each}, "who", contacts) for each in who))
        begin, end = span(fields, ports.config().zone)
        if end <= ports.clock.now():
            raise Unclear("past")
        if end - begin > LONGEST:
            raise Unclear("too_long", days=LONGEST.days)
        await ports.oncall.override(schedule, people, begin, end, by=by, reason=reason(fields))

    return await _act(request, "override", override)


async def post_swap(request: web.Request) -> web.Response:
    """Two people do each other's shifts."""

    async def swap(ports: Ports, fields: Fields, by: str) -> None:
        name, contacts = one_of(fields, "schedule", ports.roster().schedules), ports.config().contacts
        between = one_of(fields, "one", contacts), one_of(fields, "other", contacts)
        if between[0] == between[1]:
            raise Unclear("swap_alone")
        begin, end = span(fields, ports.config().zone)
        if end <= ports.clock.now():
            raise Unclear("past")
        if end - begin > LONGEST:
            raise Unclear("too_long", days=LONGEST.days)
        schedule = ports.roster().schedules[name]
        tried = Swap(id="", schedule=name, between=between, starts_at=begin, ends_at=end)
        swapped = msgspec.structs.replace(schedule, swaps=(*schedule.swaps, tried))
        if [each.contacts for each in swapped.shifts(begin, end)] == [
            each.contacts for each in schedule.shifts(begin, end)
        ]:
            raise Unclear("swap_nothing")
        await ports.oncall.swap(name, between, begin, end, by=by, reason=reason(fields))

    return await _act(request, "swap", swap)


async def post_undo(request: web.Request) -> web.Response:
    """The rotation shows again."""
    await read_form(request, Role.RESPONDER)
    note(request, what="undo", about=request.match_info["id"])
    gone = await request.app[PORTS].oncall.take_back(request.match_info["id"])
    if gone is None:
        words = words_for(request)
        return await show_oncall(request, words, notice=Unclear("gone").said(words), status=404)
    return web.Response(status=303, headers={"Location": f"{PATH}?said=undone"})


async def _act(request: web.Request, form: str, act: Callable[[Ports, Fields, str], Awaitable[None]]) -> web.Response:
    visitor, fields = await read_form(request, Role.RESPONDER)
    try:
        by = signer(request, fields)
        await act(request.app[PORTS], fields, by)
    except Unclear as unclear:
        words = words_for(request)
        return await show_oncall(request, words, fields=fields, form=form, notice=unclear.said(words), status=400)
    note(request, what=form, about=fields["schedule"])
    return done(request, f"{PATH}?said={form}", visitor, by)


ROUTES: tuple[web.RouteDef, ...] = (
    web.post(f"{PATH}/overrides", post_override),
    web.get(f"{PATH}/overrides", back_to(PATH)),
    web.post(f"{PATH}/swaps", post_swap),
    web.get(f"{PATH}/swaps", back_to(PATH)),
    web.post(f"{PATH}/changes/{{id}}/undo", post_undo),
    web.get(f"{PATH}/changes/{{id}}/undo", back_to(PATH)),
)
