"""A week's and a month's facts: compared where that is fair, silent where nothing is known."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sentinel.incidents.change import Event, EventName
from sentinel.incidents.incident import Verdict
from sentinel.reports.day import AuthorDay
from sentinel.reports.marks import touches
from sentinel.reports.period import Every, read_period
from sentinel.reports.periodic import growth, middle
from sentinel.reports.source_silence import blindness
from tests.reports.archive import MADRID, WEEK, a_day, a_report, a_told, days_of

BEGIN, END = WEEK.bounds(MADRID)


def test_a_week_beside_the_week_before() -> None:
    """Volume, mood and shares of both."""
    days = [*days_of(WEEK.before, 10, negative=1), *days_of(WEEK, 20, negative=8), *days_of(WEEK, 20, brand="Zeta")]
    report = a_report(days=days)
    assert (report.moods.mentions, report.moods.negative) == (140, 56)
    assert report.before is not None
    assert (report.before.mentions, report.before.negative) == (70, 7)
    assert [(each.name, each.share, each.before) for each in report.brands] == [("Acme", 0.5, 1.0), ("Zeta", 0.5, 0.0)]
    assert [each.moods.mentions for each in report.days] == [20] * 7
    assert report.complete


def test_nothing_is_compared_with_days_that_were_not_counted() -> None:
    """Sentinel began on the Wednesday of the week before."""
    days = [*list(days_of(WEEK.before, 10))[2:], *days_of(WEEK, 20)]
    report = a_report(days=days)
    assert report.before is None
    assert [each.before for each in (*report.brands, *report.sources)] == [None, None]
    assert not any(each.new for each in report.topics)


def test_a_month_without_a_mention() -> None:
    """Zeros and empty tables, no division by nothing."""
    month = read_period(Every.MONTH, "2026-02")
    report = a_report(month)
    assert (report.moods.mentions, len(report.days), report.hours.best, report.topics, report.brands) == (
        0,
        28,
        (),
        (),
        (),
    )
    assert report.precision.share is None


def test_a_period_that_is_not_over_is_not_complete() -> None:
    """Nor is one of which not everything is counted."""
    assert not a_report(days=days_of(WEEK, 3), now=END - timedelta(seconds=1)).complete
    assert a_report(days=days_of(WEEK, 3), now=END).complete


def test_new_topics_go_first_and_the_brand_s_own_words_are_none() -> None:
    """New is what enough mentions say now and hardly any said before."""
    days = [
        *days_of(WEEK.before, 40, terms={"tienda": 20, "acme": 40}),
        *days_of(WEEK, 40, terms={"tienda": 21, "incendio": 6, "acme": 40}),
        a_day(WEEK.last, 5, terms={"raro": 3}),
    ]
    topics = a_report(days=days, own={"acme"}).topics
    assert [(each.term, each.mentions, each.before, each.new) for each in topics] == [
        ("incendio", 42, 0, True),
        ("tienda", 147, 140, False),
        ("raro", 3, 0, False),
    ]


def test_what_a_handful_say_of_a_giant_is_no_topic() -> None:
    """Ten of many thousands."""
    days = [*days_of(WEEK.before, 900), *days_of(WEEK, 900), a_day(WEEK.last, 10, terms={"raro": 10})]
    assert [(each.term, each.new) for each in a_report(days=days).topics] == [("raro", False)]


def test_accounts_by_reach() -> None:
    """An account of several days is one, the most followed first."""
    ana = AuthorDay(source="x", handle="ana", followers=900, mentions=1, negative=1)
    sol = AuthorDay(source="x", handle="sol", followers=5000, mentions=1, negative=0)
    days = [a_day(date(2026, 3, 9), 2, authors=(ana, sol)), a_day(date(2026, 3, 10), 1, authors=(ana,))]
    assert [(each.handle, each.mentions, each.negative) for each in a_report(days=days).authors] == [
        ("sol", 1, 0),
        ("ana", 2, 2),
    ]


def test_an_incident_over_the_end_of_a_week_is_told_in_both() -> None:
    """In the first as one that goes on, in the second as one from before; a drill and one that never touched it in
    none.
    """
    told = a_told(at=END - timedelta(minutes=30), acknowledged=5, resolved=90)
    first, second = a_report(told=[told]), a_report(WEEK.after, told=[told])
    assert [(each.began_before, each.goes_on) for each in (*first.incidents, *second.incidents)] == [
        (False, True),
        (True, False),
    ]
    assert first.incidents[0].to_resolve == timedelta(minutes=90)
    assert first.incidents[0].to_acknowledge == timedelta(minutes=5)
    assert touches(told, BEGIN, END)
    assert touches(told, *WEEK.after.bounds(MADRID))
    assert not touches(told, *WEEK.before.bounds(MADRID))
    assert not touches(told, *WEEK.after.after.bounds(MADRID))


def test_precision_counts_what_people_said_of_pages() -> None:
    """Two real, one false, one that nobody judged."""
    verdicts = (Verdict.REAL, Verdict.REAL, Verdict.FALSE_ALARM, None)
    told = [
        a_told(at=BEGIN + timedelta(hours=9 * n), verdict=verdict, name=f"i{n}") for n, verdict in enumerate(verdicts)
    ]
    precision = a_report(told=told).precision
    assert (precision.paged, precision.real, precision.false_alarms, precision.unjudged) == (4, 2, 1, 1)
    assert precision.share == pytest.approx(2 / 3)


def test_hours_leave_incidents_out() -> None:
    """A storm on Tuesday night is no habit; Thursday at noon is."""
    tuesday = datetime(2026, 3, 10, 2, tzinfo=UTC)
    days = [*days_of(WEEK.before, 10), a_day(date(2026, 3, 10), 900, hour=3), a_day(date(2026, 3, 12), 30, hour=12)]
    report = a_report(days=days, told=[a_told(at=tuesday, resolved=50)])
    assert (report.hours.best[0].weekday, report.hours.cells[1][3]) == (3, None)
    assert report.hours.best[0].begin in (11, 12)
    assert report.hours.cells[3][12] == 30


def test_hours_of_a_month_are_averages() -> None:
    """March 2026 has five Mondays and four Wednesdays."""
    month = read_period(Every.MONTH, "2026-03")
    days = [
        a_day(date(2026, 3, 2), 10, hour=9),
        a_day(date(2026, 3, 9), 5, hour=9),
        a_day(date(2026, 3, 4), 10, hour=9),
    ]
    cells = a_report(month, days).hours.cells
    assert (cells[0][9], cells[2][9]) == (3, 2.5)


def test_an_hour_that_clocks_skip_is_open() -> None:
    """On the 29th of March there is no half past two; on the one Sunday of that week it stays open."""
    week = read_period(Every.WEEK, "2026-W13")
    cells = a_report(week, days_of(week, 4, hour=2)[:6]).hours.cells
    assert (cells[6][2], cells[6][3], cells[5][2]) == (None, 0, 4)


def test_hours_to_come_are_open() -> None:
    """Of a week that is not over."""
    cells = a_report(days=days_of(WEEK, 2)[:1], now=datetime(2026, 3, 9, 20, tzinfo=UTC)).hours.cells
    assert (cells[0][12], cells[0][23], cells[1][0]) == (2, None, None)


def an_event(name: EventName, source: str, at: datetime) -> Event:
    return Event(
        event=name, at=at, brand="Acme", incident=None, level=None, score=None, contributions={}, source=source
    )


def test_blindness_is_counted_within_the_period() -> None:
    """What began before and what goes on after count for what is in it."""
    hour = timedelta(hours=1)
    events = [
        an_event(EventName.SOURCE_STALE, "bluesky", BEGIN - hour),
        an_event(EventName.SOURCE_RECOVERED, "bluesky", BEGIN + 2 * hour),
        an_event(EventName.SOURCE_RECOVERED, "never", BEGIN + 2 * hour),
        an_event(EventName.SOURCE_STALE, "x", BEGIN - 5 * hour),
        an_event(EventName.SOURCE_RECOVERED, "x", BEGIN - 4 * hour),
        an_event(EventName.SOURCE_STALE, "bluesky", END - hour),
        an_event(EventName.SOURCE_RECOVERED, "bluesky", END + hour),
    ]
    (told,) = blindness(events, BEGIN, END)
    assert (told.source, told.times, told.total) == ("bluesky", 2, 3 * hour)
    assert blindness([], BEGIN, END) == ()


def test_growth_and_middle() -> None:
    """Of nothing there is none."""
    assert (growth(3, 0), growth(0, 4)) == (None, -1.0)
    minute = timedelta(minutes=1)
    assert (middle([]), middle([3 * minute, minute, 90 * minute]), middle([minute, 3 * minute])) == (
        None,
        3 * minute,
        2 * minute,
    )
