"""A disk that fails when told to: the very database, refusing the very writes, with the very codes."""

import sqlite3
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sentinel.store.database import Database

ONLY_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
"""For what a file alone can suffer."""
PAGE = 8192


class FailingDisk:
    """Under a database.

    ``read_only`` refuses every write, ``full`` those that need one more page; ``unreadable``
    answers nothing.
    """

    def __init__(self, database: Database) -> None:
        self.read_only = False
        self.full = False
        self.unreadable = False
        engine = database._engine.sync_engine
        self._sqlite = engine.dialect.name == "sqlite"
        event.listen(engine, "begin", self._begin)
        event.listen(engine, "before_cursor_execute", self._before)

    def fails(self) -> None:
        self.read_only = True

    def works(self) -> None:
        self.read_only = self.full = self.unreadable = False

    def _begin(self, connection: Any) -> None:
        if self.unreadable and self._sqlite:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise OperationalError("", None, error)
        if self.unreadable:
            raise OperationalError("", None, asyncpg.PostgresIOError("could not read block 0"))
        if self._sqlite:
            connection.exec_driver_sql(f"PRAGMA query_only = {int(self.read_only)}")
            connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if self.full else 2**30}")
        elif self.read_only:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")

    def _before(self, *about: Any) -> None:
        if self.full and not self._sqlite and len(str(about[3])) > PAGE:
            raise OperationalError("", None, asyncpg.DiskFullError("could not extend file"))
