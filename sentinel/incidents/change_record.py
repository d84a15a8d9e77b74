"""The record of one decision while it is made: the lines, the events and the notices that belong to it."""

from dataclasses import dataclass, field
from datetime import datetime

from sentinel.escalation.silence import Silence
from sentinel.incidents.change import Change, Event, EventName, Notice
from sentinel.incidents.incident import Incident, Verdict
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.scoring.level import Level


@dataclass(slots=True)
class ChangeRecord:
    """What happened so far to an incident that is changed ``now``."""

    incident: Incident
    now: datetime
    silence: Silence | None = None
    """What holds the brand's pages back now."""
    timeline: list[TimelineEntry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    worth_saving: bool = False
    """What the incident shows of the brand changed enough to be kept although nothing happened."""

    def note(
        self,
        what: What,
        why: Why,
        *,
        contact: str | None = None,
        step: int = 0,
        by: str | None = None,
        detail: str | None = None,
        verdict: Verdict | None = None,
    ) -> None:
        """Append a line to the timeline."""
        i = self.incident
        self.timeline.append(
            TimelineEntry(
                at=self.now,
                what=what,
                why=why,
                level=i.level,
                score=i.score,
                at_least=i.at_least,
                epoch=i.epoch,
                contact=contact,
                step=step,
                by=by,
                detail=detail,
                verdict=verdict,
            )
        )

    def tell(
        self,
        name: EventName,
        *,
        previous: Level | None = None,
        contact: str | None = None,
        step: int | None = None,
        kind: str | None = None,
        channels: tuple[str, ...] | None = None,
        by: str | None = None,
        reason: str | None = None,
    ) -> None:
        """Append an event."""
        i = self.incident
        self.events.append(
            Event(
                event=name,
                at=self.now,
                brand=i.brand,
                incident=i.id,
                level=i.level,
                score=i.score,
                contributions=i.contributions,
                previous=previous,
                contact=contact,
                step=step,
                kind=kind,
                channels=channels,
                by=by,
                reason=reason,
                unseen=i.unseen,
                drill=i.drill,
            )
        )

    def done(self) -> Change | None:
        """The finished change, or ``None`` if nothing was written down."""
        if not (self.timeline or self.events or self.notices or self.worth_saving):
            return None
        return Change(
            incident=self.incident,
            timeline=tuple(self.timeline),
            events=tuple(self.events),
            notices=tuple(self.notices),
        )
