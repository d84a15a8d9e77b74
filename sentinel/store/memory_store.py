"""The memory store: incidents and outbox in an SQLite database in memory, while the disk takes no writes.

`FailoverStore` makes one when the disk fails, lets the same `Outbox` and `IncidentStore` work on it, and writes what is
new in it to the disk when that is mended.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Dialect,
    Result,
    RowMapping,
    StaticPool,
    Table,
    create_engine,
    delete,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.incidents.incident import State
from sentinel.notify.base import GOES_AGAIN, Delivery
from sentinel.notify.progress import OPEN, RowState
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from sentinel.store.outbox_row import row_of
from sentinel.store.schema import events, incidents, infrastructure, meta, metadata, outbox, timeline, to_micros

KEYS = {incidents: "id", outbox: "key", infrastructure: "id", meta: "key"}
"""Tables whose rows replace older ones of the same key."""
LOGS = (timeline, events)
"""Tables whose rows are only ever added; their running number is given on the disk, so that no reader misses one."""
LINES = 20_000
"""Lines of timelines, and as many events, that are kept; the oldest go first, and the log says how many."""
ROWS = 20_000
"""Rows of the outbox that are kept: beyond them those that ended go first, then news.

Pages that wait are kept whatever their number.
"""
Rows = dict[Table, list[dict[str, Any]]]
_OPEN = (
    select(incidents).where(incidents.c.state != State.CLOSED.value),
    select(outbox).where(or_(outbox.c.state.in_(OPEN), outbox.c.receipt.is_not(None))).order_by(outbox.c.id),
)
"""What people are told of from now on: incidents that are not over, rows that were not sent, pages that ring."""


class MemoryDatabase(Database):
    """Answers at once: between two things that are done in it nothing else is done."""

    def __init__(self, health: StoreHealth) -> None:
        self.health = health
        one = {"check_same_thread": False}  # it may be let go of in another one
        self.connection = create_engine("sqlite://", poolclass=StaticPool, connect_args=one).connect()
        metadata.create_all(self.connection, tables=[*KEYS, *LOGS])

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """The one connection there is."""
        yield cast(AsyncConnection, InlineConnection(self.connection))

    @asynccontextmanager
    async def write(self, *, all_parts: bool = False, alone: bool = False) -> AsyncIterator[AsyncConnection]:
        """The same; all that is done in the block, or nothing."""
        with self.connection.begin_nested():
            yield cast(AsyncConnection, InlineConnection(self.connection))


class InlineConnection:
    """The part of an `AsyncConnection` that the stores use, which never waits."""

    def __init__(self, connection: Connection) -> None:
        self.execute_now = connection.execute
        self.dialect: Dialect = connection.dialect

    async def execute(self, statement: Any, parameters: Any = None) -> Result[Any]:
        """Done when this returns."""
        return self.execute_now(statement, parameters)


class MemoryStore:
    """What people are told of from now on, and everything that is decided while the disk fails.

    ``lost`` counts what the bounds cost.
    """

    def __init__(self, health: StoreHealth) -> None:
        self.database = MemoryDatabase(health)
        self.incidents = IncidentStore(self.database)
        self.outbox = Outbox(self.database)
        self.seeded = False
        self.lost = 0
        self._on_disk: dict[tuple[Table, str], dict[str, Any]] = {}
        """Rows as the disk has them, by table and key."""

    # -- from the disk and back

    async def seed(self, disk: Database) -> None:
        """Take over what is open on the disk; what is here already is newer.

        Raises
        ------
        StoreFailing
            When it cannot be read.
        """
        async with disk.still(), disk.read() as connection:
            found = [(await connection.execute(query)).mappings().all() for query in _OPEN]
        for table, rows in zip((incidents, outbox), found, strict=True):
            known = [_as_written(table, row) for row in rows]
            self.written({table: known})
            if known:
                new = sqlite.insert(table).on_conflict_do_nothing(index_elements=[KEYS[table]])
                self.database.connection.execute(new, known)
        self.seeded = True

    def unwritten(self) -> Rows:
        """What the disk does not have, by table; empty when it has everything."""
        found = {
            table: [row for row in self._rows(table) if self._on_disk.get((table, row[key])) != row]
            for table, key in KEYS.items()
        }
        found |= {table: self._rows(table) for table in LOGS}
        return {table: rows for table, rows in found.items() if rows}

    def written(self, rows: Rows) -> None:
        """The disk has these."""
        for table, these in rows.items():
            if (key := KEYS.get(table)) is not None:
                self._on_disk |= {(table, row[key]): row for row in these}
            else:
                self.database.connection.execute(delete(table).where(table.c.id <= these[-1]["id"]))

    def _rows(self, table: Table) -> list[dict[str, Any]]:
        oldest_first = table.c.id if "id" in table.c else table.c.key
        rows = self.database.connection.execute(select(table).order_by(oldest_first)).mappings()
        return [_as_written(table, row) for row in rows]

    # -- changing

    async def commit(self, decision: Decision) -> None:
        """One more decision."""
        async with self.database.write() as connection:
            await decision.write(connection, self.incidents, self.outbox)
        self._keep_bounds()

    def know(self, deliveries: Collection[Delivery], state: RowState = RowState.QUEUED) -> None:
        """Rows that may be on the disk alone, which could not be read: they stand as they were read before."""
        for each in deliveries:
            done_at = to_micros(each.created_at) if state is RowState.ACCEPTED else None
            row = row_of(each) | {"state": state.value, "done_at": done_at}
            new = sqlite.insert(outbox).values(row).on_conflict_do_nothing(index_elements=["key"])
            self.database.connection.execute(new)

    def _keep_bounds(self) -> None:
        for log in LOGS:
            newest = select(func.max(log.c.id)).scalar_subquery()
            self.lost += self.database.connection.execute(delete(log).where(log.c.id <= newest - LINES)).rowcount
        count = self.database.connection.scalar(select(func.count()).select_from(outbox)) or 0
        if count <= ROWS:
            return
        over = count - ROWS + ROWS // 10  # some at a time: looking for them costs a walk over all
        ended = select(outbox.c.id).where(outbox.c.state.not_in(OPEN)).order_by(outbox.c.id)
        is_news = (outbox.c.kind.not_in([each.value for each in GOES_AGAIN])) & (
            outbox.c.state == RowState.QUEUED.value
        )
        for doomed in (ended, select(outbox.c.id).where(is_news).order_by(outbox.c.id)):
            gone = self.database.connection.execute(delete(outbox).where(outbox.c.id.in_(doomed.limit(over)))).rowcount
            self.lost, over = self.lost + gone, over - gone


async def write_rows(connection: AsyncConnection, rows: Rows) -> None:
    """Put rows of a memory store on the disk, within the caller's transaction."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for table, these in rows.items():
        if (key := KEYS.get(table)) is None:
            await connection.execute(insert(table), [{k: v for k, v in row.items() if k != "id"} for row in these])
        else:
            statement = dialect.insert(table)
            newer = {name: statement.excluded[name] for name in these[0] if name != key}
            await connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=newer), these)


def _as_written(table: Table, row: RowMapping) -> dict[str, Any]:
    """The row without the running number that each outbox gives on its own."""
    return {name: value for name, value in row.items() if table is not outbox or name != "id"}
