"""Carrier without a broker: a table of the store, from which the owner of a partition takes what was put in for it.

Kept as surely as the store keeps anything, in the order of commits. What it costs is that a mention is written twice.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.clock import Clock
from sentinel.cluster.carrier import Carried, CarriedBatch
from sentinel.cluster.carrier_errors import CarrierAway
from sentinel.cluster.glance import Glance
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing
from sentinel.store.indexed_id import indexed_id
from sentinel.store.part_tables import carried

MOST = 2_000
"""Bodies in one batch."""
LOOK_EVERY = 0.2
"""Seconds between looks while nothing comes."""
AWAY = 5.0


class TableCarrier:
    """Implements `Carrier`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._owners = database.fenced(_unfenced)
        self._clock = clock
        self._waiting = 0
        self._newest = Glance(self._look, clock, LOOK_EVERY / 2)

    @property
    def reachable(self) -> bool:
        """It is wherever the store is."""
        return not self._database.health.failing

    @property
    def fullness(self) -> float:
        """The store's disk is its only bound."""
        return 0.0

    async def publish(self, items: Sequence[Carried]) -> None:
        """Return once all of it is on the disk.

        Raises
        ------
        CarrierAway
            When the store does not take it; nothing of it was.
        """
        if not items:
            return
        new = postgresql.insert(carried).on_conflict_do_nothing(index_elements=["part", "id"])
        rows = [{"part": each.part, "id": indexed_id(each.id), "body": each.body} for each in items]
        try:
            async with self._database.write() as connection:
                await connection.execute(new, rows)
        except StoreFailing as error:
            raise CarrierAway(str(error), retry_after=AWAY) from error
        self._newest.forget()

    async def take(self, part: int, after: int) -> AsyncIterator[CarriedBatch]:
        """What was published to a partition beyond ``after``; a store that cannot be read is asked again."""
        while True:
            batch = await self._next(part, after)
            if batch is None:
                await self._clock.sleep(LOOK_EVERY)
            else:
                after = batch.last
                yield batch

    async def accepted(self, part: int, seq: int) -> None:
        """What is up to there is in the partition's journal; what cannot be let go of now is with the next batch."""
        try:
            async with self._owners.write() as connection:
                await connection.execute(delete(carried).where(carried.c.part == part, carried.c.seq <= seq))
        except StoreFailing:
            return

    async def waiting(self) -> int:
        """Bodies that no partition has committed; as last known where the store does not answer."""
        with suppress(StoreFailing):
            async with self._database.read() as connection:
                self._waiting = (await connection.execute(select(func.count()).select_from(carried))).scalar_one()
        return self._waiting

    async def _look(self) -> dict[int, int]:
        query = select(carried.c.part, func.max(carried.c.seq)).group_by(carried.c.part)
        async with self._database.read() as connection:
            return {row[0]: row[1] for row in await connection.execute(query)}

    async def _next(self, part: int, after: int) -> CarriedBatch | None:
        query = select(carried.c.seq, carried.c.body).where(carried.c.part == part, carried.c.seq > after)
        try:
            newest, _ = await self._newest.now()
            if newest.get(part, 0) <= after:
                return None
            async with self._database.read() as connection:
                rows = (await connection.execute(query.order_by(carried.c.seq).limit(MOST))).all()
        except StoreFailing:
            return None
        if not rows:
            return None
        return CarriedBatch(first=rows[0].seq, last=rows[-1].seq, bodies=tuple(row.body for row in rows))


async def _unfenced(_: AsyncConnection) -> None:
    """What is committed is let go of, whoever owns the partition by now."""
