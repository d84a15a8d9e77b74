"""Beats of a cluster's processes as whoever wants the store for himself sees them: does any of them still rise?"""

from sqlalchemy import inspect, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from sentinel.clock import Clock
from sentinel.config.store_url import with_driver
from sentinel.errors import StoreError
from sentinel.store.part_tables import processes, workers
from sentinel.store.postgres import ONE, engine_of

PATIENCE = 4.0
"""Seconds for which all of them must stand still; a living process beats twice a second."""
LOOK_EVERY = 0.5


async def living_processes(url: str, clock: Clock) -> list[str]:
    """Names of those that live; where none ever was, without waiting.

    Raises
    ------
    StoreError
        When there is nobody to ask.
    """
    engine = engine_of(make_url(with_driver(url)), pool=ONE)
    try:
        first, until = await _beats(engine), clock.monotonic() + PATIENCE
        while first and clock.monotonic() < until:
            await clock.sleep(LOOK_EVERY)
            now = await _beats(engine)
            if living := sorted(name for name, beat in now.items() if first.get(name) != beat):
                return living
        return []
    except (DBAPIError, OSError) as error:
        raise StoreError(f"the store cannot be read: {getattr(error, 'orig', None) or error}") from error
    finally:
        await engine.dispose()


async def _beats(engine: AsyncEngine) -> dict[str, int]:
    async with engine.connect() as connection:
        there = await connection.run_sync(lambda each: set(inspect(each).get_table_names()))
        found: dict[str, int] = {}
        for table in (processes, workers):
            if table.name in there:  # not in a store that an earlier version made
                rows = await connection.execute(select(table.c.id, table.c.beat))
                found |= {row.id: row.beat for row in rows}
        return found
