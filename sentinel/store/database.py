"""One database: a single writer, readers beside it, the pragmas that make a commit mean "on disk".

SQLite by default; PostgreSQL through the same code, see `postgres.py` for what differs.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from copy import copy
from pathlib import Path
from urllib.parse import quote

import structlog
from sqlalchemy import URL, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from sentinel.config.store_url import with_driver
from sentinel.errors import StoreError
from sentinel.store.facts import put_fact
from sentinel.store.file_thread import file_engine
from sentinel.store.findings import Found
from sentinel.store.health import StoreFailing, StoreHealth, Trouble, trouble_of
from sentinel.store.migrations import VERSION, migrate
from sentinel.store.postgres import Turn, engine_of, given_up, take_turn
from sentinel.store.schema import meta, metadata, to_micros
from sentinel.store.store_file import StoreFile, advice, file_behind, put_in_place

ROOM = 2**18
"""Bytes that a store which failed must take before it counts as well: on a full disk a few always fit somewhere."""
WRITERS = 4
"""Transactions of a process that write at the same time, where it owns partitions: connections are finite."""
log = structlog.get_logger(__name__)


class Database:
    """Connections to the store.

    Use `open`; `write` gives a writing transaction, one at a time (`Turn` says among whom), `read` a transaction that
    writes nothing. Both raise `StoreFailing` when it is the store that does not work, and tell `health`.
    """

    turn = Turn.ALONE

    def __init__(self, url: URL, engine: AsyncEngine, health: StoreHealth) -> None:
        self.health = health
        self.fence: Callable[[AsyncConnection], Awaitable[None]] | None = None
        """Asked at the beginning of each writing transaction whether the store is still ours; raises when it is not."""
        self._url = url
        self._engine = engine
        self._writing = asyncio.Lock()
        self._room = asyncio.Semaphore(WRITERS)
        self._reading: AsyncConnection | None = None
        self._only_reads: Trouble | None = None
        self._file: StoreFile | None = None
        self._anchor: AsyncConnection | None = None

    @property
    def address(self) -> str:
        """Where it is, password and all: for whoever opens it a second time."""
        return self._url.render_as_string(hide_password=False)

    def fenced(self, fence: Callable[[AsyncConnection], Awaitable[None]]) -> "Database":
        """The same connections for whoever owns a partition of a server's store; ``fence`` is asked in their writes."""
        view = copy(self)
        view.fence, view.turn, view._writing = fence, Turn.PART, asyncio.Lock()
        return view

    @classmethod
    async def open(cls, url: str, health: StoreHealth | None = None, *, shared: bool = False) -> "Database":
        """Connect, make what is missing, check the version. A store that takes no writes now is opened for reading, if
        it can be read; ``shared``: others write to it as well.

        Raises
        ------
        StoreError
            When the URL cannot be used, the store was written by another version, or it cannot even be read.
        """
        parsed = make_url(with_driver(url))
        health = health or StoreHealth()
        try:
            return await cls._writable(parsed, health, shared)
        except (SQLAlchemyError, OSError, StoreFailing) as error:
            trouble = trouble_of(error)
            if trouble is not None and (found := await cls._readable(parsed, health, trouble)) is not None:
                return found
            cause = error.__cause__ or error
            why = cause.orig if isinstance(cause, DBAPIError) else cause
            shown = parsed.render_as_string(hide_password=True)
            raise StoreError(f"store {shown} cannot be opened: {why}{advice(file_behind(parsed))}") from error

    @classmethod
    async def _writable(cls, url: URL, health: StoreHealth, shared: bool = False) -> "Database":
        file = StoreFile.at(path) if (path := file_behind(url)) is not None else None
        if url.get_backend_name() == "sqlite":
            engine = file_engine(file.url(url) if file is not None else url)
        else:
            engine = engine_of(url, patient=True, shared=shared)  # a new index over a large table may take minutes
        database = cls(url, engine, health)
        try:
            await database._prepare()
            if url.get_backend_name() != "sqlite":
                await engine.dispose()
                engine = database._engine = engine_of(url, shared=shared)
                database.turn = Turn.FRONT if shared else Turn.ALONE
            await database._hold_open(file)
        except BaseException:
            await engine.dispose()
            raise
        return database

    async def _hold_open(self, file: StoreFile | None) -> None:
        """One connection more, never lent out: what is deleted under us can still be read through it."""
        self._file, self._anchor = file, await self._engine.connect() if file is not None else None

    async def _let_go(self) -> None:
        if self._anchor is not None:
            anchor, self._anchor = self._anchor, None
            await anchor.close()
        await self._engine.dispose()

    @classmethod
    async def _readable(cls, url: URL, health: StoreHealth, trouble: Trouble) -> "Database | None":
        """The store opened for reading alone; ``None`` when there is nothing that can be read."""
        path = file_behind(url)
        if path is None or not path.is_file():
            return None
        query = {"mode": "ro", "uri": "true"}
        log_file = path.with_name(path.name + "-wal")
        if not (log_file.exists() and log_file.stat().st_size):
            # ended in order: all is in the one file, and no shared memory needs to be made beside it
            query["immutable"] = "1"
        engine = create_async_engine(url.set(database=f"file:{quote(str(path.absolute()))}", query=query))
        database = cls(url, engine, health)
        try:
            async with database.read() as connection:
                found = (await connection.execute(select(meta.c.value).where(meta.c.key == "schema"))).scalar()
        except (SQLAlchemyError, OSError, StoreFailing):
            await engine.dispose()
            return None
        if found != str(VERSION):
            await engine.dispose()
            raise StoreError(
                f"the store has schema {found}, this Sentinel wants {VERSION} "
                f"and cannot write: {trouble.value}; mend the disk"
            )
        database._only_reads = trouble
        health.failed(trouble)
        log.error("store_opened_for_reading_only", trouble=trouble.value)
        return database

    async def mend(self) -> None:
        """Try whether the store takes writes: opens it anew if it could only be read, and writes down the instant; once
        it has failed, with `ROOM` to spare.

        Raises
        ------
        StoreFailing
            When it still does not.
        """
        if self._only_reads is not None:
            try:
                fresh = await self._writable(self._url, self.health)
            except (SQLAlchemyError, OSError) as error:
                raise StoreFailing(trouble_of(error) or self._only_reads) from error
            old, self._engine, self._only_reads = self._engine, fresh._engine, None
            self._file, self._anchor = fresh._file, fresh._anchor
            await old.dispose()
        if self.look() is Trouble.GONE:
            await self._write_anew()
        for weight in (ROOM, 0) if self.health.failing else (0,):
            async with self.write() as connection:
                await put_fact(connection, "probe", f"{to_micros(self.health.clock.now())}{' ' * weight}")

    def look(self) -> Trouble | None:
        """Whether the file still is where it was; one that is not is trouble at once, for SQLite writes on into what
        nobody will ever find.
        """
        trouble = self._file.trouble() if self._file is not None else None
        if trouble is not None:
            self.health.failed(trouble)
        return trouble

    async def _write_anew(self) -> None:
        """Put the store back where it was deleted, from the connection that still has it open."""
        assert self._file is not None
        path, began = self._file.path, self.health.clock.now()
        made = path.with_name(f"{path.name}.anew")
        try:
            async with self._writing:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.unlink(missing_ok=True)
                await self._copy_to(made)
                put_in_place(made, path)
                fresh = await self._writable(self._url, self.health)
                await self._let_go()
                self._engine, self._file, self._anchor = fresh._engine, fresh._file, fresh._anchor
        except (SQLAlchemyError, OSError) as error:
            raise StoreFailing(Trouble.GONE) from error
        self.health.found(Found.REWRITTEN, at=f"{began:%Y-%m-%d %H:%M:%S} UTC")

    async def _copy_to(self, made: Path) -> None:
        if self._anchor is None:
            raise StoreFailing(Trouble.GONE)
        copying = await self._anchor.execution_options(isolation_level="AUTOCOMMIT")
        await copying.execute(text("VACUUM INTO :made"), {"made": str(made)})

    async def _prepare(self) -> None:
        async with self.write() as connection:
            await connection.run_sync(metadata.create_all)
            found = (await connection.execute(select(meta.c.value).where(meta.c.key == "schema"))).scalar()
            if found is None:
                await connection.execute(insert(meta).values(key="schema", value=str(VERSION)))
            else:
                await migrate(connection, found)

    @asynccontextmanager
    async def write(self, *, all_parts: bool = False, alone: bool = False) -> AsyncIterator[AsyncConnection]:
        """The writing transaction: committed when the block ends, rolled back when it raises. ``all_parts``: it writes
        rows that are no partition's own; its owner takes turns then with all who write them. ``alone``: owners wait.

        Raises
        ------
        StoreFailing
            When the store does not take it; nothing was written.
        """
        if self._only_reads is not None:
            raise StoreFailing(self._only_reads)
        try:
            async with self._writing, self._room, self._engine.begin() as connection, given_up(connection):
                turn = Turn.FRONT if all_parts and self.turn is Turn.PART else self.turn
                await take_turn(connection, Turn.ALONE if alone else turn)
                if self.fence is not None:
                    await self.fence(connection)
                yield connection
                if (gone := self.look()) is not None:
                    raise StoreFailing(gone)
        except (SQLAlchemyError, OSError) as error:
            if (failing := self._failing(error)) is None:
                raise
            raise failing from error

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """No writing transaction is open while the block runs: tasks can be cancelled without tearing one apart, which
        would leave the file locked until its connection is collected.
        """
        async with self._writing:
            yield

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; it sees what was committed before the block."""
        if self._reading is not None:
            yield self._reading
            return
        try:
            async with self._engine.connect() as connection, given_up(connection):
                yield connection
        except (SQLAlchemyError, OSError) as error:
            if (failing := self._failing(error)) is None:
                raise
            raise failing from error

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator["Database"]:
        """The same store for many small reads, one after the other, which share one connection."""
        async with self.read() as connection:
            view = copy(self)
            view._reading = connection
            yield view

    async def close(self) -> None:
        """Fold the write-ahead log into the file and let go."""
        try:
            if self.look() is Trouble.GONE:
                with suppress(StoreFailing):
                    await self._write_anew()
            if self._engine.dialect.name == "sqlite" and self._only_reads is None and self.look() is None:
                async with self._engine.connect() as connection:
                    await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        except SQLAlchemyError as error:
            log.warning(
                "store_not_folded", trouble=trouble_of(error), reason="what is committed is safe in the write-ahead log"
            )
        finally:
            await self._let_go()

    def _failing(self, error: SQLAlchemyError | OSError) -> StoreFailing | None:
        """The error as the store's own trouble; ``None`` when it is none: SQLite never speaks through the operating
        system's errors.
        """
        ours = isinstance(error, OSError) and self._engine.dialect.name == "sqlite"
        trouble = None if ours else self.look() or trouble_of(error)
        if trouble is None:
            return None
        self.health.failed(trouble)
        return StoreFailing(trouble)
