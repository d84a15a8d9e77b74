"""On-call schedules: rotations, overrides and swaps laid over each other, read as shifts in UTC.

How it is meant. A schedule is written in wall time and a zone, as people live it, and read as half-open intervals of
UTC, as a page needs it. From the bottom to the top: rotation layers (a later one wins where it has somebody), overrides
(a later one wins, and "nobody" wins too), swaps (two people exchange whatever shifts they then have). Nothing here runs
or remembers: who is on call at an instant is arithmetic on these values, so a restart, a reload or a clock that jumps
cannot lose anybody.

Examples
--------
>>> from datetime import UTC, date, datetime
>>> from sentinel.escalation.rotation import Rotation
>>> guardia = Schedule(
...     name="guardia", timezone="Europe/Madrid", layers=(Rotation(people=(("ana",), ("luis",)), starts=date(2026, 1,
...     5)),)
... )
>>> guardia.on_call(datetime(2026, 1, 12, 7, 59, tzinfo=UTC)), guardia.on_call(datetime(2026, 1, 12, 8, 0, tzinfo=UTC))
(('ana',), ('luis',))
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.override import Override, Swap
from sentinel.escalation.rotation import Rotation
from sentinel.escalation.shift import Shift, merged, overlay

_INSTANT = timedelta(microseconds=1)
_LOOK = timedelta(days=8)
"""How far the end of a shift is looked for at first: a weekly turn's is within it."""


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call when. ``layers``, ``overrides`` and ``swaps`` each from the weakest to the strongest."""

    name: str
    timezone: str
    layers: tuple[Rotation, ...]
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """`timezone` as an object."""
        return ZoneInfo(self.timezone)

    def shifts(self, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """From ``start`` to ``end`` without a hole and without an overlap: where nobody is on call, a shift says so."""
        if end <= start:
            return ()
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        zone = self.zone
        tracks = [layer.shifts(zone, start, end) for layer in self.layers]
        tracks += [[each.shift] for each in self.overrides if each.starts_at < end and start < each.ends_at]
        swaps = [each for each in self.swaps if each.starts_at < end and start < each.ends_at]
        pieces = overlay(tracks, {edge for each in swaps for edge in (each.starts_at, each.ends_at)}, start, end)
        return tuple(merged(self._swapped(each, swaps) for each in pieces))

    def on_call(self, at: datetime) -> tuple[str, ...]:
        """Contacts by key, in order; empty while nobody is."""
        return self.shifts(at, at + _INSTANT)[0].contacts

    def whole_shifts(self, start: datetime, end: datetime) -> tuple[Shift, ...]:
        """`shifts`, with the first and the last as long as they really are.

        One that began before the year before ``start``, or ends after the year after ``end``, is cut there.
        """
        found = list(self.shifts(start, end))
        if found:
            found[0] = self._stretched_back(found[0], datetime(start.year - 1, 1, 1, tzinfo=UTC))
            found[-1] = self._stretched_on(found[-1], datetime(end.year + 2, 1, 1, tzinfo=UTC))
        return tuple(found)

    def shift_at(self, at: datetime) -> Shift:
        """The whole shift that covers an instant."""
        return self.whole_shifts(at, at + _INSTANT)[0]

    def next_after(self, at: datetime) -> Shift | None:
        """The next shift that somebody has after the one that covers ``at``; ``None`` where none is in sight."""
        now = self.shift_at(at)
        while (following := self.shift_at(now.ends_at)).starts_at > now.starts_at and not following.like(now):
            if following.contacts:
                return following
            now = following
        return None

    def _swapped(self, shift: Shift, swaps: list[Swap]) -> Shift:
        for each in swaps:
            shift = each.exchange(shift)
        return shift

    def _stretched_back(self, shift: Shift, earliest: datetime) -> Shift:
        def look(span: timedelta) -> tuple[datetime, bool]:
            start = max(earliest, shift.starts_at - span)
            before = self.shifts(start, shift.starts_at)
            if not before or not before[-1].like(shift):
                return shift.starts_at, True
            return before[-1].starts_at, len(before) > 1 or start == earliest

        return shift.within(_looked_for(look), shift.ends_at)

    def _stretched_on(self, shift: Shift, latest: datetime) -> Shift:
        def look(span: timedelta) -> tuple[datetime, bool]:
            end = min(latest, shift.ends_at + span)
            after = self.shifts(shift.ends_at, end)
            if not after or not after[0].like(shift):
                return shift.ends_at, True
            return after[0].ends_at, len(after) > 1 or end == latest

        return shift.within(shift.starts_at, _looked_for(look))


def _looked_for(look: Callable[[timedelta], tuple[datetime, bool]]) -> datetime:
    """The edge, looked for twice as far until it is found: most are near."""
    span = _LOOK
    while True:
        edge, found = look(span)
        if found:
            return edge
        span *= 2
