"""Tables of a cluster: who owns each partition, how far it is, what people ask of it, what is carried to it; who has
which duty; how sources are; whom owners are to erase; versions of what all processes share.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from sentinel.store.indexed_id import IndexedId
from sentinel.store.table_types import Body, RowId, metadata

parts = Table(
    "parts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # from 1 on
    Column("owner", String(64), nullable=False, default=""),  # empty once it was let go of
    Column("epoch", BigInteger, nullable=False, default=0),  # one more with each owner
    Column("beat", BigInteger, nullable=False, default=0),  # one more with each sign of life
    Column("last_seq", BigInteger, nullable=False, default=0),  # of what was carried to it: the newest in its journal
    Column("applied_at", BigInteger),  # every tick up to it is in the store
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("beat", BigInteger, nullable=False),
)

boards = Table(
    "boards",
    metadata,
    Column("brand", String(80), primary_key=True),  # empty for the partition itself
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),  # JSON; the brand's latest assessment, or how the partition is
    Index("boards_at", "at"),
)

carried = Table(
    "carried",
    metadata,
    Column("seq", RowId, primary_key=True, autoincrement=True),
    Column("part", Integer, nullable=False),
    Column("id", IndexedId, nullable=False),  # of the message; the same one is carried once
    Column("body", Body, nullable=False),
    Index("carried_key", "part", "id", unique=True),
    Index("carried_part", "part", "seq"),
    sqlite_autoincrement=True,
)

commands = Table(
    "commands",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("part", Integer, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("body", Body, nullable=False),  # JSON; what is asked, by whom
    Column("answered", Boolean, nullable=False, default=False),
    Column("answer", Text),  # JSON; written in the transaction that did it
    Index("commands_part", "part", "answered"),
    sqlite_autoincrement=True,
)

duties = Table(
    "duties",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("owner", String(64), nullable=False, default=""),  # a process; empty once it was let go of
    Column("epoch", BigInteger, nullable=False, default=0),  # one more with each owner
)

processes = Table(
    "processes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("beat", BigInteger, nullable=False),  # one more with each sign of life
    Column("wanted", Text, nullable=False),  # JSON; names of the duties that it can have
)

source_states = Table(
    "source_states",
    metadata,
    Column("source", String(120), primary_key=True),
    Column("process", String(64), primary_key=True),
    Column("body", Text, nullable=False),  # JSON; how the source is, as that process sees it
)

source_resets = Table(
    "source_resets",
    metadata,
    Column("source", String(120), primary_key=True),
    Column("part", Text, primary_key=True),  # empty for all of it
)

erasures = Table(
    "erasures",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("asked_at", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False, default=False),
    Column("body", Body, nullable=False),  # JSON; whom to erase and how far that is; once it is done, how much went
    sqlite_autoincrement=True,
)

erasures_said = Table(
    "erasures_said",
    metadata,
    Column("erasure", RowId, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),  # whose owner shows and keeps nothing of them
    Column("epoch", BigInteger, nullable=False),  # of that owner: whoever follows it says so again
)

versions = Table(
    "versions",
    metadata,
    Column("name", String(64), primary_key=True),  # of what several processes keep in memory
    Column("version", BigInteger, nullable=False),  # one more with each transaction that changes it
)

PART_TABLES = (
    *(parts, workers, boards, carried, commands, versions),
    *(duties, processes, source_states, source_resets, erasures, erasures_said),
)
