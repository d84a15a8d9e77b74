"""Audit log of who did what and when, on disk: lines are added and, in time, let go of; never changed."""

from datetime import datetime
from enum import StrEnum

import msgspec
from sqlalchemy import delete, insert, select

from sentinel.store.database import Database
from sentinel.store.schema import audit, from_micros, to_micros


class KnownBy(StrEnum):
    """How we know who it was."""

    SESSION = "session"
    """They signed in with a password."""
    OIDC = "oidc"
    """They signed in at a provider."""
    PROXY = "proxy"
    """The proxy in front says so."""
    TOKEN = "token"
    """A program's token, by its name."""
    LINK = "link"
    """The link of a page, by its contact."""
    NAME = "name"
    """What they called themselves; no proof of anything."""
    CHAT = "chat"
    MACHINE = "machine"
    """Somebody at the machine itself, with its command line."""


class AuditOutcome(StrEnum):
    """What became of it."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody did something, or tried to.

    Parameters
    ----------
    what
        A word for it, or the method and route.
    about
        The incident, silence, schedule, ...; empty where there is none.
    address
        Where the request came from.
    status
        Of the HTTP answer; 0 for what did not come over HTTP.
    """

    id: int = 0
    at: datetime
    who: str
    known_by: KnownBy
    what: str
    about: str
    address: str
    outcome: AuditOutcome
    status: int


class AuditStore:
    """Adds and reads lines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, lines: list[AuditLine]) -> None:
        """Write them down, in order."""
        async with self._database.write() as connection:
            await connection.execute(insert(audit), [_row(line) for line in lines])

    async def find(self, *, who: str | None = None, before: int | None = None, limit: int = 100) -> list[AuditLine]:
        """Newest first; of one person, before a line."""
        statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
        if who is not None:
            statement = statement.where(audit.c.who == who)
        if before is not None:
            statement = statement.where(audit.c.id < before)
        async with self._database.read() as connection:
            return [
                AuditLine(
                    id=row.id,
                    at=from_micros(row.at),
                    who=row.who,
                    known_by=KnownBy(row.known_by),
                    what=row.what,
                    about=row.about,
                    address=row.address,
                    outcome=AuditOutcome(row.outcome),
                    status=row.status,
                )
                for row in await connection.execute(statement)
            ]

    async def prune(self, before: datetime) -> None:
        """Let go of lines from before then."""
        async with self._database.write() as connection:
            await connection.execute(delete(audit).where(audit.c.at < to_micros(before)))


def _row(line: AuditLine) -> dict[str, object]:
    return {
        "at": to_micros(line.at),
        "who": line.who[:80],
        "known_by": line.known_by.value,
        "what": line.what[:120],
        "about": line.about[:200],
        "address": line.address[:64],
        "outcome": line.outcome.value,
        "status": line.status,
    }
