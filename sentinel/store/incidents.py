"""Incidents, their timelines and the events the outside reads: written in the transaction that also fills the
outbox.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import Select, delete, desc, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.incidents.change import Event
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry
from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.findings import read_each
from sentinel.store.health import StoreFailing
from sentinel.store.incident_body import read_incident, write_incident
from sentinel.store.of_part import WHOLE, in_parts_since
from sentinel.store.schema import events, from_micros, incidents, parts, set_aside, timeline, to_micros
from sentinel.store.settled import settled

_encode = msgspec.json.Encoder().encode
_decode_line = msgspec.json.Decoder(TimelineEntry).decode
APPLIED = "applied_at"
AT_ONCE = 500
"""Events written with one statement: a source that falls silent is news of every brand, and others have turns."""
FIRST = 1
"""The partition that goes on with incidents of brands that are gone, of the time before there were partitions."""


class IncidentStore:
    """Reads and writes incidents. Writing takes a connection: the caller owns the transaction.

    Parameters
    ----------
    part
        The partition that decides; everybody reads all incidents.
    """

    def __init__(self, database: Database, part: int = WHOLE) -> None:
        self._database = database
        self._part = part

    async def save(self, connection: AsyncConnection, incident: Incident) -> None:
        """Insert or replace one incident."""
        row = {
            "id": incident.id,
            "brand": incident.brand,
            "state": incident.state.value,
            "level": incident.level.value,
            "epoch": incident.epoch,
            "opened_at": to_micros(incident.opened_at),
            "updated_at": to_micros(incident.updated_at),
            "next_at": to_micros(incident.next_at) if incident.next_at else None,
            "body": write_incident(incident),
        }
        if self._part:
            row["part"] = self._part
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(incidents).values(row)
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_={k: v for k, v in row.items() if k != "id"})
        )

    async def append(self, connection: AsyncConnection, incident_id: str, lines: Sequence[TimelineEntry]) -> None:
        """Add lines to an incident's timeline."""
        await append_lines(connection, incident_id, lines)

    async def publish(self, connection: AsyncConnection, happened: Sequence[Event]) -> None:
        """Add events to the log that the outside reads."""
        for begin in range(0, len(happened), AT_ONCE):
            rows = [
                {"at": to_micros(e.at), "brand": e.brand, "incident": e.incident, "body": _encode(e)}
                for e in happened[begin : begin + AT_ONCE]
            ]
            await connection.execute(insert(events), rows)

    async def mark_applied(self, connection: AsyncConnection, at: datetime) -> None:
        """Write down that every decision up to ``at`` is in the store."""
        if self._part:
            await connection.execute(update(parts).where(parts.c.id == self._part).values(applied_at=to_micros(at)))
        else:
            await put_fact(connection, APPLIED, str(to_micros(at)))

    async def applied_at(self) -> datetime | None:
        """The instant that `mark_applied` wrote last; a partition that wrote none goes on from the time before."""
        async with self._database.read() as connection:
            if self._part:
                query = select(parts.c.applied_at).where(parts.c.id == self._part)
                if (stamp := (await connection.execute(query)).scalar()) is not None:
                    return from_micros(stamp)
            value = await fact(connection, APPLIED)
        if value is None or value.isdecimal():
            return from_micros(int(value)) if value else None
        self._database.health.damaged("meta", APPLIED)
        return None

    async def standing(self, brands: Collection[str] = ()) -> list[Incident]:
        """Each brand's newest incident and the drills that still run: what an engine that starts goes on with.

        Of a partition those of its ``brands``, and those that it decided about; none that were ever decided elsewhere
        about brands that are gone.
        """
        await self._set_damaged_aside()
        query = select(incidents.c.id, incidents.c.body).order_by(incidents.c.opened_at)
        if self._part:
            before = incidents.c.part == WHOLE if self._part == FIRST else literal(False)
            query = query.where(or_(incidents.c.brand.in_(sorted(brands)), incidents.c.part == self._part, before))
        found = await self._read(query)
        newest = {incident.brand: incident for incident in found if not incident.drill}
        return [*newest.values(), *(incident for incident in found if incident.drill and incident.live)]

    async def changed_since(self, instants: Mapping[int, datetime]) -> list[Incident]:
        """Of each partition what changed at its instant or later by its owner's clock, the oldest change first."""
        query = select(incidents.c.id, incidents.c.body)
        query = query.where(in_parts_since(incidents.c.part, incidents.c.updated_at, instants))
        return await self._read(query.order_by(incidents.c.updated_at))

    async def get(self, incident_id: str) -> Incident | None:
        """One incident by its id."""
        found = await self._read(select(incidents.c.id, incidents.c.body).where(incidents.c.id == incident_id))
        return found[0] if found else None

    async def find(self, *, states: Sequence[State] = (), brand: str | None = None, limit: int = 50) -> list[Incident]:
        """Incidents, newest first."""
        query = select(incidents.c.id, incidents.c.body).order_by(desc(incidents.c.opened_at)).limit(limit)
        if states:
            query = query.where(incidents.c.state.in_([state.value for state in states]))
        if brand is not None:
            query = query.where(incidents.c.brand == brand)
        return await self._read(query)

    async def timeline(self, incident_id: str) -> list[TimelineEntry]:
        """An incident's history, oldest first."""
        query = select(timeline.c.id, timeline.c.body).where(timeline.c.incident == incident_id).order_by(timeline.c.id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: _decode_line(row.body), lambda row, _: damaged("timeline", row.id))

    async def events_after(
        self, after: int = 0, limit: int = 1000, brands: Collection[str] | None = None
    ) -> list[tuple[int, bytes]]:
        """Events as JSON with their running number, oldest first; of these brands alone where some are named."""
        until = await settled(self._database, events.c.id, after)
        query = select(events.c.id, events.c.body).where(events.c.id > after, events.c.id <= until)
        query = query.order_by(events.c.id).limit(limit)
        if brands is not None:
            query = query.where(events.c.brand.in_(sorted(brands)))
        async with self._database.read() as connection:
            return [(row.id, row.body) for row in await connection.execute(query)]

    async def _read(self, query: Select[tuple[str, bytes]]) -> list[Incident]:
        """What the rows keep; one that is damaged is told and passed over."""
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: read_incident(row.body), lambda row, _: damaged("incidents", row.id))

    async def _set_damaged_aside(self) -> None:
        """At a start: rows that cannot be read are kept elsewhere, so that nothing stumbles over them again. What was
        to be paged for them is paged anew, once the score sees that it still is so.
        """
        bad: list[str] = []
        async with self._database.read() as connection:
            rows = (await connection.execute(select(incidents.c.id, incidents.c.body))).all()
        read_each(rows, lambda row: read_incident(row.body), lambda row, _: bad.append(row.id))
        at = to_micros(self._database.health.clock.now())
        for key in bad:
            self._database.health.damaged("incidents", key)
            with suppress(StoreFailing):  # on a disk that takes no writes it stays where it is
                async with self._database.write() as connection:
                    as_found = select(literal(at), literal("incidents"), incidents.c.id, incidents.c.body)
                    await connection.execute(
                        insert(set_aside).from_select(
                            ["at", "kept_in", "key", "body"], as_found.where(incidents.c.id == key)
                        )
                    )
                    await connection.execute(delete(incidents).where(incidents.c.id == key))


async def append_lines(connection: AsyncConnection, incident_id: str, lines: Sequence[TimelineEntry]) -> None:
    """Add lines to an incident's timeline within the caller's transaction."""
    if lines:
        await connection.execute(
            insert(timeline),
            [{"incident": incident_id, "at": to_micros(line.at), "body": _encode(line)} for line in lines],
        )
