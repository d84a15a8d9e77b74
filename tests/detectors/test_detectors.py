"""Detectors by themselves."""

from collections.abc import Hashable
from datetime import timedelta

import pytest

from sentinel.detectors.burst import MOST, Burst, surely, surprise
from sentinel.detectors.drift import Drift
from sentinel.detectors.hold import Hold
from sentinel.detectors.mean_shift import MeanShift
from sentinel.detectors.multiscale_peaks import MultiscalePeaks, spans
from tests.fakes import START


def test_burst_is_exact_at_both_ends_of_the_scale() -> None:
    """Ten a day and a million a day: the same relative outburst surprises, more where the count is larger."""
    burst = Burst()
    for _ in range(300):
        burst.learn_one({"count": 10.0, "usual": 10.0})
    assert burst.score_one({"count": 0, "usual": 5.0}) == 0.0
    assert 0 < burst.score_one({"count": 3, "usual": 0.4}) < burst.score_one({"count": 6, "usual": 0.4})
    assert burst.score_one({"count": 60_000, "usual": 40_000.0}) > 2
    assert burst.score_one({"count": 10**9, "usual": 1.0}) == MOST


@pytest.mark.parametrize("shape", [0.2, 1.0, 3.3, 50.0])
@pytest.mark.parametrize("usual", [0.02, 0.7, 9.3, 400.0, 90_000.0])
def test_what_is_sure_of_a_surprise_is_never_more_than_it(shape: float, usual: float) -> None:
    """Of whole counts and of weights in between, just above the usual and far above it; and not much less, so that it
    is worth asking first.
    """
    for times in (1.001, 1.3, 2.0, 5.5, 30.0, 1_000.0):
        count = usual * times
        sure, exact = surely(count, usual, shape), surprise(count, usual, shape)
        assert sure <= exact or exact == MOST
        assert exact == MOST or exact - sure < 3.5
    assert surely(3.0, 0.0, shape) == 0.0


def test_shift_grows_with_the_crowd_and_doubts_the_cold() -> None:
    """The same share means more from many than from few, and less while the brand is new."""
    shift = MeanShift()
    few, many = (shift.score_one({"count": n, "sum": 0.5 * n, "hours": 200}) for n in (5, 80))
    assert many > few > 0
    assert shift.score_one({"count": 80, "sum": 40.0, "hours": 0}) < many
    assert shift.score_one({"count": 80, "sum": -40.0, "hours": 200}) == pytest.approx(-many)
    shift.learn_one({"count": 0, "sum": 0.0})
    assert shift.mean == 0.0


def test_shift_learns_how_restless_a_brand_is() -> None:
    """Where the mood swings from hour to hour anyway, a swing means less."""
    restless = MeanShift()
    for hour in range(200):
        restless.learn_one({"count": 50, "sum": 12.0 if hour % 2 else -12.0, "hours": hour})
    assert restless.wobble > 2 * MeanShift().wobble
    again = MeanShift()
    again.restore(restless.snapshot())
    assert again.snapshot() == restless.snapshot()


def a_series(values: list[float], step: timedelta) -> list[int]:
    """The places at which alerts start."""
    peaks, hold, alerts = MultiscalePeaks(), Hold(), []
    for place, value in enumerate(values):
        row: dict[Hashable, float] = {"value": value, "minutes": step / timedelta(minutes=1)}
        if hold.starts(START + place * step, peaks.score_one(row)):
            alerts.append(place)
        peaks.learn_one(row)
    return alerts


def test_one_sampling_is_as_good_as_another() -> None:
    """Thirty weeks of a number that is about twenty, and a week of eighty: one alert, not one a row, long before fifty
    rows; the same by the day.
    """
    for step in (timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)):
        assert a_series([20.0 + n * 7 % 5 for n in range(30)] + [80.0, 85.0, 78.0], step) == [30]


