"""Rows of duties, what only one process of a cluster may do at a time: who has each, and who is there to have it.

A duty's owner is a process, and lives for as long as that process's beat rises. The epoch fences: whoever lost a duty
while it stood still writes nothing of it any more.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple

import msgspec
from sqlalchemy import Executable, delete, make_url, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.config.store_url import with_driver
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.part_tables import duties, processes
from sentinel.store.postgres import DUTY_POOL, engine_of


class DutyRow(NamedTuple):
    """A duty as it stood at a look; ``owner`` is empty where it was let go of."""

    name: str
    owner: str
    epoch: int


class ProcessRow(NamedTuple):
    """A process as it last showed itself, and which duties it can have."""

    id: str
    beat: int
    wanted: frozenset[str]


class DutyLook(NamedTuple):
    """All that is seen at once."""

    processes: Sequence[ProcessRow]
    duties: Mapping[str, DutyRow]


class DutyRows:
    """Looks at them and claims them, over connections of its own: a beat waits for nobody."""

    def __init__(self, url: str) -> None:
        self._engine = engine_of(make_url(with_driver(url)), shared=True, pool=DUTY_POOL)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()

    async def show(self, process: str, wanted: Collection[str]) -> DutyLook:
        """A process's sign of life, with what it can have; gives everybody's, and every duty.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        body = msgspec.json.encode(sorted(wanted)).decode()
        shown = postgresql.insert(processes).values(id=process, beat=1, wanted=body)
        again = shown.on_conflict_do_update(
            index_elements=["id"], set_={"beat": processes.c.beat + 1, "wanted": shown.excluded.wanted}
        )
        async with self._begin() as connection:
            await connection.execute(again)
        return await self.look()

    async def look(self) -> DutyLook:
        """Everybody and every duty, without a sign of life.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        everybody = select(processes.c.id, processes.c.beat, processes.c.wanted).order_by(processes.c.id)
        every = select(duties.c.name, duties.c.owner, duties.c.epoch).order_by(duties.c.name)
        async with self._begin() as connection:
            living = [
                ProcessRow(row.id, row.beat, msgspec.json.decode(row.wanted, type=frozenset[str]))
                for row in await connection.execute(everybody)
            ]
            return DutyLook(living, {row.name: DutyRow(*row) for row in await connection.execute(every)})

    async def claim(self, name: str, seen: DutyRow | None, owner: str) -> int | None:
        """Take one that stands as it was seen, and give its new epoch; ``None`` when it does not, or when whoever had
        it is writing just now: a claim waits for nobody.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        if seen is None:
            made = postgresql.insert(duties).values(name=name, owner=owner, epoch=1).on_conflict_do_nothing()
            return await self._claimed(made.returning(duties.c.epoch))

        stands = select(duties.c.name).where(duties.c.name == name, duties.c.epoch == seen.epoch)
        free = update(duties).where(duties.c.name.in_(stands.with_for_update(skip_locked=True)))
        return await self._claimed(free.values(owner=owner, epoch=duties.c.epoch + 1).returning(duties.c.epoch))

    async def _claimed(self, claim: Executable) -> int | None:
        async with self._begin() as connection:
            epoch: int | None = (await connection.execute(claim)).scalar_one_or_none()
        return epoch

    async def release(self, owner: str, names: Collection[str] | None = None) -> None:
        """Let the next one have these at once, or all that ``owner`` has. What cannot be written runs out by itself."""
        ours = update(duties).where(duties.c.owner == owner)
        if names is not None:
            ours = ours.where(duties.c.name.in_(names))
        try:
            async with self._begin() as connection:
                await connection.execute(ours.values(owner=""))
        except StoreFailing:
            return

    async def leave(self, names: Collection[str]) -> None:
        """These processes are gone."""
        try:
            async with self._begin() as connection:
                await connection.execute(delete(processes).where(processes.c.id.in_(names)))
        except StoreFailing:
            return  # whoever looks finds out

    @asynccontextmanager
    async def _begin(self) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.begin() as connection:
                yield connection
        except (DBAPIError, OSError) as error:
            raise StoreFailing(Trouble.UNREACHABLE) from error


async def duty_of(connection: AsyncConnection, name: str) -> DutyRow | None:
    """A duty within a writing transaction; nobody takes it over until that ends."""
    query = select(duties.c.name, duties.c.owner, duties.c.epoch).where(duties.c.name == name)
    row = (await connection.execute(query.with_for_update(read=True))).one_or_none()
    return DutyRow(*row) if row is not None else None
