"""Calendars of events of a configuration, and what those hold that stand in files: for recordings folded by hand."""

from dataclasses import replace
from datetime import UTC, datetime

from sentinel.calendars.read_calendar import read_calendar, read_file
from sentinel.config.schema import Config
from sentinel.engine.setup import EngineSetup
from sentinel.scoring.event_calendar import CalendarVersion, EventCalendar

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
RECORDED = datetime(1990, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
"""Recordings are of these years."""
MOST_RECORDED = 20_000
"""Events of a file: one a day in all of them."""


def event_calendars(config: Config) -> tuple[EventCalendar, ...]:
    """As the core knows them."""
    return tuple(
        EventCalendar(name=each.name, brands=each.brands, lead=each.lead, tail=each.tail) for each in config.calendars
    )


def with_files(setup: EngineSetup, config: Config) -> EngineSetup:
    """With what calendars in files hold, at all times; those that have an address are left to the daemon.

    Raises
    ------
    BadInput
        When a file is missing or no calendar.
    """
    known = tuple(
        CalendarVersion(
            calendar=each.name,
            since=ALWAYS,
            events=read_calendar(
                read_file(each.name, each.file), each.name, config.zone, *RECORDED, MOST_RECORDED
            ).events,
        )
        for each in config.calendars
        if each.file is not None
    )
    return replace(setup, calendar_versions=known)
