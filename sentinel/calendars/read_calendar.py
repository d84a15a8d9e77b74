"""iCalendar text to known events: every occurrence within a span, whatever is odd named and passed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from sentinel.calendars.recurrence import occurrences
from sentinel.errors import BadInput
from sentinel.signals.known_event import KnownEvent

Entry: TypeAlias = Any
"""An ``icalendar.Event``, whose values are of thirty types, broken ones among them; whoever reads one is ready for any.
"""
MOST_BYTES = 2 * 2**20
MOST_ENTRIES = 5_000
"""Of a calendar so many are read: a league has hundreds."""
MOST_RULES = 500
"""Entries that repeat; each is counted through from its beginning."""
MOST_EVENTS = 2_000
"""Occurrences that are kept, the nearest first."""
MOST_ODD = 5
"""Oddities that are told."""
NAME = 120
"""Characters of a title or a category."""
_DAY = timedelta(days=1)


class UnreadableCalendar(BadInput):
    """It cannot be read, is no calendar, or larger than one for people."""


@dataclass(frozen=True, slots=True)
class ReadCalendar:
    """What it holds, in order of time, and what was passed over, each with its reason."""

    events: tuple[KnownEvent, ...]
    odd: tuple[str, ...] = ()


def read_calendar(
    body: bytes, name: str, zone: ZoneInfo, begin: datetime, end: datetime, most: int = MOST_EVENTS
) -> ReadCalendar:
    """Occurrences that touch the span.

    Parameters
    ----------
    zone
        Where days and times without a zone are meant.

    Raises
    ------
    UnreadableCalendar
        When the whole is no calendar; one odd entry costs only itself.
    """
    entries, odd = _entries(body, name)
    events: list[KnownEvent] = []
    moved = _moved(entries, zone, odd)
    rules = 0
    for entry in entries:
        try:
            if _cancelled(entry) or "RECURRENCE-ID" in entry:
                continue
            rules += "RRULE" in entry
            if rules > MOST_RULES and "RRULE" in entry:
                raise ValueError(f"more than {MOST_RULES} entries repeat")
            gone = {*_instants(entry, "EXDATE", zone), *moved.get(_uid(entry), ())}
            events += _spans(entry, name, zone, (begin, end), gone)
        except Exception as error:  # whatever a stranger's file makes a library say
            odd.append(_told(entry, error))
    for entry in entries:
        if "RECURRENCE-ID" in entry and not _cancelled(entry):
            try:
                events += _spans(entry, name, zone, (begin, end), set())
            except Exception as error:
                odd.append(_told(entry, error))
    events.sort(key=lambda each: (each.starts_at, each.name, each.ends_at))
    if len(events) > most:
        odd.append(f"more than {most} events until {end:%Y-%m-%d}; those after are left out")
    return ReadCalendar(tuple(events[:most]), tuple(odd[:MOST_ODD]))


def read_file(name: str, path: str) -> bytes:
    """The bytes of a calendar that is a file.

    Raises
    ------
    UnreadableCalendar
        When it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UnreadableCalendar(f"calendar {name!r}: {path!r} cannot be read ({why})") from None


def _entries(body: bytes, name: str) -> tuple[list[Entry], list[str]]:
    from icalendar import Calendar  # a tenth of a second, for those who follow a calendar

    if len(body) > MOST_BYTES:
        raise UnreadableCalendar(f"calendar {name!r} is larger than {MOST_BYTES} bytes; follow one of events alone")
    try:
        found: Any = Calendar.from_ical(body, multiple=True)
        entries: list[Entry] = [entry for each in found for entry in each.walk("VEVENT")]
        is_calendar = any(each.name == "VCALENDAR" for each in found)
    except Exception as error:  # the library knows several, and not all of them beforehand
        raise UnreadableCalendar(f"calendar {name!r} is no iCalendar text ({type(error).__name__})") from None
    if not is_calendar:
        raise UnreadableCalendar(f"calendar {name!r} is no iCalendar text; it should begin with BEGIN:VCALENDAR")
    odd = [f"more than {MOST_ENTRIES} entries; the others are left out"] if len(entries) > MOST_ENTRIES else []
    return entries[:MOST_ENTRIES], odd


