"""A score's day as a small SVG drawing: coordinates only, gaps where nothing was known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT = 240.0, 60.0
SPAN = timedelta(hours=24)
COLUMNS = 240
"""Points of a day are drawn as the highest of every six minutes: a peak is what matters, and the page stays small."""
COARSE = 96
"""The same for a page with many brands: of every quarter of an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sparkline:
    """Paths in a box of `WIDTH` × `HEIGHT`; the newest instant on the right, 100 at the top.

    Parameters
    ----------
    line, area
        Path data; one piece for each stretch of known scores.
    unknown
        (x, width) of stretches that were watched while the score was unknown.
    end
        (x, y) of the newest known score, if it is from the last column.
    low, high
        Of the known scores.
    """

    line: str
    area: str
    unknown: tuple[tuple[float, float], ...]
    end: tuple[float, float] | None
    low: float | None
    high: float | None


def sparkline(
    history: Sequence[tuple[datetime, float | None]], now: datetime, *, span: timedelta = SPAN, columns: int = COLUMNS
) -> Sparkline:
    """Draw ``history`` (oldest first) up to ``now``, as the highest of each of so many ``columns``."""
    highest = _columns(history, now, span, columns)
    width = WIDTH / columns
    lines, areas, unknown = [], [], []
    for known, first, last in _stretches(highest):
        if known:
            points = [
                (column * width, _y(highest[column] or 0.0)) for column in range(first, last + 1) if column in highest
            ]
            if len(points) == 1:
                points.append((points[0][0] + width, points[0][1]))
            drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            lines.append(f"M{drawn}")
            areas.append(f"M{points[0][0]:.1f} {HEIGHT:g}L{drawn}L{points[-1][0]:.1f} {HEIGHT:g}Z")
        else:
            unknown.append((round(first * width, 1), round((last + 1 - first) * width, 1)))
    scores = [score for score in highest.values() if score is not None]
    newest = highest.get(columns - 1)
    return Sparkline(
        line="".join(lines),
        area="".join(areas),
        unknown=tuple(unknown),
        end=None if newest is None else (round((columns - 1) * width, 1), round(_y(newest), 1)),
        low=min(scores, default=None),
        high=max(scores, default=None),
    )


def _columns(
    history: Sequence[tuple[datetime, float | None]], now: datetime, span: timedelta, columns: int
) -> dict[int, float | None]:
    """Column to its highest score; ``None`` where there was nothing but unknown."""
    highest: dict[int, float | None] = {}
    for at, score in history:
        column = columns - 1 - int((now - at) / span * columns)
        if 0 <= column < columns:
            before = highest.get(column)
            highest[column] = before if score is None else max(score, before or 0.0)
    return highest


def _stretches(columns: dict[int, float | None]) -> list[tuple[bool, int, int]]:
    """(known, first, last) of neighbouring columns of one sort; an empty column neither ends nor makes a stretch."""
    found: list[tuple[bool, int, int]] = []
    for column in sorted(columns):
        known = columns[column] is not None
        if found and found[-1][0] is known:
            found[-1] = (known, found[-1][1], column)
        else:
            found.append((known, column, column))
    return found


def _y(score: float) -> float:
    return 3 + (HEIGHT - 6) * (1 - min(100.0, max(0.0, score)) / 100)
