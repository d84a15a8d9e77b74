"""``/api/v1/schedules``: who is on call now and next, a schedule's shifts, and the same as a calendar to subscribe
to.
"""

import asyncio
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from sentinel.config.explain import unknown
from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import Shift
from sentinel.web.access.visible import ports_of
from sentinel.web.answer import as_json, instant
from sentinel.web.api.shapes import Fault
from sentinel.web.endpoint import INSTANT, TEXT, Content, get, in_path, in_query
from sentinel.web.http.body import RefusedBody
from sentinel.web.ical import calendar

CALENDAR = "text/calendar"
LONGEST = timedelta(days=400)
USUAL = timedelta(days=14)
SCHEDULE = in_path("name", "The schedule.")
NO_SCHEDULE = (404, "No such schedule.", Fault)


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who has a schedule now, and the next shift that somebody has; shifts are whole, and cut where no end is in
    sight.
    """

    name: str
    timezone: str
    now: Shift
    next: Shift | None


class Schedules(msgspec.Struct, frozen=True, kw_only=True):
    """Every schedule at one instant."""

    at: datetime
    schedules: list[OnCall]


class ScheduleShifts(msgspec.Struct, frozen=True, kw_only=True):
    """A schedule's shifts from an instant to another, without a hole: where nobody is on call, one without contacts
    says so.
    """

    name: str
    timezone: str
    shifts: tuple[Shift, ...]


@get("/api/v1/schedules", "Who is on call now and next", (200, "Every schedule.", Schedules))
async def get_schedules(request: web.Request) -> web.Response:
    """Each, in the configuration's order."""
    ports = ports_of(request)
    at = ports.clock.now()
    found = [
        OnCall(name=each.name, timezone=each.timezone, now=each.shift_at(at), next=each.next_after(at))
        for each in ports.roster().schedules.values()
    ]
    return as_json(Schedules(at=at, schedules=found))


@get(
    "/api/v1/schedules/{name}",
    "A schedule's shifts",
    (200, "Shifts without a hole, the first and the last cut to the range.", ScheduleShifts),
    (400, "A parameter cannot be used.", Fault),
    NO_SCHEDULE,
    parameters=(
        SCHEDULE,
        in_query("from", "Where to begin, RFC 3339; default: now.", INSTANT),
        in_query("to", f"Where to end, at most {LONGEST.days} days later; default: two weeks later.", INSTANT),
    ),
)
async def get_schedule(request: web.Request) -> web.Response:
    """One's shifts; ``from`` is now and ``to`` two weeks later unless they are said."""
    schedule = _schedule(request)
    start = instant(request, "from", ports_of(request).clock.now())
    end = instant(request, "to", start + USUAL)
    if not start < end <= start + LONGEST:
        raise RefusedBody(
            400, f"to: must be after `from` and at most {LONGEST.days} days later; ask for a longer time in parts"
        )
    shifts = await asyncio.to_thread(schedule.shifts, start, end)  # hourly turns over a year are thousands
    return as_json(ScheduleShifts(name=schedule.name, timezone=schedule.timezone, shifts=shifts))


@get(
    "/api/v1/schedules/{name}.ics",
    "A schedule as iCalendar, to subscribe to",
    (200, "One event a shift, from a week back to ninety days ahead.", Content(others={CALENDAR: {"schema": TEXT}})),
    NO_SCHEDULE,
    parameters=(SCHEDULE,),
)
async def get_calendar(request: web.Request) -> web.Response:
    """One as iCalendar."""
    schedule, ports = _schedule(request), ports_of(request)
    names = {key: contact.name or key for key, contact in ports.config().contacts.items()}
    body = await asyncio.to_thread(calendar, schedule, names, ports.clock.now())
    return web.Response(body=body, content_type=CALENDAR, charset="utf-8")


def _schedule(request: web.Request) -> Schedule:
    schedules, name = ports_of(request).roster().schedules, request.match_info["name"]
    if name not in schedules:
        raise RefusedBody(404, unknown(name, schedules, "schedule"))
    return schedules[name]
