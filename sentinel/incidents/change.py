"""What one decision of the core changes: the incident, its timeline, the events the outside sees, the people to
tell.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from sentinel.escalation.policy import Authority
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
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
    unseen: tuple[str, ...] = ()
    """Silent sources: ``score`` is then a lower bound, where it is known."""
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
