"""Commands: what a person, or the delivery side, asks of an incident."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sentinel.incidents.incident import OpenPage
from sentinel.incidents.timeline import Why


class Action(StrEnum):
    """What can be asked."""

    ACKNOWLEDGE = "ack"
    UNACKNOWLEDGE = "unack"
    SNOOZE = "snooze"
    ESCALATE = "escalate"
    RESOLVE = "resolve"
    FALSE_ALARM = "false_alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One request. ``by`` is a contact's key or any name a person gives; ``reason`` is theirs, free text.

    ``epoch`` is the incident's when the link that asks was given; ``None`` asks of the incident as it stands.
    """

    incident: str
    action: Action
    by: str
    reason: str | None = None
    snooze: timedelta | None = None
    epoch: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFailed:
    """A page reached nobody: all channels of the contact refused it for good, or the contact has had enough
    (``why``).
    """

    incident: str
    epoch: int
    step: int
    round: int
    contact: str
    why: Why = Why.CHANNELS_FAILED

    @property
    def ring(self) -> OpenPage:
        """Which page it was."""
        return OpenPage(self.contact, self.step, self.round)


class Refusal(StrEnum):
    """Why a command changes nothing."""

    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    NOT_ACKNOWLEDGED = "not_acknowledged"
    ALREADY_RESOLVED = "already_resolved"
    CLOSED = "closed"
    NEEDS_DURATION = "needs_duration"
    STALE_LINK = "stale_link"
    NOT_OVER = "not_over"
    ALREADY_REPLIED = "already_replied"
    UNKNOWN = "unknown"
