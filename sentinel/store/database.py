"""One database: a single writer, readers beside it, the pragmas that make a commit mean "on disk".

SQLite by default; any URL with an asyncio driver that SQLAlchemy knows works through the same code.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sentinel.errors import StoreError
from sentinel.store.schema import MIGRATIONS, VERSION, meta, metadata


class Database:
    """Connections to the store.

    Use `open`; `write` gives the one writing transaction at a time, `read` a transaction that writes nothing.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Connect, make what is missing, check the version.

        Raises
        ------
        StoreError
            When the URL cannot be used or the store was written by another version.
        """
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            parsed = parsed.set(drivername="sqlite+aiosqlite")
            if parsed.database and parsed.database != ":memory:":
                Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            engine = create_async_engine(parsed)
            if parsed.get_backend_name() == "sqlite":
                event.listen(engine.sync_engine, "connect", _pragmas)
            database = cls(engine)
            await database._prepare()
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(f"store {parsed.render_as_string(hide_password=True)} cannot be opened: {error}") from error
        return database

    async def _prepare(self) -> None:
        async with self.write() as connection:
            await connection.run_sync(metadata.create_all)
            found = (await connection.execute(select(meta.c.value).where(meta.c.key == "schema"))).scalar()
            if found is None:
                await connection.execute(insert(meta).values(key="schema", value=str(VERSION)))
            else:
                await _migrate(connection, found)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """The writing transaction: committed when the block ends, rolled back when it raises."""
        async with self._writing, self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """No writing transaction is open while the block runs: tasks can be cancelled without tearing one apart, which would leave the
        file locked until its connection is collected.
        """
        async with self._writing:
            yield

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; it sees what was committed before the block."""
        async with self._engine.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Fold the write-ahead log into the file and let go."""
        if self._engine.dialect.name == "sqlite":
            async with self._engine.connect() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        await self._engine.dispose()


async def _migrate(connection: AsyncConnection, found: str) -> None:
    """Bring an older store up to date, within the transaction that opened it."""
    version = int(found) if found.isdecimal() else 0
    while version in MIGRATIONS:
        for statement in MIGRATIONS[version]:
            await connection.execute(text(statement))
        version += 1
        await connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(version)))
    if version != VERSION:
        raise StoreError(f"the store has schema {found}, this Sentinel knows {VERSION}; start it with the Sentinel that wrote it")


def _pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
