"""Infrastructure alerts as they stand: since when, who was told, who has it.

``daemon/infrastructure_alerts.py`` tells people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

import msgspec

from sentinel.incidents.command import Refusal

PREFIX = "infra-"
"""Begins an alert's id; no incident's does, so that a link says which of the two it is for."""
NAME, SUMMARY, RUNBOOK = 80, 500, 200
"""Characters of an alert's words that a message has room for."""
SILENT = timedelta(days=1)
"""An alert of which nothing was heard for so long is not shown as firing: under a silence Alertmanager does not tell of
the end.
"""


class AlertSeverity(StrEnum):
    """What an alert asks for; any other word is taken as a warning."""

    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfrastructureAlert:
    """One alert as Alertmanager tells it. The same ``fingerprint`` and ``started_at`` are the same alert again."""

    fingerprint: str
    name: str
    severity: AlertSeverity
    firing: bool
    started_at: datetime
    summary: str
    runbook: str

    @property
    def id(self) -> str:
        """``infra-`` and sixteen digits."""
        about = f"{self.fingerprint} {self.started_at.astimezone(UTC).isoformat()}"
        return PREFIX + blake2b(about.encode(), digest_size=8).hexdigest()


class StandingAlert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert as it stands with us.

    Parameters
    ----------
    heard_at
        When Alertmanager last spoke of it.
    epoch
        Grows whenever it changes hands, or begins again; what was said in an earlier one is out of date.
    told
        Whoever was told that it fires, in that order, each with the epoch in which they were told last.
    """

    id: str
    name: str
    severity: AlertSeverity
    summary: str
    runbook: str
    started_at: datetime
    heard_at: datetime
    ended_at: datetime | None = None
    epoch: int = 0
    told: dict[str, int] = {}
    taken_by: str | None = None
    taken_at: datetime | None = None
    given_back_by: str | None = None

    @classmethod
    def begun(cls, alert: InfrastructureAlert, now: datetime) -> "StandingAlert":
        """Nobody was told yet."""
        return cls(
            id=alert.id,
            name=_cut(alert.name, NAME),
            severity=alert.severity,
            summary=_cut(alert.summary, SUMMARY),
            runbook=_cut(alert.runbook, RUNBOOK),
            started_at=alert.started_at,
            heard_at=now,
        )

    def heard(self, alert: InfrastructureAlert, now: datetime) -> "StandingAlert":
        """It fires still, perhaps in newer words; or again, after it was said to be over: then everybody is told
        anew.
        """
        again = msgspec.structs.replace(
            self, heard_at=now, summary=_cut(alert.summary, SUMMARY), runbook=_cut(alert.runbook, RUNBOOK)
        )
        if self.ended_at is None:
            return again
        return msgspec.structs.replace(
            again, ended_at=None, epoch=self.epoch + 1, taken_by=None, taken_at=None, given_back_by=None
        )

    def due(self, reached: Sequence[str]) -> tuple[str, ...]:
        """Whom to tell now of those it has reached: nobody while somebody has it, and whoever gave it back only for
        want of others.
        """
        if self.taken_by is not None:
            return ()
        others = [contact for contact in reached if contact != self.given_back_by] or reached
        return tuple(contact for contact in others if self.told.get(contact) != self.epoch)

    def telling(self, contacts: Sequence[str]) -> "StandingAlert":
        """These were told that it fires."""
        return msgspec.structs.replace(self, told=self.told | dict.fromkeys(contacts, self.epoch))

    def over(self, now: datetime) -> "StandingAlert":
        """Alertmanager says that it has ended."""
        return msgspec.structs.replace(self, heard_at=now, ended_at=now)

    def taken(self, by: str, now: datetime) -> "StandingAlert | Refusal":
        """From any link while nobody has it; whoever has it has it."""
        if self.ended_at is not None:
            return Refusal.ALREADY_RESOLVED
        if self.taken_by is not None:
            return self if self.taken_by == by else Refusal.ALREADY_ACKNOWLEDGED
        return msgspec.structs.replace(self, epoch=self.epoch + 1, taken_by=by, taken_at=now, given_back_by=None)

    def given_back(self, by: str, epoch: int) -> "StandingAlert | Refusal":
        """By a link of the present ``epoch``: an older page knows another holder, or the same at another time."""
        if self.ended_at is not None:
            return Refusal.ALREADY_RESOLVED
        if self.taken_by is None:
            return Refusal.NOT_ACKNOWLEDGED
        if epoch != self.epoch:
            return Refusal.STALE_LINK
        return msgspec.structs.replace(self, epoch=self.epoch + 1, taken_by=None, taken_at=None, given_back_by=by)


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
