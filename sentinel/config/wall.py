"""Values of the configuration that are times on a wall: ``09:00``, ``2026-01-05``, ``2026-12-24 18:00``; and the zone
the wall is in.

They stay the text they are in the configuration, so that it can be shown as it was written; `build.py` reads them with
what stands here.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from difflib import get_close_matches
from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, WithJsonSchema

from sentinel.escalation.rotation import Unit

_TIME = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
YEARS = (1900, 3000)
_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
_EVERY = r"([1-9][0-9]{0,2})([hdw])"
_UNITS = {"h": Unit.HOUR, "d": Unit.DAY, "w": Unit.WEEK, "day": Unit.DAY, "week": Unit.WEEK}


def read_time(text: str) -> time:
    """``09:00``.

    Examples
    --------
    >>> read_time("9:30")
    datetime.time(9, 30)
    """
    if (found := re.fullmatch(_TIME, text, re.ASCII)) is None:
        raise ValueError(f"{text!r} is no time of day; write one such as 09:00")
    return time(int(found[1]), int(found[2]))


def read_date(text: str) -> date:
    """``2026-01-05``; of a year that leaves room on both sides for whatever is counted from it."""
    return _in_reach(_date(text))


def _date(text: str) -> date:
    try:
        if re.fullmatch(_DATE, text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass  # the 30th of February
    raise ValueError(f"{text!r} is no date; write one such as 2026-01-05")


def _in_reach(day: date) -> date:
    if not YEARS[0] <= day.year < YEARS[1]:
        raise ValueError(f"'{day}' is not between the years {YEARS[0]} and {YEARS[1]}")
    return day


def read_date_time(text: str) -> datetime:
    """``2026-12-24 18:00``, without a zone: it is the schedule's.

    Examples
    --------
    >>> read_date_time("2026-12-24 18:00")
    datetime.datetime(2026, 12, 24, 18, 0)
    """
    day, _, clock = text.replace("T", " ", 1).partition(" ")
    try:
        at = datetime.combine(_date(day), read_time(clock))
    except ValueError:
        raise ValueError(
            f"{text!r} is no date and time; write one such as 2026-12-24 18:00, in the schedule's zone"
        ) from None
    _in_reach(at.date())
    return at


def read_hours(text: str) -> tuple[time, time]:
    """``09:00-18:00``."""
    starts, dash, ends = text.replace("–", "-").partition("-")
    try:
        if dash:
            return read_time(starts.strip()), read_time(ends.strip())
    except ValueError:
        pass
    raise ValueError(f"{text!r} are no hours; write them such as 09:00-18:00, or 22:00-06:00 past midnight")


def read_every(text: str) -> tuple[int, Unit]:
    """``week``, ``day``, ``12h``, ``3d``, ``2w``.

    Examples
    --------
    >>> read_every("12h"), read_every("week")
    ((12, <Unit.HOUR: 'hour'>), (1, <Unit.WEEK: 'week'>))
    """
    if text in ("day", "week"):
        return 1, _UNITS[text]
    if (found := re.fullmatch(_EVERY, text, re.ASCII)) is None:
        raise ValueError(
            f"{text!r} is no length of a turn; write day, week, or a number of hours, days or weeks: 12h, 3d, 2w"
        )
    return int(found[1]), _UNITS[found[2]]


@cache
def _zones() -> set[str]:
    """Looking through the machine's files for them takes a tenth of a second."""
    return available_timezones()


def near_zone(text: str) -> str | None:
    """The zone of that name, or the one that was perhaps meant."""
    if text in _zones():
        return text
    return next(iter(get_close_matches(text, sorted(_zones()), n=1, cutoff=0.6)), None)


def _zone(text: str) -> str:
    if (near := near_zone(text)) != text:
        rest = f"did you mean {near!r}?" if near else "write one such as Europe/Madrid or America/Bogota"
        raise ValueError(f"{text!r} is no IANA time zone; {rest}")
    return text


def _text(read: Callable[[str], object]) -> AfterValidator:
    def checked(text: str) -> str:
        read(text)
        return text

    return AfterValidator(checked)


def _schema(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$", "examples": list(examples)})


WallTime = Annotated[str, _text(read_time), _schema(_TIME, "09:00")]
WallDate = Annotated[str, _text(read_date), _schema(_DATE, "2026-01-05")]
WallDateTime = Annotated[str, _text(read_date_time), _schema(f"{_DATE}[ T]{_TIME}", "2026-12-24 18:00")]
Hours = Annotated[str, _text(read_hours), _schema(rf"{_TIME}\s*[-–]\s*{_TIME}", "09:00-18:00", "22:00-06:00")]
Every = Annotated[str, _text(read_every), _schema(f"day|week|{_EVERY}", "week", "day", "12h", "2w")]
Zone = Annotated[str, AfterValidator(_zone)]
