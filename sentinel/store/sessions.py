"""Sessions on disk, so that a restart signs nobody out. What the browser has is kept as a digest only."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, insert, select, update

from sentinel.store.database import Database
from sentinel.store.schema import from_micros, sessions, to_micros


class ProvidedIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is at a provider that signed them in.

    Parameters
    ----------
    subject
        The provider's own name for them, which never changes.
    groups
        That they were in when they signed in.
    """

    issuer: str
    subject: str
    groups: tuple[str, ...] = ()


class SessionOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """How a session began.

    Parameters
    ----------
    address, browser
        From where and with what.
    identity
        At the provider; ``None`` for whoever has a password here.
    recovered
        By a recovery link, which stands for the second factor too.
    """

    address: str = ""
    browser: str = ""
    identity: ProvidedIdentity | None = None
    recovered: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One browser of one person.

    Parameters
    ----------
    id
        SHA-256, in hexadecimal, of what the browser has.
    stamp
        Of the password's hash, or of the provider, when they signed in.
    seen_at
        When it was last used, to within minutes.
    """

    id: str
    account: str
    stamp: str
    started_at: datetime
    seen_at: datetime
    origin: SessionOrigin = SessionOrigin()

    def is_of(self, other: "Session") -> bool:
        """Whether both are of one person: a provider's Ana is not the Ana who has a password here."""
        mine, theirs = self.origin.identity, other.origin.identity
        if mine is None or theirs is None:
            return mine is theirs and self.account == other.account
        return (mine.issuer, mine.subject) == (theirs.issuer, theirs.subject)


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

    async def get(self, name: str) -> Session | None:
        """One by its id."""
        async with self._database.read() as connection:
            row = (await connection.execute(select(sessions).where(sessions.c.id == name))).one_or_none()
        return _session(row) if row is not None else None

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
                "origin": msgspec.json.encode(session.origin).decode(),
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

    async def end_of(self, account: str) -> int:
        """All of one person's are over; how many there were. For a store that no daemon holds."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(sessions).where(sessions.c.account == account))).rowcount


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        account=row.account,
        stamp=row.stamp,
        started_at=from_micros(row.started_at),
        seen_at=from_micros(row.seen_at),
        origin=_origin(row.origin),
    )


def _origin(text: str | None) -> SessionOrigin:
    """Of what cannot be read nothing is known: a provider's session is over then, since no password has its stamp."""
    try:
        return msgspec.json.decode(text, type=SessionOrigin) if text else SessionOrigin()
    except (msgspec.DecodeError, TypeError):
        return SessionOrigin()
