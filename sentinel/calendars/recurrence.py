"""Occurrences of an entry that repeats, within a span: dateutil's rules with bounds, for whoever wrote them may be a
stranger.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import islice
from zoneinfo import ZoneInfo

EVERY = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
"""What repeats more often is no event."""
ONLY_MONTHS = ("BYSETPOS", "BYYEARDAY", "BYWEEKNO", "BYEASTER", "BYHOUR", "BYMINUTE", "BYSECOND")
"""Parts that a daily or weekly rule of people never has, and that may keep one from ever coming true."""
OLDEST = 1970
"""Year before which no rule of events begins: each is counted through from its beginning."""
MOST = 20_000


def occurrences(
    first: date | datetime, rule: str | None, zone: ZoneInfo, begin: datetime, end: datetime
) -> Iterator[datetime]:
    """When it begins, between ``begin`` and ``end``; once, at ``first``, without a rule.

    Raises
    ------
    ValueError
        When the rule is none, or one that events do not have.

    Examples
    --------
    >>> madrid, span = ZoneInfo("Europe/Madrid"), (datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    >>> [at.hour for at in occurrences(datetime(2026, 1, 1, 20, tzinfo=madrid), "FREQ=DAILY;INTERVAL=2", madrid, *span)]
    [19, 19, 18]
    """
    wall, own = _on_the_wall(first, zone)
    if rule is None:
        yield wall.replace(tzinfo=own).astimezone(UTC)
        return
    from dateutil.rrule import rrulestr

    walls = (begin.astimezone(own).replace(tzinfo=None), end.astimezone(own).replace(tzinfo=None))
    checked = _checked(rule, own, walls[1])
    if wall.year < OLDEST:
        raise ValueError(f"it repeats since {wall.year}")
    found = rrulestr(checked, dtstart=wall).xafter(walls[0], inc=True)
    for each in islice(found, MOST):
        if each >= walls[1]:
            return
        yield each.replace(tzinfo=own).astimezone(UTC)


def _on_the_wall(first: date | datetime, zone: ZoneInfo) -> tuple[datetime, ZoneInfo]:
    """Rules go by the wall: eight in the evening stays eight when summer begins."""
    if not isinstance(first, datetime):
        return datetime.combine(first, time()), zone
    if isinstance(first.tzinfo, ZoneInfo):
        return first.replace(tzinfo=None), first.tzinfo
    if first.tzinfo is None:
        return first, zone
    key = getattr(first.tzinfo, "zone", None)  # a zone that the file describes itself
    own = ZoneInfo(key) if isinstance(key, str) and key == "UTC" else zone
    return first.astimezone(own).replace(tzinfo=None), own


def _checked(rule: str, own: ZoneInfo, end: datetime) -> str:
    """The rule, its end as a time on the wall, and no later than anybody looks: one that never comes true is searched
    to the end of time otherwise.
    """
    parts = dict(each.partition("=")[::2] for each in rule.upper().split(";") if each)
    often = parts.get("FREQ", "")
    if often not in EVERY:
        raise ValueError(f"it repeats {often.lower() or 'by no rule'}; known are {', '.join(EVERY).lower()}")
    if often in EVERY[:2] and (odd := [each for each in (*ONLY_MONTHS, "BYMONTHDAY") if each in parts]):
        raise ValueError(f"its rule is {often.lower()} and has {odd[0]}")
    if not 1 <= int(parts.get("INTERVAL", "1")) <= MOST:
        raise ValueError(f"it repeats every {parts['INTERVAL'][:20]}")
    if any(not 1 <= int(month) <= 12 for month in parts.get("BYMONTH", "1").split(",")):
        raise ValueError(f"its month {parts['BYMONTH'][:20]} is none")
    if "COUNT" in parts and "BYMONTHDAY" in parts:
        raise ValueError("it counts days of months that may never come")
    if "COUNT" not in parts:
        last = f"{end:%Y%m%dT%H%M%S}"
        parts["UNTIL"] = min(_until(parts["UNTIL"], own), last) if "UNTIL" in parts else last
    return ";".join(f"{key}={value}" for key, value in parts.items())


def _until(text: str, own: ZoneInfo) -> str:
    if (found := re.fullmatch(r"(\d{8})(?:T(\d{6})(Z)?)?", text)) is None:
        raise ValueError(f"its last day {text[:20]!r} is none")
    day, hour, universal = found.groups()
    if hour is None:
        return f"{day}T235959"
    at = datetime.fromisoformat(f"{day}T{hour}")
    if universal:
        at = at.replace(tzinfo=UTC).astimezone(own)
    return f"{at:%Y%m%dT%H%M%S}"
