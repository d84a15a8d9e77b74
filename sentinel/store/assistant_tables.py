"""Tables of what the assistant wrote about incidents, and of which mentions it was made from."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from sentinel.store.table_types import Body, RowId, metadata

assistant_texts = Table(
    "assistant_texts",
    metadata,
    Column("incident", String(32), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),  # JSON; the text, its language and the model
    Index("assistant_texts_at", "at"),
)

assistant_posts = Table(
    "assistant_posts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("incident", String(32), nullable=False),
    Column("seq", BigInteger, nullable=False),  # of the journal
    Index("assistant_posts_seq", "seq"),
    Index("assistant_posts_incident", "incident"),
)
