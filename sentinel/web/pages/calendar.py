"""A schedule's shifts as days of a calendar: whole days of the reader's zone, however long, cut where somebody else
begins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sentinel.escalation.shift import OnCallReason, Shift
from sentinel.escalation.wall import starts_at, wall_time

DAYS = 14
COLOURS = 8
MOST_LINES = 8
"""Pieces of a day that are written out; of more, the others are only drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Somebody's part of a day; ``x`` and ``width`` in per cent of the day.

    ``marks`` are the colours of the people, none: nobody.
    """

    x: float
    width: float
    marks: tuple[int, ...]
    names: tuple[str, ...]
    begins: str
    ends: str
    whole: bool
    why: OnCallReason
    reason: str

    @property
    def stripes(self) -> list[tuple[int, float, float]]:
        """Colour, top and height of each person's stripe in a bar that is 8 high."""
        height = 8 / max(1, len(self.marks))
        return [(mark, round(number * height, 2), round(height, 2)) for number, mark in enumerate(self.marks)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day; ``now`` is where the present is in it, in per cent, ``hours`` how long it is."""

    day: date
    pieces: tuple[Piece, ...]
    now: float | None
    hours: float

    @property
    def gap(self) -> bool:
        """Whether nobody is on call at some time of it."""
        return any(not each.names for each in self.pieces)


def monday(day: date) -> date:
    """Of its week."""
    return day - timedelta(days=day.weekday())


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which the day begins."""
    return starts_at(datetime.combine(day, time()), zone)


def days_of(
    shifts: Sequence[Shift],
    first: date,
    zone: ZoneInfo,
    now: datetime,
    name: Callable[[str], str],
    colour: Callable[[str], int],
) -> list[Day]:
    """`DAYS` days from ``first`` on, which the shifts cover without a hole."""
    made = []
    for number in range(DAYS):
        day = first + timedelta(days=number)
        begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        length = ends - begins
        pieces = tuple(
            Piece(
                x=round((start - begins) / length * 100, 2),
                width=round((end - start) / length * 100, 2),
                marks=tuple(colour(each) for each in shift.contacts),
                names=tuple(name(each) for each in shift.contacts),
                begins=f"{wall_time(start, zone):%H:%M}",
                ends="24:00" if end == ends else f"{wall_time(end, zone):%H:%M}",
                whole=(start, end) == (begins, ends),
                why=shift.why,
                reason=shift.reason,
            )
            for shift in shifts
            if (start := max(shift.starts_at, begins)) < (end := min(shift.ends_at, ends))
        )
        here = round((now - begins) / length * 100, 2) if begins <= now < ends else None
        made.append(Day(day=day, pieces=pieces, now=here, hours=length / timedelta(hours=1)))
    return made


def gaps(shifts: Sequence[Shift]) -> list[tuple[datetime, datetime]]:
    """When nobody is on call, neighbours joined."""
    found: list[tuple[datetime, datetime]] = []
    for shift in shifts:
        if shift.contacts:
            continue
        if found and found[-1][1] == shift.starts_at:
            found[-1] = (found[-1][0], shift.ends_at)
        else:
            found.append((shift.starts_at, shift.ends_at))
    return found
