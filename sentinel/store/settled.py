"""Running numbers that several processes give: up to which of them nothing is missing any more."""

from sqlalchemy import Column, func, select

from sentinel.store.database import Database
from sentinel.store.postgres import Turn, take_turn


async def settled(database: Database, number: Column[int], after: int = 0) -> int:
    """The newest of a running number such that none before it comes any more: what was writing in a cluster when it
    was seen has ended. At least ``after``, and no wait where there is nothing beyond that.

    The wait is as long as the longest transaction that is open then, and whoever begins to write waits behind us: the
    server ends the sessions of Sentinel's processes that stand still in one (`SHARED_IDLE_WITHIN`, `STANDS_STILL`), and
    their statements (`SHARED_ENDS_WITHIN`).
    """
    async with database.read() as connection:
        newest: int = (await connection.execute(select(func.coalesce(func.max(number), 0)))).scalar_one()
    if newest > after and database.turn is not Turn.ALONE:
        async with database.read() as connection, connection.begin():
            await take_turn(connection)
    return max(newest, after)
