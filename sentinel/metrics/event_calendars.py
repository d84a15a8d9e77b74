"""How it stands with calendars of events: how often they were looked at, with which outcome, and what they hold."""

from collections.abc import Collection

from sentinel.metrics.table import Tables

LOOKS = ("changed", "unchanged", "failed")


class CalendarFigures:
    """One series a calendar of the configuration."""

    def __init__(self, tables: Tables) -> None:
        self._looks = tables.counter("calendar_looks", "Looks at a calendar of events.", "calendar", "outcome")
        self._events = tables.gauge("calendar_events", "Events of a calendar that are not over.", "calendar")

    def declare(self, calendars: Collection[str]) -> None:
        """Every calendar of the configuration."""
        self._looks.declare((name, outcome) for name in calendars for outcome in LOOKS)
        self._events.declare((name,) for name in calendars)

    def looked(self, calendar: str, outcome: str, events: int) -> None:
        """One look, and how many events are to come."""
        if (looks := self._looks.get(calendar, outcome)) is not None:
            looks.inc()
        if (held := self._events.get(calendar)) is not None:
            held.set(events)
