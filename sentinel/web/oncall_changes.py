"""Puts somebody else on call for a while, lets two swap, and takes either back, on behalf of a program or a person;
shared by API and pages.
"""

import asyncio
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from sentinel.config.explain import unknown
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.schedule import Schedule
from sentinel.web.access.audit_note import note
from sentinel.web.access.visible import ports_of
from sentinel.web.ports.ports import Ports
from sentinel.web.undone import Undone

LONGEST = timedelta(days=400)


async def override(
    ports: Ports, schedule: str, people: tuple[str, ...], begin: datetime, end: datetime, *, by: str, reason: str
) -> Override | Undone:
    """These people instead of the rotation; none of them: nobody."""
    flaw = _flaw(ports, schedule, "contacts", people, begin, end)
    return flaw or await ports.oncall.override(schedule, people, begin, end, by=by, reason=reason)


async def swap(
    ports: Ports, schedule: str, between: tuple[str, str], begin: datetime, end: datetime, *, by: str, reason: str
) -> Swap | Undone:
    """Two people do each other's shifts."""
    if flaw := _flaw(ports, schedule, "between", between, begin, end):
        return flaw
    if between[0] == between[1]:
        return Undone(key="swap_alone", error=f"between: {between[0]!r} cannot swap with themselves")
    tried = Swap(id="", schedule=schedule, between=between, starts_at=begin, ends_at=end)
    if not await asyncio.to_thread(_changes, ports.roster().schedules[schedule], tried):
        error = "between: neither has a shift in that time that the other could take; choose another time or others"
        return Undone(key="swap_nothing", error=error)
    return await ports.oncall.swap(schedule, between, begin, end, by=by, reason=reason)


async def take_back(request: web.Request) -> str | Undone:
    """Undo the one that the path names, so that the rotation shows again; gives its schedule."""
    name = request.match_info["id"]
    note(request, what="undo", about=name)
    if (gone := await ports_of(request).oncall.take_back(name)) is not None:
        return gone.schedule
    error = f"there is no change {name[:40]!r}; those of the configuration are taken back there"
    return Undone(key="gone", error=error, status=404)


def _flaw(
    ports: Ports, schedule: str, key: str, people: tuple[str, ...], begin: datetime, end: datetime
) -> Undone | None:
    """What is wrong with a change, before anything is tried."""
    schedules, contacts = ports.roster().schedules, ports.config().contacts
    if schedule not in schedules:
        facts: dict[str, object] = {"value": schedule[:80]}
        return Undone(key="choice_unknown", error=unknown(schedule, schedules, "schedule"), status=404, facts=facts)
    for each in people:
        if each not in contacts:
            error = f"{key}: {unknown(each[:80], contacts, 'contact')}"
            return Undone(key="choice_unknown", error=error, facts={"value": each[:80]})
    order = f"ends_at: must be after `starts_at` and at most {LONGEST.days} days later"
    if begin >= end:
        return Undone(key="backwards", error=order)
    if end <= ports.clock.now():
        return Undone(key="past", error="ends_at: that time is over already; give one that is to come")
    if end - begin > LONGEST:
        return Undone(key="too_long", error=order, facts={"days": LONGEST.days})
    return None


def _changes(schedule: Schedule, tried: Swap) -> bool:
    """Whether anybody's shift becomes another's; hourly turns over a year are thousands."""
    swapped = msgspec.structs.replace(schedule, swaps=(*schedule.swaps, tried))
    before, after = (each.shifts(tried.starts_at, tried.ends_at) for each in (schedule, swapped))
    return [each.contacts for each in before] != [each.contacts for each in after]
