"""Check of a store on a server: what Sentinel relies on, row by row; its files and pages the server looks after."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, inspect, make_url, select
from sqlalchemy.exc import DBAPIError

from sentinel.config.store_url import with_driver
from sentinel.errors import BadInput
from sentinel.store.check import COUNTED, wrong_rows
from sentinel.store.migrations import MIGRATIONS, VERSION
from sentinel.store.postgres import engine_of
from sentinel.store.schema import meta, metadata

CHUNK = 500
LAST_NUMBER = "pg_sequence_last_value(pg_get_serial_sequence('journal', 'seq')::regclass)"


async def check_server(url: str) -> tuple[list[str], dict[str, int]]:
    """What is wrong, one sentence each, and the rows of the tables that people ask for; nothing is changed.

    Raises
    ------
    BadInput
        When it cannot be reached, or holds no store.
    """
    parsed = make_url(with_driver(url))
    shown = parsed.render_as_string(hide_password=True)
    engine = engine_of(parsed, patient=True)
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_looked_through)
    except (DBAPIError, OSError) as error:
        raise BadInput(f"{shown} cannot be read as a store: {getattr(error, 'orig', None) or error}") from None
    finally:
        await engine.dispose()
    if found is None:
        raise BadInput(f"{shown} holds no store yet; the first start makes one")
    return found


def _looked_through(connection: Connection) -> tuple[list[str], dict[str, int]] | None:
    tables = set(inspect(connection).get_table_names())
    if "meta" not in tables:
        return None
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")
    problems = list(_problems(connection))
    counts = {
        name: connection.execute(select(func.count()).select_from(metadata.tables[name])).scalar_one()
        for name in COUNTED
        if name in tables
    }
    return problems, counts


def _problems(connection: Connection) -> Iterator[str]:
    found = connection.execute(select(meta.c.value).where(meta.c.key == "schema")).scalar()
    version = int(found) if found is not None and found.isdecimal() else None
    if version == VERSION:
        slowly = connection.execution_options(stream_results=True, yield_per=CHUNK)  # a journal is larger than memory
        yield from wrong_rows(slowly.exec_driver_sql, LAST_NUMBER)
    elif version not in MIGRATIONS:
        yield f"schema {version}: this Sentinel knows {VERSION}; use the Sentinel that wrote it"
