"""Where the bars and cells of a report's pictures go: coordinates only, the templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640.0, 200.0
LEFT, TOP, BOTTOM = 56.0, 14.0, 24.0
CELL, ROW_LABEL, COLUMN_LABEL = 24.0, 48.0, 24.0
STEPS = 5
"""Shades of a heat map."""
_GAP = 0.25


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle; ``sort`` is its class."""

    x: float
    y: float
    width: float
    height: float
    sort: str


@dataclass(frozen=True, slots=True)
class DrawnLabel:
    """Words at a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Stacked bars in a box of `WIDTH` × `HEIGHT`; ``marks`` are places above bars that something happened on."""

    rects: tuple[Rect, ...]
    labels: tuple[DrawnLabel, ...]
    highest: DrawnLabel
    marks: tuple[Rect, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """Seven rows of 24 cells, in a box of ``width`` × ``height``."""

    rects: tuple[Rect, ...]
    labels: tuple[DrawnLabel, ...]
    width: float
    height: float


def bars(
    columns: Sequence[tuple[str, tuple[tuple[str, int], ...]]], marked: Sequence[tuple[int, str]], highest: str
) -> Bars:
    """A column for each of ``columns``: (label, what is stacked from the bottom as (sort, count)).

    Parameters
    ----------
    marked
        Columns that carry a mark, with its sort.
    highest
        The tallest column's count as words.
    """
    most = max((sum(count for _, count in stack) for _, stack in columns), default=0) or 1
    room, pitch = HEIGHT - TOP - BOTTOM, (WIDTH - LEFT) / max(1, len(columns))
    width, every = round(pitch * (1 - _GAP), 1), -(-len(columns) // 10)
    rects, labels = [], []
    for place, (label, stack) in enumerate(columns):
        x, y = round(LEFT + place * pitch + pitch * _GAP / 2, 1), HEIGHT - BOTTOM
        for sort, count in stack:
            height = round(room * count / most, 1)
            y = round(y - height, 1)
            if height:
                rects.append(Rect(x, y, width, height, sort))
        if place % every == 0:
            labels.append(DrawnLabel(round(x + width / 2, 1), HEIGHT - 6, label))
    marks = tuple(Rect(round(LEFT + (place + 0.5) * pitch, 1), 6.0, 0.0, 0.0, sort) for place, sort in marked)
    return Bars(rects=tuple(rects), labels=tuple(labels), highest=DrawnLabel(LEFT - 6, TOP + 5, highest), marks=marks)


def heat(rows: Sequence[tuple[str, Sequence[float | None]]], highest: float) -> Heat:
    """A row for each of ``rows``: (label, a value an hour); ``None`` is left open.

    Examples
    --------
    >>> drawn = heat([("lun", [0.0, 1.0, 4.0, None])], 4.0)
    >>> [rect.sort for rect in drawn.rects]
    ['heat0', 'heat2', 'heat5', 'open']
    """
    rects, labels = [], []
    for line, (label, cells) in enumerate(rows):
        y = COLUMN_LABEL + line * CELL
        labels.append(DrawnLabel(ROW_LABEL - 8, y + CELL * 0.7, label))
        for hour, value in enumerate(cells):
            shade = "open" if value is None else f"heat{_shade(value, highest)}"
            rects.append(Rect(ROW_LABEL + hour * CELL, y, CELL - 2, CELL - 2, shade))
    columns = max((len(cells) for _, cells in rows), default=0)
    labels += [DrawnLabel(ROW_LABEL + hour * CELL, COLUMN_LABEL - 8, f"{hour}") for hour in range(0, columns, 3)]
    return Heat(
        rects=tuple(rects),
        labels=tuple(labels),
        width=ROW_LABEL + columns * CELL,
        height=COLUMN_LABEL + len(rows) * CELL,
    )


def _shade(value: float, highest: float) -> int:
    """0 for nothing at all, then fifths of the highest."""
    return 0 if value <= 0 or highest <= 0 else min(STEPS, 1 + int(value / highest * STEPS))
