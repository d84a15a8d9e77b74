"""Entry of the journal, as it is read back: a mention, a delete, or what a person told the sentiment model."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
import structlog
from sqlalchemy import Row

from sentinel.mention import Mention, decode_stored
from sentinel.sentiment.teaching import Teaching, decode_teaching
from sentinel.store.group import Op
from sentinel.store.recent_entries import WrittenRow
from sentinel.store.schema import from_micros

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line of the journal.

    ``seq`` rises, with gaps; ``observed_at`` never falls as it does. ``mention`` is ``None`` for a delete, and for a
    create whose body was purged; ``teaching`` is what a person told the sentiment model.
    """

    seq: int
    observed_at: datetime
    op: Op
    source: str
    id: str
    mention: Mention | None
    teaching: Teaching | None = None
    behind: timedelta = timedelta(0)
    """How far the wall clock stood behind ``observed_at`` when it came."""

    @classmethod
    def of(cls, row: Row[tuple[Any, ...]] | WrittenRow) -> "JournalEntry":
        """Of a row of the table; what is damaged in it is left out, and the log says so."""
        return cls(
            seq=row.seq,
            observed_at=from_micros(row.observed_at),
            op=Op(row.op),
            source=row.source,
            id=row.id,
            mention=_decode(row.seq, row.body, decode_stored) if row.op != Op.TEACH else None,
            teaching=_decode(row.seq, row.body, decode_teaching) if row.op == Op.TEACH else None,
            behind=timedelta(microseconds=row.behind or 0),
        )


def _decode(seq: int, body: bytes | None, read: Callable[[bytes], T]) -> T | None:
    if body is None:
        return None
    try:
        return read(body)
    except (msgspec.MsgspecError, UnicodeError) as error:
        # A damaged row must not keep the daemon from ever starting again; every fold passes it over alike.
        log.error("journal_entry_unreadable", seq=seq, error=str(error))
        return None
