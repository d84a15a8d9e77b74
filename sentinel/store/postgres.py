"""PostgreSQL where it is unlike SQLite: how it is connected to, its types, and one writing transaction at a time.

Text has no length and the order of its bytes, whatever the database was made with: what SQLite takes PostgreSQL takes,
in the same order.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import URL, Column, String, Text, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import TypeCompiler

from sentinel.config.store_url import DRIVER

ANSWERS_WITHIN = 10.0
"""Seconds for one statement: a network that swallows everything must not hold a page back for minutes."""
CONNECTS_WITHIN = 5.0
IDLE_WITHIN = "60s"
"""For how long a process that stands still may keep its transaction, and with it everybody else waiting."""
SHARED_IDLE_WITHIN = "2s"
"""The same where others wrote meanwhile, and are to take over soon."""
SHARED_ENDS_WITHIN = "15s"
"""For how long the server goes on with a statement whose client may be gone; a living one gives up before that."""


class PoolSize(NamedTuple):
    """Connections of one engine: those that it keeps, and those that it opens besides and closes again."""

    kept: int
    more: int

    @property
    def most(self) -> int:
        """All of them."""
        return self.kept + self.more


STORE_POOL = PoolSize(5, 10)
PART_POOL = PoolSize(2, 10)
"""Of who owns partitions: beats, and claims that may wait for somebody who stands still."""
DUTY_POOL = PoolSize(2, 2)
LEASE_POOL = PoolSize(1, 1)
ONE = PoolSize(1, 0)
LISTENS = ONE.most
"""Of whoever is told what others changed, and of whoever is told what there is to send."""
SHARING = "sentinel-cluster"
"""How connections of processes that share a store are called there."""
NOT_REWRITTEN = (
    "CREATE OR REPLACE FUNCTION audit_is_not_rewritten() RETURNS trigger LANGUAGE plpgsql AS "
    "$$BEGIN RAISE EXCEPTION 'the audit log is not rewritten'; END$$",
    "CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit EXECUTE FUNCTION audit_is_not_rewritten()",
)
"""What SQLite's trigger of that name does."""
_KEY = func.hashtext(text("'sentinel ' || current_schema()"))
_FRONT_KEY = func.hashtext(text("'sentinel front ' || current_schema()"))
TURN = select(func.pg_advisory_xact_lock(_KEY))
FRONT_TURN = select(func.pg_advisory_xact_lock(_FRONT_KEY), func.pg_advisory_xact_lock_shared(_KEY))
PART_TURN = select(func.pg_advisory_xact_lock_shared(_KEY))


def engine_of(url: URL, *, patient: bool = False, shared: bool = False, pool: PoolSize = STORE_POOL) -> AsyncEngine:
    """An engine for a server, whose connections are looked at before they are lent out: it may have been restarted.

    Parameters
    ----------
    patient
        Whether a statement may take as long as it takes.
    shared
        Whether other processes write as well.
    pool
        How many connections it may have at a time.
    """
    more: dict[str, Any] = {}
    if url.drivername == f"postgresql+{DRIVER}":
        settings = _bounds(patient, shared)
        more = {
            "timeout": CONNECTS_WITHIN,
            "command_timeout": None if patient else ANSWERS_WITHIN,
            "server_settings": settings,
        }
    engine = create_async_engine(
        url, pool_pre_ping=True, connect_args=more, pool_size=pool.kept, max_overflow=pool.more
    )
    event.listen(engine.sync_engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def _bounds(patient: bool, shared: bool) -> dict[str, str]:
    """What the server ends by itself: whoever follows numbers of several writers waits for the longest transaction, and
    a frozen client gives nothing up.
    """
    named = {"application_name": SHARING if shared and not patient else "sentinel"}
    if not shared:
        return named | {"idle_in_transaction_session_timeout": "0" if patient else IDLE_WITHIN}
    if patient:
        return named | {"idle_in_transaction_session_timeout": IDLE_WITHIN}
    return named | {
        "idle_in_transaction_session_timeout": SHARED_IDLE_WITHIN,
        "statement_timeout": SHARED_ENDS_WITHIN,
    }


@asynccontextmanager
async def given_up(connection: AsyncConnection) -> AsyncIterator[None]:
    """A connection that did not answer in time is let fall: asked to roll back, it would not answer that either."""
    try:
        yield
    except TimeoutError:
        await connection.invalidate()
        raise


class Turn(Enum):
    """Which writing transactions wait for one another; ours ends when the transaction does.

    Running numbers are given when a row is written and seen when it is committed. Were there two writers, a reader
    could see 8, go on behind it, and never see 7, which is committed a moment later. So either nobody else writes, or
    whoever follows numbers of several writers waits first until those that were writing have ended
    (`sentinel.store.settled`).
    """

    ALONE = TURN
    """Nobody writes beside it, of whatever process."""
    FRONT = FRONT_TURN
    """In a cluster, of those who own no partition one at a time; owners write beside it, but for what is no partition's
    own: what was read of that would not be true any more when it is written, and each could wait for the other."""
    PART = PART_TURN
    """The owner of a partition, whose own row lets one of them write at a time."""


async def take_turn(connection: AsyncConnection, turn: Turn = Turn.ALONE) -> None:
    """Wait until it is ours."""
    if connection.dialect.name == "postgresql":
        await connection.execute(turn.value)


def _without_nul(
    _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
) -> tuple[str, Any]:
    """PostgreSQL's text holds no NUL, which SQLite's does."""
    if many:
        return statement, [_cleared(each) for each in parameters]
    return statement, _cleared(parameters)


def _cleared(values: Sequence[Any]) -> Sequence[Any]:
    if any(isinstance(each, str) and "\x00" in each for each in values):
        return tuple(each.replace("\x00", "") if isinstance(each, str) else each for each in values)
    return values


@compiles(String, "postgresql")
@compiles(Text, "postgresql")
def _of_any_length(element: String, compiler: TypeCompiler, **context: Any) -> str:
    ordered = isinstance(context.get("type_expression"), Column)  # in a table's definition, not where a value is bound
    return 'TEXT COLLATE "C"' if ordered else "TEXT"
