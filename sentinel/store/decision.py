"""One decision as rows: what stands in a single transaction, or waits in memory for a disk that takes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.incidents.change import Event
from sentinel.incidents.incident import Incident
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery
from sentinel.store.commands import write_answers
from sentinel.store.facts import put_fact
from sentinel.store.incidents import IncidentStore
from sentinel.store.infrastructure import refuse_moved, save_alerts
from sentinel.store.outbox import Outbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Everything one decision changes.

    Parameters
    ----------
    lines
        Of timelines, each with its incident's id.
    rows
        New in the outbox.
    alerts
        About what Sentinel runs on, as they stand now.
    alerts_stood
        As alerts stood when it was decided: where one stands otherwise by now, nothing is written. ``None``: nobody
        else moves them.
    facts
        Key to text, over what stood there.
    applied_at
        Every tick up to it is in the store with this.
    answers
        To commands that were put in for a partition's owner: their number and what became of them.
    """

    incidents: tuple[Incident, ...] = ()
    lines: tuple[tuple[str, TimelineEntry], ...] = ()
    events: tuple[Event, ...] = ()
    rows: tuple[Delivery, ...] = ()
    alerts: tuple[StandingAlert, ...] = ()
    alerts_stood: Mapping[str, StandingAlert | None] | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    applied_at: datetime | None = None
    answers: tuple[tuple[int, str], ...] = ()

    async def write(self, connection: AsyncConnection, incidents: IncidentStore, outbox: Outbox) -> None:
        """Write all of it within the caller's transaction."""
        if self.alerts_stood is not None:
            await refuse_moved(connection, self.alerts_stood)
        for incident in self.incidents:
            await incidents.save(connection, incident)
        for incident_id, line in self.lines:
            await incidents.append(connection, incident_id, [line])
        await incidents.publish(connection, self.events)
        await outbox.enqueue(connection, self.rows)
        await save_alerts(connection, self.alerts)
        for key, value in self.facts.items():
            await put_fact(connection, key, value)
        await write_answers(connection, self.answers)
        if self.applied_at is not None:
            await incidents.mark_applied(connection, self.applied_at)
