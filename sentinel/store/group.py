"""What one transaction of the journal writes: the appends that came in together, their deletes, teachings and cursors.

Called by the journal's writer only; of one journal one transaction writes at a time, on PostgreSQL too, so a sequence
number never appears behind one already read of it (who reads those of several partitions: `sentinel.store.settled`). It
may be left out there: a row that was a duplicate, or a transaction that was rolled back, has used one up.
"""

from asyncio import Future
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.errors import PartitionLost, StoreError
from sentinel.store.file_thread import Numbers, insert_entries
from sentinel.store.health import StoreFailing
from sentinel.store.of_part import WHOLE, in_part, known_to_part
from sentinel.store.recent_entries import WrittenRow
from sentinel.store.schema import cursors, journal, parts

Key = tuple[str, str]
"""``(source, id)`` of a mention."""

NOBODY = ""
"""Source of deletes that take nothing back: they mark a place in a journal, and are written whatever it holds."""
LOOKUP = 500
"""Ids asked for in one statement; databases limit the number of parameters."""


class Op(StrEnum):
    """What an entry of the journal says."""

    CREATE = "create"
    DELETE = "delete"
    TEACH = "teach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """What became of one append: mentions that are new, and mentions the journal already held."""

    accepted: int
    duplicates: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Append:
    """One caller's batch on its way to disk; ``stamp`` is its ``observed_at`` in microseconds, ``behind`` by how much
    the wall stood behind it, ``done`` what the caller waits for.
    """

    creates: Sequence[tuple[str, str, bytes]]
    deletes: Sequence[Key]
    erased: Sequence[Key]
    teachings: Sequence[bytes]
    cursor: tuple[str, bytes] | None
    stamp: int
    done: "Future[Appended]"
    behind: int | None = None
    taken: int | None = None
    """Up to which number of what is carried to a partition it is."""


@dataclass(slots=True)
class _Rows:
    """The rows of a group in the order of their sequence numbers, each key once, and whose append brought it."""

    rows: dict[tuple[str, str, Op], dict[str, Any]] = field(default_factory=dict)
    owners: dict[Key, int] = field(default_factory=dict)

    def create(self, source: str, id: str, body: bytes, stamp: int, behind: int | None, owner: int) -> None:
        if (source, id, Op.CREATE) not in self.rows:
            self._add(source, id, Op.CREATE, stamp, body, behind)
            self.owners[source, id] = owner

    def delete(self, source: str, id: str, stamp: int) -> None:
        if (source, id, Op.DELETE) not in self.rows:
            self._add(source, id, Op.DELETE, stamp, None)

    def teach(self, body: bytes, stamp: int) -> None:
        self._add("", f"{stamp}.{len(self.rows)}.{sha256(body).hexdigest()[:16]}", Op.TEACH, stamp, body)

    def starting_with(self, source: str, prefix: str) -> list[Key]:
        return [key for key in self.owners if key[0] == source and key[1].startswith(prefix)]

    def _add(self, source: str, id: str, op: Op, stamp: int, body: bytes | None, behind: int | None = None) -> None:
        known = {"source": source, "id": id, "op": op.value, "observed_at": stamp, "body": body, "behind": behind}
        self.rows[source, id, op] = known  # in the order of a `WrittenRow`


class WrittenGroup(NamedTuple):
    """What a group became: of each append, in order, what came of it; the newest sequence number; and the rows, or
    ``None`` where others wrote some of those that stand behind the earlier ones.
    """

    answers: list[Appended]
    newest: int
    rows: list[WrittenRow] | None


async def write_group(
    connection: AsyncConnection, group: Sequence[Append], after: int, part: int = WHOLE
) -> WrittenGroup:
    """Write a group within the caller's transaction.

    Parameters
    ----------
    after
        The newest sequence number before this group.
    part
        The partition that writes.
    """
    rows = await _compose(connection, group, part)
    written = await _insert(connection, rows, after, part)
    await _move_cursors(connection, group)
    if part:
        await _note_taken(connection, group, part)
    accepted = [0] * len(group)
    for key in written.fresh:
        accepted[rows.owners[key]] += 1
    answers = [Appended(accepted=n, duplicates=len(each.creates) - n) for each, n in zip(group, accepted, strict=True)]
    return WrittenGroup(answers, written.newest, written.rows)


async def _compose(connection: AsyncConnection, group: Sequence[Append], part: int) -> _Rows:
    held = await _held(connection, [key for each in group for key in each.deletes], part)
    rows = _Rows()
    for owner, each in enumerate(group):
        for source, id, body in each.creates:
            rows.create(source, id, body, each.stamp, each.behind, owner)
        for key in each.deletes:
            if key in held or key in rows.owners or key[0] == NOBODY:
                rows.delete(*key, each.stamp)
        for source, prefix in each.erased:
            for key in [
                *await _held_with_prefix(connection, source, prefix, part),
                *rows.starting_with(source, prefix),
            ]:
                rows.delete(*key, each.stamp)
        for body in each.teachings:
            rows.teach(body, each.stamp)
    return rows


class _Written(NamedTuple):
    """Which mentions were new, and as in `WrittenGroup`."""

    fresh: list[Key]
    newest: int
    rows: list[WrittenRow] | None


async def _insert(connection: AsyncConnection, rows: _Rows, after: int, part: int) -> _Written:
    """Insert what is not there yet."""
    if not rows.rows:
        return _Written([], after, [])
    values = list(rows.rows.values())
    # Read back instead of RETURNING: one plain executemany and one range scan are several times faster than compiled
    # VALUES lists. Where all are new, which most are, their numbers follow from the first one.
    # What an earlier try wrote, whose commit was not seen to end, bears that try's stamp: such rows are read.
    count, newest, first, lowest = await _numbered(connection, values, after, part)
    if count == len(values) and newest == lowest + count - 1 and first >= values[0]["observed_at"]:
        written = [WrittenRow(lowest + place, *row.values()) for place, row in enumerate(values)]
        return _Written(list(rows.owners), newest, written)
    beyond = _KEYS.where(*in_part(journal.c.part, part))
    found = (await connection.execute(beyond, {"after": after})).all()
    known = [(row, rows.rows.get((row.source, row.id, Op(row.op)))) for row in found]
    these = [
        WrittenRow(written.seq, *row.values())
        for written, row in known
        if row is not None and written.observed_at == row["observed_at"]
    ]
    fresh = [(row.source, row.id) for row in these if row.op == Op.CREATE]
    return _Written(fresh, found[-1].seq if found else after, these if len(these) == len(found) else None)


async def _numbered(connection: AsyncConnection, values: Sequence[dict[str, Any]], after: int, part: int) -> Numbers:
    if connection.dialect.name == "sqlite" and part == WHOLE:
        return await insert_entries(connection, values, after)
    marked = [row | {"part": part} for row in values] if part else values
    await connection.execute(_NEW[connection.dialect.name], marked)
    beyond = _NUMBERS.where(*in_part(journal.c.part, part))
    return Numbers(*(await connection.execute(beyond, {"after": after})).one())


_NEW = {
    "sqlite": sqlite.insert(journal).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(journal).on_conflict_do_nothing(),
}
"""Made once: a post of one mention would else make it anew."""
_BEYOND = journal.c.seq > bindparam("after")
_NUMBERS = select(
    func.count(), func.max(journal.c.seq), func.min(journal.c.observed_at), func.min(journal.c.seq)
).where(_BEYOND)
_KEYS = (
    select(journal.c.seq, journal.c.source, journal.c.id, journal.c.op, journal.c.observed_at)
    .where(_BEYOND)
    .order_by(journal.c.seq)
)


async def _move_cursors(connection: AsyncConnection, group: Sequence[Append]) -> None:
    for each in group:
        if each.cursor is not None:
            await move_cursor(connection, *each.cursor, each.stamp)


async def move_cursor(connection: AsyncConnection, source: str, cursor: bytes, stamp: int) -> None:
    """How far a source was read, within the caller's transaction."""
    statement = _insert_into(connection, cursors).values(source=source, cursor=cursor, updated_at=stamp)
    moved = {"cursor": cursor, "updated_at": stamp}
    await connection.execute(statement.on_conflict_do_update(index_elements=["source"], set_=moved))


