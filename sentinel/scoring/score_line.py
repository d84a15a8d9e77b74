"""A score over time as geometry: stretches of what was known and what was not, and both as coordinates of a box.

Sparklines, the chart of an incident and the picture of a message are all drawn from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

Point: TypeAlias = tuple[datetime, float | None]
"""An instant and the score then, ``None`` where it was unknown."""
NARROWEST = 0.3
"""Of the width's hundredths, so that a short stretch can be seen."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring points of one sort, up to ``end``: known scores, or nothing known.

    A hole, in which nobody watched, is a stretch of the unknown.
    """

    known: bool
    points: tuple[Point, ...]
    end: datetime

    @property
    def begin(self) -> datetime:
        """Of its first point."""
        return self.points[0][0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A box of ``width`` × ``height``: time from left to right, 100 at the top, ``margin`` free above and below."""

    begin: datetime
    end: datetime
    width: float = 100.0
    height: float = 100.0
    margin: float = 0.0

    def x(self, at: datetime) -> float:
        """How far to the right; what is outside stands on the edge."""
        share = (at - self.begin) / (self.end - self.begin)
        return round(self.width * min(1.0, max(0.0, share)), 2)

    def y(self, score: float | None) -> float:
        """How far down; what is unknown counts as 0, what is off the scale stays on it."""
        share = min(100.0, max(0.0, score or 0.0)) / 100
        return round(self.margin + (self.height - 2 * self.margin) * (1 - share), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreLine:
    """Paths in a frame, as SVG writes them.

    Parameters
    ----------
    line, area
        One piece for each stretch of known scores.
    unknown
        (x, width) of the others.
    tip
        (x, y) where the line ends, if the score is known at the end.
    low, high, high_at
        Of the known scores.
    """

    frame: Frame
    line: str
    area: str
    unknown: tuple[tuple[float, float], ...]
    tip: tuple[float, float] | None
    low: float | None
    high: float | None
    high_at: datetime | None


def highest(points: Iterable[Point], begin: datetime, width: timedelta) -> dict[int, Point]:
    """Column to its first instant and its highest score: a peak is what matters, and the drawing stays small.

    A column has the instants up to its end; what is at ``begin`` or before counts as of the first.
    """
    columns: dict[int, Point] = {}
    for at, score in points:
        column = max(0, -((begin - at) // width) - 1)
        first, before = columns.setdefault(column, (at, score))
        if score is not None and (before is None or score > before):
            columns[column] = first, score
    return columns


def stretches(points: Sequence[Point], step: timedelta, end: datetime) -> list[Stretch]:
    """Points, oldest first, each of which stands for a ``step``, put together up to ``end``.

    Without a point for three steps (or three times the usual) nobody watched.
    """
    hole = 3 * max(step, (points[-1][0] - points[0][0]) / len(points)) if points else step
    runs: list[list[Point]] = []
    found: list[Stretch] = []
    for place, (at, score) in enumerate(points):
        before = points[place - 1] if place else None
        if before is not None and at - before[0] > hole:
            runs.append([(before[0] + step, None), (at - step, None)])
        if runs and (runs[-1][-1][1] is None) is (score is None):
            runs[-1].append((at, score))
        else:
            runs.append([(at, score)])
    for run in runs:
        found.append(Stretch(run[0][1] is not None, tuple(run), min(run[-1][0] + step, end)))
    return found


def score_line(points: Sequence[Point], frame: Frame, step: timedelta) -> ScoreLine:
    """Draw points, oldest first, each of which stands for a ``step``."""
    pieces = stretches(points, step, frame.end)
    lines, areas, unknown = [], [], []
    for each in pieces:
        first, last = frame.x(each.begin), frame.x(each.end)
        if each.known:
            corners = [*each.points, (each.end, each.points[-1][1])]
            drawn = "L".join(f"{frame.x(at):g} {frame.y(score):g}" for at, score in corners)
            lines.append(f"M{drawn}")
            areas.append(f"M{first:g} {frame.height:g}L{drawn}L{last:g} {frame.height:g}Z")
        else:
            unknown.append((first, round(max(last - first, NARROWEST), 2)))
    scores = [(score, at) for at, score in points if score is not None]
    high = max(scores, key=lambda each: each[0], default=(None, None))
    reaches = bool(pieces) and pieces[-1].known and pieces[-1].end >= frame.end
    return ScoreLine(
        frame=frame,
        line="".join(lines),
        area="".join(areas),
        unknown=tuple(unknown),
        tip=(frame.x(frame.end), frame.y(points[-1][1])) if reaches else None,
        low=min((score for score, _ in scores), default=None),
        high=high[0],
        high_at=high[1],
    )
