"""Opening a store that one holds: what became of its file meanwhile is found, said, and gone on without."""

import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError

from sentinel.errors import StoreError
from sentinel.store.database import Database
from sentinel.store.findings import Found
from sentinel.store.health import StoreHealth
from sentinel.store.holder import Held, file_of
from sentinel.store.store_file import put_aside
from sentinel.store.wal import damaged_tail

MAGIC = b"SQLite format 3\x00"
log = structlog.get_logger(__name__)


async def open_held(
    url: str, held: Held, health: StoreHealth, connect: Callable[[str, StoreHealth], Awaitable[Database]]
) -> Database:
    """Open it, after a look at its file.

    Parameters
    ----------
    held
        The hold on it, which knows whether there was a store.
    connect
        Opens it.

    Raises
    ------
    StoreError
        When it cannot even be read, and is none of ours that could be put aside.
    """
    path = file_of(url)
    if path is not None:
        _look(path, held.kept, health)
    try:
        database = await connect(url, health)
    except StoreError as error:
        if path is None or not held.kept or not _is_ruined(error):
            raise
        _begin_anew(path, health)
        database = await connect(url, health)
    database.fence = held.fence
    held.keep()
    return database


def _look(path: Path, kept: bool, health: StoreHealth) -> None:
    """What can be seen before SQLite opens it, and could not be seen afterwards."""
    try:
        with path.open("rb") as stream:
            head = stream.read(len(MAGIC))
    except FileNotFoundError:
        head = b""
    except OSError:
        return  # opening it says why
    if not head and kept:
        _keep_log(path, health)
        health.found(Found.EMPTIED)
    elif head and head != MAGIC and kept:
        _begin_anew(path, health)
    elif head and (tail := damaged_tail(path)) is not None:
        name = _keep_log(path, health)
        log.error("store_log_damaged", readable_frames=tail.readable, lost_commits=tail.lost)
        health.found(Found.TAIL, file=name)


def _begin_anew(path: Path, health: StoreHealth) -> None:
    aside = put_aside(path, "damaged", health.clock.now())
    health.found(Found.SET_ASIDE, file=aside.name if aside is not None else path.name)


def _keep_log(path: Path, health: StoreHealth) -> str:
    """A copy of the write-ahead log, which SQLite is about to cut; gives its name."""
    source = path.with_name(path.name + "-wal")
    copy = path.with_name(f"{source.name}.damaged-{health.clock.now():%Y%m%dT%H%M%SZ}")
    try:
        shutil.copyfile(source, copy)
    except OSError:
        return source.name
    return copy.name


def _is_ruined(error: BaseException) -> bool:
    """Whether SQLite takes the file for no database, or for one that is damaged all over."""
    cause: BaseException | None = error
    while cause is not None:
        found = cause.orig if isinstance(cause, DBAPIError) else cause
        if isinstance(found, sqlite3.DatabaseError):
            code = getattr(found, "sqlite_errorcode", None) or 0
            return code & 0xFF in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)
        cause = cause.__cause__
    return False
