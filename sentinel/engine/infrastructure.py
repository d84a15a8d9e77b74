"""Trouble with what Sentinel runs on, as Alertmanager tells it: operators are paged through the same outbox, and those above them after.

Alertmanager says the same again for as long as an alert fires. Each time, whoever's step of the policy has come since it began is paged,
once: so an alert climbs, and a silence in Alertmanager, which ends the repeats, is how somebody takes it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import structlog

from sentinel.notify.base import Delivery, Message, MessageKind, Urgency
from sentinel.phrases.phrases import say
from sentinel.store.decision import Decision
from sentinel.store.outbox import key_of

NAME, SUMMARY, RUNBOOK = 80, 500, 200
"""Characters of an alert's words that a message has room for."""
log = structlog.get_logger(__name__)


class Severity(StrEnum):
    """What an alert asks for; any other word is taken as a warning."""

    CRITICAL = "critical"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class InfrastructureAlert:
    """One alert as it stands. The same ``fingerprint`` and ``started_at`` are the same alert again."""

    fingerprint: str
    name: str
    severity: Severity
    firing: bool
    started_at: datetime
    summary: str
    runbook: str


class Keep(Protocol):
    """The store, as far as it is needed here."""

    async def commit(self, decision: Decision) -> None:
        """Add rows to the outbox; a key that is there already adds nothing."""
        ...

    async def state_of(self, key: str) -> object | None:
        """``None`` for a key that is not there."""
        ...


class InfrastructureAlerts:
    """Turns alerts into messages.

    Parameters
    ----------
    climbed
        Gives whom an alert has reached at an instant, after so long: the operators, then the steps of the policy.
    language_of
        In which language a contact reads.
    posted, counted
        Called after a post that brought something new; and with ``firing`` or ``resolved`` for each alert that was.
    """

    def __init__(
        self,
        store: Keep,
        climbed: Callable[[datetime, timedelta], Sequence[str]],
        language_of: Callable[[str], str],
        posted: Callable[[], None],
        counted: Callable[[str], None],
    ) -> None:
        self._store = store
        self._climbed = climbed
        self._language_of = language_of
        self._posted = posted
        self._counted = counted

    async def take(self, alerts: Sequence[InfrastructureAlert], now: datetime) -> int:
        """Put on disk whom to tell of what; gives how many alerts said something new."""
        fresh = [alert for alert in alerts if await (self._firing(alert, now) if alert.firing else self._over(alert, now))]
        for alert in fresh:
            status = "firing" if alert.firing else "resolved"
            log.warning(
                "infrastructure_alert", alert=alert.name, fingerprint=alert.fingerprint, severity=alert.severity.value, status=status
            )
            self._counted(status)
        if fresh:
            self._posted()
        return len(fresh)

    async def _firing(self, alert: InfrastructureAlert, now: datetime) -> bool:
        spent = now - alert.started_at if alert.severity is Severity.CRITICAL else timedelta(0)
        told = [await self._tell(alert, contact, now) for contact in self._climbed(now, spent)]
        return any(told)

    async def _over(self, alert: InfrastructureAlert, now: datetime) -> bool:
        """Everybody who was told that it fires is told that it does not."""
        everybody = self._climbed(now, timedelta.max)
        paged = [contact for contact in everybody if await self._store.state_of(_key(alert, contact, firing=True)) is not None]
        told = [await self._tell(alert, contact, now) for contact in paged]
        return any(told)

    async def _tell(self, alert: InfrastructureAlert, contact: str, now: datetime) -> bool:
        key = _key(alert, contact, firing=alert.firing)
        if await self._store.state_of(key) is not None:
            return False
        delivery = Delivery(
            id=0, key=key, incident=None, epoch=0, step=0, round=0, contact=contact, message=_message(alert, self._language_of(contact)),
            channel=0, attempts=0, ambiguous=False, created_at=now, tipped_at=None,
        )  # fmt: skip
        await self._store.commit(Decision(rows=(delivery,)))
        return True


Take = Callable[[Sequence[InfrastructureAlert], datetime], Awaitable[int]]


def _key(alert: InfrastructureAlert, contact: str, *, firing: bool) -> str:
    return key_of("infrastructure", 0, 0, 0, contact, f"{alert.fingerprint} {alert.started_at.isoformat()} {firing}")


def _message(alert: InfrastructureAlert, language: str) -> Message:
    """A critical alert rings; what warns, or is over, does not."""
    rings = alert.firing and alert.severity is Severity.CRITICAL
    key = "resolved" if not alert.firing else alert.severity.value
    facts = {"alert": _cut(alert.name, NAME), "summary": _cut(alert.summary, SUMMARY)}
    lines = [say(language, f"infrastructure.body_{key}", **facts)]
    if alert.firing and alert.runbook:
        lines.append(say(language, "infrastructure.runbook", runbook=_cut(alert.runbook, RUNBOOK)))
    return Message(
        kind=MessageKind.PAGE if rings else MessageKind.UPDATE, urgency=Urgency.ALERT if rings else Urgency.QUIET, language=language,
        title=say(language, f"infrastructure.title_{key}", **facts), body="\n".join(lines),
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
