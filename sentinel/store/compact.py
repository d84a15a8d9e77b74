"""Rewrites the store's file: what was deleted is on no page of it any more, nor in the log beside it."""

from sqlalchemy import text

from sentinel.store.database import Database

TRIES = 20
"""Looks at the write-ahead log, each after whoever was reading has had time to end."""


async def compact(database: Database) -> bool:
    """Pack the file and empty its log; whoever writes waits. False where a reader kept the log from being emptied.

    Of other databases than SQLite, their own upkeep takes care (PostgreSQL: ``VACUUM FULL``).
    """
    async with database.still(), database.read() as connection:
        if connection.dialect.name != "sqlite":
            return True
        packing = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await packing.execute(text("VACUUM"))
        for _ in range(TRIES):
            busy, *_ = (await packing.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))).one()
            if not busy:
                return True
    return False
