"""Budgets as values: a bucket that fills again, a group's window, a night's count; and when a digest is due.

No clock runs.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.escalation.budget import Bucket, Budget, NightBudget, Spending, group_ends
from sentinel.escalation.digest import DailyDigest
from tests.fakes import START

MINUTE = timedelta(minutes=1)
TWELVE = Budget(messages=12, per=timedelta(minutes=10), first_pages=3)
NIGHTS = NightBudget(zone="Europe/Madrid", begins=time(22), ends=time(8), pages=2)


def a_bucket(*taken: datetime, budget: Budget = TWELVE) -> Bucket:
    bucket = Bucket(budget=budget, full_at=START)
    for at in taken:
        bucket = bucket.take(at)
    return bucket


def test_a_burst_and_what_comes_back() -> None:
    """Nine go at once, then one every 50 s; the last three are there for first pages only."""
    bucket = a_bucket(*[START] * 9)
    assert (bucket.wait(START), bucket.wait(START, first=True)) == (timedelta(seconds=50), timedelta(0))
    assert bucket.room(START + timedelta(seconds=50))
    assert not bucket.room(START + timedelta(seconds=49, milliseconds=999))
    empty = a_bucket(*[START] * 12)
    assert empty.wait(START, first=True) == timedelta(seconds=50)
    assert empty.wait(START) == timedelta(seconds=200)


def test_what_goes_regardless_leaves_no_debt() -> None:
    """Forty crises in one instant empty the bucket; ten minutes later it is full, not in arrears."""
    bucket = a_bucket(*[START] * 40)
    later = START + TWELVE.per
    assert a_bucket(*[later] * 8).wait(later) == bucket.take(later).take(later).wait(later) == timedelta(0)
    assert bucket.full_at == later


def test_a_clock_set_back_an_hour() -> None:
    """Messages of the future are owed for a while's worth at most, and forgotten with the next one that goes."""
    bucket = a_bucket(*[START] * 12)
    early = START - timedelta(hours=1)
    assert bucket.wait(early, first=True) == timedelta(seconds=50)
    assert bucket.take(early).full_at == early + TWELVE.per


def test_given_back() -> None:
    """A message that never left does not count."""
    assert a_bucket(START).give_back() == a_bucket()
    news = Spending(bucket=a_bucket()).sent(START, page=False, nights=NIGHTS)
    assert news.withdrawn(START, page=False) == Spending(bucket=a_bucket())


@given(
    budget=st.builds(
        lambda messages, seconds, share: Budget(
            messages=messages, per=timedelta(seconds=seconds), first_pages=int(messages * share)
        ),
        st.integers(1, 200),
        st.integers(1, 7200),
        st.floats(0, 0.99),
    ),
    steps=st.lists(st.integers(0, 600), max_size=40),
)
def test_never_more_than_the_budget_in_its_while(budget: Budget, steps: list[int]) -> None:
    """Whoever asks before each message sends at most twice the budget in any while: what was saved up and what came
    back.
    """
    now, bucket, sent = START, Bucket(budget=budget, full_at=START), []
    for step in steps:
        now += timedelta(seconds=step)
        while bucket.room(now) and len(sent) < 1000:
            bucket = bucket.take(now)
            sent.append(now)
        assert not bucket.room(now + bucket.wait(now) - timedelta(microseconds=1)) or bucket.wait(now) == timedelta(0)
        assert bucket.room(now + bucket.wait(now)) or len(sent) >= 1000
    for at in sent:
        assert len([each for each in sent if at <= each < at + budget.per]) <= 2 * budget.messages


def test_a_group_s_window() -> None:
    """Half a minute from the last page, its end apart; before a clock was set back there is none."""
    wait = timedelta(seconds=30)
    assert group_ends(None, wait, START) is None
    assert group_ends(START, wait, START) == START + wait
    assert group_ends(START, wait, START + wait) is None
    assert group_ends(START, timedelta(0), START) is None
    assert group_ends(START, wait, START - timedelta(hours=1)) is None


def test_a_night_belongs_to_its_evening() -> None:
    """Two pages before and one after midnight are one night's; the next evening starts anew, and days count nothing."""
    spent = Spending()
    for hour in (20, 21, 23):
        spent = spent.sent(datetime(2026, 3, 2, hour, 30, tzinfo=UTC), page=True, nights=NIGHTS)
    assert (spent.night, spent.pages) == (date(2026, 3, 2), 2)
    assert spent.is_over(NIGHTS, datetime(2026, 3, 3, 2, tzinfo=UTC))
    assert not spent.is_over(NIGHTS, datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert not spent.is_over(NIGHTS, datetime(2026, 3, 3, 22, tzinfo=UTC))
    assert not spent.is_over(None, datetime(2026, 3, 3, 2, tzinfo=UTC))
    back = spent.withdrawn(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), page=True)
    assert (back.pages, back.paged_at) == (1, None)


def test_nights_of_people_who_sleep_by_day() -> None:
    """Hours that do not cross midnight belong to their own day."""
    days = NightBudget(zone="America/Bogota", begins=time(9), ends=time(17), pages=0)
    assert days.night(datetime(2026, 3, 2, 14, tzinfo=UTC)) == date(2026, 3, 2)
    assert days.night(datetime(2026, 3, 2, 13, 59, tzinfo=UTC)) is None
    assert Spending().is_over(days, datetime(2026, 3, 2, 14, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "at", "day", "due"),
    [
        ("Europe/Madrid", time(9), date(2026, 3, 28), datetime(2026, 3, 28, 8, tzinfo=UTC)),
        ("Europe/Madrid", time(9), date(2026, 3, 29), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("Europe/Madrid", time(2, 30), date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC)),
        ("Europe/Madrid", time(2, 30), date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("America/Santiago", time(0), date(2026, 9, 6), datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_wall_times_on_days_on_which_clocks_change(zone: str, at: time, day: date, due: datetime) -> None:
    """In a gap the first instant after it, in a repeated hour the first of the two."""
    assert DailyDigest(zone=zone, at=at).instant(day) == due


@given(
    at=st.times(),
    day=st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    zone=st.sampled_from(["Europe/Madrid", "America/Santiago", "Asia/Gaza"]),
)
def test_one_digest_a_day_whatever_the_clocks_do(at: time, day: date, zone: str) -> None:
    """Each day's digest is due once, after the day before's and before the next day's; just before it, yesterday's is
    the newest.
    """
    daily = DailyDigest(zone=zone, at=at)
    due = daily.instant(day)
    assert daily.instant(day - timedelta(days=1)) < due < daily.instant(day + timedelta(days=1))
    assert daily.newest(due) == day
    assert daily.newest(due - timedelta(microseconds=1)) == day - timedelta(days=1)
    assert due.astimezone(ZoneInfo(zone)).date() == day
