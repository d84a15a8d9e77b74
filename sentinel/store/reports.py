"""What reports are made from, as it is stored: incidents with their timelines, what was published of them, and which
report went last.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import TypeVar

import msgspec
from sqlalchemy import func, or_, select

from sentinel.incidents.change import Event
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import TimelineEntry
from sentinel.reports.marks import StoredIncident
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.incident_body import read_incident
from sentinel.store.schema import events, from_micros, incidents, meta, outbox, timeline, to_micros

_decode_line = msgspec.json.Decoder(TimelineEntry).decode
_decode_event = msgspec.json.Decoder(Event).decode
One = TypeVar("One")
_LIVE = (State.OPEN.value, State.ACKNOWLEDGED.value)


class ReportStore:
    """Reads for reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def told(self, brand: str, since: datetime, until: datetime) -> list[StoredIncident]:
        """A brand's incidents that may touch a while, drills left out, the oldest first."""
        touched = or_(incidents.c.updated_at >= to_micros(since), incidents.c.state.in_(_LIVE))
        query = (
            select(incidents.c.body)
            .where(incidents.c.brand == brand, incidents.c.opened_at < to_micros(until), touched)
            .order_by(incidents.c.opened_at)
        )
        async with self._database.read() as connection:
            found = self._sound((await connection.execute(query)).scalars(), read_incident, "incidents")
        lines = await self._lines([each.id for each in found])
        return [
            StoredIncident(incident=each, timeline=lines.get(each.id, []), tipped_at=await self.tipped_at(each.id))
            for each in found
            if not each.drill
        ]

    async def _lines(self, ids: Sequence[str]) -> dict[str, list[TimelineEntry]]:
        query = select(timeline.c.incident, timeline.c.body).where(timeline.c.incident.in_(ids)).order_by(timeline.c.id)
        found: dict[str, list[TimelineEntry]] = {}
        async with self._database.read() as connection:
            for row in await connection.execute(query):
                found.setdefault(row.incident, []).extend(self._sound([row.body], _decode_line, "timeline"))
        return found

    async def tipped_at(self, incident: str) -> datetime | None:
        """When the mention was observed that tipped the score for the first page; ``None`` once its outbox row is
        gone.
        """
        query = select(func.min(outbox.c.tipped_at)).where(outbox.c.incident == incident)
        async with self._database.read() as connection:
            micros = (await connection.execute(query)).scalar()
        return from_micros(micros) if micros is not None else None

    async def events_of(self, incident: str, since: datetime) -> list[Event]:
        """What was published of an incident since it opened, the oldest first."""
        query = (
            select(events.c.body)
            .where(events.c.incident == incident, events.c.at >= to_micros(since))
            .order_by(events.c.id)
        )
        async with self._database.read() as connection:
            return self._sound((await connection.execute(query)).scalars(), _decode_event, "events")

    async def of_sources(self, brand: str, since: datetime, until: datetime) -> list[Event]:
        """What was published of a brand's sources, the oldest first."""
        span = (events.c.at >= to_micros(since)) & (events.c.at < to_micros(until))
        query = select(events.c.body).where(events.c.brand == brand, span).order_by(events.c.id)
        async with self._database.read() as connection:
            found = self._sound((await connection.execute(query)).scalars(), _decode_event, "events")
        return [each for each in found if each.source is not None]

    async def last(self, contact: str, plan: str) -> str | None:
        """The label of the newest period of which a contact has a plan's report, sent or passed over."""
        async with self._database.read() as connection:
            return (await connection.execute(select(meta.c.value).where(meta.c.key == fact_of(contact, plan)))).scalar()

    def _sound(self, bodies: Iterable[bytes], read: Callable[[bytes], One], table: str) -> list[One]:
        """Without rows that are damaged."""
        return read_each(bodies, read, lambda _, __: self._database.health.damaged(table, "?"))


def fact_of(contact: str, plan: str) -> str:
    """Under what `ReportStore.last` is remembered; of one length, however long a contact's name is."""
    return f"report {blake2b(f'{contact} {plan}'.encode(), digest_size=16).hexdigest()}"
