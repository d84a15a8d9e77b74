"""What the assistant wrote, kept once for each incident; and what it cost today.

A text is made from people's posts: when one of them goes, for whatever reason, the text goes with it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec
from sqlalchemy import insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite

from sentinel.mention import Mention
from sentinel.store.assistant_tables import assistant_posts, assistant_texts
from sentinel.store.database import Database
from sentinel.store.facts import fact, put_fact
from sentinel.store.findings import ODD
from sentinel.store.journal_entry import JournalEntry
from sentinel.store.schema import from_micros, journal, to_micros

SPENT = "assistant_spent"


class AssistantTextKind(StrEnum):
    """What it writes."""

    SUMMARY = "summary"
    DRAFT = "draft"


class AssistantText(msgspec.Struct, frozen=True, kw_only=True):
    """A text about an incident, in a language, by a model."""

    kind: AssistantTextKind
    text: str
    language: str
    model: str
    at: datetime


class AssistantSpending(msgspec.Struct, frozen=True, kw_only=True):
    """Calls and tokens of a day, in UTC."""

    day: date
    calls: int = 0
    tokens: int = 0


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    language: str
    model: str


_encode = msgspec.json.encode
_decode = msgspec.json.Decoder(_Body).decode
_decode_spent = msgspec.json.Decoder(AssistantSpending).decode


class AssistantStore:
    """Reads and writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._made = False

    async def of(self, incident: str) -> list[AssistantText]:
        """An incident's texts; a damaged one is left out."""
        query = select(assistant_texts).where(assistant_texts.c.incident == incident)
        async with self._database.read() as connection:
            if not self._made:  # not in an older store that can only be read
                self._made = await connection.run_sync(lambda sync: inspect(sync).has_table(assistant_texts.name))
            rows = (await connection.execute(query)).all() if self._made else []
        found = []
        for row in rows:
            try:
                body = _decode(row.body)
                kind = AssistantTextKind(row.kind)
            except ODD:
                continue
            found.append(
                AssistantText(
                    kind=kind, text=body.text, language=body.language, model=body.model, at=from_micros(row.at)
                )
            )
        return sorted(found, key=lambda each: list(AssistantTextKind).index(each.kind))

    async def put(
        self, incident: str, text: AssistantText, made_of: Mapping[int, Mention], spent: AssistantSpending
    ) -> bool:
        """Keep a text made of these mentions, and what is spent; not where one of them has gone meanwhile, or stands
        there in other words.
        """
        async with self._database.write() as connection:
            await put_fact(connection, SPENT, _encode(spent).decode())
            rows = (await connection.execute(select(journal).where(journal.c.seq.in_(made_of)))).all()
            if {row.seq: JournalEntry.of(row).mention for row in rows} != made_of:
                return False
            body = _encode(_Body(text=text.text, language=text.language, model=text.model))
            row = {"incident": incident, "kind": text.kind.value, "at": to_micros(text.at), "body": body}
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            statement = dialect.insert(assistant_texts).values(row)
            over = {"at": row["at"], "body": row["body"]}
            await connection.execute(statement.on_conflict_do_update(index_elements=["incident", "kind"], set_=over))
            await connection.execute(
                insert(assistant_posts), [{"incident": incident, "seq": seq} for seq in sorted(made_of)]
            )
        return True

    async def spent(self, day: date) -> AssistantSpending:
        """What was spent on a day, as far as it is the last one on which anything was."""
        async with self._database.read() as connection:
            value = await fact(connection, SPENT)
        try:
            known = _decode_spent(value) if value is not None else AssistantSpending(day=day)
        except ODD:
            known = AssistantSpending(day=day)
        return known if known.day == day else AssistantSpending(day=day)

    async def spend(self, spent: AssistantSpending) -> None:
        """So much was spent."""
        async with self._database.write() as connection:
            await put_fact(connection, SPENT, _encode(spent).decode())
