"""Rows of partitions: who owns each, and for how long that counts.

No clock is compared with another: an owner is taken for gone when its beat has stood still for a while by the clock of
whoever looks. The epoch fences: in every writing transaction of an owner its row must still bear the owner's epoch.
"""

from collections.abc import Sequence
from typing import NamedTuple

import structlog
from sqlalchemy import delete, make_url, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sentinel.config.store_url import with_driver
from sentinel.errors import PartitionLost
from sentinel.incidents.incident import State
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.part_tables import parts, workers
from sentinel.store.postgres import PART_POOL, SHARING, engine_of
from sentinel.store.schema import incidents

log = structlog.get_logger(__name__)
LIVE = (State.OPEN.value, State.ACKNOWLEDGED.value)
STANDS_STILL = 2.0
"""Seconds for which a transaction may wait for its client while others wait for it."""
_END_STANDING = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = :named AND usename = current_user "
    "AND datname = current_database() AND xact_start IS NOT NULL AND wait_event = 'ClientRead' "
    "AND state_change < clock_timestamp() - make_interval(secs => :still) AND pid IN (SELECT unnest("
    "pg_blocking_pids(held.pid)) FROM pg_stat_activity AS held WHERE held.wait_event_type = 'Lock')"
)
"""A process that is frozen between the parts of a statement holds its locks for as long as it is frozen: the server's
own limits (`SHARED_IDLE_WITHIN`) count between statements alone."""
_COLUMNS = (parts.c.id, parts.c.owner, parts.c.epoch, parts.c.beat, parts.c.last_seq)
_ALL = select(*_COLUMNS).order_by(parts.c.id)


class PartRow(NamedTuple):
    """A partition as it stood at a look; ``owner`` is empty where it was let go of."""

    id: int
    owner: str
    epoch: int
    beat: int
    last_seq: int


class OwnedPart:
    """A partition that this process owns, until somebody raises its epoch."""

    def __init__(self, engine: AsyncEngine, row: PartRow) -> None:
        self.id = row.id
        self.owner = row.owner
        self.epoch = row.epoch
        self.last_seq = row.last_seq
        """What was carried to it up to there is in its journal; as it was taken over."""
        self.lost = False
        """Once set nothing of it is written any more, whatever the store would say."""
        self._engine = engine

    async def fence(self, connection: AsyncConnection) -> None:
        """Within a writing transaction, before it writes: is it still ours? A sign of life as well.

        Raises
        ------
        PartitionLost
            When it is not; nothing may be written.
        """
        if not self.lost:
            alive = update(parts).where(parts.c.id == self.id, parts.c.epoch == self.epoch)
            beaten = await connection.execute(alive.values(beat=parts.c.beat + 1))
            self.lost = beaten.rowcount != 1
        if self.lost:
            raise PartitionLost(f"partition {self.id} was taken over: epoch {self.epoch} is over")

    async def beat(self) -> None:
        """A sign of life, behind nobody's writing. A database that does not answer is no loss: the epoch tells.

        Raises
        ------
        PartitionLost
            When it is another one's.
        """
        try:
            async with self._engine.begin() as connection:
                await self.fence(connection)
        except (DBAPIError, OSError):
            return

    async def release(self) -> None:
        """Let the next one have it at once."""
        self.lost = True
        try:
            async with self._engine.begin() as connection:
                ours = update(parts).where(parts.c.id == self.id, parts.c.epoch == self.epoch)
                await connection.execute(ours.values(owner=""))
        except (DBAPIError, OSError):
            return  # it runs out by itself


class PartitionRows:
    """Looks at them and claims them, over connections of its own: a beat waits for nobody."""

    def __init__(self, url: str) -> None:
        self._engine = engine_of(make_url(with_driver(url)), shared=True, pool=PART_POOL)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._engine.dispose()

    async def look(self) -> list[PartRow]:
        """All of them as they stand, by their numbers.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        try:
            async with self._engine.connect() as connection:
                return [PartRow(*row) for row in await connection.execute(_ALL)]
        except (DBAPIError, OSError) as error:
            raise StoreFailing(Trouble.UNREACHABLE) from error

    async def burning(self) -> frozenset[int]:
        """Partitions with an incident that is not over.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        live = select(incidents.c.part).where(incidents.c.state.in_(LIVE)).distinct()
        try:
            async with self._engine.connect() as connection:
                return frozenset((await connection.execute(live)).scalars())
        except (DBAPIError, OSError) as error:
            raise StoreFailing(Trouble.UNREACHABLE) from error

    async def claim(self, seen: PartRow, owner: str) -> OwnedPart | None:
        """Take one that stands as it was seen; ``None`` when it does not: its owner lives, or another one was faster.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        free = update(parts).where(parts.c.id == seen.id, parts.c.epoch == seen.epoch, parts.c.beat == seen.beat)
        taken = free.values(owner=owner, epoch=parts.c.epoch + 1, beat=parts.c.beat + 1)
        try:
            async with self._engine.begin() as connection:
                row = (await connection.execute(taken.returning(*_COLUMNS))).one_or_none()
        except (DBAPIError, OSError) as error:
            raise StoreFailing(Trouble.UNREACHABLE) from error
        return OwnedPart(self._engine, PartRow(*row)) if row is not None else None

    async def look_round(self, worker: str | None) -> tuple[list[tuple[str, int]], list[PartRow]]:
        """Every worker by its beat, and all partitions; with a sign of life of ``worker``, where one is named. In one
        transaction: who looks several times a second asks the server little. A session that stands still and holds
        others up is ended.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        try:
            async with self._engine.begin() as connection:
                if worker is not None:
                    shown = postgresql.insert(workers).values(id=worker, beat=1)
                    again = {"beat": workers.c.beat + 1}
                    await connection.execute(shown.on_conflict_do_update(index_elements=["id"], set_=again))
                ended = (await connection.execute(_END_STANDING, {"named": SHARING, "still": STANDS_STILL})).rowcount
                if ended:
                    log.warning("sessions_ended", count=ended, reason="they stood still and held up others")
                known = await connection.execute(select(workers.c.id, workers.c.beat).order_by(workers.c.id))
                beats = [(row.id, row.beat) for row in known]
                return beats, [PartRow(*row) for row in await connection.execute(_ALL)]
        except (DBAPIError, OSError) as error:
            raise StoreFailing(Trouble.UNREACHABLE) from error

    async def leave(self, names: Sequence[str]) -> None:
        """These workers are gone."""
        try:
            async with self._engine.begin() as connection:
                await connection.execute(delete(workers).where(workers.c.id.in_(names)))
        except (DBAPIError, OSError):
            return  # whoever looks finds out
