"""Tables beside the journal: what each mention was heard as, the index of its words, what people did
about it, what they asked areas of the house about it, and filters kept under a name.

The index is one of SQLite's (FTS5) with a row a mention: its words, and in ``marks`` a token for whatever else it can
be picked by, so that any filter is an intersection of posting lists, newest first, and none needs an index of its own.
Other databases have the same two texts as ``tsvector``.
"""

from sqlalchemy import DDL, BigInteger, Column, Index, String, Table, event

from sentinel.store.table_types import Body, RowId, metadata

heard = Table(
    "heard",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False),  # of the journal
    Column("body", Body, nullable=False),  # JSON; the brands it is about, its mood, its language, its gravest word
)

requests = Table(
    "requests",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=False),  # of the journal
    Column("state", String(16), nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),  # JSON; what people did about the mention, step by step
    Index("requests_changed_at", "changed_at"),
)

consultations = Table(
    "consultations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("seq", RowId, nullable=False),  # of the journal
    Column("state", String(16), nullable=False),
    Column("due_at", BigInteger, nullable=True),  # the next reminder or the deadline; nothing is due once it is over
    Column("body", Body, nullable=False),  # JSON; the question, whom it went to, the answer
    Index("consultations_seq", "seq"),
    Index("consultations_due_at", "due_at"),
)

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(120), nullable=False),  # how somebody is known and their account; empty for everybody's
    Column("made_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),  # JSON; its name and the filter
    Index("saved_views_owner", "owner", "made_at"),
)

WORDS = "heard_words"
for _dialect, _ddl in (
    (
        "sqlite",
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS} USING fts5(words, marks, columnsize=0, prefix='3', "
        "tokenize='unicode61 remove_diacritics 2')",
    ),
    ("postgresql", f"CREATE TABLE IF NOT EXISTS {WORDS} (rowid BIGINT PRIMARY KEY, words tsvector, marks tsvector)"),
    ("postgresql", f"CREATE INDEX IF NOT EXISTS {WORDS}_words ON {WORDS} USING gin (words)"),
    ("postgresql", f"CREATE INDEX IF NOT EXISTS {WORDS}_marks ON {WORDS} USING gin (marks)"),
):
    event.listen(heard, "after_create", DDL(_ddl).execute_if(dialect=_dialect))  # type: ignore[no-untyped-call]
