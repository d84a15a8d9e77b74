"""The outbox: decided messages, committed before any is sent, and what became of each."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.incidents.command import StepFailed
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import TimelineEntry, Why
from sentinel.notify.base import Delivery, MessageKind, Sent
from sentinel.notify.plan import Ending
from sentinel.notify.progress import OPEN, Progress, RowState
from sentinel.notify.receipts import RingingPage
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.health import StoreFailing
from sentinel.store.incidents import append_lines
from sentinel.store.outbox_queries import MOST_URGENT, UNTRIED, sent_rows, taken_up, tell_others
from sentinel.store.outbox_row import delivery_of, row_of, values_of
from sentinel.store.postgres import Turn
from sentinel.store.schema import from_micros, incidents, outbox, to_micros

__all__ = ["LOOK_AHEAD", "OPEN", "Outbox", "RowState", "key_of"]

LOOK_AHEAD = 500


class Outbox:
    """Reads and writes the outbox.

    One dispatcher leases from it; a row leased by a process that died is taken up by `recover`. Where several do, each
    has a `SharedOutbox`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, connection: AsyncConnection, rows: Sequence[Delivery]) -> None:
        """Add rows within the caller's transaction; a key that is there already is the same decision and adds
        nothing.
        """
        if not rows:
            return
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        await connection.execute(
            dialect.insert(outbox).on_conflict_do_nothing(index_elements=["key"]), [row_of(each) for each in rows]
        )
        if self._database.turn is not Turn.ALONE:
            await tell_others(connection)

    async def post(self, delivery: Delivery) -> None:
        """Add one row in a transaction of its own."""
        async with self._database.write() as connection:
            await self.enqueue(connection, [delivery])

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """What may be sent now, the lowest rank first and of each the oldest; at most `LOOK_AHEAD`.

        Parameters
        ----------
        but
            Contacts and the numbers of those of their channels that have no room now: what waits for them must not hide
            the rest.
        """
        due = (outbox.c.state == RowState.QUEUED.value) & (outbox.c.not_before <= to_micros(now))
        query = select(outbox).where(due).order_by(*MOST_URGENT).limit(LOOK_AHEAD)
        if but:
            query = query.where(tuple_(outbox.c.contact, outbox.c.channel).not_in(sorted(but)))
        return await self._deliveries(query)

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What was never tried and waits for others' sake to go to these contacts; at most `LOOK_AHEAD`."""
        waits = (outbox.c.state == RowState.QUEUED.value) & (outbox.c.not_before > to_micros(now))
        query = (
            select(outbox)
            .where(waits, outbox.c.created_at <= to_micros(now), UNTRIED, outbox.c.contact.in_(sorted(contacts)))
            .order_by(*MOST_URGENT)
            .limit(LOOK_AHEAD)
        )
        return await self._deliveries(query)

    async def defer(self, deliveries: Collection[Delivery], until: datetime) -> None:
        """These wait; they are not due before then, also after a restart."""
        async with self._database.write() as connection:
            waiting = update(outbox).where(self._these(deliveries))
            await connection.execute(waiting.values(not_before=to_micros(until)))

    async def sent_since(self, since: datetime) -> list[Sent]:
        """What went since then, or may have, oldest first.

        Rows of one message ended together, to one contact over one channel.
        """
        async with self._database.read() as connection:
            return await sent_rows(connection, since)

    async def lease(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """These are being sent from now on: all of them, for nobody else takes any."""
        async with self._database.write() as connection:
            leasing = update(outbox).where(self._these(deliveries))
            await connection.execute(leasing.values(state=RowState.LEASED.value))
        return list(deliveries)

    async def release(self, deliveries: Collection[Delivery]) -> None:
        """These have no room just now; there is nobody else who could have."""

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether what the row says still holds, by the incident as it is in the store."""
        if delivery.incident is None:
            return True
        query = select(incidents.c.state, incidents.c.epoch).where(incidents.c.id == delivery.incident)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        return row is not None and delivery.holds(row.state, row.epoch)

    async def record(self, delivery: Delivery, progress: Progress, *, line: TimelineEntry | None = None) -> bool:
        """Write down how far a send has brought a row, and its line on the incident's timeline, in one transaction;
        False when the row is not ours, and nothing was written.
        """
        return await self._settle(delivery, values_of(progress), line)

    async def drop(self, delivery: Delivery, why: str, now: datetime, *, line: TimelineEntry | None = None) -> bool:
        """It is no longer wanted; it is never sent. False when the row is not ours."""
        ended = {"state": RowState.DROPPED.value, "detail": why, "done_at": to_micros(now)}
        return await self._settle(delivery, ended, line)

    async def _settle(self, delivery: Delivery, values: dict[str, object], line: TimelineEntry | None) -> bool:
        async with self._database.write() as connection:
            written = await connection.execute(update(outbox).where(self._these([delivery])).values(values))
            if written.rowcount != 1:
                return False
            if line is not None and delivery.incident is not None:
                await append_lines(connection, delivery.incident, [line])
        return True

    def _these(self, deliveries: Collection[Delivery]) -> ColumnElement[bool]:
        """Their rows, as far as we may write to them."""
        keys = [each.key for each in deliveries]
        return outbox.c.key == keys[0] if len(keys) == 1 else outbox.c.key.in_(keys)

    async def recover(self) -> int:
        """At a start: what a dead process was sending may have arrived. Pages and the desk's messages go again, marked;
        news does not.

        Returns
        -------
        int
            How many rows were being sent.
        """
        async with self._database.write() as connection:
            return await taken_up(connection, outbox.c.state == RowState.LEASED.value)

    async def ringing(self) -> list[RingingPage]:
        """Pages a provider took and goes on ringing for, each with its receipt, oldest first."""
        query = (
            select(outbox, incidents.c.state.label("incident_state"), incidents.c.epoch.label("incident_epoch"))
            .outerjoin(incidents, incidents.c.id == outbox.c.incident)
            .where(outbox.c.receipt.is_not(None), outbox.c.state == RowState.ACCEPTED.value)
            .order_by(outbox.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return read_each(rows, _rung, lambda row, _: self._database.health.damaged("outbox", row.id))

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more."""
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(outbox.c.key == delivery.key).values(receipt=None))

    async def _deliveries(self, query: Select[Any]) -> list[Delivery]:
        """What the rows keep. One that is damaged can never be sent: it ends as failed, so that the ladder goes on."""
        bad: list[int] = []
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        found = read_each(rows, delivery_of, lambda row, _: bad.append(row.id))
        for key in bad:
            self._database.health.damaged("outbox", key)
            with suppress(StoreFailing):
                async with self._database.write() as connection:
                    ended = {"state": RowState.FAILED.value, "detail": "unreadable", "buttons": None, "encloses": None}
                    await connection.execute(update(outbox).where(outbox.c.id == key).values(ended))
        return found

    async def dead_ends(self) -> list[StepFailed]:
        """Pages of open incidents' present epochs that nobody took or that were passed on, unless their contact was
        paged again since: should the process have died between writing that down and telling the ladder, the ladder
        does not know.
        """
        is_page = outbox.c.kind == MessageKind.PAGE.value
        newest = (
            select(func.max(outbox.c.id)).where(is_page).group_by(outbox.c.incident, outbox.c.epoch, outbox.c.contact)
        )
        passed_on = (outbox.c.state == RowState.DROPPED.value) & (outbox.c.detail == Ending.NIGHT.value)
        query = (
            select(outbox)
            .join(incidents, (incidents.c.id == outbox.c.incident) & (incidents.c.epoch == outbox.c.epoch))
            .where(or_(outbox.c.state == RowState.FAILED.value, passed_on))
            .where(incidents.c.state == State.OPEN.value, outbox.c.id.in_(newest))
        )
        async with self._database.read() as connection:
            return [
                StepFailed(
                    incident=row.incident,
                    epoch=row.epoch,
                    step=row.step,
                    round=row.round,
                    contact=row.contact,
                    why=Why.CHANNELS_FAILED if row.state == RowState.FAILED else Why.BUDGET,
                )
                for row in await connection.execute(query)
            ]

    async def oldest_waiting(self, now: datetime) -> datetime | None:
        """Since when the oldest row that nobody is sending could have been sent."""
        query = select(func.min(outbox.c.not_before)).where(
            outbox.c.state == RowState.QUEUED.value, outbox.c.not_before <= to_micros(now)
        )
        async with self._database.read() as connection:
            oldest = (await connection.execute(query)).scalar()
        return from_micros(oldest) if oldest is not None else None

    async def state_of(self, key: str) -> tuple[RowState, str] | None:
        """Where the row of a key stands, with the last word on it."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(outbox.c.state, outbox.c.detail).where(outbox.c.key == key))).first()
        return (RowState(row.state), row.detail or "") if row else None

    async def prune(self, before: datetime) -> int:
        """Delete rows that ended before then."""
        old = outbox.c.done_at < to_micros(before)
        async with self._database.write() as connection:
            result = await connection.execute(outbox.delete().where(old, outbox.c.state.not_in(OPEN)))
        return result.rowcount


def _rung(row: Row[Any]) -> RingingPage:
    delivery = delivery_of(row)
    current = delivery.incident is None or (
        row.incident_state is not None and delivery.holds(row.incident_state, row.incident_epoch)
    )
    return RingingPage(delivery=delivery, receipt=row.receipt, since=from_micros(row.done_at), current=current)


def key_of(incident: str, epoch: int, step: int, round_: int, contact: str, kind: str) -> str:
    """The idempotency key of a delivery: the same decision gives the same one."""
    return blake2b(
        "\x00".join((incident, str(epoch), str(step), str(round_), contact, kind)).encode(), digest_size=16
    ).hexdigest()