def test_what_few_scales_see_is_no_event() -> None:
    """A wild count every eight hours is news when it comes for the first time and never again; the same size for half
    an hour is.
    """
    wild = [200.0 if n % 97 == 96 else 20.0 + n * 7 % 13 for n in range(2_000)]
    assert a_series([*wild, 200.0], timedelta(minutes=5)) == [96]
    assert [place >= 2_000 for place in a_series([*wild, *[200.0] * 6], timedelta(minutes=5))] == [False, True]


def test_scales_follow_the_sampling() -> None:
    """As many octaves as cover two hours and forty, three at least; gaps and doubled rows among the first do not
    mislead.
    """
    assert (len(spans(1)), len(spans(15)), len(spans(0))) == (9, 5, 9)
    peaks = MultiscalePeaks()
    for n in range(60):
        peaks.learn_one({"value": 5.0, "minutes": (15.0, 15.0, 0.0, 400.0)[n % 4 if n % 8 > 3 else 0]})
    assert len(peaks.surprises({"value": 5.0})) == len(spans(15))
    assert MultiscalePeaks().surprises({"value": 5.0}) == []


def test_a_lone_one_among_zeros_is_no_event() -> None:
    """Of things that are counted, one in a month is rare and nothing; five in an hour are something."""
    quiet = [1.0 if n in (90, 150) else 0.0 for n in range(300)]
    assert a_series(quiet, timedelta(minutes=5)) == []
    assert a_series([*quiet, 5.0, 6.0], timedelta(minutes=5)) != []


def test_eight_values_say_nothing() -> None:
    """Warming up is not calm: it is told apart."""
    peaks = MultiscalePeaks()
    for _ in range(7):
        peaks.learn_one({"value": 3.0})
    assert peaks.warming
    assert peaks.score_one({"value": 1e9}) == 0.0
    peaks.learn_one({"value": 4.0})
    assert peaks.early
    assert not peaks.warming
    assert peaks.score_one({"value": 1e9}) > 0.5


def test_drift_adds_up_and_lets_go() -> None:
    """Six slightly bad hours are a drift; good ones end it; one dreadful hour alone is not."""
    drift = Drift()
    drift.learn_one({"z": 50.0})
    assert drift.score_one({}) == 2.5
    for _ in range(6):
        drift.learn_one({"z": 1.5})
    assert drift.score_one({}) == 8.5
    assert drift.length == 7
    for _ in range(10):
        drift.learn_one({"z": -1.0})
    assert (drift.score_one({}), drift.length) == (0.0, 0)


def test_tail_says_nothing_while_warming_then_sees_the_peak() -> None:
    """Fifty values first; then what is far beyond the past stands out, and what is like it does not."""
    tail = MultiscalePeaks()
    assert tail.warming
    assert tail.score_one({"value": 1e9}) == 0.0
    for n in range(600):
        tail.learn_one({"value": 20 + (n * 7919) % 13})
    ordinary, extreme = tail.score_one({"value": 25}), tail.score_one({"value": 400})
    assert ordinary == 0.0
    assert 0.5 < extreme < 1.0


def test_tail_of_a_flat_line() -> None:
    """A series that never moved is surprised by the first move, without dividing by zero."""
    tail = MultiscalePeaks()
    for _ in range(200):
        tail.learn_one({"value": 5.0})
    assert tail.score_one({"value": 5.0}) == 0.0
    assert tail.score_one({"value": 50.0}) > 0.5


def test_hold_is_one_alert_an_event() -> None:
    """A day's quiet after an alert, broken only by what is clearly worse."""
    hold, at = Hold(), START
    given = [(0, 0.4), (1, 0.6), (2, 0.61), (3, 0.9), (4, 0.9), (27, 0.6), (28, 0.6)]
    assert [hold.starts(at + timedelta(hours=h), score) for h, score in given] == [
        False,
        True,
        False,
        True,
        False,
        True,
        False,
    ]
    assert Hold().starts(at, 1.0)
