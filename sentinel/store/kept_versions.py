"""Versions of what several processes keep in memory.

The database itself counts one up, in the transaction that changes a table, whoever writes it: a daemon, a command, an
operator. Once that is committed it wakes whoever listens. A number that was missed is found at the next look.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any, Final

import structlog
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.config.store_url import with_driver
from sentinel.store.database import Database
from sentinel.store.health import StoreFailing, Trouble
from sentinel.store.part_tables import versions
from sentinel.store.postgres import ONE, engine_of
from sentinel.store.secret_store import ROW as SECRETS

TABLES: Final = (
    "assistant_texts",
    "author_ignores",
    "calendars",
    "consultations",
    "erasures",
    "infrastructure",
    "oncall",
    "push_devices",
    "requests",
    "second_factors",
    "sessions",
    "silences",
)
"""Those of which every change is counted, under their own names."""
BY_PART: Final = ("incidents",)
"""Those whose changes are counted for each partition: a number is a row, and whoever raises it keeps others from it
until their transaction ends. Owners decide at the same time, and one that stands still holds up none of them.
"""
FACTS: Final[Mapping[str, str]] = MappingProxyType({"secrets": SECRETS, "heard": "brand_days_counted"})
"""Names under which changes of single facts are counted, and the facts' keys."""
_CHANNEL = (
    "CASE WHEN octet_length(current_schema()) <= 54 THEN 'sentinel ' || current_schema() "
    "ELSE 'sentinel ' || md5(current_schema()) END"
)
"""PostgreSQL takes 63 bytes for a channel's name, as many as a schema's name may have."""
_FUNCTIONS = (
    f"""
CREATE OR REPLACE FUNCTION sentinel_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO versions (name, version) VALUES (TG_ARGV[0], 1)
    ON CONFLICT (name) DO UPDATE SET version = versions.version + 1;
  PERFORM pg_notify({_CHANNEL}, TG_ARGV[0]);
  RETURN NULL;
END $$
""",
    f"""
CREATE OR REPLACE FUNCTION sentinel_changed_by_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO versions (name, version) SELECT TG_ARGV[0] || ' ' || part, 1 FROM changed GROUP BY part ORDER BY part
    ON CONFLICT (name) DO UPDATE SET version = versions.version + 1;
  PERFORM pg_notify({_CHANNEL}, TG_ARGV[0]);
  RETURN NULL;
END $$
""",
)
"""A table's changes are counted in one row; or in one for each partition, in the order of their numbers."""
_THERE = (
    "SELECT t.tgname, pg_has_role(c.relowner, 'USAGE') AS ours FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE t.tgname LIKE 'sentinel_changed_%' AND c.relnamespace = current_schema()::regnamespace"
)
_MAY = (
    "SELECT has_schema_privilege(current_schema(), 'CREATE') AND bool_and(has_table_privilege(c.oid, 'TRIGGER')) "
    "FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:names)"
)
_TABLE = (
    "CREATE TRIGGER sentinel_changed_{name} AFTER INSERT OR UPDATE OR DELETE ON {name} "
    "FOR EACH STATEMENT EXECUTE FUNCTION sentinel_changed('{name}')"
)
_OF_PART = (
    "CREATE TRIGGER sentinel_changed_{name}_{what} AFTER {what} ON {name} REFERENCING {rows} TABLE AS changed "
    "FOR EACH STATEMENT EXECUTE FUNCTION sentinel_changed_by_part('{name}')"
)
_WHAT = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))
_EARLIER = "DROP TRIGGER sentinel_changed_{name} ON {name}"
"""What earlier versions made: one row for all partitions."""
_FACT = (
    "CREATE TRIGGER sentinel_changed_{name} AFTER INSERT OR UPDATE ON meta "
    "FOR EACH ROW WHEN (NEW.key = '{key}') EXECUTE FUNCTION sentinel_changed('{name}')"
)
log = structlog.get_logger(__name__)


class KeptVersions:
    """Reads them, and hears of them over a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> bool:
        """Have the database count, from the first start of a cluster on; whether it does: it may not let us.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        async with self._database.read() as connection:
            if not await _missing(connection):
                return True
            may = (await connection.execute(text(_MAY), {"names": [*TABLES, *BY_PART, "meta"]})).scalar_one()
        if not may:  # asked first: a statement that is refused is a store that takes no writes
            return _does_not_count("no right to make functions or triggers there")
        try:
            async with self._database.write() as connection:
                missing = await _missing(connection)  # another one may have been faster
                for statement in (*_FUNCTIONS, *missing) if missing else ():
                    await connection.execute(text(statement))
        except DBAPIError as error:
            return _does_not_count(str(error.orig))
        return True

    async def look(self) -> Mapping[str, int]:
        """Each as it stands, of several partitions the sum of theirs; what never changed has none. They are read at
        once, and each rises with what it counts: none that was committed is left out of a sum, whoever is faster.

        Raises
        ------
        StoreFailing
            When the store cannot be read.
        """
        async with self._database.read() as connection:
            rows = await connection.execute(select(versions.c.name, versions.c.version))
            found = Counter[str]()
            for row in rows:
                found[row.name.partition(" ")[0]] += row.version
            return found

    @asynccontextmanager
    async def heard(self, changed: Callable[[], None], lost: Callable[[], None]) -> AsyncIterator[None]:
        """Listen while the block runs; ``lost`` is called when the connection ends before that.

        Raises
        ------
        StoreFailing
            When the store cannot be reached.
        """
        engine = engine_of(make_url(with_driver(self._database.address)), pool=ONE)
        try:
            async with engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                channel = await driver.fetchval(f"SELECT {_CHANNEL}")
                driver.add_termination_listener(lambda _: lost())
                await driver.add_listener(channel, lambda *_: changed())
                yield
        except Exception as error:  # the driver's own among them, which is imported where there is a server only
            raise StoreFailing(Trouble.UNREACHABLE) from error
        finally:
            await engine.dispose()


def _does_not_count(reason: str) -> bool:
    log.error("store_does_not_count", reason=reason, then="all is read anew once a second")
    return False


async def _missing(connection: AsyncConnection) -> list[str]:
    """Statements that make what is not there yet, and take away what counted otherwise, where we may."""
    there = {row.tgname: row.ours for row in await connection.execute(text(_THERE))}
    wanted = {name: _TABLE.format(name=name) for name in TABLES}
    wanted |= {name: _FACT.format(name=name, key=key) for name, key in FACTS.items()}
    for name in BY_PART:
        wanted |= {f"{name}_{what}": _OF_PART.format(name=name, what=what, rows=rows) for what, rows in _WHAT}
    missing = [statement for name, statement in wanted.items() if f"sentinel_changed_{name}" not in there]
    return missing + [_EARLIER.format(name=name) for name in BY_PART if there.get(f"sentinel_changed_{name}")]
