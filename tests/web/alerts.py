"""Infrastructure alerts for a daemon that stands still: the real room, a store in memory, Ana first and the boss after
15 minutes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sentinel.clock import Clock
from sentinel.config.schema import Config
from sentinel.daemon.infrastructure_alerts import InfrastructureAlerts
from sentinel.daemon.messages.alert_words import AlertMessageBuilder
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.incidents.infrastructure_alert import AlertSeverity, InfrastructureAlert, StandingAlert
from sentinel.incidents.links import ActionLinks
from sentinel.notify.base import Delivery
from sentinel.playbooks.playbook_set import PlaybookSet
from sentinel.store.decision import Decision
from tests.fakes import START

OUTBOX_AGES = InfrastructureAlert(
    fingerprint="a1b2",
    name="SentinelOutboxAgeing",
    severity=AlertSeverity.CRITICAL,
    firing=True,
    started_at=START,
    summary="A page has waited for 5 minutes.",
    runbook="https://example.org/runbook#outbox",
)


@dataclass
class AlertRows:
    """Where alerts and messages are put."""

    alerts: dict[str, StandingAlert] = field(default_factory=dict)
    rows: dict[str, Delivery] = field(default_factory=dict)

    async def commit(self, decision: Decision) -> None:
        self.alerts |= {each.id: each for each in decision.alerts}
        for row in decision.rows:
            self.rows.setdefault(row.key, row)

    async def all(self) -> Sequence[StandingAlert]:
        return list(self.alerts.values())

    async def prune(self, before: datetime) -> None:
        """Nothing is old here."""


class StandAlerts(InfrastructureAlerts):
    """Remembers what came in beside."""

    def __init__(
        self,
        config: Callable[[], Config],
        playbooks: PlaybookSet,
        links: ActionLinks,
        posted: Callable[[], None],
        clock: Clock,
    ) -> None:
        self.playbooks = AlertRows()
        self.seen: list[InfrastructureAlert] = []

        def climbed(_at: datetime, spent: timedelta) -> Sequence[str]:
            return ("ana", "boss") if spent >= timedelta(minutes=15) else ("ana",)

        def words() -> AlertMessageBuilder:
            briefing = MessageBuilder(config(), playbooks, "http://127.0.0.1:8080", links)
            return AlertMessageBuilder(briefing=briefing, links=links, lasts=config().web.link_expires)

        super().__init__(self.playbooks, self.playbooks, climbed, words, posted, lambda _: None, clock)

    async def take(self, alerts: Sequence[InfrastructureAlert], now: datetime) -> int:
        self.seen += alerts
        return await super().take(alerts, now)
