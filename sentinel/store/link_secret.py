"""The secret under which action links are signed: made once, kept beside what it guards, so that links outlive a restart."""

import secrets

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.store.database import Database
from sentinel.store.schema import meta

KEY = "link_secret"
BYTES = 32


async def link_secret(database: Database) -> bytes:
    """The store's own; whoever comes first makes it. Never logged, never shown."""
    async with database.write() as connection:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        fresh = dialect.insert(meta).values(key=KEY, value=secrets.token_hex(BYTES))
        await connection.execute(fresh.on_conflict_do_nothing(index_elements=["key"]))
        kept = (await connection.execute(select(meta.c.value).where(meta.c.key == KEY))).scalar_one()
    return bytes.fromhex(kept)
