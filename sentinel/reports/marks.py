"""The instants of an incident that reports measure by, read from its timeline: when it began, paged, was taken,
answered, ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from sentinel.incidents.incident import Incident, State, Verdict
from sentinel.incidents.timeline import TimelineEntry, What
from sentinel.scoring.level import Level

ACCEPTED = "accepted"
_ENDS = (What.RESOLVED, What.FALSE_ALARM)
_BEGINS = (What.OPENED, What.REOPENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredIncident:
    """An incident as it is stored, with its timeline, the oldest line first.

    ``tipped_at`` is when the mention was observed that tipped the score for the first page, as far as that is still
    known.
    """

    incident: Incident
    timeline: Sequence[TimelineEntry]
    tipped_at: datetime | None = None


class IncidentMarks(msgspec.Struct, frozen=True, kw_only=True):
    """What an incident comes to. An instant is ``None`` when that never happened.

    ``began_before`` and ``goes_on`` say that it reaches beyond the period it is told in.
    """

    id: str
    brand: str
    state: State
    peak_level: Level
    peak_score: float
    verdict: Verdict | None
    opened_at: datetime
    tipped_at: datetime | None
    paged_at: datetime | None
    accepted_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    replied_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str | None
    began_before: bool = False
    goes_on: bool = False

    @property
    def paged(self) -> bool:
        """Whether anybody was."""
        return self.paged_at is not None

    @property
    def to_accepted(self) -> timedelta | None:
        """From the mention that tipped the score, or the opening, to a provider's acceptance of the first page."""
        return _between(self.tipped_at or self.opened_at, self.accepted_at)

    @property
    def to_acknowledge(self) -> timedelta | None:
        """From the first page."""
        return _between(self.paged_at, self.acknowledged_at)

    @property
    def to_reply(self) -> timedelta | None:
        """From the opening to the first public reply."""
        return _between(self.opened_at, self.replied_at)

    @property
    def to_resolve(self) -> timedelta | None:
        """From the opening to the end."""
        return _between(self.opened_at, self.resolved_at)


def marks_of(told: StoredIncident, begin: datetime | None = None, end: datetime | None = None) -> IncidentMarks:
    """The marks of one incident, as told in a period from ``begin`` to ``end``."""
    incident, lines = told.incident, told.timeline
    paged, taken, replied = (_first(lines, what) for what in (What.PAGE, What.ACKNOWLEDGED, What.REPLIED))
    accepted = next(
        (line for line in lines if line.what is What.DELIVERY and line.step and line.outcome == ACCEPTED), None
    )
    over, ended = _end(lines), incident.resolution
    resolved_at = over.at if over else None if incident.live or ended is None else ended.at
    return IncidentMarks(
        id=incident.id,
        brand=incident.brand,
        state=incident.state,
        peak_level=incident.peak_level,
        peak_score=incident.peak_score,
        verdict=incident.verdict,
        opened_at=incident.opened_at,
        tipped_at=told.tipped_at,
        paged_at=paged.at if paged else None,
        accepted_at=accepted.at if accepted else None,
        acknowledged_at=taken.at if taken else None,
        acknowledged_by=taken.by if taken else None,
        replied_at=replied.at if replied else None,
        resolved_at=resolved_at,
        resolved_by=over.by if over else None,
        began_before=begin is not None and incident.opened_at < begin,
        goes_on=end is not None and (resolved_at is None or resolved_at >= end),
    )


def touches(told: StoredIncident, begin: datetime, end: datetime) -> bool:
    """Whether any of it was in the period."""
    marks = marks_of(told)
    return marks.opened_at < end and (marks.resolved_at is None or marks.resolved_at >= begin)


def _end(lines: Sequence[TimelineEntry]) -> TimelineEntry | None:
    """The line that ended it: the first end after it last began.

    What a person ended is ended then, not when calm confirms it.
    """
    found: TimelineEntry | None = None
    for line in lines:
        if line.what in _BEGINS:
            found = None
        elif line.what in _ENDS and found is None:
            found = line
    return found


def _first(lines: Sequence[TimelineEntry], what: What) -> TimelineEntry | None:
    return next((line for line in lines if line.what is what), None)


def _between(earlier: datetime | None, later: datetime | None) -> timedelta | None:
    return max(timedelta(0), later - earlier) if earlier is not None and later is not None else None
