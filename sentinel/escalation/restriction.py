"""Restrictions: the hours of the week in which a layer of a schedule counts, in wall time; the layer has nobody outside
them.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.wall import ends_at, starts_at, wall_time

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
_DAY = timedelta(days=1)
"""On wall times, where a day is a day whatever its length."""


class Restriction(msgspec.Struct, frozen=True, kw_only=True):
    """From ``starts`` to ``ends`` on each of ``weekdays`` (0 is Monday).

    An end at or before the start is on the next day: 22:00 to 06:00 on a Friday ends on Saturday; 00:00 to 00:00 is the
    whole day.
    """

    weekdays: tuple[int, ...] = EVERY_DAY
    starts: time
    ends: time


Window = tuple[datetime, datetime]
"""From one instant up to, not at, another."""


def windows(restrictions: Iterable[Restriction], zone: ZoneInfo, start: datetime, end: datetime) -> list[Window]:
    """When at least one of the restrictions lets the layer count, as far as it touches ``start`` to ``end``; apart and
    in order.

    Examples
    --------
    >>> from datetime import UTC
    >>> nights = Restriction(weekdays=(4,), starts=time(22), ends=time(6))
    >>> friday = datetime(2026, 3, 27, tzinfo=UTC)
    >>> [(a.isoformat(), b.isoformat()) for a, b in windows([nights], ZoneInfo("UTC"), friday, friday + 2 * _DAY)]
    [('2026-03-27T22:00:00+00:00', '2026-03-28T06:00:00+00:00')]
    """
    day = wall_time(start, zone).date() - 2 * _DAY
    last = wall_time(end, zone).date() + _DAY
    found: list[Window] = []
    while day <= last:
        for each in restrictions:
            if day.weekday() in each.weekdays:
                ends_on = day if each.ends > each.starts else day + _DAY
                found.append(
                    (
                        starts_at(datetime.combine(day, each.starts), zone),
                        ends_at(datetime.combine(ends_on, each.ends), zone),
                    )
                )
        day += _DAY
    return _joined(
        window for window in sorted(found) if window[0] < window[1] and window[0] < end and start < window[1]
    )


def _joined(found: Iterable[Window]) -> list[Window]:
    out: list[Window] = []
    for begins, ends in found:
        if out and begins <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], ends))
        else:
            out.append((begins, ends))
    return out
