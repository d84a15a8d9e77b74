"""Search of everything heard: newest first, by whatever filter, a page at a time.

A page goes on behind the number of the last mention that was shown, so that what comes in meanwhile moves nothing.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.database import Database
from sentinel.store.heard_mention import HeardMention, MentionFilter
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.mention_index import UNTOUCHED, read_hearing, read_record
from sentinel.store.mention_marks import asked_marks
from sentinel.store.mention_tables import WORDS
from sentinel.store.schema import heard, journal, requests, to_micros
from sentinel.store.searched_words import SearchedWords

NEWEST = 2**62
"""A number beyond all."""


class MentionSearch:
    """Reads what `mention_index` wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made = False

    async def find(
        self,
        wanted: MentionFilter,
        *,
        before: int | None = None,
        limit: int = 50,
        brands: Collection[str] | None = None,
    ) -> list[HeardMention]:
        """Newest first, those before a number.

        Parameters
        ----------
        brands
            The only brands there are for whoever asks: of others no mention is found, nor said what one is to them.

        Raises
        ------
        Unsearchable
            When the text cannot be searched for.
        """
        async with self._database.read() as connection:
            if not await self._is_there(connection):
                return []
            seqs = await _seqs(connection, wanted, brands, beyond=0, before=before or NEWEST, limit=limit)
            return await _read(connection, seqs, brands)

    async def newest_of(self, parts: Collection[int], beyond: int, limit: int) -> list[HeardMention]:
        """What these partitions' journals hold beyond a number, newest first, as far as it has been heard."""
        query = (
            select(heard.c.seq)
            .join(journal, journal.c.seq == heard.c.seq)
            .where(heard.c.seq > beyond, journal.c.part.in_(parts))
            .order_by(heard.c.seq.desc())
            .limit(limit)
        )
        async with self._database.read() as connection:
            return await _read(connection, (await connection.execute(query)).scalars().all(), None)

    async def those(self, numbers: Collection[int]) -> list[HeardMention]:
        """Of these numbers, those that still stand, newest first."""
        async with self._database.read() as connection:
            return await _read(connection, numbers, None) if await self._is_there(connection) else []

    async def count(
        self,
        wanted: MentionFilter,
        *,
        beyond: int = 0,
        most: int = 1000,
        brands: Collection[str] | None = None,
    ) -> int:
        """How many there are beyond a number, as far as ``most``."""
        async with self._database.read() as connection:
            if not await self._is_there(connection):
                return 0
            return len(await _seqs(connection, wanted, brands, beyond=beyond, before=NEWEST, limit=most))

    async def get(self, number: int, *, brands: Collection[str] | None = None) -> HeardMention | None:
        """The mention of that number; ``None`` where there is none, or it is about none of these brands."""
        found = await self.find(MentionFilter(), before=number + 1, limit=1, brands=brands)
        return found[0] if found and found[0].number == number else None

    async def newest(self) -> int:
        """The number of the newest mention that was heard; 0 where none ever was."""
        query = select(heard.c.seq).order_by(heard.c.seq.desc()).limit(1)
        async with self._database.read() as connection:
            if not await self._is_there(connection):
                return 0
            return (await connection.execute(query)).scalar() or 0

    async def _is_there(self, connection: AsyncConnection) -> bool:
        """Not in an older store that can only be read, which has no such table."""
        if not self._made:
            self._made = await connection.run_sync(lambda sync: inspect(sync).has_table(heard.name))
        return self._made


async def _read(
    connection: AsyncConnection, seqs: Collection[int], brands: Collection[str] | None
) -> list[HeardMention]:
    rows = (
        await connection.execute(
            select(journal, heard.c.body.label("hearing"), requests.c.body.label("request"))
            .join(heard, heard.c.seq == journal.c.seq)
            .outerjoin(requests, requests.c.seq == journal.c.seq)
            .where(journal.c.seq.in_(seqs))
            .order_by(journal.c.seq.desc())
        )
    ).all()
    return [each for row in rows if (each := _mention(row, brands)) is not None]


async def _seqs(
    connection: AsyncConnection,
    wanted: MentionFilter,
    brands: Collection[str] | None,
    *,
    beyond: int,
    before: int,
    limit: int,
) -> list[int]:
    """The numbers of those that are wanted, newest first."""
    asked, marks = SearchedWords.read(wanted.text), asked_marks(wanted, brands)
    if not all(marks):
        return []  # of no brand that there is for them
    if wanted.since is not None:
        beyond = max(beyond, await _first_at(connection, wanted.since) - 1)
    if wanted.until is not None:
        before = min(before, await _first_at(connection, wanted.until))
    if asked is None and not marks:
        span = (heard.c.seq > beyond) & (heard.c.seq < before)
        query = select(heard.c.seq).where(span).order_by(heard.c.seq.desc()).limit(limit)
        return list((await connection.execute(query)).scalars())
    facts: dict[str, Any] = {"beyond": beyond, "before": before, "limit": limit}
    if connection.dialect.name == "sqlite":
        chosen = f"{WORDS} MATCH :asked"
        facts["asked"] = " AND ".join(
            ([f"words : ({asked.fts5})"] if asked else []) + [f"marks : ({' OR '.join(group)})" for group in marks]
        )
    else:
        chosen, tests = "", []
        if asked:
            tests.append("words @@ CAST(:asked AS tsquery)")
            facts["asked"] = asked.tsquery
        if marks:
            tests.append("marks @@ CAST(:marks AS tsquery)")
            facts["marks"] = " & ".join(f"({' | '.join(group)})" for group in marks)
        chosen = " AND ".join(tests)
    statement = (
        f"SELECT rowid FROM {WORDS} WHERE {chosen} AND rowid > :beyond AND rowid < :before "  # no input
        "ORDER BY rowid DESC LIMIT :limit"
    )
    return list((await connection.execute(text(statement), facts)).scalars())


async def _first_at(connection: AsyncConnection, instant: datetime) -> int:
    """The number of the first entry observed then or later; beyond all where there is none."""
    query = (
        select(journal.c.seq)
        .where(journal.c.observed_at >= to_micros(instant))
        .order_by(journal.c.observed_at, journal.c.seq)
        .limit(1)
    )
    found: int | None = (await connection.execute(query)).scalar()
    return NEWEST if found is None else found


def _mention(row: Row[tuple[Any, ...]], brands: Collection[str] | None) -> HeardMention | None:
    """As it is shown; ``None`` where its words are gone."""
    entry = JournalEntry.of(row)
    if entry.mention is None:
        return None
    hearing, shared = read_hearing(row.hearing), False
    record = read_record(row.request) if row.request is not None else UNTOUCHED
    if brands is not None:
        seen = tuple(each for each in hearing.brands if each.brand in brands)
        shared = len(seen) < len(hearing.brands)
        hearing = msgspec.structs.replace(hearing, brands=seen)
    return HeardMention(
        number=entry.seq,
        mention=entry.mention,
        heard_at=entry.observed_at,
        at=entry.mention.event_at(entry.observed_at, entry.behind or timedelta(0)),
        hearing=hearing,
        request=record.outline() if shared else record,
        shared=shared,
    )
