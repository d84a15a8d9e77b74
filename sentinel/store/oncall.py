"""Overrides and swaps that people make while the daemon runs, on disk."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.escalation.override import Override, Swap
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.schema import oncall, to_micros

_encode = msgspec.json.Encoder().encode
_override = msgspec.json.Decoder(Override).decode
_swap = msgspec.json.Decoder(Swap).decode
OVERRIDE, SWAP = "override", "swap"


class OnCallStore:
    """Reads and writes changes of schedules."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Override | Swap]:
        """Everything that is kept."""
        async with self._database.read() as connection:
            query = select(oncall.c.id, oncall.c.kind, oncall.c.body).order_by(oncall.c.ends_at, oncall.c.id)
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: _change(row.kind, row.body), lambda row, _: damaged("oncall", row.id))

    async def save(self, change: Override | Swap) -> None:
        """Write one down."""
        kind = OVERRIDE if isinstance(change, Override) else SWAP
        row = {"id": change.id, "kind": kind, "ends_at": to_micros(change.ends_at), "body": _encode(change)}
        async with self._database.write() as connection:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            await connection.execute(
                dialect.insert(oncall).values(row).on_conflict_do_update(index_elements=["id"], set_=row)
            )

    async def remove(self, name: str) -> bool:
        """Take one back; whether there was one."""
        async with self._database.write() as connection:
            return (await connection.execute(delete(oncall).where(oncall.c.id == name))).rowcount > 0

    async def prune(self, before: datetime) -> None:
        """Let go of those that ended before then."""
        async with self._database.write() as connection:
            await connection.execute(delete(oncall).where(oncall.c.ends_at < to_micros(before)))


def _change(kind: str, body: bytes) -> Override | Swap:
    return _override(body) if kind == OVERRIDE else _swap(body)
