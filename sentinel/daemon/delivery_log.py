"""Delivery log of sends: the timeline says what each provider answered, the figures count it, and a page that reached
nobody climbs on.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from sentinel.incidents.command import StepFailed
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.notify.base import MessageKind, Status
from sentinel.notify.plan import Ending, Exhausted
from sentinel.notify.ports import SettledDelivery
from sentinel.store.digests import DigestStore
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import IncidentStore


class PageMeter(Protocol):
    """What is counted of sends."""

    def page(self, channel: str, outcome: str) -> None:
        """One send over a kind of channel ended so."""
        ...

    def page_latency(self, seconds: float, incident: str | None = None) -> None:
        """From the newest mention that tipped the score to the provider's acceptance."""
        ...

    def budget_exhausted(self, budget: str) -> None:
        """A message met an empty budget of this kind."""
        ...


class DeliveryLog:
    """Implements the dispatcher's `DeliveryRecorder`."""

    def __init__(
        self,
        store: FailoverStore,
        incidents: IncidentStore,
        digests: DigestStore,
        meter: PageMeter,
        step_failed: Callable[[StepFailed], Awaitable[None]],
    ) -> None:
        self._store = store
        self._incidents = incidents
        self._digests = digests
        self._meter = meter
        self._step_failed = step_failed

    async def settled(self, settled: SettledDelivery) -> None:
        """One send ended."""
        delivery, outcome = settled.delivery, settled.outcome
        if settled.scheme:
            self._meter.page(settled.scheme, outcome.status.value if outcome else "dropped")
        passed_on = settled.state == "passed_on"
        if outcome and outcome.status is Status.ACCEPTED and delivery.tipped_at is not None:
            self._meter.page_latency((settled.at - delivery.tipped_at).total_seconds(), delivery.incident)
        failed = settled.state == "failed" and delivery.message.kind is MessageKind.PAGE
        if delivery.incident is not None and (failed or passed_on):
            await self._step_failed(
                StepFailed(
                    incident=delivery.incident,
                    epoch=delivery.epoch,
                    step=delivery.step,
                    round=delivery.round,
                    contact=delivery.contact,
                    why=Why.BUDGET if passed_on else Why.CHANNELS_FAILED,
                )
            )

    async def exhausted(self, exhausted: Exhausted) -> None:
        """A budget was met that was empty: told once for its window, also over a restart."""
        try:
            news = await self._digests.fell_short(
                exhausted.budget.value, exhausted.contact, exhausted.window, exhausted.at
            )
        except StoreFailing:  # the digest will not have it; the log and the figures do
            news = True
        if news:
            self._meter.budget_exhausted(exhausted.budget.value)
            log.warning(
                "budget_exhausted", budget=exhausted.budget.value, contact=exhausted.contact, window=exhausted.window
            )

    async def line(self, settled: SettledDelivery) -> TimelineEntry | None:
        """What the timeline says of a send; it is written in the transaction that settles the row. What is passed on is
        told by the ladder itself.
        """
        delivery, outcome = settled.delivery, settled.outcome
        incident = await self._incident(delivery.incident) if delivery.incident is not None else None
        if incident is None or settled.state == "passed_on":
            return None
        what, why, detail = What.DELIVERY, Why.STORE_FAILING if self._store.failing else Why.LADDER, ""
        if outcome is None:
            what, why = What.NOT_SENT, _WHY_DROPPED.get(incident.state.value, Why.STALE_EPOCH)
            if settled.ending is not Ending.STALE:
                why = _WHY_ENDED[settled.ending]
        else:
            detail = f"{settled.scheme}: {outcome.status.value}" + (f" ({outcome.detail})" if outcome.detail else "")
            detail += f", {settled.together} in one message" if settled.together > 1 else ""
        return TimelineEntry(
            at=settled.at,
            what=what,
            why=why,
            level=incident.level,
            epoch=delivery.epoch,
            contact=delivery.contact,
            step=delivery.step,
            detail=detail or None,
            channel=settled.scheme or None if outcome else None,
            outcome=outcome.status.value if outcome else None,
        )

    async def _incident(self, incident_id: str) -> Incident | None:
        try:
            return await self._store.incident(incident_id) or await self._incidents.get(incident_id)
        except StoreFailing:  # neither read nor written: the send itself is in the log
            return None


log = structlog.get_logger(__name__)
_WHY_ENDED = {Ending.SUPERSEDED: Why.STALE_EPOCH, Ending.DIGEST: Why.BUDGET, Ending.NIGHT: Why.BUDGET}
_WHY_DROPPED = {"acknowledged": Why.ACKNOWLEDGED, "resolved": Why.RESOLVED, "closed": Why.RESOLVED}
