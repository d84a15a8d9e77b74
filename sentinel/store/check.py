"""Check of a whole store: SQLite's own check, and what Sentinel relies on besides."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from sentinel.errors import BadInput, BadMention
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.silence import Silence
from sentinel.incidents.incident import State
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.timeline import TimelineEntry
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.mention import decode_stored
from sentinel.sentiment.teaching import decode_teaching
from sentinel.store.calendars import KeptCalendar
from sentinel.store.checkpoints import checksum
from sentinel.store.findings import ODD
from sentinel.store.incident_body import read_incident
from sentinel.store.migrations import MIGRATIONS, VERSION

LAST_NUMBER = "(SELECT max(seq) FROM sqlite_sequence WHERE name = 'journal')"
COUNTED = ("journal", "incidents", "outbox", "set_aside")
"""Tables that people ask for."""
MOST = 20
"""Rows of one table that are named one by one."""

Ask = Callable[[str], Iterable[Any]]


def read_only(path: Path) -> sqlite3.Connection:
    """A store opened beside whoever writes to it; nothing is changed.

    Raises
    ------
    BadInput
        When there is none, or it cannot be read.
    """
    if not path.is_file():
        raise BadInput(f"{path}: no such store")
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True, timeout=20)
        connection.execute("PRAGMA query_only = 1")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise BadInput(f"{path} cannot be read as a store: {error}") from None
    return connection


def check_store(path: Path) -> Iterator[str]:
    """What is wrong with it, one sentence each; nothing when all is well.

    Raises
    ------
    BadInput
        When it cannot be read at all.
    """
    with closing(read_only(path)) as connection:
        try:
            damage = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
            yield from (f"SQLite: {each}" for each in damage)
            version = _version(connection)
            if version != VERSION and version not in MIGRATIONS:
                yield f"schema {version}: this Sentinel knows {VERSION}; use the Sentinel that wrote it"
            elif version == VERSION:
                yield from wrong_rows(connection.execute, LAST_NUMBER)
        except sqlite3.Error as error:
            yield f"SQLite: {error}"


def _version(connection: sqlite3.Connection) -> int | None:
    """The schema's version; ``None`` for a database that is none of ours."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
        return None
    found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return int(found[0]) if found and str(found[0]).isdecimal() else None


def wrong_rows(ask: Ask, last_number: str) -> Iterator[str]:
    """What is wrong with the rows of a database, whichever it is.

    Parameters
    ----------
    ask
        Gives the rows of a statement.
    last_number
        SQL for the last number that the journal has given.
    """
    yield from _rows(ask)
    yield from _promises(ask, last_number)


def _rows(ask: Ask) -> Iterator[str]:
    """Rows that cannot be read."""
    for table, key, where, read in _READ:
        bad = []
        for name, body in ask(f"SELECT {key}, body FROM {table} WHERE {where}"):
            try:
                read(_bytes(body))
            except (*ODD, BadMention):
                bad.append(str(name))
        if bad:
            shown = ", ".join(bad[:MOST]) + (f" and {len(bad) - MOST} more" if len(bad) > MOST else "")
            yield f"{table}: {len(bad)} rows cannot be read and are passed over: {shown}"
    for position, at, version, body, kept in ask("SELECT position, at, version, body, checksum FROM checkpoints"):
        if kept != checksum(position, at, version, _bytes(body)):
            yield f"checkpoints: the one at {position} is damaged; an older one or the journal stands in for it"


def _bytes(body: object) -> bytes:
    """What a damaged row holds may be of any type."""
    return body if isinstance(body, bytes) else str(body).encode()


def _promises(ask: Ask, last_number: str) -> Iterator[str]:
    """What must hold between rows."""
    for what, query in _BROKEN.items():
        found = [str(row[0]) for row in ask(query.format(last_number=last_number))]
        if found:
            yield what.format(count=len(found), first=found[0])


def counts(path: Path) -> dict[str, int]:
    """Rows of the tables that people ask for."""
    with closing(read_only(path)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in COUNTED
            if table in tables
        }


def _decoded(kind: type) -> Callable[[bytes], object]:
    return msgspec.json.Decoder(kind).decode


_READ: tuple[tuple[str, str, str, Callable[[bytes], object]], ...] = (
    ("journal", "seq", "op = 'create' AND body IS NOT NULL", decode_stored),
    ("journal", "seq", "op = 'teach' AND body IS NOT NULL", decode_teaching),
    ("incidents", "id", "1 = 1", read_incident),
    ("timeline", "id", "1 = 1", _decoded(TimelineEntry)),
    ("silences", "id", "1 = 1", _decoded(Silence)),
    ("author_ignores", "id", "1 = 1", _decoded(AuthorIgnore)),
    ("calendars", "id", "1 = 1", _decoded(KeptCalendar)),
    ("oncall", "id", "kind = 'override'", _decoded(Override)),
    ("oncall", "id", "kind = 'swap'", _decoded(Swap)),
    ("infrastructure", "id", "1 = 1", _decoded(StandingAlert)),
)
"""Table, key, which rows, and what reads them."""
_BROKEN = {
    "incidents: {count} open ones have no next step, the first is {first}": (
        f"SELECT id FROM incidents WHERE state = '{State.OPEN.value}' AND next_at IS NULL"
    ),
    "outbox: {count} messages belong to an incident that is not here, the first is number {first}": (
        "SELECT id FROM outbox WHERE incident IS NOT NULL AND state IN ('queued', 'leased') "
        "AND incident NOT IN (SELECT id FROM incidents)"
    ),
    "journal: {count} entries are stamped before the one they follow, the first is number {first}": (
        "SELECT seq FROM (SELECT seq, observed_at, lag(observed_at) OVER (ORDER BY seq) AS before FROM journal) "
        "AS entries WHERE observed_at < before"
    ),
    "checkpoints: {count} are ahead of the journal, the first is at {first}": (
        "SELECT position FROM checkpoints WHERE position > coalesce({last_number}, 0)"
    ),
}
"""What is wrong, and the query that finds it."""
