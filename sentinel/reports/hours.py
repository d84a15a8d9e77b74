"""When a community is active: mentions by weekday and hour, incidents left out, so that a fire at night does not pass
for a habit.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.reports.day import HOURS, BrandDay
from sentinel.reports.marks import IncidentMarks
from sentinel.reports.period import Period, midnight

BEST = 3
"""Slots that are named."""
SLOT = 2
"""Hours of a slot."""
WEEKDAYS = 7


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of a weekday (0 is Monday), ``end`` left out, and how many mentions are usual in one of them."""

    weekday: int
    begin: int
    end: int
    mentions: float


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions an hour, a row a weekday from Monday, 24 cells each; ``None`` where every such hour was an incident's,
    or is to come.
    """

    cells: tuple[tuple[float | None, ...], ...]
    best: tuple[Slot, ...]

    @property
    def highest(self) -> float:
        """Of all cells; 0 when nothing was said."""
        return max((cell for row in self.cells for cell in row if cell), default=0.0)


def hours(
    days: Sequence[BrandDay], period: Period, incidents: Sequence[IncidentMarks], zone: ZoneInfo, now: datetime
) -> Hours:
    """The average over the period's days."""
    by_day = {each.day: each.hours for each in days}
    sums = [[0] * HOURS for _ in range(WEEKDAYS)]
    seen = [[0] * HOURS for _ in range(WEEKDAYS)]
    for day in period.days():
        for hour in _calm_hours(day, incidents, zone, now):
            seen[day.weekday()][hour] += 1
            sums[day.weekday()][hour] += by_day[day][hour] if day in by_day else 0
    cells = tuple(
        tuple(total / count if count else None for total, count in zip(*each, strict=True))
        for each in zip(sums, seen, strict=True)
    )
    return Hours(cells=cells, best=_best(cells))


def _calm_hours(day: date, incidents: Sequence[IncidentMarks], zone: ZoneInfo, now: datetime) -> list[int]:
    """Hours on the wall that are over and were no incident's."""
    begin, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    taken, hour = set(), timedelta(hours=1)
    known = set()
    at = begin
    while at < end:
        local = at.astimezone(zone).hour
        known.add(local)
        if at + hour > now or any(each.opened_at < at + hour and (each.resolved_at or now) > at for each in incidents):
            taken.add(local)
        at += hour
    return sorted(known - taken)


def _best(cells: tuple[tuple[float | None, ...], ...]) -> tuple[Slot, ...]:
    """The busiest slots, one a weekday, so that one loud evening is not named thrice."""
    found = []
    for weekday, row in enumerate(cells):
        slots = [
            (sum(cell or 0.0 for cell in row[begin : begin + SLOT]) / SLOT, -begin) for begin in range(HOURS - SLOT + 1)
        ]
        mentions, begin = max(slots)
        if mentions > 0:
            found.append(Slot(weekday=weekday, begin=-begin, end=SLOT - begin, mentions=mentions))
    return tuple(sorted(found, key=lambda each: (-each.mentions, each.weekday))[:BEST])
