"""Overrides and swaps of a schedule, made and taken back while the daemon runs."""

from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.config.explain import unknown
from sentinel.escalation.override import Override, Swap
from sentinel.web.access.visitor import named
from sentinel.web.answer import Instant, as_json, read_json, within_reason
from sentinel.web.api.schedules import NO_SCHEDULE, SCHEDULE
from sentinel.web.api.shapes import Fault, Name, Words
from sentinel.web.endpoint import BAD, get, in_path, post
from sentinel.web.http.body import RefusedBody
from sentinel.web.ports.ports import PORTS

LONGEST = timedelta(days=400)


class OverrideAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """These contacts instead of the rotation, from ``starts_at`` up to ``ends_at``; an empty list: nobody."""

    by: Name
    contacts: tuple[str, ...]
    starts_at: Instant
    ends_at: Instant
    reason: Words = ""


class SwapAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Two contacts do each other's shifts, from ``starts_at`` up to ``ends_at``."""

    by: Name
    between: tuple[str, str]
    starts_at: Instant
    ends_at: Instant
    reason: Words = ""


class OverrideNow(msgspec.Struct, frozen=True, kw_only=True):
    """An override as it is on disk."""

    override: Override


class SwapNow(msgspec.Struct, frozen=True, kw_only=True):
    """A swap as it is on disk."""

    swap: Swap


class OnCallChangeList(msgspec.Struct, frozen=True, kw_only=True):
    """What people made while the daemon runs, the oldest first."""

    overrides: tuple[Override, ...]
    swaps: tuple[Swap, ...]


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A change that no longer counts."""

    id: str
    schedule: str


@get("/api/v1/oncall-changes", "Overrides and swaps that people made", (200, "The oldest first.", OnCallChangeList))
async def get_oncall_changes(request: web.Request) -> web.Response:
    """Overrides and swaps made by people; those of the configuration are not among them."""
    made = request.app[PORTS].oncall.all()
    overrides = tuple(each for each in made if isinstance(each, Override))
    swaps = tuple(each for each in made if isinstance(each, Swap))
    return as_json(OnCallChangeList(overrides=overrides, swaps=swaps))


@post(
    "/api/v1/schedules/{name}/overrides",
    "Somebody else on call for a while",
    (201, "On disk, and in force.", OverrideNow),
    BAD,
    NO_SCHEDULE,
    scope=Scope.ONCALL,
    parameters=(SCHEDULE,),
    body=OverrideAsk,
    did="override",
)
async def post_override(request: web.Request) -> web.Response:
    """Make one; it counts from the answer on."""
    name, asked = _schedule(request), await read_json(request, OverrideAsk)
    _check(request, "contacts", asked.contacts, asked.starts_at, asked.ends_at)
    made = await request.app[PORTS].oncall.override(
        name, asked.contacts, asked.starts_at, asked.ends_at, by=named(request, asked.by), reason=asked.reason
    )
    return as_json(OverrideNow(override=made), status=201)


@post(
    "/api/v1/schedules/{name}/swaps",
    "Two people do each other's shifts",
    (201, "On disk, and in force.", SwapNow),
    BAD,
    NO_SCHEDULE,
    scope=Scope.ONCALL,
    parameters=(SCHEDULE,),
    body=SwapAsk,
    did="swap",
)
async def post_swap(request: web.Request) -> web.Response:
    """Make one; it counts from the answer on."""
    name, asked = _schedule(request), await read_json(request, SwapAsk)
    _check(request, "between", asked.between, asked.starts_at, asked.ends_at)
    if asked.between[0] == asked.between[1]:
        raise RefusedBody(400, f"between: {asked.between[0]!r} cannot swap with themselves")
    made = await request.app[PORTS].oncall.swap(
        name, asked.between, asked.starts_at, asked.ends_at, by=named(request, asked.by), reason=asked.reason
    )
    return as_json(SwapNow(swap=made), status=201)


@post(
    "/api/v1/oncall-changes/{id}/undo",
    "Take an override or a swap back",
    (200, "The rotation shows again.", TakenBack),
    (404, "No such change.", Fault),
    scope=Scope.ONCALL,
    parameters=(in_path("id", "The change."),),
    did="undo",
)
async def post_oncall_undo(request: web.Request) -> web.Response:
    """Take one back; the rotation shows again."""
    name = request.match_info["id"]
    gone = await request.app[PORTS].oncall.take_back(name)
    if gone is None:
        raise RefusedBody(404, f"there is no change {name[:40]!r}; those of the configuration are taken back there")
    return as_json(TakenBack(id=gone.id, schedule=gone.schedule))


def _schedule(request: web.Request) -> str:
    name = request.match_info["name"]
    schedules = request.app[PORTS].roster().schedules
    if name not in schedules:
        raise RefusedBody(404, unknown(name, schedules, "schedule"))
    return name


def _check(request: web.Request, key: str, people: tuple[str, ...], starts_at: datetime, ends_at: datetime) -> None:
    contacts = request.app[PORTS].config().contacts
    for each in people:
        if each not in contacts:
            raise RefusedBody(400, f"{key}: {unknown(each[:80], contacts, 'contact')}")
    within_reason("starts_at", starts_at)
    within_reason("ends_at", ends_at)
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise RefusedBody(400, f"ends_at: must be after `starts_at` and at most {LONGEST.days} days later")
