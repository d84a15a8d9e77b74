"""Every table, as SQLAlchemy Core.

Instants are microseconds since 1970 (UTC), bodies are JSON or msgpack bytes, never pickle.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from sentinel.store.indexed_id import IndexedId
from sentinel.store.postgres import NOT_REWRITTEN


class Body(LargeBinary):
    """Bytes, also where damage made them text, which SQLite allows: whoever reads them says what they are."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """What the database gives, as bytes."""
        return _as_bytes


def _as_bytes(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    return bytes(value) if isinstance(value, memoryview) else value


metadata = MetaData()
_Id = BigInteger().with_variant(Integer, "sqlite")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(instant: datetime) -> int:
    """An aware instant as microseconds since 1970."""
    return (instant - EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The instant that `to_micros` stored, in UTC."""
    return EPOCH + timedelta(microseconds=micros)


journal = Table(
    "journal",
    metadata,
    Column("seq", _Id, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("id", IndexedId, nullable=False),
    Column("op", String(8), nullable=False),  # create | delete | teach
    Column("observed_at", BigInteger, nullable=False),
    Column("body", Body),  # the mention's or teaching's JSON; empty for a delete, and once a deleted mention is purged
    Column("behind", BigInteger),  # by how much the wall clock stood behind observed_at then; empty where it did not
    UniqueConstraint("source", "id", "op", name="journal_key"),
    Index("journal_observed_at", "observed_at"),
    sqlite_autoincrement=True,
)

cursors = Table(
    "cursors",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("cursor", Body, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of what the browser has
    Column("account", String(80), nullable=False),
    Column("stamp", String(64), nullable=False),  # of the password's hash at sign-in; another one ends the session
    Column("started_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("who", String(80), nullable=False),
    Column("known_by", String(16), nullable=False),  # session | proxy | token | link | name
    Column("what", String(120), nullable=False),
    Column("about", String(200), nullable=False),
    Column("address", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),  # done | refused | failed
    Column("status", Integer, nullable=False),
    Index("audit_who", "who", "id"),
    Index("audit_at", "at"),
    sqlite_autoincrement=True,
)
for _dialect, _ddl in (
    (
        "sqlite",
        (
            "CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit BEGIN "
            "SELECT RAISE(ABORT, 'the audit log is not rewritten'); END"
        ),
    ),
    *(("postgresql", each) for each in NOT_REWRITTEN),
):
    event.listen(audit, "after_create", DDL(_ddl).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("position", BigInteger, nullable=False),  # journal seq up to which the state has folded
    Column("at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Column("checksum", String(64), nullable=False),
    sqlite_autoincrement=True,
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("brand", String(80), nullable=False),
    Column("state", String(16), nullable=False),
    Column("level", String(8), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("next_at", BigInteger),  # when the incident next wants to be looked at, the deadline as an instant
    Column("body", Body, nullable=False),
    Index("incidents_state", "state"),
    Index("incidents_opened_at", "opened_at"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("incident", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),
    Index("timeline_incident", "incident", "id"),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("brand", String(80)),
    Column("incident", String(32)),
    Column("body", Body, nullable=False),
    Index("events_incident", "incident", "id"),
    sqlite_autoincrement=True,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),  # hash(incident, epoch, step, round, contact, kind)
    Column("incident", String(32)),  # empty for a test page
    Column("epoch", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("contact", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("urgency", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("link", Text),
    Column("brief", Text),  # what it is about in two words, for when it goes together with others
    Column("buttons", Body),  # JSON; what a person can do from the message itself
    Column("encloses", Text),  # JSON; names the reports that go along as a file, made when it is sent
    Column("receipt", Text),  # names the send at a provider while that rings; empty once it does not
    Column("state", String(16), nullable=False),  # queued | leased | accepted | retry | failed | unknown | dropped
    Column("channel", Integer, nullable=False, default=0),  # index into the contact's channels now tried
    Column("attempts", Integer, nullable=False, default=0),  # on this channel
    Column("tries", Text),  # JSON; sends so far, by channel
    Column("rank", Integer),  # what is due goes in this order, the lowest first; empty in rows of before version 5
    Column("ambiguous", Boolean, nullable=False, default=False),  # an earlier send may have arrived
    Column("not_before", BigInteger, nullable=False),
    Column("leased_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Column("tipped_at", BigInteger),  # when the newest mention that tipped the score was observed
    Column("done_at", BigInteger),
    Column("detail", Text),
    Index("outbox_due", "state", "not_before"),
    Index("outbox_done", "done_at"),
    sqlite_autoincrement=True,
)

ticks = Table(
    "ticks",
    metadata,
    Column("incident", String(32), primary_key=True),
    Column(
        "item", String(16), primary_key=True
    ),  # names an item of a playbook's checklist; a row is an item that is done
    Column("by", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
)

scores = Table(
    "scores",
    metadata,
    Column("brand", String(80), primary_key=True),
    Column("at", BigInteger, primary_key=True),  # where five minutes begin
    Column("score", Float),  # the highest of them; empty while unknown
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("ends_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),
    Index("silences_ends_at", "ends_at"),
)

author_ignores = Table(
    "author_ignores",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("ends_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),
    Index("author_ignores_ends_at", "ends_at"),
)

oncall = Table(
    "oncall",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(8), nullable=False),  # override | swap
    Column("ends_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),
    Index("oncall_ends_at", "ends_at"),
)

shortfalls = Table(
    "shortfalls",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("budget", String(16), nullable=False),  # contact | provider | night
    Column("contact", String(80), nullable=False),
    Column("slot", String(40), nullable=False),  # the while for which an empty budget is told once
    Column("at", BigInteger, nullable=False),
    UniqueConstraint("budget", "contact", "slot", name="shortfall_key"),
    sqlite_autoincrement=True,
)

brand_days = Table(
    "brand_days",
    metadata,
    Column("brand", String(80), primary_key=True),
    Column("day", String(10), primary_key=True),  # local, as 2026-03-09
    Column("named", Integer, nullable=False),  # 1 while it names accounts
    Column("body", Body, nullable=False),
    Index("brand_days_day", "day"),
)

infrastructure = Table(
    "infrastructure",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("heard_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),  # JSON; the alert as it stands: who was told, who has it
    Index("infrastructure_heard_at", "heard_at"),
)

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kept_in", String(32), nullable=False),  # the table it stood in
    Column("key", String(80), nullable=False),
    Column("body", Body),  # as it was found
    sqlite_autoincrement=True,
)

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))
