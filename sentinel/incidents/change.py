"""What one decision of the core changes: the incident, its timeline, the events the outside sees, the people to
tell.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sentinel.escalation.policy import Authority
from sentinel.escalation.silence import Silence
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.incidents.transitions import RAISES_EPOCH, TRANSITIONS, Trigger
from sentinel.scoring.level import Level


class EventName(StrEnum):
    """Events as the outside reads them."""

    INCIDENT_OPENED = "incident_opened"
    LEVEL_CHANGED = "level_changed"
    PAGE = "page"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    SOURCE_STALE = "source_stale"
    SOURCE_RECOVERED = "source_recovered"


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event; keys that do not belong to its kind are left out of the JSON."""

    event: EventName
    at: datetime
    brand: str
    incident: str | None
    level: Level | None
    score: float | None
    contributions: dict[str, float]
    previous: Level | None = None
    contact: str | None = None
    step: int | None = None
    kind: str | None = None
    channels: tuple[str, ...] | None = None
    by: str | None = None
    reason: str | None = None
    source: str | None = None
    drill: bool = False


class NoticeKind(StrEnum):
    """Why a person is told."""

    PAGE = "page"
    UPDATE = "update"
    ACKNOWLEDGED = "acknowledged"
    EXPIRING = "expiring"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One person to tell: becomes one row of the outbox.

    ``due_at`` is when it should have gone; later means it is delayed.
    """

    kind: NoticeKind
    contact: str
    step: int
    round: int
    due_at: datetime
    previous: Level | None = None
    by: str | None = None
    authority: Authority | None = None
    unanswered: timedelta | None = None
    """For how long nobody has answered, where that gives the contact an authority."""
    following: tuple[str, ...] = ()
    following_at: datetime | None = None
    """Who is paged next if nobody acknowledges, and when."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One decision, to be committed whole before anything is sent."""

    incident: Incident
    timeline: tuple[TimelineEntry, ...]
    events: tuple[Event, ...]
    notices: tuple[Notice, ...]


@dataclass(slots=True)
class Draft:
    """A change in the making: `to` replaces fields of the incident, the others append."""

    incident: Incident
    now: datetime
    silence: Silence | None = None
    """What holds the brand's pages back now."""
    timeline: list[TimelineEntry] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    worth_saving: bool = False
    """The incident's picture changed enough to be kept although nothing happened."""

    def move(self, trigger: Trigger, **fields: object) -> bool:
        """Take the transition that the table has for ``trigger``; False when it says that nothing follows."""
        follows = TRANSITIONS[self.incident.state, trigger]
        if not isinstance(follows, State):
            return False
        epoch = self.incident.epoch + (trigger in RAISES_EPOCH)
        self.to(state=follows, epoch=epoch, **fields)
        return True

    def to(self, **fields: object) -> None:
        """Replace fields of the incident."""
        self.incident = msgspec.structs.replace(self.incident, updated_at=self.now, **fields)

    def note(self, what: What, why: Why, **fields: object) -> None:
        """Append a line to the timeline."""
        i = self.incident
        line = TimelineEntry(at=self.now, what=what, why=why, level=i.level, score=i.score, epoch=i.epoch)
        self.timeline.append(msgspec.structs.replace(line, **fields))

    def tell(self, name: EventName, **fields: object) -> None:
        """Append an event."""
        i = self.incident
        event = Event(
            event=name,
            at=self.now,
            brand=i.brand,
            incident=i.id,
            level=i.level,
            score=i.score,
            contributions=i.contributions,
            drill=i.drill,
        )
        self.events.append(msgspec.structs.replace(event, **fields))

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
