"""Ignored accounts on disk: kept after their end for as long as the journal, which is folded with them again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.health import StoreFailing
from sentinel.store.schema import author_ignores, to_micros

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AuthorIgnore).decode


class AuthorIgnoreStore:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, ignore: AuthorIgnore) -> None:
        """Write one down, or what it has become."""
        row = {"id": ignore.id, "ends_at": to_micros(ignore.ends_at), "body": _encode(ignore)}
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(author_ignores).values(row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def end(self, name: str, at: datetime) -> AuthorIgnore | None:
        """End one, as it stands in the store; gives what is written there then, ``None`` where there is none."""
        async with self._database.write() as connection:
            body = (await connection.execute(select(author_ignores.c.body).where(author_ignores.c.id == name))).scalar()
            if body is None:
                return None
            ended = (known := _decode(body)).ended(at)
            if ended != known:
                row = {"ends_at": to_micros(ended.ends_at), "body": _encode(ended)}
                await connection.execute(update(author_ignores).where(author_ignores.c.id == name).values(row))
        return ended

    async def prune(self, before: datetime) -> Sequence[AuthorIgnore]:
        """Let go of those that ended before then; gives what is left, the one that ends last first."""
        with suppress(StoreFailing):  # what is old is kept a while longer on a disk that takes no writes
            async with self._database.write() as connection:
                await connection.execute(delete(author_ignores).where(author_ignores.c.ends_at < to_micros(before)))
        return await self.all()

    async def all(self) -> list[AuthorIgnore]:
        """Those that are kept, the one that ends last first."""
        columns = (author_ignores.c.id, author_ignores.c.body)
        async with self._database.read() as connection:
            query = select(*columns).order_by(author_ignores.c.ends_at.desc(), author_ignores.c.id)
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: _decode(row.body), lambda row, _: damaged("author_ignores", row.id))
