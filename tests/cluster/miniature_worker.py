"""A worker in miniature, as a process: owns partitions in PostgreSQL, takes from the carrier, commits behind the fence.

``python -m tests.cluster.miniature_worker '{"name": …}'``. It folds nothing; what it commits is what it was handed.
"""

import asyncio
import sys
from contextlib import aclosing, suppress

import asyncpg
import msgspec
from pydantic import SecretStr

from sentinel.clock import SystemClock
from sentinel.cluster.carrier import CarriedBatch
from sentinel.cluster.carrier_errors import CarrierAway, CarrierError
from sentinel.cluster.jetstream_carrier import JetStreamCarrier
from sentinel.config.nats import NatsSettings

BEATS_EVERY = 0.4
STANDS_STILL = 2.0
"""Seconds for which a beat must stand still before its partition is taken over."""
MAX_BYTES = 2**27
CLOCK = SystemClock()
TABLES = """
CREATE TABLE parts (id int PRIMARY KEY, owner text NOT NULL, epoch bigint NOT NULL, last_seq bigint NOT NULL,
  beat bigint NOT NULL);
CREATE TABLE committed (nr bigserial PRIMARY KEY, part int NOT NULL, seq bigint NOT NULL, place int NOT NULL,
  id text NOT NULL, epoch bigint NOT NULL, worker text NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
"""
FENCE = "UPDATE parts SET last_seq = $3 WHERE id = $1 AND epoch = $2 AND last_seq < $3"
ROW = "INSERT INTO committed (part, seq, place, id, epoch, worker) VALUES ($1, $2, $3, $4, $5, $6)"
BEAT = "UPDATE parts SET beat = beat + 1 WHERE id = $1 AND epoch = $2"
LET_GO = "UPDATE parts SET owner = '' WHERE id = $1 AND epoch = $2"
CLAIM = (
    "UPDATE parts SET owner = $4, epoch = epoch + 1 WHERE id = "
    "(SELECT id FROM parts WHERE id = $1 AND epoch = $2 AND beat = $3 FOR UPDATE SKIP LOCKED) RETURNING last_seq"
)
"""Passes by what a worker that stands still has locked: it would wait, and its own beats with it."""
IDLE_WITHIN = "1500"
"""Milliseconds after which the server ends the transaction of a worker that stands still, and with it its locks."""
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The last one is what asyncpg says when the server ended a transaction while its client stood still."""


class WorkerTask(msgspec.Struct, frozen=True, kw_only=True):
    """What one is told."""

    name: str
    urls: list[str]
    stream: str
    partitions: int
    host: str
    database: str
    prefers: list[int]
    """Partitions that it claims at once where they are nobody's."""


class Fenced(Exception):
    """Another worker owns the partition."""


class MiniatureWorker:
    def __init__(self, told: WorkerTask, carrier: JetStreamCarrier, pool: asyncpg.Pool) -> None:
        self._told = told
        self._carrier = carrier
        self._pool = pool
        self._owned: dict[int, tuple[int, asyncio.Task[None]]] = {}
        self._seen: dict[int, tuple[int, int, float]] = {}

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                with suppress(*TROUBLE):
                    await self._look(tasks)
                await CLOCK.sleep(BEATS_EVERY)

    async def _look(self, tasks: asyncio.TaskGroup) -> None:
        for part, (epoch, fold) in list(self._owned.items()):
            if fold.done() or await self._pool.execute(BEAT, part, epoch) != "UPDATE 1":
                fold.cancel()
                del self._owned[part]
        for row in await self._pool.fetch("SELECT * FROM parts ORDER BY id"):
            part = row["id"]
            if part not in self._owned and self._is_left(row) and self._carrier.reachable:
                last = await self._pool.fetchval(CLAIM, part, row["epoch"], row["beat"], self._told.name)
                if last is not None:
                    epoch = row["epoch"] + 1
                    self._owned[part] = epoch, tasks.create_task(self._fold(part, epoch, last))

    def _is_left(self, row: asyncpg.Record) -> bool:
        """Whether its beat stands still, or nobody ever owned it."""
        now, part = CLOCK.monotonic(), row["id"]
        epoch, beat, since = self._seen.get(part, (-1, -1, now))
        if (epoch, beat) != (row["epoch"], row["beat"]):
            self._seen[part] = row["epoch"], row["beat"], now
            return not row["owner"] and part in self._told.prefers
        return now - since >= STANDS_STILL

    async def _fold(self, part: int, epoch: int, after: int) -> None:
        while True:
            try:
                async with aclosing(self._carrier.take(part, after)) as batches:
                    async for batch in batches:
                        await self._commit(part, epoch, batch)
                        after = batch.last
                        await self._carrier.accepted(part, after)
            except Fenced:
                return
            except CarrierAway:
                with suppress(*TROUBLE):
                    await self._pool.execute(LET_GO, part, epoch)
                return
            except (CarrierError, *TROUBLE):
                after = await self._where(part, epoch, after)
                if after < 0:
                    return

    async def _where(self, part: int, epoch: int, after: int) -> int:
        """Where to go on; -1 where it is not ours any more. It is asked, since a commit's answer may have got lost."""
        while True:
            with suppress(*TROUBLE):
                row = await self._pool.fetchrow("SELECT epoch, last_seq FROM parts WHERE id = $1", part)
                assert row is not None
                return row["last_seq"] if row["epoch"] == epoch else -1
            await CLOCK.sleep(BEATS_EVERY)

    async def _commit(self, part: int, epoch: int, batch: CarriedBatch) -> None:
        rows = [
            (part, batch.last, place, body.decode(), epoch, self._told.name) for place, body in enumerate(batch.bodies)
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.execute(FENCE, part, epoch, batch.last) != "UPDATE 1":
                raise Fenced
            await connection.executemany(ROW, rows)


async def main(told: WorkerTask) -> None:
    settings = NatsSettings(servers=tuple(map(SecretStr, told.urls)), stream=told.stream, max_bytes=MAX_BYTES)
    while True:
        try:
            carrier = await JetStreamCarrier.open(settings, told.partitions, CLOCK)
            pool = await asyncpg.create_pool(
                host=told.host,
                user="sentinel",
                database=told.database,
                min_size=1,
                max_size=4,
                timeout=5,
                command_timeout=5,
                server_settings={"idle_in_transaction_session_timeout": IDLE_WITHIN},
            )
        except (CarrierAway, *TROUBLE):
            await CLOCK.sleep(BEATS_EVERY)
            continue
        await MiniatureWorker(told, carrier, pool).run()


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=WorkerTask)))
