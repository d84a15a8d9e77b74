"""A rotation: people who take turns. One layer of a schedule."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.restriction import Restriction, windows
from sentinel.escalation.shift import OnCallReason, Shift, together
from sentinel.escalation.wall import instants, starts_at, wall_time

FIRST_MONDAY = date(2001, 1, 1)
"""Of the century: where a rotation that does not say since when begins, so that it covers every recording too."""
_MARGIN = timedelta(days=1)
"""The most by which a zone ever moved its clocks at once (Samoa, in 2011, by a day)."""


class Unit(StrEnum):
    """What a turn's length is counted in."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


_LENGTH = {Unit.HOUR: timedelta(hours=1), Unit.DAY: timedelta(days=1), Unit.WEEK: timedelta(weeks=1)}
"""Added to wall times only, never to instants: on the wall, every day has 24 hours."""


class Rotation(msgspec.Struct, frozen=True, kw_only=True):
    """People who take turns, handing off at the same wall time whatever the clocks do.

    Turns are counted on the wall: with ``every`` 12 hours from 09:00, handoffs are at 09:00 and 21:00 all year, and the
    turn over the night on which the clocks change lasts 11 or 13 hours. At a handoff inside the hour that the clocks
    repeat, the one who comes is on from the first time the wall shows it and the one who goes stays until the last:
    both are on call for that hour. Of all readings only this one has nobody believe to be off who is on, and a page
    that two people get is better than one that nobody does.

    Parameters
    ----------
    people
        Each turn's: one contact, or several who are on call together. Round they go.
    handoff, weekday
        When one turn ends and the next begins; ``weekday`` (0 is Monday) counts when turns are weeks, and is that of
        ``starts`` if left out.
    starts
        The first turn begins on this day, at the handoff's time; before, nobody is on call. With another ``weekday`` it
        is cut short.
    restrictions
        When the layer counts; without any, always.
    """

    people: tuple[tuple[str, ...], ...]
    every: int = 1
    unit: Unit = Unit.WEEK
    handoff: time = time(9)
    weekday: int | None = None
    starts: date = FIRST_MONDAY
    restrictions: tuple[Restriction, ...] = ()

    def shifts(self, zone: ZoneInfo, start: datetime, end: datetime) -> list[Shift]:
        """Who is on call when, as far as it touches ``start`` to ``end``; apart and in order, ends not cut."""
        on = list(together(list(self._turns(zone, start, end))))
        if not self.restrictions:
            return on
        out: list[Shift] = []
        open_ = windows(self.restrictions, zone, start, end)
        first = 0
        for shift in on:
            while first < len(open_) and open_[first][1] <= shift.starts_at:
                first += 1
            beyond = first
            while beyond < len(open_) and open_[beyond][0] < shift.ends_at:
                begins, ends = open_[beyond]
                out.append(shift.within(max(begins, shift.starts_at), min(ends, shift.ends_at)))
                beyond += 1
        return out

    def _turns(self, zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Shift]:
        """Those that touch ``start`` to ``end``; two overlap where a handoff falls into a repeated hour."""
        first = datetime.combine(self.starts, self.handoff)
        anchor = first
        if self.unit is Unit.WEEK and self.weekday is not None:
            anchor -= timedelta(days=(self.starts.weekday() - self.weekday) % 7)
        if len(set(self.people)) == 1:  # whoever takes turns with nobody is on call without a break
            if (begins := starts_at(first, zone)) < end:
                yield Shift(starts_at=begins, ends_at=end, contacts=self.people[0], why=OnCallReason.ROTATION)
            return
        length = self.every * _LENGTH[self.unit]
        last = wall_time(end, zone) + _MARGIN
        turn = max(0, (wall_time(start, zone) - _MARGIN - anchor) // length)
        begins, _ = instants(max(anchor + turn * length, first), zone)
        while (wall := anchor + turn * length) < last:
            next_begins, ends = instants(wall + length, zone)
            if begins < ends and begins < end and start < ends:
                yield Shift(
                    starts_at=begins,
                    ends_at=ends,
                    contacts=self.people[turn % len(self.people)],
                    why=OnCallReason.ROTATION,
                )
            turn, begins = turn + 1, next_begins
