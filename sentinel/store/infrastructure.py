"""Infrastructure alerts on disk: how each stands, in the transaction that tells people of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import delete, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.errors import AlertMoved
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.store.database import Database
from sentinel.store.findings import read_each
from sentinel.store.health import StoreFailing
from sentinel.store.schema import infrastructure, to_micros

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(StandingAlert).decode


async def save_alerts(connection: AsyncConnection, alerts: Sequence[StandingAlert]) -> None:
    """Write them down as they stand, within the caller's transaction."""
    if not alerts:
        return
    rows = [{"id": each.id, "heard_at": to_micros(each.heard_at), "body": _encode(each)} for each in alerts]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(infrastructure)
    newer = {"heard_at": statement.excluded.heard_at, "body": statement.excluded.body}
    await connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=newer), rows)


async def refuse_moved(connection: AsyncConnection, stood: Mapping[str, StandingAlert | None]) -> None:
    """Within a writing transaction, before it writes: does each stand as it stood when it was decided?

    Raises
    ------
    AlertMoved
        When another process has moved one.
    """
    query = select(infrastructure.c.id, infrastructure.c.body).where(infrastructure.c.id.in_(stood))
    stands = {row.id: _decode(row.body) for row in await connection.execute(query)}
    if any(stands.get(name) != before for name, before in stood.items()):
        raise AlertMoved(f"of alerts {', '.join(sorted(stood))} another process has moved one; decide anew")


class AlertStore:
    """Reads what is kept, and lets go of it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[StandingAlert]:
        """Every alert that is kept, the one heard of last first; none in an older store that can only be read, which
        has no such table.
        """
        query = select(infrastructure.c.id, infrastructure.c.body).order_by(
            infrastructure.c.heard_at.desc(), infrastructure.c.id
        )
        async with self._database.read() as connection:
            if not await connection.run_sync(lambda sync: inspect(sync).has_table(infrastructure.name)):
                return []
            rows = (await connection.execute(query)).all()
        damaged = self._database.health.damaged
        return read_each(rows, lambda row: _decode(row.body), lambda row, _: damaged("infrastructure", row.id))

    async def prune(self, before: datetime) -> None:
        """Let go of those of which nothing was heard since then."""
        with suppress(StoreFailing):  # what is old is kept a while longer on a disk that takes no writes
            async with self._database.write() as connection:
                await connection.execute(delete(infrastructure).where(infrastructure.c.heard_at < to_micros(before)))
