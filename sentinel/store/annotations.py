"""What people say of an incident, on disk before anybody is told that it was heard: notes, verdicts, ticks.

Unlike decisions these never wait in memory: nobody is paged by them, and whoever wrote something must know whether it
is safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.incidents.annotations import Annotation, Tick
from sentinel.incidents.change import Change
from sentinel.incidents.incident import Incident
from sentinel.store.commands import write_answers
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing, StoreHealth, Trouble
from sentinel.store.incidents import IncidentStore
from sentinel.store.schema import from_micros, ticks, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """An item that is done: who ticked it, and when."""

    item: str
    by: str
    at: datetime


class NewerIncidents(Protocol):
    """What may have incidents newer than the store has them."""

    @property
    def failing(self) -> bool:
        """Whether it has."""
        ...

    @property
    def health(self) -> StoreHealth:
        """Why."""
        ...

    async def incident(self, incident_id: str) -> Incident | None:
        """One that it has newer."""
        ...


class AnnotationStore:
    """Reads and writes them.

    Parameters
    ----------
    failover
        Knows whether memory is ahead of the store: then nothing can be added to the store alone.
    """

    def __init__(self, database: Database, incidents: IncidentStore, failover: NewerIncidents) -> None:
        self._database = database
        self._incidents = incidents
        self._failover = failover

    async def get(self, incident_id: str) -> Incident | None:
        """Any incident, also one that is long over."""
        return await self._failover.incident(incident_id) or await self._incidents.get(incident_id)

    async def ticked(self, incident_id: str) -> tuple[Ticked, ...]:
        """What is done, in the order in which it was."""
        query = (
            select(ticks.c.item, ticks.c.by, ticks.c.at)
            .where(ticks.c.incident == incident_id)
            .order_by(ticks.c.at, ticks.c.item)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return tuple(Ticked(item=row.item, by=row.by, at=from_micros(row.at)) for row in rows)

    async def write(
        self, change: Change, annotation: Annotation, now: datetime, answers: Sequence[tuple[int, str]] = ()
    ) -> None:
        """Incident, line and tick in one transaction.

        Raises
        ------
        StoreFailing
            When the store does not take it; nothing was written.
        """
        if self._failover.failing:
            raise StoreFailing(self._failover.health.trouble or Trouble.BUSY)
        async with self._database.write() as connection:
            await self._incidents.save(connection, change.incident)
            await self._incidents.append(connection, change.incident.id, change.timeline)
            if isinstance(annotation, Tick):
                await _mark(connection, annotation, now)
            await write_answers(connection, answers)


async def _mark(connection: AsyncConnection, tick: Tick, now: datetime) -> None:
    await connection.execute(delete(ticks).where(ticks.c.incident == tick.incident, ticks.c.item == tick.item))
    if tick.done:
        await connection.execute(
            insert(ticks), {"incident": tick.incident, "item": tick.item, "by": tick.by, "at": to_micros(now)}
        )
