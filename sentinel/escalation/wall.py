"""Wall time to instants: what a clock on somebody's wall means in UTC, on the two days a year when that is not plain.

A wall time that a zone skips means the first instant after the gap. One that it repeats is two instants: whatever
starts there starts at the first, whatever ends there ends at the last. Read so, "until 02:30" and "from 02:30" never
leave a hole between them.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_SECOND = timedelta(seconds=1)


def starts_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which something that starts at this wall time starts.

    Examples
    --------
    >>> madrid = ZoneInfo("Europe/Madrid")
    >>> starts_at(datetime(2026, 3, 29, 2, 30), madrid).isoformat()  # skipped: the clocks go from 02:00 to 03:00
    '2026-03-29T01:00:00+00:00'
    >>> starts_at(datetime(2026, 10, 25, 2, 30), madrid).isoformat()  # there twice
    '2026-10-25T00:30:00+00:00'
    """
    return instants(wall, zone)[0]


def ends_at(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which something that ends at this wall time ends.

    Examples
    --------
    >>> ends_at(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Madrid")).isoformat()
    '2026-10-25T01:30:00+00:00'
    """
    return instants(wall, zone)[1]


def wall_time(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows, without its zone."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def instants(wall: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First and last instant with this wall time: where something starts, where it ends.

    The end of the gap, twice, where there is none.
    """
    early, late = sorted(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early == late or wall_time(early, zone) == wall:
        return early, late
    after = late.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late, late
