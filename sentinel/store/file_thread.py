"""SQLite's own thread: the engine of a file, and work that is done there in one piece.

Otherwise each statement changes between it and the event loop's thread for being opened, run, read and closed, whatever
it holds; of a mention that comes alone, that would be most of the cost.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import URL, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import PoolResetState

T = TypeVar("T")
_INSERT = (
    "INSERT INTO journal (source, id, op, observed_at, body, behind) "
    "VALUES (:source, :id, :op, :observed_at, :body, :behind) ON CONFLICT DO NOTHING"
)
_NUMBERS = "SELECT count(*), max(seq), min(observed_at), min(seq) FROM journal WHERE seq > ?"


def file_engine(url: URL) -> AsyncEngine:
    """An engine for a file: what is committed is on disk."""
    engine = create_async_engine(url, pool_reset_on_return=None)  # which asks the thread, whether there is need or not
    event.listen(engine.sync_engine, "connect", _pragmas)
    event.listen(engine.sync_engine, "reset", _roll_back)
    return engine


def _pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _roll_back(connection: Any, _record: object, state: PoolResetState) -> None:
    """A connection comes back to the pool: its thread is asked only where it has a transaction open."""
    if state.asyncio_safe and not state.terminate_only and connection.driver_connection.in_transaction:
        connection.rollback()


class Numbers(NamedTuple):
    """How many entries stand beyond one, the newest of them, the earliest stamp and the lowest number; where there are
    none, only their count says anything.
    """

    entries: int
    newest: int
    first: int
    lowest: int


async def in_one_piece(connection: AsyncConnection, work: Callable[[sqlite3.Connection], T]) -> T:
    """What ``work`` gives, done within the connection's transaction on the thread of its file.

    Raises
    ------
    DBAPIError
        For what SQLite raises, as if SQLAlchemy had run the statement.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    try:
        done: T = await driver._execute(lambda: work(driver._conn))  # aiosqlite's own way there; it offers no other
    except sqlite3.Error as error:
        raise DBAPIError.instance(None, None, error, sqlite3.Error, hide_parameters=True) from error
    return done


async def insert_entries(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], after: int) -> Numbers:
    """Insert those that the journal does not hold; gives what stands beyond ``after`` then."""

    def work(file: sqlite3.Connection) -> Numbers:
        file.executemany(_INSERT, rows)
        return Numbers(*file.execute(_NUMBERS, (after,)).fetchone())

    _tell(connection, _INSERT, rows)
    return await in_one_piece(connection, work)


def _tell(connection: AsyncConnection, statement: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Whoever listens to the engine's statements hears of this one as well."""
    known = connection.sync_connection
    for listener in known.dispatch.before_cursor_execute if known is not None else ():
        listener(known, None, statement, rows, None, True)
