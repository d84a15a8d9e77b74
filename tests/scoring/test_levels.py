"""Levels, gates and the arithmetic of points."""

from datetime import timedelta

import pytest

from sentinel.scoring.gates import COPIES, FEW_AUTHORS, FEW_MENTIONS, ONE_FAMILY, gates
from sentinel.scoring.hysteresis import Hysteresis
from sentinel.scoring.level import Level
from sentinel.scoring.score import Score, score
from sentinel.scoring.settings import ScoringSettings
from sentinel.signals.base import Family, Reading, Signal, View
from sentinel.signals.baseline import Baseline
from sentinel.signals.buckets import SPANS, Scales, Window
from sentinel.signals.terms import Terms
from tests.fakes import START


def a_window(minutes: int = 60, **counts: int) -> Window:
    numbers = {"mentions": 50, "voices": 50, "negatives": 40, "authors": 45} | counts
    return Window(minutes=minutes, mood=30.0, sources={"x": 50}, **numbers)


def a_view(**counts: int) -> View:
    return View(
        now=START,
        windows=Scales(*(a_window(minutes, **counts) for minutes in SPANS)),
        baseline=Baseline(),
        moods=Scales(5.0, 5.0, 5.0, 5.0),
        terms=Terms(),
        tones=Scales(0.0, 0.0, 0.0, 0.0),
        told=0.0,
        pace=1.0,
        sour_pace=1.0,
        drift=0.0,
        drifting=0,
    )


BOTH = Score(points=90.0, contributions={}, evidence=(), families=frozenset(Family))
ALONE = Score(points=90.0, contributions={}, evidence=(), families=frozenset({Family.MOOD}))


@pytest.mark.parametrize(
    ("found", "counts", "shut", "ceiling"),
    [
        (BOTH, {}, (), Level.CRISIS),
        (ALONE, {}, (ONE_FAMILY,), Level.ALERT),
        (BOTH, {"voices": 4, "mentions": 4}, (FEW_MENTIONS,), Level.WATCH),
        (BOTH, {"authors": 3}, (FEW_AUTHORS,), Level.WATCH),
        (BOTH, {"mentions": 200, "voices": 20, "authors": 9}, (COPIES,), Level.ALERT),
        (BOTH, {"mentions": 200, "voices": 20, "authors": 150}, (), Level.CRISIS),
    ],
)
def test_gates(found: Score, counts: dict[str, int], shut: tuple[str, ...], ceiling: Level) -> None:
    """Each gate has its name and its ceiling; a crowd that repeats is no flood made by few."""
    assert gates(found, ScoringSettings(), a_view(**counts)) == (shut, ceiling)


def test_a_level_is_left_only_after_staying_low() -> None:
    """A dip of twenty minutes is no end; half an hour is, and lands where the score supports it."""
    levels = Hysteresis(ScoringSettings())
    at = START
    assert levels.update(85, Level.CRISIS, at) is Level.CRISIS
    assert levels.update(55, Level.CRISIS, at + timedelta(minutes=1)) is Level.CRISIS
    assert levels.due == at + timedelta(minutes=31)
    assert levels.update(75, Level.CRISIS, at + timedelta(minutes=20)) is Level.CRISIS
    assert levels.due is None
    levels.update(55, Level.CRISIS, at + timedelta(minutes=21))
    assert levels.update(55, Level.CRISIS, at + timedelta(minutes=51)) is Level.ALERT


def test_a_ceiling_keeps_from_entering_not_from_staying() -> None:
    """What was entered stays until it is left; a gate that shuts later does not push it out."""
    levels = Hysteresis(ScoringSettings())
    assert levels.update(95, Level.ALERT, START) is Level.ALERT
    assert levels.update(95, Level.WATCH, START) is Level.ALERT
    assert levels.reached(95) is Level.CRISIS
    again = Hysteresis(ScoringSettings())
    again.restore(levels.snapshot())
    assert again.level is Level.ALERT


class Fixed(Signal):
    """Says the same whatever it sees."""

    worth = 60.0
    family = Family.MOOD

    def __init__(self, strength: float) -> None:
        self._strength = strength

    def read(self, view: View) -> Reading:
        return Reading(strength=self._strength, evidence=None)


def test_points_shrink_alike_above_a_hundred() -> None:
    """What rounding loses goes to the largest, so that they sum to a hundred exactly."""
    found = score({"a": Fixed(1.0), "b": Fixed(1.0), "c": Fixed(1 / 3)}, {}, a_view())
    assert found.points == 100.0
    assert round(sum(found.contributions.values()), 2) == 100.0
    assert found.families == {Family.MOOD}


def test_a_signal_that_is_off_is_not_there() -> None:
    """Weight 0."""
    found = score({"a": Fixed(0.5), "b": Fixed(1.0)}, {"b": 0.0}, a_view())
    assert found.contributions == {"a": 30.0}
