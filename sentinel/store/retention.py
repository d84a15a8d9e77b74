"""Retention of the journal: what is old goes, and the text of what was taken back, as soon as it has been folded."""

from datetime import datetime

from sqlalchemy import delete, select, update

from sentinel.store.database import Database
from sentinel.store.group import Op
from sentinel.store.mention_index import forget_heard
from sentinel.store.of_part import WHOLE, in_part, known_to_part
from sentinel.store.schema import journal, to_micros
from sentinel.store.withdrawn import withdraw

CHUNK = 500
"""Rows that one transaction touches: appends get their turn in between."""


async def delete_older(database: Database, before: datetime, position: int, part: int = WHOLE) -> int:
    """Delete entries observed earlier than ``before`` and already folded (``seq <= position``), a few at a time.

    Returns
    -------
    int
        How many.
    """
    doomed = (
        select(journal.c.seq)
        .where(journal.c.observed_at < to_micros(before), journal.c.seq <= position)
        .where(*known_to_part(journal.c.part, part))
        .order_by(journal.c.observed_at)
        .limit(CHUNK)
    )
    total = 0
    while True:
        async with database.write(all_parts=True) as connection:
            seqs = (await connection.execute(doomed)).scalars().all()
            if seqs:
                await connection.execute(delete(journal).where(journal.c.seq.in_(seqs)))
                await forget_heard(connection, seqs)
        total += len(seqs)
        if len(seqs) < CHUNK:
            return total


async def empty_deleted(database: Database, after: int, position: int, part: int = WHOLE) -> int:
    """Empty the body of every mention whose delete has been folded (``after < seq <= position``); before that, what may
    still show it, where a stop or a failing disk came in between.

    Returns
    -------
    int
        How many.
    """
    taken_back = journal.alias()
    query = (
        select(journal.c.seq, journal.c.source, journal.c.id)
        .join(taken_back, (taken_back.c.source == journal.c.source) & (taken_back.c.id == journal.c.id))
        .where(taken_back.c.op == Op.DELETE.value, taken_back.c.seq > after, taken_back.c.seq <= position)
        .where(journal.c.op == Op.CREATE.value, journal.c.seq <= position, journal.c.body.is_not(None))
        .where(*in_part(taken_back.c.part, part), *known_to_part(journal.c.part, part))
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    await withdraw(database, [(row.source, row.id) for row in rows], part)
    seqs = [row.seq for row in rows]
    for start in range(0, len(seqs), CHUNK):
        some = seqs[start : start + CHUNK]
        async with database.write(all_parts=True) as connection:
            await connection.execute(update(journal).where(journal.c.seq.in_(some)).values(body=None))
            await forget_heard(connection, some)
    return len(seqs)
