"""Calendars as they are found: what they hold, and what of them is passed over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sentinel.calendars.read_calendar import MOST_BYTES, ReadCalendar, UnreadableCalendar, read_calendar

MADRID = ZoneInfo("Europe/Madrid")
BEGIN, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 15, tzinfo=UTC)


def entry(*lines: str, uid: str = "1", title: str = "Match") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", *lines, "END:VEVENT"))


def read(*entries: str) -> ReadCalendar:
    body = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x", *entries, "END:VCALENDAR", ""))
    return read_calendar(body.encode(), "club", MADRID, BEGIN, END)


def begins(found: ReadCalendar) -> list[str]:
    return [f"{each.starts_at:%m-%dT%H:%M}" for each in found.events]


def test_one_event_with_its_title_category_and_end() -> None:
    """An instant in UTC, a title with a comma, the first of two categories."""
    found = read(
        entry("DTSTART:20260307T190000Z", "DTEND:20260307T210000Z", "CATEGORIES:cup,home", title="Copa\\, final")
    )
    event = found.events[0]
    assert (event.name, event.kind, event.calendar) == ("Copa, final", "cup", "club")
    assert event.starts_at == datetime(2026, 3, 7, 19, tzinfo=UTC)
    assert event.ends_at - event.starts_at == timedelta(hours=2)
    assert found.odd == ()


def test_a_weekly_match_stays_at_eight_when_summer_begins_and_never_ends() -> None:
    """A rule without an end is read as far as the span goes; the wall decides, not UTC."""
    found = read(entry("DTSTART;TZID=Europe/Madrid:20200104T200000", "RRULE:FREQ=WEEKLY;BYDAY=SA"))
    assert begins(found)[:2] == ["03-07T19:00", "03-14T19:00"]
    assert begins(found)[-2:] == ["04-04T18:00", "04-11T18:00"]
    assert len(found.events) == 6


def test_dates_left_out_moved_and_called_off() -> None:
    """One Saturday is left out, one is moved to Sunday, one is cancelled; a single cancelled event is none."""
    weekly = ("DTSTART;TZID=Europe/Madrid:20260307T200000", "RRULE:FREQ=WEEKLY;COUNT=4")
    found = read(
        entry(*weekly, "EXDATE;TZID=Europe/Madrid:20260314T200000"),
        entry("RECURRENCE-ID;TZID=Europe/Madrid:20260321T200000", "DTSTART;TZID=Europe/Madrid:20260322T180000"),
        entry("RECURRENCE-ID:20260328T190000Z", "DTSTART:20260328T190000Z", "STATUS:CANCELLED"),
        entry("DTSTART:20260310T190000Z", "STATUS:CANCELLED", uid="2"),
    )
    assert begins(found) == ["03-07T19:00", "03-22T17:00"]


def test_days_are_those_of_the_zone() -> None:
    """A holiday begins at midnight in Madrid and lasts a day; one of three days lasts three."""
    found = read(
        entry("DTSTART;VALUE=DATE:20260319", title="San José"),
        entry("DTSTART;VALUE=DATE:20260402", "DTEND;VALUE=DATE:20260405", uid="2", title="Semana Santa"),
    )
    assert begins(found) == ["03-18T23:00", "04-01T22:00"]
    assert [each.ends_at - each.starts_at for each in found.events] == [timedelta(days=1), timedelta(days=3)]


def test_an_unknown_zone_is_taken_for_the_configured_one() -> None:
    """Whoever writes a zone that does not exist means the time on the wall."""
    assert begins(read(entry("DTSTART;TZID=Nowhere/Bad:20260307T200000"))) == ["03-07T19:00"]


def test_an_end_of_a_rule_in_utc_and_by_day() -> None:
    """The last occurrence is the one on the day that the rule names."""
    until = "DTSTART;TZID=Europe/Madrid:20260307T200000"
    assert len(read(entry(until, "RRULE:FREQ=WEEKLY;UNTIL=20260321T190000Z")).events) == 3
    assert len(read(entry("DTSTART;VALUE=DATE:20260307", "RRULE:FREQ=DAILY;UNTIL=20260309")).events) == 3


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("DTSTART:20260310T999999",), "Wrong datetime format"),
        (("DTSTART:20260310T190000Z", "DTEND:20260309T190000Z"), "it ends before it begins"),
        (("DTSTART:20260310T190000Z", "RRULE:FREQ=SECONDLY"), "it repeats secondly"),
        (("DTSTART:20260310T190000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "has BYMONTHDAY"),
        (("DTSTART:16010101T000000", "RRULE:FREQ=DAILY"), "it repeats since 1601"),
        (("DTSTART:20260310T190000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), "it repeats every 0"),
        (("DTSTART:20260310T190000Z", "RRULE:FREQ=DAILY;BYMONTH=13"), "its month 13 is none"),
        (("DTSTART:20260310T190000Z", "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"), "that may never come"),
        (("LOCATION:nowhere",), "cannot be read"),
    ],
)
def test_an_odd_entry_costs_only_itself(lines: tuple[str, ...], why: str) -> None:
    """The next one is read all the same, and the odd one is named with its reason."""
    found = read(entry(*lines, title="Odd"), entry("DTSTART:20260311T190000Z", uid="2"))
    assert begins(found) == ["03-11T19:00"]
    assert len(found.odd) == 1
    assert "'Odd'" in found.odd[0]
    assert why in found.odd[0]


def test_a_rule_that_never_comes_true_ends() -> None:
    """The 30th of February is looked for until the year 9999, and not for ever."""
    assert read(entry("DTSTART:20260210T190000Z", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")).events == ()


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b"\xff\xfe\x00"])
def test_what_is_no_calendar_is_refused(body: bytes) -> None:
    """The message names the calendar, and says what it should be."""
    with pytest.raises(UnreadableCalendar, match=r"calendar 'club' is no iCalendar text"):
        read_calendar(body, "club", MADRID, BEGIN, END)


def test_one_larger_than_people_read_is_refused() -> None:
    """Five megabytes are somebody's archive."""
    with pytest.raises(UnreadableCalendar, match="larger than"):
        read_calendar(b"x" * (MOST_BYTES + 1), "club", MADRID, BEGIN, END)
