"""Score lines and thresholds: one geometry for pages and messages, one order of levels."""

from datetime import timedelta

import pytest

from sentinel.scoring.level import Level
from sentinel.scoring.score_line import Frame, Point, highest, score_line, stretches
from sentinel.scoring.thresholds import Thresholds
from tests.fakes import START

STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
FRAME = Frame(begin=START, end=START + 2 * HOUR, width=240.0, height=60.0, margin=3.0)


def scores(*values: float | None, begin: int = 0) -> list[Point]:
    """One every five minutes, from so many minutes on."""
    return [(START + timedelta(minutes=begin) + place * STEP, value) for place, value in enumerate(values)]


def test_an_hour_in_which_nobody_watched_is_no_line() -> None:
    """Three steps without a point are a stretch of the unknown, from the end of what was seen to what is seen next."""
    seen = scores(*[10.0] * 6) + scores(*[30.0] * 6, begin=90)
    known, hole, again = stretches(seen, STEP, FRAME.end)
    assert (known.known, hole.known, again.known) == (True, False, True)
    assert (hole.begin, hole.end) == (known.end, again.begin) == (START + HOUR / 2, START + 1.5 * HOUR)


def test_what_was_unknown_on_both_sides_of_a_hole_is_shaded_throughout() -> None:
    """Nothing between unknown scores is ever drawn as known."""
    found = stretches(scores(None, None) + scores(None, None, begin=90), STEP, FRAME.end)
    assert not any(each.known for each in found)
    assert found[-1].end == START + timedelta(minutes=100)


def test_the_line_ends_at_its_tip_and_there_only_while_the_score_is_known() -> None:
    """The mark of the newest score is where the line is."""
    drawn = score_line(scores(*[50.0] * 24), FRAME, STEP)
    assert drawn.tip == (240.0, 30.0)
    assert drawn.line.endswith("L240 30")
    assert score_line(scores(*[50.0] * 23, None), FRAME, STEP).tip is None
    assert score_line(scores(*[50.0] * 12), FRAME, STEP).tip is None


def test_a_threshold_lies_where_a_score_of_the_same_height_does() -> None:
    """Both come from one frame; what is off the scale stays on its edge."""
    assert [FRAME.y(score) for _, score in Thresholds(0.0, 50.0, 100.0).steps] == [57.0, 30.0, 3.0]
    assert (FRAME.y(400.0), FRAME.y(-1.0), FRAME.y(None)) == (3.0, 57.0, 57.0)
    assert (FRAME.x(START - HOUR), FRAME.x(START + HOUR), FRAME.x(START + 3 * HOUR)) == (0.0, 120.0, 240.0)


def test_a_column_keeps_its_peak_and_is_unknown_only_if_nothing_in_it_was_known() -> None:
    """Instants up to its end are a column's own; what is before the first counts as of the first."""
    seen = [(START - STEP, 1.0), *scores(None, 7.0, 3.0), (START + HOUR, None)]
    columns = highest(seen, START, 2 * STEP)
    assert columns == {0: (START - STEP, 7.0), 5: (START + HOUR, None)}


@pytest.mark.parametrize(
    "figures", [(60.0, 60.0, 80.0), (70.0, 60.0, 80.0), (-1.0, 2.0, 3.0), (1.0, 2.0, 100.5), (float("nan"), 2.0, 3.0)]
)
def test_thresholds_rise_between_0_and_100(figures: tuple[float, float, float]) -> None:
    """Whoever makes them: a file, a form or a proposal."""
    with pytest.raises(ValueError, match="must rise: watch"):
        Thresholds(*figures)


@pytest.mark.parametrize(("alert", "crisis"), [(0.2, 80.0), (99.5, 80.0), (70.0, 60.0), (20.0, 400.0)])
def test_a_proposed_alert_leaves_thresholds_that_can_be_used(alert: float, crisis: float) -> None:
    """Watch and crisis give way to it, and all stay on the scale."""
    moved = Thresholds().moved(alert, crisis)
    assert moved.watch < moved.alert < moved.crisis
    assert moved.alert == min(98.0, max(2.0, alert))
    assert [level for level, _ in moved.steps] == [Level.WATCH, Level.ALERT, Level.CRISIS]
