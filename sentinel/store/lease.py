"""The lease of a store that is no file: a row with an epoch that one daemon holds for as long as it beats.

No clock is compared with another: a lease is over when its beat has stood still for `PATIENCE`. The epoch fences: who
lost the lease while it stood still writes nothing any more.
"""

from datetime import timedelta

import msgspec
from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text, insert, make_url, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sentinel.clock import Clock
from sentinel.config.store_url import with_driver
from sentinel.errors import StoreError, StoreHeld
from sentinel.store.holder import Holder, read_holder
from sentinel.store.postgres import LEASE_POOL, engine_of

PATIENCE = timedelta(seconds=15)
"""For which a beat must stand still before the store counts as left; a living daemon beats every two seconds."""
LOOK_EVERY = 1.0
_metadata = MetaData()
leases = Table(
    "leases",
    _metadata,
    Column("name", String(16), primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("holder", Text, nullable=False),  # JSON; empty once it was let go of
)
_ours = leases.c.name == "store"


class Lease:
    """Use `take`."""

    kept = False
    """A server looks after its own files."""

    def __init__(self, engine: AsyncEngine, shown: str, me: Holder, patience: timedelta = PATIENCE) -> None:
        self._engine = engine
        self._shown = shown
        self._me = msgspec.json.encode(me).decode()
        self._epoch = 0
        self._patience = patience.total_seconds()

    @classmethod
    async def take(cls, url: str, shown: str, clock: Clock, patience: timedelta = PATIENCE) -> "Lease":
        """Hold a store; waits ``patience`` for one whose holder may be dead.

        Raises
        ------
        StoreHeld
            When its holder beats.
        StoreError
            When there is nobody to ask.
        """
        lease = cls(_engine(url), shown, Holder.this(clock), patience)
        try:
            await lease._take(clock)
        except (DBAPIError, OSError) as error:
            await lease._engine.dispose()
            raise StoreError(f"store {shown} cannot be opened: {getattr(error, 'orig', None) or error}") from error
        except BaseException:
            await lease._engine.dispose()
            raise
        return lease

    @classmethod
    async def is_free(cls, url: str, clock: Clock, patience: timedelta) -> bool:
        """Whether nobody holds a store; waits ``patience`` for one whose holder may be dead.

        Raises
        ------
        StoreError
            When there is nobody to ask.
        """
        lease = cls(_engine(url), "", Holder.this(clock), patience)
        try:
            async with lease._engine.begin() as connection:
                await connection.run_sync(_metadata.create_all)
            seen = await lease._read()
            until = clock.monotonic() + lease._patience
            while seen is not None and seen[2] and clock.monotonic() < until:
                await clock.sleep(LOOK_EVERY)
                if (now := await lease._read()) != seen:
                    return now is None or not now[2]
        except (DBAPIError, OSError) as error:
            raise StoreError(f"the store cannot be opened: {getattr(error, 'orig', None) or error}") from error
        finally:
            await lease._engine.dispose()
        return True

    def keep(self) -> None:
        """Nothing to remember."""

    async def renew(self) -> None:
        """Beat. A database that does not answer is no loss: the epoch tells, once it answers again."""
        try:
            async with self._engine.begin() as connection:
                beaten = await connection.execute(
                    update(leases).where(_ours, leases.c.epoch == self._epoch).values(beat=leases.c.beat + 1)
                )
                if beaten.rowcount != 1:
                    raise await self._lost(connection)
        except (DBAPIError, OSError):
            return

    async def fence(self, connection: AsyncConnection) -> None:
        """Within a writing transaction: is it still ours?

        Raises
        ------
        StoreHeld
            When it is not; nothing may be written.
        """
        epoch = (await connection.execute(select(leases.c.epoch).where(_ours).with_for_update(read=True))).scalar()
        if epoch != self._epoch:
            raise await self._lost(connection)

    async def release(self) -> None:
        """Let the next one have it at once."""
        try:
            async with self._engine.begin() as connection:
                mine = (_ours, leases.c.epoch == self._epoch)
                await connection.execute(update(leases).where(*mine).values(holder=""))
        except (DBAPIError, OSError):
            pass  # it runs out by itself
        finally:
            await self._engine.dispose()

    async def _take(self, clock: Clock) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(_metadata.create_all)
        seen = await self._read()
        if seen is not None and seen[2]:
            until = clock.monotonic() + self._patience
            while clock.monotonic() < until:
                await clock.sleep(LOOK_EVERY)
                if (now := await self._read()) != seen:
                    raise _refusal(now[2] if now else "", self._shown)
        await self._claim(seen)

    async def _claim(self, seen: tuple[int, int, str] | None) -> None:
        """Take it, unless somebody else did so first."""
        self._epoch = seen[0] + 1 if seen else 1
        values = {"epoch": self._epoch, "beat": 0, "holder": self._me}
        try:
            async with self._engine.begin() as connection:
                if seen is None:
                    await connection.execute(insert(leases).values(name="store", **values))
                    return
                taken = await connection.execute(
                    update(leases).where(_ours, leases.c.epoch == seen[0], leases.c.beat == seen[1]).values(values)
                )
                if taken.rowcount == 1:
                    return
        except IntegrityError:
            pass
        now = await self._read()
        raise _refusal(now[2] if now else "", self._shown)

    async def _read(self) -> tuple[int, int, str] | None:
        query = select(leases.c.epoch, leases.c.beat, leases.c.holder).where(_ours)
        async with self._engine.connect() as connection:
            row = (await connection.execute(query)).one_or_none()
        return (row.epoch, row.beat, row.holder) if row is not None else None

    async def _lost(self, connection: AsyncConnection) -> StoreHeld:
        holder = (await connection.execute(select(leases.c.holder).where(_ours))).scalar()
        return _refusal(holder or "", self._shown)


def _engine(url: str) -> AsyncEngine:
    """One connection, and none of the store's: a beat waits for nobody."""
    return engine_of(make_url(with_driver(url)), pool=LEASE_POOL)


def _refusal(holder: str, shown: str) -> StoreHeld:
    found = read_holder(holder)
    return found.refusal(shown) if found else StoreHeld(f"store {shown} was taken by another Sentinel meanwhile")
