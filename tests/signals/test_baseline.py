"""What is usual for a brand."""

from datetime import timedelta

import msgspec

from sentinel.signals.baseline import Baseline
from sentinel.signals.window import Window
from tests.fakes import START


def hour(people: int, mood: float = 0.0, sources: dict[str, int] | None = None) -> Window:
    """An hour in which so many people spoke, all of them voices."""
    return Window(minutes=60, people=people, voices=people, rest=people, mood=mood, sources=sources or {})


def test_the_daily_rhythm_is_learnt() -> None:
    """A brand that sleeps at night is expected to."""
    baseline = Baseline()
    for number in range(24 * 10):
        loud = 8 <= number % 24 < 22
        baseline.learn(number, hour(30 if loud else 3, 0.0, {"x": 30 if loud else 3}))
    night, noon = START.replace(hour=3, minute=40), START.replace(hour=15, minute=40)
    assert baseline.usual(noon, 60) > 4 * baseline.usual(night, 60)
    assert 15 < baseline.usual(noon, 360) / 6 < 45
    assert baseline.usual_in("x", baseline.usual(noon, 60), 60) > 0.8 * baseline.usual(noon, 60)
    assert baseline.usual_in("new", baseline.usual(noon, 60), 60) < 1


def test_a_crisis_becomes_usual_only_slowly() -> None:
    """One hour of a thousand where ten are usual teaches a few dozen at most."""
    baseline = Baseline()
    for number in range(24 * 5):
        baseline.learn(number, hour(10, 0.0, {"x": 10}))
    before = baseline.usual(START, 60)
    baseline.learn(24 * 5, hour(1000, 900.0, {"x": 1000}))
    assert baseline.usual(START, 60) < 1.5 * before


def test_the_scatter_of_a_brand_widens_its_tail() -> None:
    """The same count surprises less where counts jump about anyway."""
    steady, jumpy = Baseline(), Baseline()
    for number in range(24 * 20):
        steady.learn(number, hour(20))
        jumpy.learn(number, hour(5 if number % 2 else 35))
    ask = {"count": 45.0, "usual": 20.0}
    assert steady.burst.score_one(ask) > jumpy.burst.score_one(ask) > 0


def test_warming_ends_after_a_day() -> None:
    """A day of its own and the brand stands on its own."""
    baseline = Baseline()
    assert baseline.warming
    for number in range(24):
        baseline.learn(number, hour(5))
    assert not baseline.warming


def test_flagged_hours_teach_the_mood_less() -> None:
    """An unusual hour moves the usual mood a fifth as far."""
    plain, flagged = Baseline(), Baseline()
    for baseline, mark in ((plain, False), (flagged, True)):
        for number in range(48):
            baseline.learn(number, hour(10))
        baseline.learn(48, hour(10, 9.0), sour=mark)
    assert 0 < flagged.mood.mean < plain.mood.mean / 3


def test_a_baseline_survives_a_checkpoint() -> None:
    """Through MessagePack and back it expects the same."""
    baseline = Baseline()
    for number in range(50):
        baseline.learn(number, hour(number % 24, number % 5, {"x": 1, "y": number % 3}))
    again = Baseline()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(baseline.snapshot())))
    assert again.snapshot() == baseline.snapshot()
    assert again.usual(START, 360) == baseline.usual(START, 360)


def test_of_whom_one_hears_twice_a_week_three_days_say_nothing() -> None:
    """Three days of silence do not make a quiet brand silent: the months before still count."""
    baseline = Baseline()
    for number in range(24 * 60):
        baseline.learn(number, hour(1 if number % 84 == 0 else 0))
    usual = baseline.usual(START, 1_440)
    for number in range(24 * 60, 24 * 63):
        baseline.learn(number, hour(0))
    assert 0.15 < baseline.usual(START, 1_440) <= usual < 0.6


def test_a_storm_does_not_teach_its_own_size_however_small_the_brand() -> None:
    """Two days of two people an hour where one in two days was usual are still a surprise."""
    baseline = Baseline()
    for number in range(24 * 60):
        baseline.learn(number, hour(1 if number % 48 == 0 else 0))
    for number in range(24 * 60, 24 * 62):
        baseline.learn(number, hour(2), loud=True)
    assert baseline.surprise(12, baseline.usual(START, 360), START, 360) > 4


def test_the_clip_is_three_times_the_usual() -> None:
    """An hour of a thousand, and one of thirty, teach the same where ten are usual."""
    taught = []
    for people in (30, 1000):
        baseline = Baseline()
        for number in range(24 * 10):
            baseline.learn(number, hour(10))
        baseline.learn(24 * 10, hour(people), loud=True)
        taught.append(baseline.rate)
    assert abs(taught[0] - taught[1]) < 0.05
    assert taught[1] < 10.5


def test_little_known_of_a_brand_makes_a_surprise_smaller() -> None:
    """The tail is that of a prediction: five people where one is expected mean more after a month than after a day."""
    young, old = Baseline(), Baseline()
    for baseline, days in ((young, 1), (old, 30)):
        for number in range(24 * days):
            baseline.learn(number, hour(number % 4 == 0))
    assert 0 < young.surprise(6, 1.0, START, 60) < old.surprise(6, 1.0, START, 60)


def test_saturday_night_is_a_habit_from_the_third_week_on() -> None:
    """Twenty times louder every Saturday night: an event the first two times, to be expected from then on; no other
    night is.
    """
    baseline, surprises = Baseline(), []
    for number in range(24 * 7 * 6):
        at = START.replace(minute=0) + timedelta(hours=number)
        if at.weekday() == 5 and at.hour == 21:
            surprises.append(baseline.surprise(200, baseline.usual(at.replace(minute=59), 60), at, 60))
        night = at.weekday() == 5 and 20 <= at.hour <= 22
        baseline.learn(int(at.timestamp()) // 3600, hour(200 if night else 10))
    assert surprises[0] > 8
    assert max(surprises[3:]) < 3
    friday = START.replace(hour=21, minute=59) + timedelta(days=(4 - START.weekday()) % 7)
    assert baseline.usual(friday, 60) < 60


def test_reviews_with_a_date_alone_are_spread_over_the_day() -> None:
    """Five a day, all of them at midnight, are five a day and no storm at midnight."""
    baseline = Baseline()
    for number in range(24 * 40):
        at_midnight = number % 24 == 0
        seen = hour(5 if at_midnight else 0)
        baseline.learn(number, Window(minutes=60, people=5, voices=5, rest=5, dated=5) if at_midnight else seen)
    assert 3.5 < baseline.usual(START, 1_440) < 6
