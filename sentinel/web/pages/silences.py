"""``/silences``: what holds pages back now, later and lately; making one, ending one, and what one does not do; and
which accounts do not count.
"""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web

from sentinel.config.contact import Weekday
from sentinel.config.silences import SilenceSettings
from sentinel.escalation.recurring_silence import in_force
from sentinel.escalation.silence import Silence
from sentinel.escalation.wall import starts_at
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.http.form import read_form
from sentinel.web.ignoring import hear_again
from sentinel.web.pages.asked import Fields, Unclear, back_to, done, made, one_of, reason, signer, wall
from sentinel.web.pages.card import person
from sentinel.web.pages.ignored import IgnoredAccountRow, ignored_accounts
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports
from sentinel.web.silencing import end_silence, silence
from sentinel.web.undone import Undone

PATH = "/silences"
LENGTHS = {
    "30m": timedelta(minutes=30),
    "1h": timedelta(hours=1),
    "2h": timedelta(hours=2),
    "4h": timedelta(hours=4),
    "8h": timedelta(hours=8),
    "1d": timedelta(days=1),
    "2d": timedelta(days=2),
    "7d": timedelta(days=7),
    "31d": timedelta(days=31),
}
"""How long one may last."""
FIRST = "1h"
TICKED = 12
"""Up to so many brands are ticked; of more, the names are written."""
MOST_OVER = 20
SAID = ("made", "ended", "heard")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringLine:
    """A silence of the configuration; ``days`` is nothing where it is every day."""

    settings: SilenceSettings
    days: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencesView:
    """Everything the page shows: (silence, whose) of each. ``ticks`` are (field, brand) where brands are few.

    Parameters
    ----------
    now, hours
        Those that people made; those of the configuration whose hours these are.
    recurring
        Of the configuration, as they are written there.
    """

    now: list[tuple[Silence, str]]
    hours: list[tuple[Silence, str]]
    recurring: list[RecurringLine]
    later: list[tuple[Silence, str]]
    over: list[tuple[Silence, str]]
    brands: list[str]
    ticks: list[tuple[str, str]]
    ignored: list[IgnoredAccountRow]


async def get_silences(request: web.Request) -> web.Response:
    """The page."""
    words, said = words_for(request), request.query.get("said", "")
    return _show(request, words, notice=words.said(f"silences.said_{said}") if said in SAID else None)


async def post_silence(request: web.Request) -> web.Response:
    """Make one; on disk and in force before the page says so."""
    visitor, fields = await read_form(request, Role.RESPONDER)
    config, words = ports_of(request).config(), words_for(request)
    try:
        by = signer(request, fields)
        brands = _brands(fields, [each.name for each in config.brands])
        lasts = LENGTHS[one_of(fields, "lasts", LENGTHS)]
        begins = starts_at(wall(fields, "begin"), config.zone) if fields.get("begin", "").strip() else None
        why = reason(fields) or None
        made(await silence(request, brands=brands, starts_at=begins, lasts=lasts, by=by, reason=why))
    except Unclear as unclear:
        return _show(request, words, fields=fields, notice=unclear.said(words), status=unclear.status)
    return done(request, f"{PATH}?said=made", visitor, by)


async def post_end(request: web.Request) -> web.Response:
    """End one now: whoever would have been paged is paged."""
    await read_form(request, Role.RESPONDER)
    if isinstance(answer := await end_silence(request), Undone):
        words = words_for(request)
        return _show(request, words, notice=Unclear(answer.key).said(words), status=answer.status)
    return web.Response(status=303, headers={"Location": f"{PATH}?said=ended"})


async def post_heard(request: web.Request) -> web.Response:
    """Hear an ignored account again, from the next mention on."""
    visitor, fields = await read_form(request, Role.RESPONDER)
    name, words = request.match_info["id"], words_for(request)
    note(request, what="ignore_end", about=name)
    try:
        by = signer(request, fields)
        if await hear_again(ports_of(request), name, by) is None:
            raise Unclear("gone", 404)
    except Unclear as unclear:
        return _show(request, words, notice=unclear.said(words), status=unclear.status)
    return done(request, f"{PATH}?said=heard#ignored", visitor, by)


def _brands(fields: Fields, known: list[str]) -> tuple[str, ...]:
    """Those ticked or written, one a line; none of them where all are meant."""
    if fields.get("all"):
        return ()
    written = [line.strip() for line in fields.get("brands", "").splitlines() if line.strip()]
    ticked = [name for field, name in _ticks(known) if fields.get(field)]
    if not (chosen := tuple(dict.fromkeys((*ticked, *written)))):
        raise Unclear("brands_missing")
    return chosen


def _ticks(brands: list[str]) -> list[tuple[str, str]]:
    return [(f"brand_{place}", name) for place, name in enumerate(brands)] if len(brands) <= TICKED else []


def _show(
    request: web.Request, words: Words, *, fields: Fields | None = None, notice: str | None = None, status: int = 200
) -> web.Response:
    return page(
        request,
        "silences.html",
        words,
        title=words.said("silences.title"),
        status=status,
        view=_gather(ports_of(request), words),
        s=words.sayer("silences"),
        a=words.sayer("asked"),
        fields=fields or {},
        notice=notice,
        failed=status >= 400,
        may_act=visitor_of(request).may(Role.RESPONDER),
        lengths=list(LENGTHS),
        first=FIRST,
        zone=words.zone.key,
    )


def _gather(ports: Ports, words: Words) -> SilencesView:
    config, at = ports.config(), words.now
    every = [(each, person(config, each.by) or each.by) for each in ports.silences.all()]
    brands = [each.name for each in config.brands]
    return SilencesView(
        hours=[(each, person(config, each.by) or each.by) for each in in_force(ports.recurring(), at)],
        recurring=[_line(each, words, person(config, each.by) or each.by) for each in config.silences],
        now=[each for each in every if each[0].starts_at <= at < each[0].ends_at],
        later=sorted((each for each in every if each[0].starts_at > at), key=lambda each: each[0].starts_at),
        over=[each for each in every if each[0].ends_at <= at and each[0].starts_at <= at][:MOST_OVER],
        brands=brands,
        ticks=_ticks(brands),
        ignored=ignored_accounts(ports, words),
    )


def _line(settings: SilenceSettings, words: Words, by: str) -> RecurringLine:
    names = words.said("oncall.weekdays").split()
    days = ", ".join(name for day, name in zip(Weekday, names, strict=True) if day in settings.days)
    return RecurringLine(settings=settings, days=days if len(set(settings.days)) < len(names) else None, by=by)


ROUTES: tuple[web.RouteDef, ...] = (
    web.get(PATH, get_silences),
    web.post(PATH, post_silence),
    web.post(f"{PATH}/{{id}}/end", post_end),
    web.get(f"{PATH}/{{id}}/end", back_to(PATH)),
    web.post(f"{PATH}/ignored/{{id}}/end", post_heard),
    web.get(f"{PATH}/ignored/{{id}}/end", back_to(PATH)),
)