def _moved(entries: list[Entry], zone: ZoneInfo, odd: list[str]) -> dict[str, set[datetime]]:
    """By entry, the occurrences that were moved or called off by themselves."""
    moved: dict[str, set[datetime]] = {}
    for entry in entries:
        try:
            if "RECURRENCE-ID" in entry:
                moved.setdefault(_uid(entry), set()).update(_instants(entry, "RECURRENCE-ID", zone))
        except Exception as error:
            odd.append(_told(entry, error))
    return moved


def _spans(
    entry: Entry, name: str, zone: ZoneInfo, span: tuple[datetime, datetime], gone: set[datetime]
) -> Iterator[KnownEvent]:
    """The occurrences of one entry."""
    first: date | datetime = entry["DTSTART"].dt
    lasts = _length(entry, first, zone)
    rule = entry.get("RRULE")
    if isinstance(rule, list):
        raise ValueError("it has two rules")
    texts = rule.to_ical().decode() if rule is not None else None
    begin, end = span
    gone = set(gone)
    for starts_at in (
        *occurrences(first, texts, zone, begin - lasts, end),
        *(each for each in _instants(entry, "RDATE", zone)),
    ):
        if starts_at not in gone and starts_at < end and starts_at + lasts > begin:
            gone.add(starts_at)
            yield KnownEvent(
                calendar=name,
                name=_text(entry, "SUMMARY"),
                kind=_kind(entry),
                starts_at=starts_at,
                ends_at=starts_at + lasts,
            )


def _length(entry: Entry, first: date | datetime, zone: ZoneInfo) -> timedelta:
    if "DTEND" in entry:
        lasts = as_instant(entry["DTEND"].dt, zone) - as_instant(first, zone)
    elif "DURATION" in entry:
        lasts = entry["DURATION"].dt
    else:
        lasts = timedelta(0) if isinstance(first, datetime) else _DAY
    if not isinstance(lasts, timedelta) or lasts < timedelta(0):
        raise ValueError("it ends before it begins")
    return max(lasts, timedelta(minutes=1))


def _instants(entry: Entry, key: str, zone: ZoneInfo) -> list[datetime]:
    """Dates of a property that may stand several times, with several values each."""
    if key not in entry:
        return []
    values = entry[key] if isinstance(entry[key], list) else [entry[key]]
    found = [one.dt for each in values for one in getattr(each, "dts", [each])]
    return [as_instant(each[0] if isinstance(each, tuple) else each, zone) for each in found]


def as_instant(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """A day begins at its midnight in the zone; a time without a zone, or with one that nobody knows, is the zone's.

    Examples
    --------
    >>> as_instant(date(2026, 7, 1), ZoneInfo("Europe/Madrid"))
    datetime.datetime(2026, 6, 30, 22, 0, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)).astimezone(UTC)


def _cancelled(entry: Entry) -> bool:
    return _text(entry, "STATUS").upper() == "CANCELLED"


def _uid(entry: Entry) -> str:
    return _text(entry, "UID")


def _kind(entry: Entry) -> str:
    value = entry.get("CATEGORIES")
    each = value[0] if isinstance(value, list) and value else value
    names = [str(one) for one in getattr(each, "cats", [])]
    return " ".join(names[0].split())[:NAME] if names else ""


def _text(entry: Entry, key: str) -> str:
    value = entry.get(key)
    value = value[0] if isinstance(value, list) and value else value
    return " ".join(str(value or "").split())[:NAME]


def _told(entry: Entry, error: Exception) -> str:
    title = _text(entry, "SUMMARY") or _uid(entry) or "an entry without a title"
    return f"{title[:40]!r}: {error!s}"[:160] if isinstance(error, ValueError) else f"{title[:40]!r} cannot be read"
