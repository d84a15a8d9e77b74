"""Events that concern a brand: how many people they should bring now, what they brought, and how that is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sentinel.scoring.assessment import Assessment
from sentinel.scoring.event_calendar import KnownEvents
from sentinel.signals.baseline import at_hour
from sentinel.signals.event_habit import EventHabit
from sentinel.signals.evidence import Evidence
from sentinel.signals.known_event import ORDINARY, Foreseen, KnownEvent
from sentinel.signals.window import SPANS

EVENT = "calendar"
"""Its name among the contributions, always with 0 points."""
NAMED = 2
"""Events that the evidence names."""
LOUDER = 1.5
"""Times the usual from which it is told how many people are expected."""
_ALL_ORDINARY = (ORDINARY,) * len(SPANS)
_HOUR = timedelta(hours=1)


class ExpectedEvents:
    """What calendars know of one brand's time.

    It widens and raises how many people are expected, and touches neither mood nor anger nor grave words.
    """

    def __init__(self) -> None:
        self._calendars: tuple[KnownEvents, ...] = ()
        self._habit = EventHabit()
        self._now: tuple[datetime, tuple[Foreseen, ...]] | None = None

    def use(self, calendars: Sequence[KnownEvents]) -> None:
        """These calendars from now on."""
        self._calendars, self._now = tuple(calendars), None

    @property
    def are_known(self) -> bool:
        """Whether any calendar concerns the brand."""
        return bool(self._calendars)

    def foreseen(self, now: datetime) -> tuple[Foreseen, ...]:
        """What each window that ends now may hold for its events."""
        if not self._calendars:
            return _ALL_ORDINARY
        minute = now.replace(second=0, microsecond=0)
        if self._now is None or self._now[0] != minute:
            events = self._during(minute - timedelta(minutes=SPANS[-1]), minute)
            known = [(event, self._habit.foreseen(event)) for event in events]
            self._now = minute, tuple(_of_window(known, minute, span) for span in SPANS)
        return self._now[1]

    def learn(self, hour: int, people: float, usual: float, *, quiet: bool) -> None:
        """Take in a whole hour (hours since 1970); it is its event's where that is on in its middle."""
        middle = at_hour(hour) + _HOUR / 2
        for event in self._during(middle, middle):
            self._habit.hear(event, people, usual, quiet=quiet)
        self._habit.over(at_hour(hour) + _HOUR)
        self._now = None

    def told(self, assessment: Assessment) -> Assessment:
        """The assessment, and which events are on."""
        if not self._calendars or not (running := self._during(assessment.at, assessment.at)):
            return assessment
        shown = max(running, key=lambda event: self._habit.foreseen(event).times)
        times = self._habit.foreseen(shown).times
        names = [shown.name, *sorted({each.name for each in running} - {shown.name})][:NAMED]
        facts: tuple[tuple[str, float | str], ...] = (
            ("event", ", ".join(each or shown.calendar for each in names)),
            ("times", times),
        )
        key = "calendar.louder" if times >= LOUDER else "calendar.running"
        return replace(
            assessment,
            contributions={**assessment.contributions, EVENT: 0.0},
            evidence=(*assessment.evidence, Evidence(signal=EVENT, key=key, facts=facts)),
        )

    def next_edge(self, now: datetime) -> datetime | None:
        """When an event begins or ends."""
        if not self._calendars:
            return None
        edges = (each.next_edge(now) for each in self._calendars)
        return min((edge for edge in edges if edge is not None), default=None)

    def _during(self, begin: datetime, end: datetime) -> list[KnownEvent]:
        return [event for each in self._calendars for event in each.during(begin, end)]

    def snapshot(self) -> object:
        """Plain values for a checkpoint; the calendars are not part of it, the store holds them."""
        return self._habit.snapshot()

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._habit.restore(plain)
        self._now = None


def _of_window(known: Sequence[tuple[KnownEvent, Foreseen]], now: datetime, minutes: int) -> Foreseen:
    """Of the event that should bring most to it: events on top of each other are the same people's evening."""
    begin = now - timedelta(minutes=minutes)
    return max((_in_part(each, event.share_of(begin, now)) for event, each in known), default=ORDINARY)


def _in_part(foreseen: Foreseen, share: float) -> Foreseen:
    """Of a window that the event takes up a share of."""
    if not share:
        return ORDINARY
    times = 1.0 + share * (foreseen.times - 1.0)
    return Foreseen(times, foreseen.doubt * (share * foreseen.times / times) ** 2)
