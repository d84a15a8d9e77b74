"""A person in the store: everything that is held on somebody who posted, found in every table, and taken out of it.

What they wrote goes; where others name them, their name goes. Which rows that concerns is found by what they are called
at their source: ids, handles, names, addresses.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Column, LargeBinary, Row, Table, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.harmless import quotable
from sentinel.matching.pseudonyms import is_pseudonym
from sentinel.mention import Author, Mention, decode_stored, encode_mention
from sentinel.store.database import Database
from sentinel.store.findings import ODD
from sentinel.store.group import Key, Op
from sentinel.store.schema import audit, checkpoints, cursors, journal, meta, metadata, outbox, sessions

GONE = "[erased]"
"""Stands where a person's name stood."""
SHORT = 5
"""Characters of a name from which it is nobody else's word: shorter ones count only with an @ before them, or alone."""
CHUNK = 500
UNTOUCHED = (audit, sessions)
"""Tables that speak of those who run Sentinel, not of those who post."""
TEXTS = frozenset((journal.c.id, outbox.c.title, outbox.c.body, outbox.c.brief, outbox.c.detail, meta.c.value))
"""Columns of text that may hold a stranger's words; all others hold our own."""
WORDS = frozenset(("samples", "facts", "detail", "mentions", "authors", "terms", "who", "text", "author", "quote"))
"""Keys of stored bodies under which strangers' words stand."""
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
        return frozenset(_plain(each) for each in (self.author, page[1] if page else "") if _plain(each))


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

    def took(self, seq: int, mention: Mention) -> None:
        """One more of theirs."""
        self.mentions.append((seq, mention))
        self.names |= _called(mention.author)
        self.shown |= {_plain(mention.author.name)} - {""} if mention.author else set()


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


async def rows_of(database: Database, person: StoredPerson) -> list[HeldRow]:
    """Every row of every table that names them, the journal's apart."""
    eraser = Eraser(person.names, person.shown)
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
    eraser, changed = Eraser(person.names, person.shown), 0
    for seq, mention in person.mentions:
        values: dict[str, Any] = {"body": null(), "id": eraser.key(mention.id)}
        same = (journal.c.source == mention.source) & (journal.c.id == mention.id)
        changed += (
            await connection.execute(update(journal).where((journal.c.seq == seq) | same).values(values))
        ).rowcount
    for table in (journal, *_tables()):
        found = [each async for each in _named_in(connection, table, eraser)]
        for row, column, value in found:
            where = [key == getattr(row, key.name) for key in table.primary_key.columns]
            await connection.execute(update(table).where(*where).values({column.name: eraser.value(column, value)}))
            changed += 1
    return changed


async def forget_checkpoints(connection: AsyncConnection, keep: int) -> None:
    """Only the newest ``keep`` checkpoints stay: older states still hold what is gone."""
    newest = select(checkpoints.c.id).order_by(checkpoints.c.id.desc()).limit(keep)
    ids = (await connection.execute(newest)).scalars().all()
    await connection.execute(delete(checkpoints).where(checkpoints.c.id.not_in(ids)))


class Eraser:
    """Takes names out of stored values.

    Examples
    --------
    >>> Eraser({"ana_perez", "eva"}).plain({"text": "@eva y @ana_perez, Eva", "by": "eva"})
    {'text': '[erased] y [erased], Eva', 'by': 'eva'}
    """

    def __init__(self, names: Iterable[str], shown: Iterable[str] = ()) -> None:
        self.names = frozenset(names)
        shown = {form for name in (*self.names, *shown) for form in (name, quotable(name)) if form}
        long = "|".join(re.escape(name) for name in sorted(shown, key=len, reverse=True) if len(name) >= SHORT)
        short = "|".join(re.escape(name) for name in shown if len(name) < SHORT)
        forms = [rf"@?(?:{long})" if long else "", rf"@(?:{short})" if short else ""]
        pattern = "|".join(form for form in forms if form)
        self._named = re.compile(rf"(?i)(?<![\w])(?:{pattern})(?![\w])") if pattern else None
        self._bytes = [form.encode() for form in shown] + [msgspec.json.encode(form)[1:-1] for form in shown]

    def names_in(self, raw: bytes) -> bool:
        """Whether a quick look finds any of the names, in whatever letters."""
        small = raw.lower()
        return any(each.lower() in small for each in self._bytes)

    def text(self, said: str) -> str:
        """A sentence without them."""
        return self._named.sub(GONE, said) if self._named else said

    def lines(self, said: str) -> str:
        """A message without the lines that name or quote them."""
        return "\n".join(GONE if self.text(line) != line else line for line in said.split("\n"))

    def key(self, id: str) -> str:
        """An id that names nobody, the same each time, so that what had it once is known again."""
        return id if self.text(id) == id else f"erased:{blake2b(id.encode(), digest_size=16).hexdigest()}"

    def plain(self, value: Any, *, free: bool = False) -> Any:
        """Plain values without what they wrote: their mentions and their lines in lists go; where strangers' words
        stand (``free``), their names. A brand, a contact or a source of the same name is none of it.
        """
        match value:
            case str():
                return self.text(value) if free else value
            case dict():
                words = free or {"source", "id", "text"} <= value.keys()
                kept = ((key, each) for key, each in value.items() if not free or _plain(key) not in self.names)
                return {
                    key: self.plain(each, free=words or key in WORDS) for key, each in kept if not self.theirs(each)
                }
            case list():
                return [self.plain(each, free=free) for each in value if not self.theirs(each)]
            case _:
                return value

    def mention(self, mention: Mention) -> Mention:
        """Somebody else's mention without their names; the same where it holds none."""
        raw = encode_mention(mention)
        if not self.names_in(raw):
            return mention
        return decode_stored(msgspec.json.encode(self.plain(msgspec.json.decode(raw))))

    def theirs(self, value: object) -> bool:
        """Whether it is a mention of theirs, or a line of figures about them."""
        if not isinstance(value, Mapping):
            return False
        author = value.get("author")
        if isinstance(author, Mapping) and "source" in value:
            return any(_plain(author.get(key)) in self.names for key in ("id", "handle"))
        quoted = {"text", "author"} <= set(value) and _plain(author) in self.names
        return quoted or ("handle" in value and "source" in value and _plain(value["handle"]) in self.names)

    def value(self, column: Column[Any], stored: Any) -> Any:
        """What stands in the column from now on."""
        if isinstance(stored, str):
            return self._of_text(column, stored)
        free = column.table is cursors
        for codec in (msgspec.json, msgspec.msgpack):
            try:
                return codec.encode(self.plain(codec.decode(stored), free=free))
            except ODD:
                continue
        return GONE.encode() if not column.nullable else None

    def _of_text(self, column: Column[Any], stored: str) -> str:
        if column.table is journal:
            return self.key(stored)
        if column.table is outbox:
            return self.lines(stored)
        try:
            return msgspec.json.encode(self.plain(msgspec.json.decode(stored))).decode()
        except ODD:
            return stored


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
    return {_plain(each) for each in (author.id, author.handle) if _plain(each)} or {_plain(author.name)} - {""}


def _plain(name: object) -> str:
    return name.strip().removeprefix("@").casefold() if isinstance(name, str) else ""
