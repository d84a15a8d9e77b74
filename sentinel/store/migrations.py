"""Migrations: what brings the tables of an older store to the version that this Sentinel knows."""

import re

from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.errors import StoreError
from sentinel.store.schema import meta

VERSION = 8
"""Of the tables as `schema.py` has them."""

SERVER = "postgresql: "
_BLOB, _TEXT = re.compile(r"\bBLOB\b"), re.compile(r"\bTEXT\b")
MIGRATIONS: dict[int, tuple[str, ...]] = {
    1: ("ALTER TABLE outbox ADD COLUMN buttons BLOB", "ALTER TABLE outbox ADD COLUMN receipt TEXT"),
    2: ("ALTER TABLE outbox ADD COLUMN brief TEXT", "CREATE INDEX outbox_done ON outbox (done_at)"),
    3: ("ALTER TABLE outbox ADD COLUMN encloses TEXT", "CREATE INDEX events_incident ON events (incident, id)"),
    # incidents' bodies have a form that an earlier Sentinel would misread
    4: (
        "ALTER TABLE outbox ADD COLUMN rank INTEGER",
        "ALTER TABLE outbox ADD COLUMN tries TEXT",
        "ALTER TABLE journal ADD COLUMN behind BIGINT",
    ),
    5: ("ALTER TABLE sessions ADD COLUMN origin TEXT",),
    6: (
        "ALTER TABLE journal ADD COLUMN part INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE checkpoints ADD COLUMN part INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE incidents ADD COLUMN part INTEGER NOT NULL DEFAULT 0",
        "postgresql: ALTER TABLE journal DROP CONSTRAINT journal_key",
        "postgresql: ALTER TABLE journal ADD CONSTRAINT journal_key UNIQUE (source, id, op, part)",
    ),
    7: (
        "ALTER TABLE outbox ADD COLUMN owner TEXT",
        "ALTER TABLE outbox ADD COLUMN owner_epoch BIGINT NOT NULL DEFAULT 0",
    ),
}
"""Version to what brings it to the next one, as SQLite spells it; tables that are missing are made by themselves. What
begins with the name of a database is for that one alone.
"""


async def migrate(connection: AsyncConnection, found: str) -> None:
    """Bring an older store up to date, within the transaction that opened it."""
    version = int(found) if found.isdecimal() else 0
    while version in MIGRATIONS:
        for statement in MIGRATIONS[version]:
            if (known := spelled(statement, connection.dialect.name)) is not None:
                await connection.execute(text(known))
        version += 1
        await connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(version)))
    if version != VERSION:
        raise StoreError(
            f"the store has schema {found}, this Sentinel knows {VERSION}; start it with the Sentinel that wrote it"
        )


def spelled(statement: str, dialect: str) -> str | None:
    """The same statement for another database; ``None``: it is not for that one.

    Examples
    --------
    >>> spelled("ALTER TABLE outbox ADD COLUMN buttons BLOB", "postgresql")
    'ALTER TABLE outbox ADD COLUMN buttons BYTEA'
    """
    if statement.startswith(SERVER):
        return statement.removeprefix(SERVER) if dialect == "postgresql" else None
    if dialect != "postgresql":
        return statement
    return _TEXT.sub('TEXT COLLATE "C"', _BLOB.sub("BYTEA", statement))
