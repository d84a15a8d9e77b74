"""An incident's chart: the brand's score over its span as drawing, marks, axis and table; the template makes the SVG.

Across all is in per cent of the width, so that letters keep their size on any screen; up is the score itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry, What
from sentinel.scoring.score_line import Frame, Point, ScoreLine, highest, score_line
from sentinel.web.pages.words import Words

DAY = timedelta(hours=24)
BEFORE, AFTER = timedelta(hours=4), timedelta(hours=2)
"""Shown of the time around an incident that is over."""
LEAST, LONGEST = timedelta(hours=1), timedelta(days=7)
SLOT = timedelta(minutes=5)
COLUMNS = 288
STEPS = (1, 2, 4, 6, 12, 24, 48)
"""Hours between two labels of the axis: the first that gives no more than `LABELS`, which a narrow phone can hold."""
LABELS = 6
MARKED = (What.OPENED, What.REOPENED, What.ACKNOWLEDGED, What.REPLIED, What.RESOLVED, What.FALSE_ALARM, What.CLOSED)
MARKS = 9
"""Numbers that a narrow phone can tell apart; of more, the first and the last are shown."""
NEAR = 5.0
"""Per cent of the width below which two numbers would touch, and the second goes a row lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened: its number on the chart, where, and in which row the number stands."""

    number: int
    x: float
    row: int
    at: datetime
    what: What
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Of the table: from when on, and the highest score; ``None`` where it was unknown."""

    at: datetime
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChart:
    """Everything drawn."""

    begin: datetime
    end: datetime
    drawn: ScoreLine
    axis: tuple[tuple[float, str], ...]
    marks: tuple[Mark, ...]
    rows: tuple[Row, ...]


def span_of(incident: Incident, now: datetime) -> tuple[datetime, datetime]:
    """What the chart of an incident shows: the last day, and all of the incident; or, when it is over, the incident's
    own time.
    """
    if incident.live or incident.resolution is None:
        return max(min(now - DAY, incident.opened_at - timedelta(hours=1)), now - LONGEST), now
    end = min(now, incident.resolution.at + AFTER)
    return max(incident.opened_at - BEFORE, end - LONGEST), end


def score_chart(
    points: Sequence[Point],
    timeline: Iterable[TimelineEntry],
    begin: datetime,
    end: datetime,
    words: Words,
) -> ScoreChart:
    """Draw a brand's points (oldest first) and what happened meanwhile."""
    frame = Frame(begin=begin, end=max(end, begin + SLOT))
    width = max((frame.end - begin) / COLUMNS, SLOT)
    columns = highest(((at, score) for at, score in points if begin - SLOT <= at <= end), begin, width)
    inside = list(columns.values())
    return ScoreChart(
        begin=begin,
        end=end,
        drawn=score_line(inside, frame, SLOT),
        axis=tuple((frame.x(at), label) for at, label in _axis(begin, end, words) if 3 < frame.x(at) < 97),
        marks=_marks(timeline, frame),
        rows=_rows(inside, begin, end),
    )


def _axis(begin: datetime, end: datetime, words: Words) -> list[tuple[datetime, str]]:
    """Whole hours of the reader's zone."""
    hours = (end - begin) / timedelta(hours=1)
    step = next((each for each in STEPS if hours / each <= LABELS), STEPS[-1])
    local = begin.astimezone(words.zone)
    at = (
        begin
        + timedelta(hours=1)
        - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    )
    found = []
    while at <= end:
        local = at.astimezone(words.zone)
        if (local.toordinal() * 24 + local.hour) % step == 0:
            found.append((at, f"{local:%H:%M}" if local.hour else words.day(at)))
        at += timedelta(hours=1)
    return found


def _marks(timeline: Iterable[TimelineEntry], frame: Frame) -> tuple[Mark, ...]:
    shown = [each for each in timeline if each.what in MARKED and frame.begin <= each.at <= frame.end]
    shown = shown if len(shown) <= MARKS else [shown[0], *shown[-(MARKS - 1) :]]
    marks: list[Mark] = []
    for number, entry in enumerate(shown, 1):
        place = frame.x(entry.at)
        near = {mark.row for mark in marks if abs(mark.x - place) < NEAR}
        row = next(row for row in range(MARKS + 1) if row not in near)
        marks.append(Mark(number=number, x=place, row=row, at=entry.at, what=entry.what, by=entry.by))
    return tuple(marks)


def _rows(points: list[Point], begin: datetime, end: datetime) -> tuple[Row, ...]:
    """The chart as at most two dozen lines of text."""
    width = timedelta(hours=max(1, -(-(end - begin) // DAY)))
    rows: dict[int, Row] = {}
    for at, score in points:
        place = max(at - begin, timedelta(0)) // width
        before = rows.setdefault(place, Row(at=begin + place * width, high=score))
        if score is not None and score > (before.high if before.high is not None else -1.0):
            rows[place] = Row(at=before.at, high=score)
    return tuple(rows.values())
