"""Queries over rows of the outbox that whoever sends alone asks as well as one of many who do."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.notify.base import GOES_AGAIN, MessageKind, Sent, Urgency, occasion_at
from sentinel.notify.progress import RowState
from sentinel.store.schema import from_micros, outbox, to_micros

CHANNEL = "sentinel_outbox"
"""Of PostgreSQL's notifications."""
MOST_URGENT = (func.coalesce(outbox.c.rank, 0), outbox.c.id)
UNTRIED = (outbox.c.attempts == 0) & (outbox.c.channel == 0) & outbox.c.ambiguous.is_(False) & outbox.c.tries.is_(None)


async def tell_others(connection: AsyncConnection) -> None:
    """Rows were added in this transaction: whoever listens hears of it once it is committed."""
    await connection.execute(select(func.pg_notify(CHANNEL, "")))


async def taken_up(connection: AsyncConnection, leased: ColumnElement[bool], **more: object) -> int:
    """What somebody who is gone was sending may have arrived: how many rows it was. ``more`` is written into what is
    not sent again.
    """
    goes_again = outbox.c.kind.in_([each.value for each in GOES_AGAIN])
    again = await connection.execute(
        update(outbox).where(leased, goes_again).values(state=RowState.QUEUED.value, ambiguous=True)
    )
    ended = {"state": RowState.UNKNOWN.value, "detail": "crashed", **more}
    lost = await connection.execute(update(outbox).where(leased).values(ended))
    return again.rowcount + lost.rowcount


async def sent_rows(connection: AsyncConnection, since: datetime, *only: ColumnElement[bool]) -> list[Sent]:
    """What went since then, or may have, oldest first."""
    page = outbox.c.kind == MessageKind.PAGE.value
    query = (
        select(outbox.c.contact, outbox.c.urgency, page.label("page"), outbox.c.channel, outbox.c.done_at)
        .where(
            outbox.c.state.in_((RowState.ACCEPTED.value, RowState.UNKNOWN.value)),
            outbox.c.done_at >= to_micros(since),
            *only,
        )
        .distinct()
        .order_by(outbox.c.done_at)
    )
    return [
        Sent(
            contact=row.contact,
            occasion=occasion_at(Urgency(row.urgency)),
            page=bool(row.page),
            channel=row.channel,
            at=from_micros(row.done_at),
        )
        for row in await connection.execute(query)
    ]
