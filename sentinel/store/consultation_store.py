"""Consultations on disk: each step in one transaction with the request's timeline and the messages that tell of it, so
that a process that dies has done all of it or nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.mention import Mention
from sentinel.notify.base import Delivery
from sentinel.requests.consultation import Consultation, ConsultationState
from sentinel.requests.request_record import RequestRecord, RequestStep
from sentinel.store.consultation_rows import read_consultation, save_consultation, take_back_asking
from sentinel.store.database import Database
from sentinel.store.heard_mention import Hearing
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.mention_index import UNTOUCHED, read_hearing, read_record
from sentinel.store.outbox import Outbox
from sentinel.store.request_store import Stepped, take_step
from sentinel.store.schema import consultations, heard, journal, requests, to_micros

AT_ONCE = 100
"""Consultations about which something is done in one look."""


@dataclass(frozen=True, slots=True)
class ConsultedMention:
    """What a question is about: the mention, what it was heard as, and what people did about it."""

    mention: Mention
    hearing: Hearing
    record: RequestRecord

    @property
    def brands(self) -> tuple[str, ...]:
        """Those that it is about."""
        return tuple(each.brand for each in self.hearing.brands)


Rows = Callable[[Consultation], Sequence[Delivery]]
"""Makes the messages that tell of a consultation as it stands now."""


class ConsultationStore:
    """Reads and writes them."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox

    async def about(self, number: int) -> ConsultedMention | None:
        """A mention that may be asked about; ``None`` when nothing was heard under that number, or it is gone."""
        async with self._database.read() as connection:
            return await _about(connection, number)

    async def get(self, name: str) -> tuple[Consultation, ConsultedMention] | None:
        """One, with what it is about; ``None`` when there is none, or its mention is gone."""
        async with self._database.read() as connection:
            one = await _read(connection, name)
            about = await _about(connection, one.number) if one is not None else None
        return (one, about) if one is not None and about is not None else None

    async def begin(self, one: Consultation, step: RequestStep, rows: Sequence[Delivery]) -> Stepped | None:
        """Ask: the question, the request's step and the messages; nothing of it where the step does not follow."""
        async with self._database.write() as connection:
            done = await take_step(connection, one.number, step)
            if done is not None and done.took:
                await save_consultation(connection, one)
                await self._outbox.enqueue(connection, rows)
        return done

    async def go_on(
        self, before: Consultation, after: Consultation, step: RequestStep | None, rows: Sequence[Delivery]
    ) -> bool:
        """A step further; nothing where somebody else took one since ``before`` was read. What still waits to be sent
        of a question that nobody need answer any more is taken back.

        Returns
        -------
        bool
            Whether it was done, and is on disk.
        """
        async with self._database.write() as connection:
            stands = await _read(connection, before.id)
            if stands is None or (stands.state, stands.reminded) != (before.state, before.reminded):
                return False
            if step is not None:
                await take_step(connection, before.number, step)
            if after.state is not ConsultationState.OPEN:
                await take_back_asking(connection, before, step.at if step else before.until)
            await save_consultation(connection, after)
            await self._outbox.enqueue(connection, rows)
        return True

    async def due(self, now: datetime) -> list[Consultation]:
        """Those about which something is to be done, the longest due first."""
        due = consultations.c.due_at <= to_micros(now)
        query = select(consultations).where(due).order_by(consultations.c.due_at, consultations.c.id).limit(AT_ONCE)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        found = [(row.id, read_consultation(row.body)) for row in rows]
        for key in [key for key, one in found if one is None]:
            self._database.health.damaged("consultations", key)
            async with self._database.write() as connection:  # nothing can be done about it, ever
                this = consultations.c.id == key
                await connection.execute(update(consultations).where(this).values(due_at=None))
        return [one for _, one in found if one is not None]

    async def open(self) -> int:
        """How many wait for an answer, in time."""
        waits = consultations.c.state == ConsultationState.OPEN.value
        async with self._database.read() as connection:
            found = await connection.execute(select(func.count()).select_from(consultations).where(waits))
            return int(found.scalar_one())


async def _read(connection: AsyncConnection, name: str) -> Consultation | None:
    query = select(consultations.c.body).where(consultations.c.id == name)
    row = (await connection.execute(query)).one_or_none()
    return read_consultation(row.body) if row is not None else None


async def _about(connection: AsyncConnection, number: int) -> ConsultedMention | None:
    known = select(journal, heard.c.body.label("hearing"), requests.c.body.label("request"))
    joined = known.join(heard, heard.c.seq == journal.c.seq).outerjoin(requests, requests.c.seq == journal.c.seq)
    row = (await connection.execute(joined.where(journal.c.seq == number))).one_or_none()
    mention = JournalEntry.of(row).mention if row is not None else None
    if row is None or mention is None:
        return None
    record = read_record(row.request) if row.request is not None else UNTOUCHED
    return ConsultedMention(mention, read_hearing(row.hearing), record)
