"""Puts the room together in which alerts about what Sentinel runs on are told, taken and remembered."""

from collections.abc import Callable

from sentinel.clock import Clock
from sentinel.engine.alert_words import AlertWords
from sentinel.engine.infrastructure import InfrastructureAlerts
from sentinel.escalation.roster import Roster
from sentinel.incidents.links import ActionLinks
from sentinel.inforce import InForce
from sentinel.metrics import Metrics
from sentinel.store.database import Database
from sentinel.store.infrastructure import AlertStore
from sentinel.store.steady import SteadyStore


def alerts_of(
    database: Database, store: SteadyStore, links: ActionLinks, metrics: Metrics, clock: Clock, *, in_force: Callable[[], InForce],
    roster: Callable[[], Roster], committed: Callable[[], None],
) -> InfrastructureAlerts:  # fmt: skip
    """Tells the operators, and in time those above them; what it knows to be out of date is not sent any more."""

    def words() -> AlertWords:
        now = in_force()
        return AlertWords(briefing=now.briefing, links=links, lasts=now.config.web.link_expires)

    alerts = InfrastructureAlerts(
        store, AlertStore(database), lambda at, spent: in_force().climbed(roster(), at, spent), words, committed, metrics.alert, clock
    )  # fmt: skip
    store.outdated = alerts.outdated
    return alerts
