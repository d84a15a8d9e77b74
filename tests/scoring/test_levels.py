"""Levels, gates and the arithmetic of points."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sentinel.scoring.gates import ATTENTION_ONLY, FEW_ANGRY, FEW_PEOPLE, ONE_FAMILY, gates
from sentinel.scoring.hysteresis import Hysteresis
from sentinel.scoring.level import Level
from sentinel.scoring.score import Score, counted, score
from sentinel.scoring.settings import ScoringSettings
from sentinel.signals.base import Compared, Family, Signal, SignalReading, View
from sentinel.signals.baseline import Baseline, hour_of
from sentinel.signals.terms import Terms
from sentinel.signals.window import SPANS, Window
from tests.fakes import START


def a_view(usual: float = 5.0, spans: int = 4, **counts: int) -> View:
    """Fifty people, forty of them angry, in each window; one person in three is usually angry."""
    numbers: dict[str, Any] = {"people": 50, "voices": 50, "angry": 40, "rest": 45} | counts
    read = tuple(
        [
            Compared(Window(minutes=each, mood=30.0, **numbers), usual, usual / 3, 0.05, 5.0, 1.0)
            for each in SPANS[:spans]
        ]
    )
    return View(
        now=START,
        read=read,
        hour=read[2],
        baseline=Baseline(),
        scatter=Baseline().scatter(hour_of(START)),
        terms=Terms(),
        told=0.0,
        drift=0.0,
        drifting=0,
    )


def found(grounds: float = 50.0, families: frozenset[Family] = frozenset(Family), velocity: float = 0.0) -> Score:
    """Ninety points of which so many are a reason to wake somebody."""
    told = {"velocity": velocity}
    return Score(points=90.0, contributions=told, evidence=(), families=families, grounds=grounds)


@pytest.mark.parametrize(
    ("score", "counts", "shut", "ceiling"),
    [
        (found(), {}, (), Level.CRISIS),
        (found(families=frozenset({Family.MOOD})), {}, (ONE_FAMILY,), Level.ALERT),
        (found(grounds=24.9), {}, (ATTENTION_ONLY,), Level.WATCH),
        (found(grounds=25.0), {}, (), Level.CRISIS),
        (found(), {"people": 4, "angry": 4}, (FEW_PEOPLE, FEW_ANGRY), Level.WATCH),
        (found(), {"angry": 5}, (FEW_ANGRY,), Level.WATCH),
        (found(), {"angry": 6}, (FEW_ANGRY,), Level.ALERT),
        (found(), {"angry": 9}, (FEW_ANGRY,), Level.ALERT),
        (found(), {"angry": 10}, (), Level.CRISIS),
        (found(), {"people": 3, "angry": 0, "grave": 4}, (FEW_ANGRY,), Level.ALERT),
        (found(), {"angry": 0, "unread": 12}, (), Level.CRISIS),
        (found(grounds=25.0, velocity=25.0), {"angry": 9}, (FEW_ANGRY,), Level.WATCH),
        (found(grounds=25.0, velocity=25.0), {"angry": 10}, (), Level.CRISIS),
    ],
)
def test_gates(score: Score, counts: dict[str, int], shut: tuple[str, ...], ceiling: Level) -> None:
    """Each gate has its name and its ceiling. Four people beyond the usual must complain for an alert, eight for a
    crisis, and for either where nothing but their number speaks; a few who speak of something grave are enough to wake
    somebody; and people who cannot be read count as complaining.
    """
    assert gates(score, ScoringSettings(), a_view(**counts)) == (shut, ceiling)


def test_over_a_day_more_people_must_complain() -> None:
    """Six people beyond the usual within six hours are an alert; within a day, that takes as many again by half."""
    within = [gates(found(), ScoringSettings(), a_view(1.5, spans, angry=0)) for spans in (4, 5)]
    assert within[0] == within[1]
    read = (*a_view(1.5, angry=0).read[:4], *a_view(1.5, 5, angry=6).read[4:])
    seen = msgspec.structs.replace(a_view(1.5, angry=0), read=read)
    assert gates(found(), ScoringSettings(min_mentions=1), seen) == ((FEW_ANGRY,), Level.WATCH)
    assert gates(found(), ScoringSettings(min_mentions=1, min_authors=3), seen) == ((FEW_ANGRY,), Level.ALERT)


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

    def read(self, view: View) -> SignalReading:
        return SignalReading(strength=self._strength, evidence=None)


def test_points_shrink_alike_above_a_hundred() -> None:
    """What rounding loses goes to the largest, so that they sum to a hundred exactly."""
    told = score(counted({"a": Fixed(1.0), "b": Fixed(1.0), "c": Fixed(1 / 3)}, {}), a_view())
    assert told.points == 100.0
    assert round(sum(told.contributions.values()), 2) == 100.0
    assert told.families == {Family.MOOD}


def test_a_signal_that_is_off_is_not_there() -> None:
    """Weight 0."""
    told = score(counted({"a": Fixed(0.5), "b": Fixed(1.0)}, {"b": 0.0}), a_view())
    assert told.contributions == {"a": 30.0}


@pytest.mark.parametrize(("strength", "families"), [(4.99 / 60, frozenset()), (5.0 / 60, frozenset({Family.MOOD}))])
def test_a_family_takes_part_from_five_points_on(strength: float, families: frozenset[Family]) -> None:
    """What adds less is an accident: the second family of a crisis must be worth the name."""
    assert score(counted({"a": Fixed(strength)}, {}), a_view()).families == families
