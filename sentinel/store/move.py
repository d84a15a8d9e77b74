"""A store moved into another database, whole or not at all: every table, and the running numbers behind the rows.

One transaction of the target, committed once the counts agree. Whoever is interrupted begins again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Table, delete, func, insert, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sentinel.clock import Clock
from sentinel.config.store_url import with_driver
from sentinel.errors import BadInput, StoreError
from sentinel.store.database import Database
from sentinel.store.hold import hold_store
from sentinel.store.holder import file_of
from sentinel.store.postgres import engine_of
from sentinel.store.schema import meta, metadata

CHUNK = 1_000
"""Rows that are in memory at a time."""


async def move_store(source: str, target: str, clock: Clock) -> dict[str, int]:
    """Copy everything that the one holds into the other, which is empty; gives how many rows of each table.

    No daemon may hold either. The source stays as it is, brought to this Sentinel's version.

    Raises
    ------
    BadInput
        When there is nothing to move, or something in the target already.
    StoreHeld
        When a daemon runs on one of them.
    StoreError
        When one of them cannot be opened, or a row not be written; the target is as empty as it was.
    """
    if (path := file_of(source)) is not None and not path.is_file():
        raise BadInput(f"{path}: no such store; --from names where it is now")
    async with _held(source, clock), _held(target, clock), _connected(source) as origin, _connected(target) as made:
        await _refuse_unless_empty(made, target)
        counts = {}
        for table in metadata.sorted_tables:
            try:
                counts[table.name] = await _copy(origin, made, table)
            except (SQLAlchemyError, UnicodeError, OSError) as error:
                why = getattr(error, "orig", None) or error
                raise StoreError(f"table {table.name} could not be moved: {why}; nothing was") from error
        await _go_on_counting(origin, made)
        await made.commit()
    return counts


@asynccontextmanager
async def _held(url: str, clock: Clock) -> AsyncIterator[None]:
    held = await hold_store(url, clock)
    try:
        await (await Database.open(url)).close()  # makes what is missing, and brings an older one up to date
        held.keep()
        yield
    finally:
        await held.release()


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[AsyncConnection]:
    """A connection whose statements may take as long as they take."""
    parsed = make_url(with_driver(url))
    sqlite = parsed.get_backend_name() == "sqlite"
    engine = create_async_engine(parsed) if sqlite else engine_of(parsed, patient=True)
    try:
        async with engine.connect() as connection:
            yield connection
    finally:
        await engine.dispose()


async def _refuse_unless_empty(target: AsyncConnection, url: str) -> None:
    shown = make_url(url).render_as_string(hide_password=True)
    for table in metadata.sorted_tables:
        if table is not meta and (await target.execute(select(table).limit(1))).first() is not None:
            raise BadInput(f"{shown} has rows in {table.name} already; name an empty database in --to")


async def _copy(source: AsyncConnection, target: AsyncConnection, table: Table) -> int:
    if table is meta:
        await target.execute(delete(meta))  # the version, which comes along
    writing = insert(table)
    async with source.stream(select(table).order_by(*table.primary_key.columns)) as rows:
        async for some in rows.mappings().partitions(CHUNK):
            await target.execute(writing, [{name: _text(value) for name, value in row.items()} for row in some])
    asked = select(func.count()).select_from(table)
    found, written = [(await each.execute(asked)).scalar_one() for each in (source, target)]
    if found != written:
        raise StoreError(f"table {table.name} has {found} rows, and {written} arrived; nothing was moved")
    return int(written)


def _text(value: Any) -> Any:
    """PostgreSQL's text holds no NUL, which SQLite's does."""
    return value.replace("\x00", "") if isinstance(value, str) else value


async def _go_on_counting(source: AsyncConnection, target: AsyncConnection) -> None:
    """No running number is given twice, not even that of a row that was let go of long ago."""
    numbers = await _numbers(source)
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or not numbers.get(table.name):
            continue
        last = {"table": table.name, "column": column.name, "last": numbers[table.name]}
        if target.dialect.name == "sqlite":
            await target.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), last)
            await target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), last)
        else:
            await target.execute(text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)"), last)


async def _numbers(source: AsyncConnection) -> dict[str, int]:
    """The last that was given, by table."""
    if source.dialect.name == "sqlite":
        query = text("SELECT name, seq FROM sqlite_sequence")
        return {row.name: row.seq for row in await source.execute(query)}
    found = {}
    for table in metadata.sorted_tables:
        if (column := table.autoincrement_column) is not None:
            query = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:table, :column)::regclass)")
            asked = {"table": table.name, "column": column.name}
            found[table.name] = (await source.execute(query, asked)).scalar() or 0
    return found
