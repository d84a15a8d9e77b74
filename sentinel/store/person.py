"""A person in the store: everything that is held on somebody who posted, found in every table, and taken out of it.

What they wrote goes; where others name them, their name goes. Which rows that concerns is found by what they are called
at their source: ids, handles, names, addresses.
"""

import re
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy import Column, LargeBinary, Row, Table, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.matching.pseudonyms import is_pseudonym
from sentinel.mention import Author, Mention, decode_stored
from sentinel.store.database import Database
from sentinel.store.eraser import Eraser as Eraser
from sentinel.store.eraser import plainly
from sentinel.store.findings import ODD
from sentinel.store.group import Key, Op
from sentinel.store.mention_index import forget_for_good, forget_heard, reword_heard
from sentinel.store.of_part import WHOLE, in_part
from sentinel.store.part_tables import erasures
from sentinel.store.schema import ACCESS_TABLES, checkpoints, journal, meta, metadata, outbox

CHUNK = 500
UNTOUCHED = (*ACCESS_TABLES, erasures)
"""Tables that speak of those who run Sentinel, not of those who post; and the one that says whom to erase."""
TEXTS = frozenset((journal.c.id, outbox.c.title, outbox.c.body, outbox.c.brief, outbox.c.detail, meta.c.value))
"""Columns of text that may hold a stranger's words; all others hold our own."""
_OURS = re.compile(r"https?://[^/\s]+/(?:\S*/)?@?([^/?#\s]+)/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Whom somebody asks about.

    Parameters
    ----------
    author
        Their id at the source, their handle with or without @, or the address of their page.
    source
        Where they post; ``None`` for every source.
    """

    author: str
    source: str | None = None

    def wrote(self, mention: Mention) -> bool:
        """Whether they are a mention's author."""
        if mention.author is None or (self.source is not None and mention.source != self.source):
            return False
        return bool(_called(mention.author) & self.names)

    @property
    def names(self) -> frozenset[str]:
        """How the question may be meant."""
        page = _OURS.fullmatch(self.author.strip())
        return frozenset(plainly(each) for each in (self.author, page[1] if page else "") if plainly(each))


@dataclass(slots=True, kw_only=True)
class StoredPerson:
    """Somebody as the store knows them.

    ``names`` are their ids and handles, in small letters and without @; ``shown`` what they are called besides, which
    others may be called as well; ``mentions`` what they wrote, with its place in the journal.
    """

    names: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    mentions: list[tuple[int, Mention]] = field(default_factory=list)

    @property
    def keys(self) -> list[Key]:
        """What names their mentions."""
        return [mention.key for _, mention in self.mentions]

    @property
    def eraser(self) -> Eraser:
        """Takes their names out."""
        return Eraser(self.names, self.shown)

    def took(self, seq: int, mention: Mention) -> None:
        """One more of theirs."""
        self.mentions.append((seq, mention))
        self.names |= _called(mention.author)
        self.shown |= {plainly(mention.author.name)} - {""} if mention.author else set()


@dataclass(frozen=True, slots=True)
class NamedRow:
    """Where a row names them: the column, and its table's key."""

    column: Column[Any]
    key: tuple[tuple[Column[Any], Any], ...]

    @classmethod
    def of(cls, row: Row[Any], column: Column[Any]) -> "NamedRow":
        """Of a row that was read."""
        return cls(column, tuple((key, getattr(row, key.name)) for key in column.table.primary_key.columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRow:
    """A row that speaks of them: its table, what names it there, and how much of it is theirs."""

    table: str
    row: str
    column: str


async def find_person(
    database: Database, sought: Sought, pseudonym: Callable[[str], str] | None = None
) -> StoredPerson:
    """What the journal holds of somebody; a second handle of the same id is found as well, and what is kept under their
    pseudonym.
    """
    asked = sought.names | frozenset(pseudonym(name) for name in sought.names if pseudonym)
    person, questions = StoredPerson(), {asked}
    async with database.read() as connection:
        for wanted in (asked, None):
            names = wanted or frozenset(person.names)
            if wanted is None and names in questions:
                break
            person = StoredPerson()
            async for seq, mention in _written(connection, names, sought.source):
                person.took(seq, mention)
    if not person.mentions or any(map(is_pseudonym, person.names)):
        person.names |= asked
    return person


async def left_of(database: Database, known: StoredPerson, source: str | None, until: int) -> StoredPerson:
    """Somebody who was found before, with what they wrote up to entry ``until`` that still has its words."""
    person = StoredPerson(names=set(known.names), shown=set(known.shown))
    async with database.read() as connection:
        async for seq, mention in _written(connection, frozenset(known.names), source):
            if seq <= until:
                person.mentions.append((seq, mention))
    return person


async def rows_of(database: Database, person: StoredPerson) -> list[HeldRow]:
    """Every row of every table that names them, the journal's apart."""
    eraser = person.eraser
    async with database.read() as connection:
        return [
            HeldRow(table=str(table.name), row=_name_of(table, row), column=str(column.name))
            for table in _tables()
            async for row, column, _ in _named_in(connection, table, eraser)
        ]


async def erase_person(connection: AsyncConnection, person: StoredPerson) -> int:
    """Within a transaction: empty what they wrote, take their names out of every other row; gives how many rows
    changed.
    """
    eraser = person.eraser
    changed = await empty_mentions(connection, person.mentions, eraser)
    for table in (journal, *_tables()):
        found = [NamedRow.of(row, column) async for row, column, _ in _named_in(connection, table, eraser)]
        changed += await rid_of_names(connection, found, eraser)
    await forget_for_good(connection)
    return changed


async def empty_mentions(connection: AsyncConnection, mentions: Sequence[tuple[int, Mention]], eraser: Eraser) -> int:
    """Within a transaction: what they wrote is empty wherever it stands in the journal; gives how many rows that is."""
    changed = 0
    await forget_heard(connection, [seq for seq, _ in mentions])
    for seq, mention in mentions:
        values: dict[str, Any] = {"body": null(), "id": eraser.key(mention.id)}
        same = (journal.c.source == mention.source) & (journal.c.id == mention.id)
        changed += (
            await connection.execute(update(journal).where((journal.c.seq == seq) | same).values(values))
        ).rowcount
    return changed


async def named_rows(database: Database, person: StoredPerson) -> list["NamedRow"]:
    """Rows that name them, of every table, read while others write."""
    async with database.read() as connection:
        return [
            NamedRow.of(row, column)
            for table in (journal, *_tables())
            async for row, column, _ in _named_in(connection, table, person.eraser)
        ]


async def rid_of_names(connection: AsyncConnection, rows: Sequence["NamedRow"], eraser: Eraser) -> int:
    """Within a transaction in which nobody else writes these: as they stand now, without the names; gives how many
    changed.
    """
    changed = 0
    for each in rows:
        table, where = each.column.table, [key == value for key, value in each.key]
        stands = (await connection.execute(select(each.column).where(*where))).scalar()
        if stands is None or (stored := eraser.value(each.column, stands)) == stands:
            continue
        await connection.execute(update(table).where(*where).values({each.column.name: stored}))
        if each.column is journal.c.body:
            await _search_as_reworded(connection, int(each.key[0][1]), stored)
        changed += 1
    return changed


async def _search_as_reworded(connection: AsyncConnection, seq: int, body: bytes | None) -> None:
    try:
        mention = decode_stored(body) if body is not None else None
    except ODD:
        mention = None
    if mention is None:
        await forget_heard(connection, [seq])
    else:
        await reword_heard(connection, seq, mention)


async def forget_checkpoints(connection: AsyncConnection, keep: int, part: int = WHOLE) -> None:
    """Only the newest ``keep`` checkpoints stay, of a partition where one is named: older states still hold what is
    gone.
    """
    ours = in_part(checkpoints.c.part, part)
    newest = select(checkpoints.c.id).where(*ours).order_by(checkpoints.c.id.desc()).limit(keep)
    ids = (await connection.execute(newest)).scalars().all()
    await connection.execute(delete(checkpoints).where(checkpoints.c.id.not_in(ids), *ours))


def _tables() -> list[Table]:
    return [table for table in metadata.sorted_tables if table not in (journal, checkpoints, *UNTOUCHED)]


async def _written(
    connection: AsyncConnection, names: frozenset[str], source: str | None
) -> AsyncIterator[tuple[int, Mention]]:
    quick = [name.encode() for name in names] + [msgspec.json.encode(name)[1:-1] for name in names]
    after = 0
    while rows := await _chunk(connection, after):
        for row in rows:
            small = (row.body or b"").lower()
            if not any(each in small for each in quick):
                continue
            try:
                mention = decode_stored(row.body)
            except ODD:
                continue
            if (source is None or mention.source == source) and _called(mention.author) & names:
                yield row.seq, mention
        after = rows[-1].seq


async def _chunk(connection: AsyncConnection, after: int) -> Sequence[Any]:
    query = select(journal.c.seq, journal.c.body).where(journal.c.seq > after, journal.c.op == Op.CREATE.value)
    return (await connection.execute(query.order_by(journal.c.seq).limit(CHUNK))).all()


async def _named_in(
    connection: AsyncConnection, table: Table, eraser: Eraser
) -> AsyncIterator[tuple[Row[Any], Column[Any], Any]]:
    columns = [each for each in table.columns if isinstance(each.type, LargeBinary) or each in TEXTS]
    async for row in await connection.stream(select(table)):  # a journal is larger than memory
        for column in columns:
            value = getattr(row, column.name)
            raw = value.encode("utf-8", "replace") if isinstance(value, str) else value
            if raw and eraser.names_in(raw) and eraser.value(column, value) != value:
                yield row, column, value


def _name_of(table: Table, row: Row[Any]) -> str:
    return "/".join(str(getattr(row, key.name)) for key in table.primary_key.columns)


def _called(author: Author | None) -> set[str]:
    """Id and handle; a name alone where there is neither, as with newspapers' authors."""
    if author is None:
        return set()
    return {plainly(each) for each in (author.id, author.handle) if plainly(each)} or {plainly(author.name)} - {""}
