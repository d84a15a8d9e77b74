"""A schedule as an iCalendar file (RFC 5545): what somebody on call subscribes to with the calendar on their phone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sentinel.escalation.schedule import Schedule
from sentinel.escalation.shift import Shift

if TYPE_CHECKING:
    from icalendar import Event

BACK = timedelta(days=7)
AHEAD = timedelta(days=90)
REFRESH = timedelta(hours=1)


def calendar(schedule: Schedule, names: Mapping[str, str], now: datetime) -> bytes:
    """One event a shift, from a week back to ninety days ahead; none where nobody is on call.

    Events are whole shifts, in UTC, and keep their UID from one export to the next: another person on a shift changes
    its title, so that calendars show a change and not a second event.

    Parameters
    ----------
    names
        Contact to how people call them.
    """
    from icalendar import Calendar  # a tenth of a second, for the few that ask for one

    made = Calendar()
    made.add("prodid", "-//Sentinel//on-call//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", schedule.name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for shift in schedule.whole_shifts(now - BACK, now + AHEAD):
        if shift.contacts:
            made.add_component(_event(schedule, shift, names, now))
    return bytes(made.to_ical())


def _event(schedule: Schedule, shift: Shift, names: Mapping[str, str], now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add(
        "uid", f"{sha256(f'{schedule.name} {shift.starts_at:%Y%m%dT%H%M%SZ}'.encode()).hexdigest()[:32]}@sentinel"
    )
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", shift.starts_at)
    event.add("dtend", shift.ends_at)
    event.add("summary", ", ".join(names.get(contact, contact) for contact in shift.contacts))
    if shift.reason:
        event.add("description", shift.reason)
    event.add("transp", "TRANSPARENT")  # whoever is on call can still be invited to a meeting
    return event
