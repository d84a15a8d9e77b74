"""Single facts that must outlive the process: a key and a text each, in the table ``meta``."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.store.schema import meta

LATE_REQUESTS: Final = "late_requests"
"""Which late requests were told, and when each brand's newest message went: JSON, by the brands' names."""


async def put_fact(connection: AsyncConnection, key: str, value: str) -> None:
    """Write one down within the caller's transaction, over what stood there."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(meta).values(key=key, value=value)
    await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))


async def fact(connection: AsyncConnection, key: str) -> str | None:
    """What stands there, if anything does."""
    return (await connection.execute(select(meta.c.value).where(meta.c.key == key))).scalar()
