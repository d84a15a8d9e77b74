"""Weeks and months of a zone, on the days on which clocks change and years end."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sentinel.errors import BadInput
from sentinel.reports.period import Every, newest_over, period_of, read_period
from tests.reports.archive import MADRID


@pytest.mark.parametrize(("label", "hours"), [("2026-W12", 168), ("2026-W13", 167), ("2026-W43", 169)])
def test_a_week_has_the_hours_that_its_clocks_give_it(label: str, hours: int) -> None:
    """One less in the week in which clocks go forward, one more when they go back; weeks never leave a hole between
    them.
    """
    week = read_period(Every.WEEK, label)
    begin, end = week.bounds(MADRID)
    assert (end - begin) / timedelta(hours=1) == hours
    assert week.after.bounds(MADRID)[0] == end
    assert len(list(week.days())) == 7


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    """As ISO 8601 has it: there is a 53rd week in 2026, and none in 2025."""
    assert period_of(Every.WEEK, date(2027, 1, 1)).label == "2026-W53"
    assert read_period(Every.WEEK, "2026-W53").after.label == "2027-W01"


def test_a_month_knows_its_neighbours() -> None:
    """Over the end of a year, and in a leap year."""
    january = read_period(Every.MONTH, "2028-01")
    assert (january.before.label, january.after.label, january.after.last) == ("2027-12", "2028-02", date(2028, 2, 29))


def test_a_day_knows_its_neighbours_and_has_the_hours_of_its_clocks() -> None:
    """The day on which they go forward has 23."""
    day = read_period(Every.DAY, "2026-03-29")
    begin, end = day.bounds(MADRID)
    assert ((end - begin).total_seconds() / 3600, list(day.days())) == (23, [day.first])
    assert (day.before.label, day.after.label, day.last) == ("2026-03-28", "2026-03-30", day.first)


def test_the_newest_that_is_over_is_by_the_wall_of_the_zone() -> None:
    """Sunday half past eleven at night in UTC is Monday in Madrid."""
    late = datetime(2026, 3, 15, 22, 59, tzinfo=UTC)
    assert newest_over(Every.WEEK, late, MADRID).label == "2026-W10"
    assert newest_over(Every.WEEK, late + timedelta(minutes=1), MADRID).label == "2026-W11"


@pytest.mark.parametrize(
    ("every", "text"),
    [(Every.WEEK, text) for text in ("2026-03", "2026-W00", "2025-W53", "W11", "2026-W1", "1999-W01", "٢٠٢٦-W11", "")]
    + [(Every.DAY, text) for text in ("2026-02-30", "2026-W11", "2026-03", "26-03-09", "٢٠٢٦-03-09")]
    + [(Every.MONTH, text) for text in ("2026-W11", "2026-13", "2026-00", "2026", "9999-12", "../..")],
)
def test_what_names_no_period_is_refused_with_an_example(every: Every, text: str) -> None:
    """The value and the form."""
    with pytest.raises(BadInput, match=f"is no {every}; write one such as 2026-"):
        read_period(every, text)
