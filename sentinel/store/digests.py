"""What digests are made of: what happened and what was held back in a while, which budgets ran empty, and which digest
was the last.
"""

from collections.abc import Collection
from datetime import date, datetime
from hashlib import blake2b

import msgspec
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.incidents.change import Event, EventName
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.store.database import Database
from sentinel.store.facts import fact
from sentinel.store.findings import read_each
from sentinel.store.incident_body import read_incident
from sentinel.store.schema import events, incidents, shortfalls, timeline, to_micros
from sentinel.store.settled import settled

_decode_line = msgspec.json.Decoder(TimelineEntry).decode
_decode_event = msgspec.json.Decoder(Event).decode


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far the records have been told: their newest running numbers.

    By number, since what is committed last may be stamped earlier.
    """

    lines: int = 0
    events: int = 0
    shortfalls: int = 0


class LastDigest(msgspec.Struct, frozen=True, kw_only=True):
    """The newest digest of a contact, sent or not worth sending: its local day, when it was made and how far it
    told.
    """

    day: date
    at: datetime
    told: Position

    def as_fact(self, contact: str) -> tuple[str, str]:
        """Key and text under which it is remembered."""
        return _key(contact), msgspec.json.encode(self).decode()


_decode_last = msgspec.json.Decoder(LastDigest).decode


class DigestStore:
    """Reads what digests tell and remembers them.

    A span is two positions, the first left out: nothing is told twice or left out.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def position(self) -> Position:
        """The newest of everything, now."""
        newest = [await settled(self._database, each.c.id) for each in (timeline, events, shortfalls)]
        return Position(lines=newest[0], events=newest[1], shortfalls=newest[2])

    async def last(self, contact: str) -> LastDigest | None:
        """The contact's newest digest, if there ever was one."""
        async with self._database.read() as connection:
            value = await fact(connection, _key(contact))
            if value is None:
                value = await fact(connection, _former_key(contact))
        return _decode_last(value) if value is not None else None

    async def lines(self, since: Position, until: Position) -> list[tuple[str, TimelineEntry]]:
        """What the timelines say of a while, with the incident's id, oldest first."""
        span = (timeline.c.id > since.lines) & (timeline.c.id <= until.lines)
        async with self._database.read() as connection:
            query = select(timeline.c.id, timeline.c.incident, timeline.c.body).where(span).order_by(timeline.c.id)
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(
            rows, lambda row: (row.incident, _decode_line(row.body)), lambda row, _: damaged("timeline", row.id)
        )

    async def incidents(self, ids: Collection[str]) -> list[Incident]:
        """These, the oldest first."""
        query = (
            select(incidents.c.id, incidents.c.body)
            .where(incidents.c.id.in_(sorted(ids)))
            .order_by(incidents.c.opened_at, incidents.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: read_incident(row.body), lambda row, _: damaged("incidents", row.id))

    async def silent_sources(self, since: Position, until: Position) -> list[str]:
        """Sources that went silent in a while, by name."""
        span = (events.c.id > since.events) & (events.c.id <= until.events) & events.c.incident.is_(None)
        async with self._database.read() as connection:
            rows = (await connection.execute(select(events.c.id, events.c.body).where(span))).all()
        damaged = self._database.health.damaged
        told = read_each(rows, lambda row: _decode_event(row.body), lambda row, _: damaged("events", row.id))
        return sorted({event.source for event in told if event.event is EventName.SOURCE_STALE and event.source})

    async def fell_short(self, budget: str, contact: str, slot: str, at: datetime) -> bool:
        """Write down that a budget was empty; False when that is known of this ``slot`` of time already."""
        row = {"budget": budget, "contact": contact, "slot": slot, "at": to_micros(at)}
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            result = await connection.execute(
                dialect.insert(shortfalls)
                .values(row)
                .on_conflict_do_nothing(index_elements=["budget", "contact", "slot"])
            )
        return result.rowcount > 0

    async def shortfalls(self, contact: str, since: Position, until: Position) -> dict[str, int]:
        """Which budgets ran empty for a contact in a while, and how often."""
        span = (shortfalls.c.id > since.shortfalls) & (shortfalls.c.id <= until.shortfalls)
        query = select(shortfalls.c.budget).where(shortfalls.c.contact == contact, span).order_by(shortfalls.c.budget)
        async with self._database.read() as connection:
            found = list((await connection.execute(query)).scalars())
        return {budget: found.count(budget) for budget in dict.fromkeys(found)}

    async def prune(self, before: datetime) -> None:
        """Forget which budgets were empty before then."""
        async with self._database.write() as connection:
            await connection.execute(shortfalls.delete().where(shortfalls.c.at < to_micros(before)))


def _key(contact: str) -> str:
    """Of one length, however long a contact's name is."""
    return f"digest {blake2b(contact.encode(), digest_size=16).hexdigest()}"


def _former_key(contact: str) -> str:
    """As it was first written: read until the contact's next digest is remembered under its new one."""
    return f"digest {contact}"
