"""The secrets under which action links and forms are signed: made once, kept beside what they guard, so that they
outlive a restart.
"""

import secrets

from sqlalchemy.dialects import postgresql, sqlite

from sentinel.store.database import Database
from sentinel.store.facts import fact
from sentinel.store.health import StoreFailing
from sentinel.store.schema import meta

KEY = "link_secret"
BYTES = 32


FORMS = "form_secret"


async def link_secret(database: Database, key: str = KEY) -> bytes:
    """The store's own; whoever comes first makes it. Never logged, never shown.

    A store that has none and takes no writes gets one for this run: its links end with it.
    """
    fresh = secrets.token_hex(BYTES)
    async with database.read() as connection:
        kept = await fact(connection, key)
    if kept is None:
        try:
            async with database.write() as connection:
                dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
                statement = dialect.insert(meta).values(key=key, value=fresh)
                await connection.execute(statement.on_conflict_do_nothing(index_elements=["key"]))
                kept = await fact(connection, key)
        except StoreFailing:
            kept = fresh
    return bytes.fromhex(kept or fresh)
