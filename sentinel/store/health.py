"""Health of the store: whether it takes writes, since when it does not, and what kind of trouble that is.

Never a path, never a secret.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from sentinel.clock import Clock, SystemClock
from sentinel.errors import StoreError
from sentinel.store.findings import MOST, Found, StoreFinding

log = structlog.get_logger(__name__)


class Trouble(StrEnum):
    """What ails a store: a closed set, log key and what people are told."""

    FULL = "full"
    READ_ONLY = "read_only"
    BUSY = "busy"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    GONE = "gone"
    """Its file was deleted."""
    REPLACED = "replaced"
    """Another file stands where it stood."""


class StoreFailing(StoreError):
    """The store as such does not work now; what was asked of it was right, and may be asked again later."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(f"the store does not take it: {trouble.value}")
        self.trouble = trouble


@dataclass(slots=True)
class StoreHealth:
    """Told by the database of every failure, and by whoever mended it that all is well again.

    A write that succeeds in between proves nothing: on a full disk what needs no new page still fits.

    Parameters
    ----------
    changed
        Called when it begins to fail and when that ends.
    """

    clock: Clock = field(default_factory=SystemClock)
    changed: Callable[[], None] = lambda: None
    since: datetime | None = None
    trouble: Trouble | None = None
    findings: list[StoreFinding] = field(default_factory=list)
    """Damage that was gone on without, in this run."""

    @property
    def failing(self) -> bool:
        """Whether the store is known not to work."""
        return self.since is not None

    def failed(self, trouble: Trouble) -> None:
        """It did not do what it was asked to."""
        if self.trouble is not trouble:
            log.error("store_failing", trouble=trouble.value)
        self.trouble = trouble
        if self.since is None:
            self.since = self.clock.now()
            self.changed()

    def found(self, what: Found, **facts: str) -> None:
        """Damage that is gone on without; the same is told once."""
        told = tuple(facts.items())
        if len(self.findings) >= MOST or any((each.what, each.facts) == (what, told) for each in self.findings):
            return
        self.findings.append(StoreFinding(what, told, self.clock.now()))
        log.error("store_damaged", what=what.value, **facts)
        self.changed()

    def damaged(self, table: str, key: object) -> None:
        """A row that cannot be read."""
        self.found(Found.ROW, table=table, key=str(key))

    def well(self) -> None:
        """All that was owed to it is in it."""
        if self.since is None:
            return
        log.warning("store_mended", seconds=(self.clock.now() - self.since).total_seconds())
        self.since = self.trouble = None
        self.changed()


def trouble_of(error: Exception) -> Trouble | None:
    """What an exception says of the store's health; ``None`` when it says more of us: a statement that is wrong is no
    sick disk.
    """
    if isinstance(error, StoreFailing):
        return error.trouble
    if isinstance(error, PoolTimeoutError):
        return Trouble.BUSY
    if isinstance(error, SQLAlchemyError) and not isinstance(error, DBAPIError):
        return None
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _SQLITE.get((getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF)
    if isinstance(cause, OSError):
        return Trouble.UNREACHABLE
    state = getattr(cause, "sqlstate", None)
    if isinstance(state, str):
        return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2])
    return Trouble.UNREACHABLE if isinstance(error, DBAPIError) and error.connection_invalidated else None


_SQLITE = {
    sqlite3.SQLITE_FULL: Trouble.FULL,
    sqlite3.SQLITE_READONLY: Trouble.READ_ONLY,
    sqlite3.SQLITE_PERM: Trouble.READ_ONLY,
    sqlite3.SQLITE_AUTH: Trouble.READ_ONLY,
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_IOERR: Trouble.BROKEN,
    sqlite3.SQLITE_CORRUPT: Trouble.BROKEN,
    sqlite3.SQLITE_NOTADB: Trouble.BROKEN,
    sqlite3.SQLITE_CANTOPEN: Trouble.BROKEN,
    sqlite3.SQLITE_NOMEM: Trouble.BROKEN,
    sqlite3.SQLITE_PROTOCOL: Trouble.BUSY,
}
"""By primary result code."""
_SQLSTATE = {
    "53100": Trouble.FULL,
    "25006": Trouble.READ_ONLY,
    "42501": Trouble.READ_ONLY,
    "53": Trouble.BUSY,
    "40": Trouble.BUSY,
    "55": Trouble.BUSY,
    "08": Trouble.UNREACHABLE,
    "28": Trouble.UNREACHABLE,
    "3D": Trouble.UNREACHABLE,
    "57": Trouble.UNREACHABLE,
    "58": Trouble.BROKEN,
    "XX": Trouble.BROKEN,
}
"""PostgreSQL's codes, whole or by class."""
