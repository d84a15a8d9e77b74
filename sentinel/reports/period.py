"""The days, weeks and months that reports are about: local days of a zone, whatever its clocks do meanwhile."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sentinel.errors import BadInput
from sentinel.escalation.wall import starts_at

YEARS = (2006, 2100)
_DAY = timedelta(days=1)


class Every(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_FORMS = {
    Every.DAY: (re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), "2026-03-09"),
    Every.WEEK: (re.compile(r"(\d{4})-W(\d{2})", re.ASCII), "2026-W11"),
    Every.MONTH: (re.compile(r"(\d{4})-(\d{2})", re.ASCII), "2026-03"),
}
"""How one is written, and such a one."""
_BEYOND = {Every.DAY: _DAY, Every.WEEK: timedelta(days=7), Every.MONTH: timedelta(days=32)}
"""From a first day, a time that ends within the next one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A day, a week from Monday to Sunday, or a month of the calendar.

    Examples
    --------
    >>> week = read_period(Every.WEEK, "2026-W13")
    >>> week.first.isoformat(), week.last.isoformat(), week.before.label
    ('2026-03-23', '2026-03-29', '2026-W12')
    >>> begin, end = week.bounds(ZoneInfo("Europe/Madrid"))  # the clocks go forward on its Sunday
    >>> (end - begin) / timedelta(hours=1)
    167.0
    """

    every: Every
    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after.first - _DAY

    @property
    def label(self) -> str:
        """As ISO 8601 and addresses write it: ``2026-03-09``, ``2026-W11``, ``2026-03``."""
        if self.every is Every.DAY:
            return self.first.isoformat()
        if self.every is Every.MONTH:
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    @property
    def before(self) -> "Period":
        """The one that ends where this begins."""
        return period_of(self.every, self.first - _DAY)

    @property
    def after(self) -> "Period":
        """The one that begins where this ends."""
        return period_of(self.every, self.first + _BEYOND[self.every])

    def days(self) -> Iterator[date]:
        """Every day of it."""
        day, end = self.first, self.after.first
        while day < end:
            yield day
            day += _DAY

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Its first instant, and the first one after it, in UTC."""
        return midnight(self.first, zone), midnight(self.after.first, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day, in UTC."""
    return starts_at(datetime.combine(day, time()), zone)


def period_of(every: Every, day: date) -> Period:
    """The one that a day is in."""
    match every:
        case Every.DAY:
            first = day
        case Every.WEEK:
            first = day - timedelta(days=day.weekday())
        case Every.MONTH:
            first = day.replace(day=1)
    return Period(every=every, first=first)


def newest_over(every: Every, now: datetime, zone: ZoneInfo) -> Period:
    """The newest one that is over."""
    return period_of(every, now.astimezone(zone).date()).before


def read_period(every: Every, text: str) -> Period:
    """What a label names.

    Raises
    ------
    BadInput
        With the text and how to write it.

    Examples
    --------
    >>> read_period(Every.MONTH, "2026-02").last.isoformat()
    '2026-02-28'
    >>> read_period(Every.WEEK, "2025-W53")
    Traceback (most recent call last):
        ...
    sentinel.errors.BadInput: '2025-W53' is no week; write one such as 2026-W11
    """
    form, example = _FORMS[every]
    found = form.fullmatch(text)
    try:
        if found and YEARS[0] < int(found[1]) < YEARS[1]:
            year, number = int(found[1]), int(found[2])
            match every:
                case Every.DAY:
                    return Period(every=every, first=date(year, number, int(found[3])))
                case Every.WEEK:
                    return Period(every=every, first=date.fromisocalendar(year, number, 1))
                case Every.MONTH:
                    return Period(every=every, first=date(year, number, 1))
    except ValueError:
        pass  # the 13th month, the 54th week, the 30th of February
    raise BadInput(f"{text[:40]!r} is no {every}; write one such as {example}")
