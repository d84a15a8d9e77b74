"""What signing in leaves behind for minutes where several processes must know it: failed tries, values that are used
up, secrets that wait to be confirmed.

Kept under digests; what is too old goes with the next write.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.access_tables import signing_in
from sentinel.store.database import Database
from sentinel.store.table_types import to_micros


class FailedTries(msgspec.Struct, frozen=True):
    """How many in a row, and when the last one was (seconds since 1970)."""

    count: int
    at: float


_tries = msgspec.json.Decoder(FailedTries).decode
Counted = Callable[[Mapping[str, FailedTries]], tuple[Mapping[str, FailedTries], float]]
"""Tries by their names to those that they become, and the seconds to wait."""


class SignInStore:
    """Reads and writes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def tally(self, names: Sequence[str], counted: Counted, *, now: datetime, until: datetime) -> float:
        """Count a try, one process after the other; gives the seconds to wait. Where nothing changes nothing is
        written, so that whoever is held up holds nobody up.
        """
        async with self._database.read() as connection:
            known = await _known(connection, names, now)
        become, wait = counted(known)
        if become == known:
            return wait
        async with self._database.write() as connection:
            await _let_go(connection, now)
            known = await _known(connection, names, now)
            become, wait = counted(known)
            for name in names:
                if name in become and become[name] != known.get(name):
                    await _put(connection, name, msgspec.json.encode(become[name]).decode(), until)
                elif name not in become:
                    await connection.execute(delete(signing_in).where(signing_in.c.id == _digest("tries", name)))
        return wait

    async def take_once(self, value: str, *, until: datetime, now: datetime) -> bool:
        """Use a value up; whether nobody had, in any process."""
        row = {"id": _digest("used", value), "until": to_micros(until), "body": ""}
        async with self._database.write() as connection:
            await _let_go(connection, now)
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(signing_in).values(row).on_conflict_do_nothing(index_elements=["id"])
            return (await connection.execute(statement)).rowcount == 1

    async def hold(self, name: str, body: str, *, until: datetime, now: datetime) -> None:
        """Keep something under a name, in place of what stood there; empty: nothing any more."""
        ours = signing_in.c.id == _digest("held", name)
        async with self._database.write() as connection:
            await _let_go(connection, now)
            await connection.execute(delete(signing_in).where(ours))
            if body:
                row = {"id": _digest("held", name), "until": to_micros(until), "body": body}
                await connection.execute(insert(signing_in).values(row))

    async def held(self, name: str, now: datetime) -> str | None:
        """What is kept under a name."""
        ours = (signing_in.c.id == _digest("held", name)) & (signing_in.c.until > to_micros(now))
        async with self._database.read() as connection:
            found = (await connection.execute(select(signing_in.c.body).where(ours))).scalar()
        return str(found) if found is not None else None


async def _known(connection: AsyncConnection, names: Sequence[str], now: datetime) -> dict[str, FailedTries]:
    digests = {_digest("tries", name): name for name in names}
    query = select(signing_in.c.id, signing_in.c.body).where(
        signing_in.c.id.in_(digests), signing_in.c.until > to_micros(now)
    )
    return {digests[row.id]: _tries(row.body) for row in await connection.execute(query)}


async def _put(connection: AsyncConnection, name: str, body: str, until: datetime) -> None:
    row = {"id": _digest("tries", name), "until": to_micros(until), "body": body}
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(signing_in).values(row)
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


async def _let_go(connection: AsyncConnection, now: datetime) -> None:
    await connection.execute(delete(signing_in).where(signing_in.c.until <= to_micros(now)))


def _digest(kind: str, name: str) -> str:
    """The store names nobody who only tried."""
    return sha256(f"{kind}\0{name}".encode("utf-8", "surrogateescape")).hexdigest()
