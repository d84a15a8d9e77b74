"""The outbox: decided messages, committed before any is sent, and what became of each."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from sqlalchemy import case, false, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.incidents.incident import State
from sentinel.notify.base import Delivery, MessageKind, Outcome, Sent, Status, Urgency, occasion_at
from sentinel.notify.receipts import Rung
from sentinel.store.database import Database
from sentinel.store.outbox_row import delivery_of, row_of
from sentinel.store.schema import from_micros, incidents, outbox, to_micros

LOOK_AHEAD = 500
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
PATIENCE = timedelta(seconds=60)
"""A page waits less than this for one provider while the contact has another channel."""


class RowState(StrEnum):
    """Where a row stands; the last four are final."""

    QUEUED = "queued"
    LEASED = "leased"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


OPEN = (RowState.QUEUED.value, RowState.LEASED.value)


class Outbox:
    """Reads and writes the outbox. One dispatcher leases from it; a row leased by a process that died is taken up by `recover`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, connection: AsyncConnection, rows: Sequence[Delivery]) -> None:
        """Add rows within the caller's transaction; a key that is there already is the same decision and adds nothing."""
        if not rows:
            return
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        await connection.execute(dialect.insert(outbox).on_conflict_do_nothing(index_elements=["key"]), [row_of(each) for each in rows])

    async def post(self, delivery: Delivery) -> None:
        """Add one row in a transaction of its own."""
        async with self._database.write() as connection:
            await self.enqueue(connection, [delivery])

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """What may be sent now: crises first, first pages before other pages before news, the oldest first; at most `LOOK_AHEAD`.

        Parameters
        ----------
        but
            Contacts and the numbers of those of their channels that have no room now: what waits for them must not hide the rest.
        """
        due = (outbox.c.state == RowState.QUEUED.value) & (outbox.c.not_before <= to_micros(now))
        query = select(outbox).where(due).order_by(*_MOST_URGENT).limit(LOOK_AHEAD)
        if but:
            query = query.where(tuple_(outbox.c.contact, outbox.c.channel).not_in(sorted(but)))
        async with self._database.read() as connection:
            return [delivery_of(row) for row in await connection.execute(query)]

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What was never tried and waits for others' sake to go to these contacts; at most `LOOK_AHEAD`."""
        waits = (outbox.c.state == RowState.QUEUED.value) & (outbox.c.not_before > to_micros(now))
        query = (
            select(outbox)
            .where(waits, outbox.c.created_at <= to_micros(now), _UNTRIED, outbox.c.contact.in_(sorted(contacts)))
            .order_by(*_MOST_URGENT)
            .limit(LOOK_AHEAD)
        )
        async with self._database.read() as connection:
            return [delivery_of(row) for row in await connection.execute(query)]

    async def defer(self, ids: Collection[int], until: datetime) -> None:
        """These wait; they are not due before then, also after a restart."""
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(not_before=to_micros(until)))

    async def sent_since(self, since: datetime) -> list[Sent]:
        """What went since then, or may have, oldest first. Rows of one message ended together, to one contact over one channel."""
        page = outbox.c.kind == MessageKind.PAGE.value
        query = (
            select(outbox.c.contact, outbox.c.urgency, page.label("page"), outbox.c.channel, outbox.c.done_at)
            .where(outbox.c.state.in_((RowState.ACCEPTED.value, RowState.UNKNOWN.value)), outbox.c.done_at >= to_micros(since))
            .distinct()
            .order_by(outbox.c.done_at)
        )
        async with self._database.read() as connection:
            return [
                Sent(
                    contact=row.contact, occasion=occasion_at(Urgency(row.urgency)), page=bool(row.page), channel=row.channel,
                    at=from_micros(row.done_at),
                )
                for row in await connection.execute(query)
            ]  # fmt: skip

    async def lease(self, ids: Collection[int]) -> None:
        """These are being sent from now on."""
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state=RowState.LEASED.value))

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether what the row says still holds.

        A page wants its incident open and in the epoch it was made in. News of an end wants it to be over; other news is out of date
        once the incident is open in a later epoch ("Ana has it", and then it rose).
        """
        if delivery.incident is None:
            return True
        query = select(incidents.c.state, incidents.c.epoch).where(incidents.c.id == delivery.incident)
        async with self._database.read() as connection:
            row = (await connection.execute(query)).first()
        if row is None:
            return False
        match delivery.message.kind:
            case MessageKind.PAGE:
                return bool(row.state == "open" and row.epoch == delivery.epoch)
            case MessageKind.RESOLVED:
                return row.state not in ("open", "acknowledged")
            case _:
                return bool(row.state != "open" or row.epoch == delivery.epoch)

    async def record(self, delivery: Delivery, outcome: Outcome, now: datetime, *, channels: int, max_attempts: int) -> RowState:
        """Write down what became of a send.

        A retry waits, longer each time; after ``max_attempts`` on one channel, or at once when it refused, the contact's next channel
        is used; so it is when the provider wants a page to wait for `PATIENCE` or more. An unknown page is sent again and marked;
        unknown news is not.

        Returns
        -------
        RowState
            ``queued`` when it will be tried again, otherwise how it ended.
        """
        values: dict[str, object] = {"detail": outcome.detail or outcome.reason.value}
        state = RowState.QUEUED
        channel, attempts = delivery.channel, delivery.attempts + 1
        match outcome.status:
            case Status.ACCEPTED:
                state = RowState.ACCEPTED
            case Status.UNKNOWN if delivery.message.kind is not MessageKind.PAGE:
                state = RowState.UNKNOWN
            case Status.FAILED:
                channel, attempts = channel + 1, 0
            case _ if attempts >= max_attempts or (_asks_too_much(delivery, outcome) and channel + 1 < channels):
                channel, attempts = channel + 1, 0
            case _:
                pass
        if state is RowState.QUEUED and channel >= channels:
            state = RowState.FAILED
        wait = timedelta(0)
        if state is RowState.QUEUED and attempts:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))
            wait = max(wait, timedelta(seconds=outcome.retry_after or 0))
        values |= {
            "state": state.value,
            "channel": channel,
            "attempts": attempts,
            "ambiguous": delivery.ambiguous or outcome.status is Status.UNKNOWN,
            "receipt": outcome.receipt,
            "not_before": to_micros(now + wait),
            "done_at": None if state is RowState.QUEUED else to_micros(now),
        }
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == delivery.id).values(values))
        return state

    async def drop(self, delivery: Delivery, why: str, now: datetime) -> None:
        """It is no longer wanted; it is never sent."""
        values = {"state": RowState.DROPPED.value, "detail": why, "done_at": to_micros(now)}
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == delivery.id).values(values))

    async def recover(self) -> int:
        """At a start: what a dead process was sending may have arrived. Pages go again, marked; news does not.

        Returns
        -------
        int
            How many rows were being sent.
        """
        leased = outbox.c.state == RowState.LEASED.value
        is_page = outbox.c.kind == MessageKind.PAGE.value
        async with self._database.write() as connection:
            again = await connection.execute(update(outbox).where(leased, is_page).values(state=RowState.QUEUED.value, ambiguous=True))
            lost = await connection.execute(update(outbox).where(leased).values(state=RowState.UNKNOWN.value, detail="crashed"))
        return again.rowcount + lost.rowcount

    async def ringing(self) -> list[Rung]:
        """Pages a provider took and goes on ringing for, each with its receipt, oldest first."""
        holds = outbox.c.incident.is_(None) | ((incidents.c.state == State.OPEN.value) & (incidents.c.epoch == outbox.c.epoch))
        query = (
            select(outbox, func.coalesce(holds, false()).label("current"))
            .outerjoin(incidents, incidents.c.id == outbox.c.incident)
            .where(outbox.c.receipt.is_not(None), outbox.c.state == RowState.ACCEPTED.value)
            .order_by(outbox.c.id)
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [
            Rung(delivery=delivery_of(row), receipt=row.receipt, since=from_micros(row.done_at), current=bool(row.current)) for row in rows
        ]

    async def rung(self, delivery: Delivery) -> None:
        """It rings no more."""
        async with self._database.write() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == delivery.id).values(receipt=None))

    async def oldest_waiting(self, now: datetime) -> datetime | None:
        """Since when the oldest row that nobody is sending could have been sent."""
        query = select(func.min(outbox.c.not_before)).where(outbox.c.state == RowState.QUEUED.value, outbox.c.not_before <= to_micros(now))
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


_MOST_URGENT = (
    case((outbox.c.urgency == Urgency.CRISIS.value, 0), else_=1),
    case(((outbox.c.kind == MessageKind.PAGE.value) & (outbox.c.step == 1), 0), (outbox.c.kind == MessageKind.PAGE.value, 1), else_=2),
    outbox.c.id,
)
_UNTRIED = (outbox.c.attempts == 0) & (outbox.c.channel == 0) & outbox.c.ambiguous.is_(False)


def key_of(incident: str, epoch: int, step: int, round_: int, contact: str, kind: str) -> str:
    """The idempotency key of a delivery: the same decision gives the same one."""
    return blake2b("\x00".join((incident, str(epoch), str(step), str(round_), contact, kind)).encode(), digest_size=16).hexdigest()


def _asks_too_much(delivery: Delivery, outcome: Outcome) -> bool:
    return delivery.message.kind is MessageKind.PAGE and timedelta(seconds=outcome.retry_after or 0) >= PATIENCE
