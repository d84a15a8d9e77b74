"""Puts the room together in which alerts about what Sentinel runs on are told, taken and remembered."""

from collections.abc import Callable

from sentinel.assembly.active_config import ActiveConfig
from sentinel.clock import Clock
from sentinel.daemon.infrastructure_alerts import InfrastructureAlerts
from sentinel.daemon.messages.alert_words import AlertMessageBuilder
from sentinel.escalation.roster import Roster
from sentinel.incidents.links import ActionLinks
from sentinel.metrics.metrics import Metrics
from sentinel.store.database import Database
from sentinel.store.failover import FailoverStore
from sentinel.store.infrastructure import AlertStore


def alerts_of(
    database: Database,
    store: FailoverStore,
    links: ActionLinks,
    metrics: Metrics,
    clock: Clock,
    *,
    in_force: Callable[[], ActiveConfig],
    roster: Callable[[], Roster],
    committed: Callable[[], None],
    shared: bool,
) -> InfrastructureAlerts:
    """Tells the operators, and in time those above them; what it knows to be out of date is not sent any more."""

    def words() -> AlertMessageBuilder:
        now = in_force()
        return AlertMessageBuilder(briefing=now.briefing, links=links, lasts=now.config.web.link_expires)

    alerts = InfrastructureAlerts(
        store,
        AlertStore(database),
        lambda at, spent: in_force().climbed(roster(), at, spent),
        words,
        committed,
        metrics.alert,
        clock,
        shared=shared,
    )
    store.outdated = alerts.outdated
    return alerts
