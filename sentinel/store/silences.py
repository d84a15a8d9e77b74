"""Silences on disk: made by people while the daemon runs, kept a while after they end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.escalation.silence import Silence
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.health import StoreFailing
from sentinel.store.schema import silences, to_micros

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Silence).decode


class SilenceStore:
    """Reads and writes silences."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Silence]:
        """Every silence that is kept, the one that ends last first."""
        async with self._database.read() as connection:
            query = select(silences.c.id, silences.c.body).order_by(silences.c.ends_at.desc(), silences.c.id)
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: _decode(row.body), lambda row, _: damaged("silences", row.id))

    async def save(self, silence: Silence) -> None:
        """Write one down, or what it has become."""
        row = {"id": silence.id, "ends_at": to_micros(silence.ends_at), "body": _encode(silence)}
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(silences).values(row)
            await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))

    async def end(self, name: str, at: datetime) -> Silence | None:
        """End one, as it stands in the store; gives what is written there then, ``None`` where there is none."""
        async with self._database.write() as connection:
            body = (await connection.execute(select(silences.c.body).where(silences.c.id == name))).scalar()
            if body is None:
                return None
            ended = (known := _decode(body)).ended(at)
            if ended != known:
                row = {"ends_at": to_micros(ended.ends_at), "body": _encode(ended)}
                await connection.execute(update(silences).where(silences.c.id == name).values(row))
        return ended

    async def prune(self, before: datetime) -> Sequence[Silence]:
        """Let go of those that ended before then; gives what is left."""
        with suppress(StoreFailing):  # what is old is kept a while longer on a disk that takes no writes
            async with self._database.write() as connection:
                await connection.execute(delete(silences).where(silences.c.ends_at < to_micros(before)))
        return await self.all()
