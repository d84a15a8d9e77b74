"""Commands on their way to the owner of a partition, and its answers: kept until they are answered, done once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.part_tables import commands, parts
from sentinel.store.schema import from_micros, incidents, to_micros

MOST = 100
ANSWERED_FOR = timedelta(hours=1)
"""Longer than anybody waits, and than clocks differ."""


class CommandRows:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, part: int, body: bytes, now: datetime) -> int:
        """Put one in for the owner of a partition; gives its number."""
        row = {"part": part, "body": body, "asked_at": to_micros(now)}
        async with self._database.write() as connection:
            return int((await connection.execute(insert(commands).values(row).returning(commands.c.id))).scalar_one())

    async def ask_each(self, among: Iterable[int], body: bytes, now: datetime, facts: Mapping[str, str]) -> list[int]:
        """Put one in for the owner of each of these partitions, and write facts down with it; gives their numbers.

        Where the facts stand already another process has asked: nothing is done.
        """
        rows = [{"part": part, "body": body, "asked_at": to_micros(now)} for part in among]
        async with self._database.write() as connection:
            if facts and all([await fact(connection, key) == value for key, value in facts.items()]):
                return []
            for key, value in facts.items():
                await put_fact(connection, key, value)
            asked = insert(commands).returning(commands.c.id)
            return [int((await connection.execute(asked.values(row))).scalar_one()) for row in rows]

    async def waiting(self, part: int) -> list[tuple[int, bytes, datetime]]:
        """Those that are not answered, in their order: number, what is asked, since when."""
        query = select(commands.c.id, commands.c.body, commands.c.asked_at)
        unanswered = query.where(commands.c.part == part, commands.c.answered.is_(False))
        async with self._database.read() as connection:
            rows = (await connection.execute(unanswered.order_by(commands.c.id).limit(MOST))).all()
        return [(row.id, row.body, from_micros(row.asked_at)) for row in rows]

    async def asked_parts(self) -> frozenset[int]:
        """Partitions of which something is asked that is not answered."""
        query = select(commands.c.part).where(commands.c.answered.is_(False)).distinct()
        async with self._database.read() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def answer(self, number: int) -> str | None:
        """What became of one; ``None`` while it waits."""
        query = select(commands.c.answer).where(commands.c.id == number, commands.c.answered.is_(True))
        async with self._database.read() as connection:
            return (await connection.execute(query)).scalar()

    async def take_back(self, number: int, answer: str) -> str | None:
        """Nobody waits for one any more: it is answered with this, unless its owner has done so; gives what that said.

        Raises
        ------
        StoreFailing
            When the store does not take it.
        """
        unanswered = update(commands).where(commands.c.id == number, commands.c.answered.is_(False))
        async with self._database.write() as connection:
            if (await connection.execute(unanswered.values(answer=answer, answered=True))).rowcount:
                return None
        return await self.answer(number)

    async def prune(self, before: datetime) -> int:
        """Let go of those that were asked before then, and of answers that nobody waits for any more: they show posts
        that may be taken back meanwhile.
        """
        told = to_micros(self._database.health.clock.now() - ANSWERED_FOR)
        old = (commands.c.asked_at < to_micros(before)) | (commands.c.answered & (commands.c.asked_at < told))
        async with self._database.write() as connection:
            return (await connection.execute(delete(commands).where(old))).rowcount

    async def owner_of(self, part: int) -> str:
        """Who owns a partition; empty while nobody does."""
        async with self._database.read() as connection:
            return (await connection.execute(select(parts.c.owner).where(parts.c.id == part))).scalar() or ""

    async def part_of(self, incident: str) -> int | None:
        """Which partition decides about an incident."""
        async with self._database.read() as connection:
            return (await connection.execute(select(incidents.c.part).where(incidents.c.id == incident))).scalar()


async def write_answers(connection: AsyncConnection, answers: Sequence[tuple[int, str]]) -> None:
    """Within the transaction that does what was asked."""
    for number, text in answers:
        await connection.execute(update(commands).where(commands.c.id == number).values(answer=text, answered=True))