async def _note_taken(connection: AsyncConnection, group: Sequence[Append], part: int) -> None:
    """How far the partition is in what is carried to it; never back, for what was accepted is not carried again."""
    newest = max((each.taken for each in group if each.taken is not None), default=None)
    if newest is not None:
        moved = update(parts).where(parts.c.id == part, parts.c.last_seq < newest).values(last_seq=newest)
        await connection.execute(moved)


async def _held(connection: AsyncConnection, keys: Sequence[Key], part: int) -> set[Key]:
    """Which of these mentions the journal holds: a delete of anything else is none of our business."""
    ids_of: dict[str, list[str]] = {}
    for source, id in keys:
        ids_of.setdefault(source, []).append(id)
    held: set[Key] = set()
    for source, ids in ids_of.items():
        for chunk in _chunks(ids):
            query = select(journal.c.id).where(*_creates_of(source, part), journal.c.id.in_(chunk))
            held.update((source, id) for id in (await connection.execute(query)).scalars())
    return held


async def _held_with_prefix(connection: AsyncConnection, source: str, prefix: str, part: int) -> list[Key]:
    # Bytewise order makes the prefix a range of the unique index.
    query = (
        select(journal.c.id)
        .where(*_creates_of(source, part), journal.c.id >= prefix, journal.c.id < prefix + "\U0010ffff")
        .order_by(journal.c.seq)
    )
    return [(source, id) for id in (await connection.execute(query)).scalars() if id.startswith(prefix)]


def _creates_of(source: str, part: int) -> tuple[ColumnElement[bool], ...]:
    ours = known_to_part(journal.c.part, part)
    return (journal.c.source == source) & (journal.c.op == Op.CREATE.value), *ours


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), LOOKUP):
        yield ids[start : start + LOOKUP]


def _insert_into(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows about conflicts, which each database spells through its own dialect."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def unwritten(error: Exception) -> StoreError | PartitionLost:
    """What those whose batch was not written are told."""
    if isinstance(error, PartitionLost):
        return PartitionLost(str(error))
    if isinstance(error, StoreFailing):
        return StoreFailing(error.trouble)  # one each: an exception that several await grows a trace of all of them
    if isinstance(error, SQLAlchemyError):
        return StoreError(f"the journal could not be written: {getattr(error, 'orig', None) or type(error).__name__}")
    return StoreError(f"the journal could not be written: {type(error).__name__}: {error}")
