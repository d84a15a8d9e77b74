"""A score's day as a small drawing: the newest instant on the right."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sentinel.scoring.score_line import Frame, Point, ScoreLine, highest, score_line

WIDTH, HEIGHT, MARGIN = 240.0, 60.0, 3.0
SPAN = timedelta(hours=24)
COLUMNS = 240
"""Points of a day are drawn as the highest of every six minutes: a peak is what matters, and the page stays small."""
COARSE = 96
"""The same for a page with many brands: of every quarter of an hour."""


def sparkline(history: Sequence[Point], now: datetime, *, span: timedelta = SPAN, columns: int = COLUMNS) -> ScoreLine:
    """Draw ``history`` (oldest first) up to ``now``, as the highest of each of so many ``columns``."""
    begin, step = now - span, span / columns
    inside = highest(((at, score) for at, score in history if begin < at <= now), begin, step)
    points = [(begin + column * step, score) for column, (_, score) in sorted(inside.items())]
    frame = Frame(begin=begin, end=now, width=WIDTH, height=HEIGHT, margin=MARGIN)
    return score_line(points, frame, step)
