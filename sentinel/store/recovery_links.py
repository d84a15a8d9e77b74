"""Recovery links on disk: made at the machine itself, good for one sign-in within minutes; kept as digests only."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, insert, select

from sentinel.store.database import Database
from sentinel.store.schema import recovery_links, to_micros


class RecoveryLinks:
    """Keeps them until they are used, or too old."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def make(self, token: str, account: str, *, now: datetime, until: datetime) -> None:
        """Keep a new one; those that this person had, and those that are too old, are worth nothing any more."""
        links = recovery_links.c
        async with self._database.write() as connection:
            await connection.execute(
                delete(recovery_links).where((links.account == account) | (links.until <= to_micros(now)))
            )
            row = {"id": _digest(token), "account": account, "until": to_micros(until)}
            await connection.execute(insert(recovery_links).values(row))

    async def account_of(self, token: str, now: datetime) -> str | None:
        """Whom it would sign in; ``None`` where it is used, too old or made up."""
        links = recovery_links.c
        statement = select(links.account).where(links.id == _digest(token), links.until > to_micros(now))
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).scalar()
        return str(found) if found is not None else None

    async def take(self, token: str, now: datetime) -> str | None:
        """Use it up: of many who try at once one gets the account, the others ``None``."""
        links, digest = recovery_links.c, _digest(token)
        good = (links.id == digest) & (links.until > to_micros(now))
        async with self._database.write() as connection:
            found = (await connection.execute(select(links.account).where(good))).scalar()
            gone = await connection.execute(delete(recovery_links).where(good))
        return str(found) if found is not None and gone.rowcount == 1 else None


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
