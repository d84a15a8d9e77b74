"""The forms of ``/oncall``: somebody else for a while, two who swap, and taking either back.

On disk before the page says so.
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role
from sentinel.web.http.form import read_form
from sentinel.web.oncall_changes import override, swap, take_back
from sentinel.web.pages.asked import Fields, Unclear, back_to, done, made, reason, signer, span
from sentinel.web.pages.oncall import PATH, show_oncall
from sentinel.web.pages.words import words_for
from sentinel.web.ports.ports import Ports
from sentinel.web.undone import Undone

NOBODY = "-"
"""What the form says for an override with nobody."""


async def post_override(request: web.Request) -> web.Response:
    """These people instead of the rotation."""

    async def form(ports: Ports, fields: Fields, by: str) -> None:
        who = [each for each in (fields.get("who", ""), fields.get("with", "")) if each]
        if not who:
            raise Unclear("who_missing")
        people = () if NOBODY in who else tuple(dict.fromkeys(who))
        begin, end = span(fields, ports.config().zone)
        schedule, why = fields.get("schedule", ""), reason(fields)
        made(await override(ports, schedule, people, begin, end, by=by, reason=why))

    return await _act(request, "override", form)


async def post_swap(request: web.Request) -> web.Response:
    """Two people do each other's shifts."""

    async def form(ports: Ports, fields: Fields, by: str) -> None:
        between = fields.get("one", ""), fields.get("other", "")
        begin, end = span(fields, ports.config().zone)
        made(await swap(ports, fields.get("schedule", ""), between, begin, end, by=by, reason=reason(fields)))

    return await _act(request, "swap", form)


async def post_undo(request: web.Request) -> web.Response:
    """The rotation shows again."""
    await read_form(request, Role.RESPONDER)
    if isinstance(answer := await take_back(request), Undone):
        words = words_for(request)
        return await show_oncall(request, words, notice=Unclear(answer.key).said(words), status=answer.status)
    return web.Response(status=303, headers={"Location": f"{PATH}?said=undone"})


async def _act(request: web.Request, form: str, act: Callable[[Ports, Fields, str], Awaitable[None]]) -> web.Response:
    visitor, fields = await read_form(request, Role.RESPONDER)
    try:
        by = signer(request, fields)
        await act(ports_of(request), fields, by)
    except Unclear as unclear:
        words = words_for(request)
        notice, status = unclear.said(words), unclear.status
        return await show_oncall(request, words, fields=fields, form=form, notice=notice, status=status)
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
