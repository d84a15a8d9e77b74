"""Calendars of known events, as they were at each instant: what was known then decides, also when the journal is folded
again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from sentinel.signals.known_event import KnownEvent

LONGEST = timedelta(days=14)
"""An event that takes longer is no event but a season, and changes nothing."""


class EventCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar of the configuration; no brands is every brand. People talk from ``lead`` before its events until
    ``tail`` after.
    """

    name: str
    brands: tuple[str, ...] = ()
    lead: timedelta
    tail: timedelta

    def concerns(self, brand: str) -> bool:
        """Whether a brand's people talk of its events."""
        return not self.brands or brand in self.brands


class CalendarVersion(msgspec.Struct, frozen=True, kw_only=True):
    """What a calendar held from ``since`` on, until another version."""

    calendar: str
    since: datetime
    events: tuple[KnownEvent, ...]


class KnownEvents:
    """One calendar's events, in every version."""

    def __init__(self, calendar: EventCalendar, versions: Sequence[CalendarVersion]) -> None:
        own = sorted((each for each in versions if each.calendar == calendar.name), key=lambda each: each.since)
        self._since = [each.since for each in own]
        self._versions = [_in_order(calendar, each) for each in own]
        self._reach = LONGEST + calendar.lead + calendar.tail

    def during(self, begin: datetime, end: datetime) -> Iterator[KnownEvent]:
        """What was known at ``end`` of events, lead and tail with them, that touch the span before it."""
        place = bisect_right(self._since, end) - 1
        if place >= 0:
            begins, events = self._versions[place]
            for each in events[bisect_left(begins, begin - self._reach) : bisect_right(begins, end)]:
                if each.ends_at > begin:
                    yield each

    def next_edge(self, now: datetime) -> datetime | None:
        """When the next one begins, or one ends; or another version counts."""
        place = bisect_right(self._since, now) - 1
        later = self._since[place + 1 : place + 2]
        if place < 0:
            return min(later, default=None)
        begins, _ = self._versions[place]
        coming = bisect_right(begins, now)
        ends = (each.ends_at for each in self.during(now, now) if each.ends_at > now)
        return min((*later, *begins[coming : coming + 1], *ends), default=None)


def _in_order(calendar: EventCalendar, version: CalendarVersion) -> tuple[list[datetime], list[KnownEvent]]:
    events = [
        each.widened(calendar.lead, calendar.tail)
        for each in version.events
        if each.ends_at - each.starts_at <= LONGEST
    ]
    events.sort(key=lambda each: (each.starts_at, each.name, each.ends_at))
    return [each.starts_at for each in events], events
