"""Erasures that somebody asked of a cluster: whom, and how far each is. The name stands here until it is done.

Every partition's owner says in its own transaction when it shows and keeps nothing of them any more; one process, which
has that duty, does the rest. So whoever is killed, the next one goes on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.database import Database
from sentinel.store.group import NOBODY, Op
from sentinel.store.of_part import WHOLE
from sentinel.store.part_tables import erasures, erasures_said, parts
from sentinel.store.person import Sought, StoredPerson, forget_checkpoints
from sentinel.store.schema import checkpoints, journal, to_micros

ANSWERED_FOR = timedelta(hours=2)
"""For so long whoever asked may ask again how much went."""


class ErasureStage(StrEnum):
    """How far an erasure is."""

    ASKED = "asked"
    """What was on its way to the partitions when it was asked for is waited for."""
    FOUND = "found"
    """It is known what they wrote and what they are called: owners let go of it, then the store does."""
    DONE = "done"


class Erasure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One of them; ``mentions`` and ``rows`` are how much went so far."""

    id: int = 0
    stage: ErasureStage = ErasureStage.ASKED
    author: str = ""
    source: str | None = None
    names: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    until: int = 0
    """The last entry of the journal that they wrote; what comes behind it came after it was asked for."""
    mentions: int = 0
    rows: int = 0

    @property
    def sought(self) -> Sought:
        """Whom somebody asked about."""
        return Sought(author=self.author, source=self.source)

    @property
    def person(self) -> StoredPerson:
        """Whom it found, by what they are called."""
        return StoredPerson(names=set(self.names), shown=set(self.shown))

    @property
    def taken(self) -> str:
        """Marks in a journal that what was on its way when it was asked for is there."""
        return f"erasure.{self.id}.taken"

    @property
    def gone(self) -> str:
        """Marks in a journal that what they wrote was taken back there."""
        return f"erasure.{self.id}.gone"

    @property
    def forgotten(self) -> "Erasure":
        """It is done, and nobody is named in it."""
        return Erasure(id=self.id, stage=ErasureStage.DONE, mentions=self.mentions, rows=self.rows)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Erasure).decode


class ErasureRows:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, sought: Sought, now: datetime) -> int:
        """Put one in, and give its number; that of one that goes on already where the same was asked."""
        wanted = Erasure(author=sought.author, source=sought.source)
        async with self._database.write() as connection:
            for each in await _pending(connection):
                if each.sought == sought:
                    return each.id
            row = {"asked_at": to_micros(now), "done": False, "body": _encode(wanted)}
            return int((await connection.execute(insert(erasures).values(row).returning(erasures.c.id))).scalar_one())

    async def pending(self) -> list[Erasure]:
        """Those that are not done, in their order."""
        async with self._database.read() as connection:
            return await _pending(connection)

    async def get(self, number: int) -> Erasure | None:
        """One of them; ``None`` for a number that nobody was given, or that is forgotten by now."""
        async with self._database.read() as connection:
            body = (await connection.execute(select(erasures.c.body).where(erasures.c.id == number))).scalar()
        return msgspec.structs.replace(_decode(body), id=number) if body is not None else None

    async def has_mark(self, mark: str) -> frozenset[int]:
        """Partitions in whose journal it stands."""
        query = select(journal.c.part).where(*_marked(mark))
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def marked_at(self, mark: str, part: int) -> int | None:
        """Where in a partition's journal it stands."""
        query = select(journal.c.seq).where(*_marked(mark), journal.c.part == part)
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar()

    async def said(self, erasure: Erasure) -> Mapping[int, int]:
        """Partitions whose present owner said that it let go, and its epoch."""
        async with self._database.read() as connection:
            return await _said(connection, erasure)

    async def waits_for(self, erasure: Erasure) -> frozenset[int]:
        """Partitions of which it is not known yet that what was on its way is there, or that their owners let go."""
        asked = erasure.stage is ErasureStage.ASKED
        heard = await self.has_mark(erasure.taken) if asked else (await self.said(erasure)).keys()
        async with self._database.read() as connection:
            return frozenset((await connection.execute(select(parts.c.id))).scalars()) - heard

    async def say(self, erasure: Erasure, part: int, epoch: int) -> None:
        """A partition's owner shows nothing of them any more, and its newest checkpoint holds nothing: older ones go.

        Raises
        ------
        PartitionLost
            When it is another one's by now.
        """
        said = postgresql.insert(erasures_said).values(erasure=erasure.id, part=part, epoch=epoch)
        async with self._database.write() as connection:
            await forget_checkpoints(connection, keep=1, part=part)
            newer = {"epoch": epoch}
            await connection.execute(said.on_conflict_do_update(index_elements=["erasure", "part"], set_=newer))

    async def unowned(self) -> frozenset[int]:
        """Partitions that nobody owns."""
        async with self._database.read() as connection:
            return frozenset((await connection.execute(select(parts.c.id).where(parts.c.owner == ""))).scalars())

    async def prune(self, before: datetime) -> int:
        """Let go of those that are done, and that nobody asks about any more."""
        told = to_micros(self._database.health.clock.now() - ANSWERED_FOR)
        goes_on = select(erasures.c.id).where(erasures.c.done.is_(False))
        async with self._database.write() as connection:
            await connection.execute(delete(erasures_said).where(erasures_said.c.erasure.not_in(goes_on)))
            return (
                await connection.execute(delete(erasures).where(erasures.c.done, erasures.c.asked_at < told))
            ).rowcount


async def advance(connection: AsyncConnection, erasure: Erasure) -> None:
    """Within a transaction: it is so far now."""
    done = erasure.stage is ErasureStage.DONE
    moved = update(erasures).where(erasures.c.id == erasure.id)
    await connection.execute(moved.values(body=_encode(erasure), done=done))


async def conclude(connection: AsyncConnection, erasure: Erasure, said: Mapping[int, int]) -> bool:
    """Within a transaction, after every row was looked at: it is done, unless a partition was taken over since its
    owner ``said`` that it let go. Its new owner may have read rows that named them still, and written them again.
    """
    if await _said(connection, erasure) != said:
        return False
    await connection.execute(delete(erasures_said).where(erasures_said.c.erasure == erasure.id))
    # Each partition has a checkpoint of its own by now: those of the time before there were any are nobody's.
    await connection.execute(delete(checkpoints).where(checkpoints.c.part == WHOLE))
    await advance(connection, erasure.forgotten)
    return True


async def _pending(connection: AsyncConnection) -> list[Erasure]:
    query = select(erasures.c.id, erasures.c.body).where(erasures.c.done.is_(False)).order_by(erasures.c.id)
    return [msgspec.structs.replace(_decode(row.body), id=row.id) for row in await connection.execute(query)]


async def _said(connection: AsyncConnection, erasure: Erasure) -> dict[int, int]:
    current = (parts.c.id == erasures_said.c.part) & (parts.c.epoch == erasures_said.c.epoch)
    query = select(parts.c.id, parts.c.epoch).join(erasures_said, current)
    found = await connection.execute(query.where(erasures_said.c.erasure == erasure.id))
    return {row.id: row.epoch for row in found}


def _marked(mark: str) -> tuple[ColumnElement[bool], ...]:
    return journal.c.source == NOBODY, journal.c.id == mark, journal.c.op == Op.DELETE.value
