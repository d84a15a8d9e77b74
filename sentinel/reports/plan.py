"""When a report is sent, and to whom: once a day, week or month, at a wall time after the period is over."""

from datetime import datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.wall import starts_at
from sentinel.reports.period import Every, Period, newest_over


class ReportPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One message a period and contact, with the reports of these brands.

    Parameters
    ----------
    weekday, day
        On which weekday (0 is Monday) after a week it is sent, or on which day of the month after a month.
    to
        Contacts, schedules and roles.
    language
        ``None`` is the contact's own.

    Examples
    --------
    >>> plan = ReportPlan(brands=("Acme",), every=Every.WEEK, at=time(9), zone="Europe/Madrid", to=("boss",))
    >>> from datetime import UTC
    >>> [plan.newest(datetime(2026, 3, 16, hour, 59, tzinfo=UTC)).label for hour in (7, 8)]
    ['2026-W10', '2026-W11']
    """

    brands: tuple[str, ...]
    every: Every
    at: time
    zone: str
    to: tuple[str, ...]
    weekday: int = 0
    day: int = 1
    language: str | None = None

    def due(self, period: Period) -> datetime:
        """When the report of a period is sent."""
        following = period.after.first
        later = {Every.DAY: 0, Every.WEEK: self.weekday, Every.MONTH: self.day - 1}[self.every]
        return starts_at(datetime.combine(following + timedelta(days=later), self.at), ZoneInfo(self.zone))

    def newest(self, now: datetime) -> Period:
        """The newest period whose report is due."""
        period = newest_over(self.every, now, ZoneInfo(self.zone))
        return period if self.due(period) <= now else period.before

    @property
    def name(self) -> str:
        """Names what is sent, whenever and to whomever: the length of the period and the brands."""
        return f"{self.every} {blake2b(chr(10).join(self.brands).encode(), digest_size=6).hexdigest()}"
