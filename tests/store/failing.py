"""A disk that fails when told to: the very SQLite file, refusing the very writes, with the very codes."""

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from sentinel.store.database import Database


class FailingDisk:
    """Under a database.

    ``read_only`` refuses every write, ``full`` those that need one more page; ``unreadable`` answers nothing.
    """

    def __init__(self, database: Database) -> None:
        self.read_only = False
        self.full = False
        self.unreadable = False
        event.listen(database._engine.sync_engine, "begin", self._begin)

    def fails(self) -> None:
        self.read_only = True

    def works(self) -> None:
        self.read_only = self.full = self.unreadable = False

    def _begin(self, connection: Any) -> None:
        if self.unreadable:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise OperationalError("", None, error)
        connection.exec_driver_sql(f"PRAGMA query_only = {int(self.read_only)}")
        connection.exec_driver_sql(f"PRAGMA max_page_count = {1 if self.full else 2**30}")
