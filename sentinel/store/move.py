"""A store moved into another database, whole or not at all: every table, and the running numbers behind the rows.

One transaction of the target, committed once the counts agree. Whoever is interrupted begins again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import Table, delete, func, insert, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from sentinel.clock import Clock
from sentinel.config.store_url import with_driver
from sentinel.errors import BadInput, StoreError
from sentinel.mention import decode_stored
from sentinel.store.database import Database
from sentinel.store.findings import ODD
from sentinel.store.hold import hold_store
from sentinel.store.holder import Held, file_of
from sentinel.store.mention_index import reword_heard
from sentinel.store.postgres import engine_of, take_turn
from sentinel.store.schema import heard, journal, meta, metadata, parts
from sentinel.store.secret_store import carry_secrets

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
    async with (
        _holding(source, clock) as one,
        _holding(target, clock) as other,
        _connected(source) as origin,
        _connected(target) as made,
    ):
        for connection, held in ((origin, one), (made, other)):
            await held.fence(connection)  # whoever would take it waits until this is over, however long it takes
        await take_turn(made)
        await _refuse_unless_empty(made, target)
        if (divided := len((await origin.execute(select(parts.c.id))).all())) > 0:
            raise BadInput(f"the store is divided into {divided} partitions; one that is divided stays where it is")
        counts = {}
        for table in metadata.sorted_tables:
            try:
                counts[table.name] = await _copy(origin, made, table)
            except (SQLAlchemyError, UnicodeError, OSError) as error:
                why = getattr(error, "orig", None) or error
                raise StoreError(f"table {table.name} could not be moved: {why}; nothing was") from error
        await _index_anew(origin, made)
        await _go_on_counting(origin, made)
        try:
            await carry_secrets(origin, path, made, file_of(target))
        except OSError as error:
            raise StoreError(f"the secrets could not be moved: {error.strerror}; nothing was") from error
        await made.commit()
    return counts


@asynccontextmanager
async def _holding(url: str, clock: Clock) -> AsyncIterator[Held]:
    held = await hold_store(url, clock)
    try:
        await (await Database.open(url)).close()  # makes what is missing, and brings an older one up to date
        held.keep()
        yield held
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
            await target.execute(writing, [dict(row) for row in some])
    asked = select(func.count()).select_from(table)
    found, written = [(await each.execute(asked)).scalar_one() for each in (source, target)]
    if found != written:
        raise StoreError(f"table {table.name} has {found} rows, and {written} arrived; nothing was moved")
    return int(written)


async def _index_anew(source: AsyncConnection, target: AsyncConnection) -> None:
    """The words of what was heard: their index is no table, and of another make in each database."""
    query = select(journal.c.seq, journal.c.body).join(heard, heard.c.seq == journal.c.seq).order_by(journal.c.seq)
    async with source.stream(query.where(journal.c.body.is_not(None))) as rows:
        async for row in rows:
            try:
                mention = decode_stored(row.body)
            except ODD:
                continue
            await reword_heard(target, row.seq, mention)


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
