"""Every table, as SQLAlchemy Core; of what was heard of each mention, in `mention_tables.py`.

Instants are microseconds since 1970 (UTC), bodies are JSON or msgpack bytes, never pickle.
"""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, String, Table, Text, UniqueConstraint

from sentinel.store.access_tables import ACCESS_TABLES as ACCESS_TABLES
from sentinel.store.access_tables import audit as audit
from sentinel.store.access_tables import recovery_links as recovery_links
from sentinel.store.access_tables import second_factors as second_factors
from sentinel.store.access_tables import sessions as sessions
from sentinel.store.assistant_tables import assistant_posts as assistant_posts
from sentinel.store.assistant_tables import assistant_texts as assistant_texts
from sentinel.store.indexed_id import IndexedId
from sentinel.store.mention_tables import consultations as consultations
from sentinel.store.mention_tables import heard as heard
from sentinel.store.mention_tables import requests as requests
from sentinel.store.mention_tables import saved_views as saved_views
from sentinel.store.part_tables import PART_TABLES as PART_TABLES
from sentinel.store.part_tables import parts as parts
from sentinel.store.table_types import EPOCH as EPOCH
from sentinel.store.table_types import Body as Body
from sentinel.store.table_types import RowId
from sentinel.store.table_types import from_micros as from_micros
from sentinel.store.table_types import metadata as metadata
from sentinel.store.table_types import to_micros as to_micros

journal = Table(
    "journal",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=True),
    Column("source", String(64), nullable=False),
    Column("id", IndexedId, nullable=False),
    Column("op", String(8), nullable=False),  # create | delete | teach
    Column("observed_at", BigInteger, nullable=False),
    Column("body", Body),  # the mention's or teaching's JSON; empty for a delete, and once a deleted mention is purged
    Column("behind", BigInteger),  # by how much the wall clock stood behind observed_at then; empty where it did not
    Column("part", Integer, nullable=False, server_default="0"),  # the partition; 0 where one engine folds all
    UniqueConstraint("source", "id", "op", name="journal_key").ddl_if(dialect="sqlite"),
    UniqueConstraint("source", "id", "op", "part", name="journal_key").ddl_if(dialect="postgresql"),
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

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("position", BigInteger, nullable=False),  # journal seq up to which the state has folded
    Column("at", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Column("checksum", String(64), nullable=False),
    Column("part", Integer, nullable=False, server_default="0"),  # whose state it is; 0 where one engine folds all
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
    Column("part", Integer, nullable=False, server_default="0"),  # which engine decides about it
    Index("incidents_state", "state"),
    Index("incidents_opened_at", "opened_at"),
)

timeline = Table(
    "timeline",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("incident", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),
    Index("timeline_incident", "incident", "id"),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
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
    Column("id", RowId, primary_key=True, autoincrement=True),
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
    Column("owner", String(64)),  # the notifier that took it, where several send; stays after its end
    Column("owner_epoch", BigInteger, nullable=False, server_default="0"),  # one more with each taking
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

calendars = Table(
    "calendars",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("calendar", String(64), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("body", Body, nullable=False),
    Index("calendars_calendar", "calendar", "since"),
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
    Column("id", RowId, primary_key=True, autoincrement=True),
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
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("kept_in", String(32), nullable=False),  # the table it stood in
    Column("key", String(80), nullable=False),
    Column("body", Body),  # as it was found
    sqlite_autoincrement=True,
)

meta = Table("meta", metadata, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False))
