"""SQLite's own thread, for work that is done there in one piece.

Otherwise each statement changes between it and the event loop's thread for being opened, run, read and closed, whatever
it holds; of a mention that comes alone, that would be most of the cost.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")
_INSERT = (
    "INSERT INTO journal (source, id, op, observed_at, body, behind) "
    "VALUES (:source, :id, :op, :observed_at, :body, :behind) ON CONFLICT DO NOTHING"
)
_NUMBERS = "SELECT count(*), max(seq), min(observed_at), min(seq) FROM journal WHERE seq > ?"


class Numbers(NamedTuple):
    """How many entries stand beyond one, the newest of them, the earliest stamp and the lowest number; of none, there
    is nothing but their count.
    """

    count: int
    newest: int | None
    first: int | None
    lowest: int | None


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
