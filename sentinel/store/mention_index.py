"""Index of what was heard: written within a caller's transaction, in step with the journal.

Whoever counts the journal into days writes it, a few hundred mentions at once and behind the fold, so that nobody who
brings mentions waits for it. Whatever takes a mention or its words out of the journal takes them out of here in the
same transaction.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sentinel.mention import Mention, decode_stored, encode_mention
from sentinel.requests.request_record import RequestRecord
from sentinel.store.group import Key, Op
from sentinel.store.heard_mention import HeardMention, Hearing
from sentinel.store.made_of_posts import forget_made_of
from sentinel.store.mention_marks import marks_of
from sentinel.store.mention_tables import WORDS
from sentinel.store.schema import consultations, heard, journal, requests
from sentinel.store.searched_words import words_in

CHUNK = 500
"""Rows asked for in one statement."""
READ = 20_000
"""Characters of a text that can be found."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Hearing).decode
_decode_record = msgspec.json.Decoder(RequestRecord).decode
UNTOUCHED = RequestRecord()
_PUT = {
    "sqlite": text(f"INSERT OR REPLACE INTO {WORDS} (rowid, words, marks) VALUES (:seq, :words, :marks)"),
    "postgresql": text(
        f"INSERT INTO {WORDS} (rowid, words, marks) "
        "VALUES (:seq, to_tsvector('simple', :words), to_tsvector('simple', :marks)) "
        "ON CONFLICT (rowid) DO UPDATE SET words = excluded.words, marks = excluded.marks"
    ),
}
_HEARD = {
    dialect: statement.on_conflict_do_update(index_elements=["seq"], set_={"body": statement.excluded.body})
    for dialect, statement in (("sqlite", sqlite.insert(heard)), ("postgresql", postgresql.insert(heard)))
}


async def write_heard(connection: AsyncConnection, mentions: Sequence[HeardMention]) -> None:
    """Write down what these were heard as, by rising number, over what stood there."""
    if not mentions:
        return
    rows = [{"seq": each.number, "body": _encode(each.hearing)} for each in mentions]
    await connection.execute(_HEARD[connection.dialect.name], rows)
    first, last = mentions[0].number, mentions[-1].number
    done = await _records(connection, requests.c.seq.between(first, last))
    await connection.execute(
        _PUT[connection.dialect.name],
        [_row(each.number, each.mention, each.hearing, done.get(each.number, UNTOUCHED)) for each in mentions],
    )


async def still_there(connection: AsyncConnection, mentions: Sequence[HeardMention]) -> list[HeardMention]:
    """Those, by rising number, whose words still stand in the journal, in the words that stand there now: since they
    were read, somebody may have been erased.
    """
    if not mentions:
        return []
    span = journal.c.seq.between(mentions[0].number, mentions[-1].number)
    query = select(journal.c.seq, journal.c.body).where(span, journal.c.body.is_not(None))
    stands: dict[int, bytes] = {row.seq: row.body for row in (await connection.execute(query)).all()}
    found = []
    for each in mentions:
        if (body := stands.get(each.number)) is None:
            continue
        same = body == encode_mention(each.mention)
        found.append(each if same else msgspec.structs.replace(each, mention=decode_stored(body)))
    return found


async def reword_heard(connection: AsyncConnection, seq: int, mention: Mention) -> None:
    """A mention stands in other words in the journal now; one that was never heard stays so."""
    await forget_made_of(connection, [seq])
    body = (await connection.execute(select(heard.c.body).where(heard.c.seq == seq))).scalar()
    if body is not None:
        done = (await records_of(connection, [seq])).get(seq, UNTOUCHED)
        await connection.execute(_PUT[connection.dialect.name], _row(seq, mention, read_hearing(body), done))


async def forget_heard(connection: AsyncConnection, seqs: Sequence[int]) -> None:
    """These are gone from the journal, or their words are."""
    await forget_made_of(connection, seqs)
    for part in _chunks(seqs):
        await connection.execute(delete(heard).where(heard.c.seq.in_(part)))
        await connection.execute(delete(requests).where(requests.c.seq.in_(part)))
        await connection.execute(delete(consultations).where(consultations.c.seq.in_(part)))
        for_each = [{"seq": seq} for seq in part]
        await connection.execute(text(f"DELETE FROM {WORDS} WHERE rowid = :seq"), for_each)  # no input


async def forget_taken_back(connection: AsyncConnection, keys: Sequence[Key]) -> None:
    """These were deleted where they stood."""
    for source, id in keys:
        this = (journal.c.source == source) & (journal.c.id == id) & (journal.c.op == Op.CREATE.value)
        seqs = (await connection.execute(select(journal.c.seq).where(this))).scalars().all()
        await forget_heard(connection, seqs)


async def forget_for_good(connection: AsyncConnection) -> None:
    """No word of what was forgotten is left in the index, which otherwise lets go of it as it grows."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text(f"INSERT INTO {WORDS} ({WORDS}) VALUES ('optimize')"))  # no input


def read_hearing(body: bytes) -> Hearing:
    """What `write_heard` wrote; of a damaged row, nothing was heard."""
    try:
        return _decode(body)
    except (msgspec.MsgspecError, UnicodeError):
        return Hearing()


async def records_of(connection: AsyncConnection, seqs: Sequence[int]) -> dict[int, RequestRecord]:
    """What people did about each of these; those about which nobody did anything are left out."""
    found: dict[int, RequestRecord] = {}
    for part in _chunks(seqs):
        found |= await _records(connection, requests.c.seq.in_(part))
    return found


async def _records(connection: AsyncConnection, these: ColumnElement[bool]) -> dict[int, RequestRecord]:
    query = select(requests.c.seq, requests.c.body).where(these)
    return {row.seq: read_record(row.body) for row in (await connection.execute(query)).all()}


def read_record(body: bytes) -> RequestRecord:
    """What people did; of a damaged row, nothing."""
    try:
        return _decode_record(body)
    except (msgspec.MsgspecError, UnicodeError):
        return UNTOUCHED


def _row(seq: int, mention: Mention, hearing: Hearing, done: RequestRecord) -> dict[str, Any]:
    said = f"{mention.title}\n{mention.text}" if mention.title else mention.text
    return {"seq": seq, "words": " ".join(words_in(said[:READ])), "marks": marks_of(mention, hearing, done)}


def _chunks(seqs: Sequence[int]) -> Iterator[Sequence[int]]:
    return (seqs[start : start + CHUNK] for start in range(0, len(seqs), CHUNK))
