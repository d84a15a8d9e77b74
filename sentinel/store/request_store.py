"""Requests on disk: what people did about mentions, in step with the index by which they are found."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.mention import Mention
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestRecord, RequestState, RequestStep
from sentinel.store.consultation_rows import withdraw_consultations
from sentinel.store.database import Database
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.mention_index import UNTOUCHED, read_record, reword_heard
from sentinel.store.schema import EPOCH, heard, journal, requests, to_micros

CHUNK = 500
LEARNT = 5_000
"""Choices that are learnt again at a start, the newest: a millisecond each."""
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Stepped:
    """What became of a mention: with the step, or as it stands when the step may not follow.

    ``left_consulting``: an area had been asked, and its answer is not waited for any more.
    """

    mention: Mention
    heard_at: datetime
    record: RequestRecord
    took: bool
    left_consulting: bool = False


class RequestStore:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self, number: int, step: RequestStep, seen: int | None = None) -> Stepped | None:
        """Go a step further with a mention, in one transaction; two people who do the same meet in it.

        Parameters
        ----------
        seen
            How many steps whoever takes this one knew of.

        Returns
        -------
        Stepped or None
            ``None`` when nothing was heard under that number, or it is gone.
        """
        async with self._database.write() as connection:
            done = await take_step(connection, number, step, seen)
            if done is not None and done.took and done.left_consulting:
                await withdraw_consultations(connection, number, step.at)
        return done

    async def chosen(self, since: datetime = EPOCH) -> AsyncIterator[tuple[Mention, RequestKind]]:
        """What people said that mentions ask for, of those touched since then, in the order of that."""
        async with self._database.read() as connection:
            newest = (
                select(requests.c.seq, requests.c.body)
                .where(requests.c.changed_at >= to_micros(since))
                .order_by(requests.c.changed_at.desc(), requests.c.seq.desc())
            )
            rows = (await connection.execute(newest.limit(LEARNT))).all()
        said = [(row.seq, kind) for row in reversed(rows) if (kind := read_record(row.body).kind) is not None]
        for start in range(0, len(said), CHUNK):
            part = dict(said[start : start + CHUNK])
            async with self._database.read() as connection:
                found = (await connection.execute(select(journal).where(journal.c.seq.in_(part)))).all()
            mentions = {row.seq: JournalEntry.of(row).mention for row in found}
            for number, kind in part.items():
                if (mention := mentions.get(number)) is not None:
                    yield mention, kind

    async def counts(self, since: datetime) -> dict[RequestState, int]:
        """How many came to each state since then and stand in it."""
        query = (
            select(requests.c.state, func.count())
            .where(requests.c.changed_at >= to_micros(since))
            .group_by(requests.c.state)
        )
        async with self._database.read() as connection:
            return {RequestState(row[0]): row[1] for row in (await connection.execute(query)).all()}

    async def records(self, since: datetime, until: datetime) -> Sequence[RequestRecord]:
        """Those whose last step was taken then."""
        span = (requests.c.changed_at >= to_micros(since)) & (requests.c.changed_at < to_micros(until))
        async with self._database.read() as connection:
            rows = (await connection.execute(select(requests.c.body).where(span).order_by(requests.c.changed_at))).all()
        return [read_record(row.body) for row in rows]


async def take_step(
    connection: AsyncConnection, number: int, step: RequestStep, seen: int | None = None
) -> Stepped | None:
    """Go a step further with a mention, within the caller's transaction; ``None`` when it is gone."""
    known = select(journal, requests.c.body.label("request")).join(heard, heard.c.seq == journal.c.seq)
    query = known.outerjoin(requests, requests.c.seq == journal.c.seq).where(journal.c.seq == number)
    row = (await connection.execute(query)).one_or_none()
    entry = JournalEntry.of(row) if row is not None else None
    if row is None or entry is None or (mention := entry.mention) is None:
        return None
    before = read_record(row.request) if row.request is not None else UNTOUCHED
    if before.moved_since(seen, step) or (after := before.after(step)) is None:
        return Stepped(mention, entry.observed_at, before, took=False)
    values = {
        "seq": number,
        "state": after.state.value,
        "changed_at": to_micros(step.at),
        "body": _encode(after),
    }
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(requests).values(values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["seq"], set_=values))
    await reword_heard(connection, number, mention)
    left = before.consulted is not None and after.consulted is None
    return Stepped(mention, entry.observed_at, after, took=True, left_consulting=left)
