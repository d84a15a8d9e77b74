"""Consultations as rows, within a caller's transaction: written as they stand, ended, and their messages taken back."""

from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.notify.progress import RowState
from sentinel.requests.consultation import Consultation, ConsultationState
from sentinel.store.outbox import key_of
from sentinel.store.schema import consultations, outbox, to_micros

ASKING = "consultation"
"""In the outbox's keys."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Consultation).decode


def read_consultation(body: bytes) -> Consultation | None:
    """What `save_consultation` wrote; of a damaged row, nothing."""
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeError):
        return None


async def save_consultation(connection: AsyncConnection, one: Consultation) -> None:
    """Write it down as it stands."""
    values = {
        "id": one.id,
        "seq": one.number,
        "state": one.state.value,
        "due_at": to_micros(one.due_at) if one.due_at is not None else None,
        "body": _encode(one),
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(consultations).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def withdraw_consultations(connection: AsyncConnection, number: int, now: datetime) -> None:
    """Whoever asked about this mention went on without an answer: nobody is reminded any more."""
    wants = (consultations.c.seq == number) & (consultations.c.state == ConsultationState.OPEN.value)
    for row in (await connection.execute(select(consultations.c.body).where(wants))).all():
        if (one := read_consultation(row.body)) is None:
            continue
        await save_consultation(connection, one.ended(ConsultationState.WITHDRAWN))
        await take_back_asking(connection, one, now)


async def take_back_asking(connection: AsyncConnection, one: Consultation, now: datetime) -> None:
    """What still waits to be sent of the question is not wanted any more."""
    keys = [asking_key(one, contact, turn) for contact in one.asked for turn in range(one.reminded + 1)]
    waits = (outbox.c.key.in_(keys)) & (outbox.c.state == RowState.QUEUED.value)
    values = {"state": RowState.DROPPED.value, "detail": "stale", "done_at": to_micros(now)}
    await connection.execute(update(outbox).where(waits).values(values))


def asking_key(one: Consultation, contact: str, turn: int) -> str:
    """The outbox's key of the question to a contact: 0 is the first message, the others are reminders."""
    return key_of(one.id, 0, turn, 0, contact, ASKING)
