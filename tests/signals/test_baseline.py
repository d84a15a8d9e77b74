"""What is usual for a brand."""

import msgspec

from sentinel.signals.baseline import Baseline
from sentinel.signals.usual import Hour
from tests.fakes import START


def test_the_daily_rhythm_is_learnt() -> None:
    """A brand that sleeps at night is expected to."""
    baseline = Baseline()
    for hour in range(24 * 10):
        loud = 8 <= hour % 24 < 22
        baseline.learn(hour, Hour(30 if loud else 3, 30 if loud else 3, 0.0, {"x": 30 if loud else 3}))
    night, noon = START.replace(hour=3, minute=40), START.replace(hour=15, minute=40)
    assert baseline.usual(noon, 60) > 4 * baseline.usual(night, 60)
    assert 15 < baseline.usual(noon, 360) / 6 < 45
    assert baseline.usual_in("x", noon, 60) > 0.8 * baseline.usual(noon, 60)
    assert baseline.usual_in("new", noon, 60) < 1


def test_a_crisis_becomes_usual_only_slowly() -> None:
    """One hour of a thousand where ten are usual teaches a few dozen at most."""
    baseline = Baseline()
    for hour in range(24 * 5):
        baseline.learn(hour, Hour(10, 10, 0.0, {"x": 10}))
    before = baseline.usual(START, 60)
    baseline.learn(24 * 5, Hour(1000, 1000, 900.0, {"x": 1000}))
    assert baseline.usual(START, 60) < 1.5 * before


def test_the_scatter_of_a_brand_widens_its_tail() -> None:
    """The same count surprises less where counts jump about anyway."""
    steady, jumpy = Baseline(), Baseline()
    for hour in range(24 * 20):
        steady.learn(hour, Hour(20, 20, 0.0, {}))
        jumpy.learn(hour, Hour(5 if hour % 2 else 35, 20, 0.0, {}))
    ask = {"count": 45.0, "usual": 20.0}
    assert steady.burst.score_one(ask) > jumpy.burst.score_one(ask) > 0


def test_warming_ends_after_a_day() -> None:
    """A day of its own and the brand stands on its own."""
    baseline = Baseline()
    assert baseline.warming
    for hour in range(24):
        baseline.learn(hour, Hour(5, 5, 0.0, {}))
    assert not baseline.warming


def test_flagged_hours_teach_the_mood_less() -> None:
    """An unusual hour moves the usual mood a fifth as far."""
    plain, flagged = Baseline(), Baseline()
    for baseline, mark in ((plain, False), (flagged, True)):
        for hour in range(48):
            baseline.learn(hour, Hour(10, 10, 0.0, {}))
        baseline.learn(48, Hour(10, 10, 9.0, {}, mark))
    assert 0 < flagged.shift.mean < plain.shift.mean / 3


def test_a_baseline_survives_a_checkpoint() -> None:
    """Through MessagePack and back it expects the same."""
    baseline = Baseline()
    for hour in range(50):
        baseline.learn(hour, Hour(hour % 24, hour % 24, hour % 5, {"x": 1, "y": hour % 3}))
    again = Baseline()
    again.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(baseline.snapshot())))
    assert again.snapshot() == baseline.snapshot()
    assert again.usual(START, 360) == baseline.usual(START, 360)
