"""Sessions on disk, so that a restart signs nobody out. What the browser has is kept as a digest only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from sentinel.store.database import Database
from sentinel.store.schema import from_micros, sessions, to_micros


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser of one person.

    Parameters
    ----------
    id
        SHA-256, in hexadecimal, of what the browser has.
    stamp
        Of the password's hash when they signed in.
    seen_at
        When it was last used, to within minutes.
    """

    id: str
    account: str
    stamp: str
    started_at: datetime
    seen_at: datetime


class SessionStore:
    """Reads and writes sessions."""

    def __init__(self, database: Database, form_secret: Callable[[], bytes]) -> None:
        self._database = database
        self._form_secret = form_secret

    async def secret(self) -> bytes:
        """Under which forms are signed."""
        return self._form_secret()

    async def all(self) -> list[Session]:
        """Every one that is kept, the one used longest ago first."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(sessions).order_by(sessions.c.seen_at))
            return [_session(row) for row in rows]

    async def begin(self, session: Session) -> None:
        """Write a new one down."""
        started, seen = to_micros(session.started_at), to_micros(session.seen_at)
        async with self._database.write() as connection:
            row = {
                "id": session.id,
                "account": session.account,
                "stamp": session.stamp,
                "started_at": started,
                "seen_at": seen,
            }
            await connection.execute(insert(sessions).values(row))

    async def seen(self, name: str, at: datetime) -> None:
        """It was used."""
        async with self._database.write() as connection:
            await connection.execute(update(sessions).where(sessions.c.id == name).values(seen_at=to_micros(at)))

    async def end(self, names: list[str]) -> None:
        """They are over."""
        async with self._database.write() as connection:
            await connection.execute(delete(sessions).where(sessions.c.id.in_(names)))


def _session(row: Row[Any]) -> Session:
    started, seen = from_micros(row.started_at), from_micros(row.seen_at)
    return Session(id=row.id, account=row.account, stamp=row.stamp, started_at=started, seen_at=seen)
