"""Quotas that a network grants by the day or the month: what is spent of them, when they begin anew. No I/O."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.errors import SourceError

DAY = 86_400.0


class Spent(msgspec.Struct, omit_defaults=True):
    """What is spent of a quota in its present period; kept with the cursor, so that a restart grants nothing."""

    period: str = ""
    units: float = 0.0


def spend(spent: Spent, cost: float, *, limit: float, now: datetime, zone: str = "UTC", monthly: bool = False) -> None:
    """Take ``cost`` units; a period ends at midnight in ``zone``.

    Raises
    ------
    SourceError
        With the wait, when they are spent.

    Examples
    --------
    >>> from datetime import UTC
    >>> spent, noon = Spent(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> spend(spent, 60, limit=100, now=noon); spent.units
    60
    >>> spend(spent, 60, limit=100, now=noon)
    Traceback (most recent call last):
        ...
    sentinel.errors.SourceError: the quota of 100 a day is spent; it begins anew at 2026-03-03 00:00 UTC
    """
    local = now.astimezone(ZoneInfo(zone))
    period = f"{local:%Y-%m}" if monthly else f"{local:%Y-%m-%d}"
    if spent.period != period:
        spent.period, spent.units = period, 0
    if spent.units + cost > limit:
        anew = next_period(now, zone=zone, monthly=monthly)
        raise SourceError(
            f"the quota of {limit:g} a {'month' if monthly else 'day'} is spent; it begins anew at "
            f"{anew:%Y-%m-%d %H:%M} {zone}",
            retry_after=(anew - now).total_seconds(),
        )
    spent.units += cost


def next_period(now: datetime, *, zone: str = "UTC", monthly: bool = False) -> datetime:
    """When the quota begins anew."""
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    if not monthly:
        return (midnight.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
    return (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)


def spread(cost: float, limit: float, every: float) -> float:
    """Seconds between rounds of ``cost`` units each, so that a day's quota lasts the day.

    Examples
    --------
    >>> spread(2, 100, 900)
    1728.0
    """
    return max(every, DAY * cost / limit if limit > 0 else every)
