"""What a configuration would have done with a recording: whom it would have woken, when, and for which incident."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from sentinel.engine.engine import Engine
from sentinel.engine.replay import Replay
from sentinel.incidents.change import Event, EventName
from sentinel.incidents.incident import Incident
from sentinel.mention import Mention
from sentinel.scoring.level import Level
from sentinel.tuning.first_reading import FirstReading, RepeatedReading

NIGHT = (22, 8)
"""Hours of the evening and the morning between which a page wakes somebody."""


@dataclass(slots=True)
class PagedIncident:
    """One incident that would have paged: when first, how high it got, and what made up the score at its first page."""

    brand: str
    first: datetime
    last: datetime
    peak: float
    level: Level
    contributions: dict[str, float]


@dataclass(slots=True)
class WhatIfOutcome:
    """The whole of it."""

    name: str
    pages: int = 0
    incidents: dict[str, PagedIncident] = field(default_factory=dict)
    line: dict[str, list[tuple[datetime, float]]] = field(default_factory=dict)
    """By brand, the highest score of each quarter of an hour that had one."""

    @property
    def first(self) -> datetime | None:
        """The first page of all."""
        return min((each.first for each in self.incidents.values()), default=None)

    @property
    def crises(self) -> int:
        """Incidents that reached a crisis."""
        return sum(each.level is Level.CRISIS for each in self.incidents.values())

    def at_night(self, zone: tzinfo) -> int:
        """Incidents whose first page came at night."""
        hours = [each.first.astimezone(zone).hour for each in self.incidents.values()]
        return sum(hour >= NIGHT[0] or hour < NIGHT[1] for hour in hours)


def outcome_of(
    name: str,
    engine: Engine,
    mentions: Callable[[], Iterable[Mention]],
    reading: FirstReading | RepeatedReading | None = None,
    *,
    since: datetime | None = None,
) -> WhatIfOutcome:
    """Fold the recording through a fresh engine; ``reading`` stands between it and its sentiment model.

    Incidents that paged before ``since`` are not counted: what came before is heard only so that the usual is known.
    """
    if reading is not None:
        engine.reader.hear = reading.over(engine.reader.hear)
    run, outcome, earlier = Replay(engine), WhatIfOutcome(name), set[str]()
    for at, changes in run.run(mentions()):
        for change in changes:
            for event in change.events:
                if event.event is EventName.PAGE and event.kind == "page" and change.incident.id not in earlier:
                    if since is not None and at < since:
                        earlier.add(change.incident.id)
                    else:
                        _count(outcome, change.incident, event, at)
            if (paged := outcome.incidents.get(change.incident.id)) is not None:
                paged.last, paged.peak, paged.level = at, change.incident.peak_score, change.incident.peak_level
        for each in run.engine.assessments:
            if each.score is not None:
                _note(outcome.line.setdefault(each.brand, []), at, each.score)
    return outcome


def _count(outcome: WhatIfOutcome, incident: Incident, event: Event, at: datetime) -> None:
    outcome.pages += 1
    if incident.id not in outcome.incidents:
        outcome.incidents[incident.id] = PagedIncident(
            incident.brand, at, at, incident.peak_score, incident.peak_level, dict(event.contributions)
        )


def _note(line: list[tuple[datetime, float]], at: datetime, score: float) -> None:
    slot = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
    if line and line[-1][0] == slot:
        line[-1] = (slot, max(line[-1][1], score))
    else:
        line.append((slot, score))
