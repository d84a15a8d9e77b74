"""Overrides and swaps of a schedule, made and taken back while the daemon runs."""

from datetime import datetime

import msgspec
from aiohttp import web

from sentinel.config.access import Scope
from sentinel.escalation.override import Override, Swap
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import named
from sentinel.web.answer import Instant, as_json, made, read_json, within_reason
from sentinel.web.api.schedules import NO_SCHEDULE, SCHEDULE
from sentinel.web.api.shapes import Fault, Name, Words
from sentinel.web.endpoint import BAD, get, in_path, post
from sentinel.web.oncall_changes import override, swap, take_back
from sentinel.web.ports.ports import Ports


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
    made = ports_of(request).oncall.all()
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
    asked = await read_json(request, OverrideAsk)
    by = named(request, asked.by)
    answer = await override(*_where(request), asked.contacts, *_span(asked), by=by, reason=asked.reason)
    return as_json(OverrideNow(override=made(answer)), status=201)


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
    asked = await read_json(request, SwapAsk)
    by = named(request, asked.by)
    answer = await swap(*_where(request), asked.between, *_span(asked), by=by, reason=asked.reason)
    return as_json(SwapNow(swap=made(answer)), status=201)


@post(
    "/api/v1/oncall-changes/{id}/undo",
    "Take an override or a swap back",
    (200, "The rotation shows again.", TakenBack),
    (404, "No such change.", Fault),
    scope=Scope.ONCALL,
    parameters=(in_path("id", "The change."),),
)
async def post_oncall_undo(request: web.Request) -> web.Response:
    """Take one back; the rotation shows again."""
    schedule = made(await take_back(request))
    return as_json(TakenBack(id=request.match_info["id"], schedule=schedule))


def _where(request: web.Request) -> tuple[Ports, str]:
    return ports_of(request), request.match_info["name"]


def _span(asked: OverrideAsk | SwapAsk) -> tuple[datetime, datetime]:
    return within_reason("starts_at", asked.starts_at), within_reason("ends_at", asked.ends_at)
