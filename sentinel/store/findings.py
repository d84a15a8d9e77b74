"""Findings: damage to the store that Sentinel went on without, told to the operators and complained of for a day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec

SHOWN_FOR = timedelta(days=1)
"""How long a finding is complained of: nothing in it goes on, somebody has to know of it."""
MOST = 50
"""Findings of one run that are kept; rows beyond them are passed over without being named."""
ODD = (msgspec.MsgspecError, UnicodeError, AttributeError, TypeError, ValueError, OverflowError, RecursionError)
"""What reading a damaged row raises."""
Raw = TypeVar("Raw")
One = TypeVar("One")


class Found(StrEnum):
    """What was found: a closed set, log key and the phrase ``ailment.store_...``."""

    REWRITTEN = "rewritten"
    """The file was deleted while the daemon ran, and written anew from what it still had open."""
    EMPTIED = "emptied"
    """There was a store, and at the start there was an empty file or none."""
    SET_ASIDE = "set_aside"
    """The file was no database any more; it was renamed and an empty one begun."""
    TAIL = "tail"
    """The end of the write-ahead log could not be read: what was committed last is missing."""
    ROW = "row"
    """One row could not be read."""


@dataclass(frozen=True, slots=True)
class StoreFinding:
    """One of them; ``facts`` fill the phrase."""

    what: Found
    facts: tuple[tuple[str, str], ...]
    at: datetime


def read_each(rows: Iterable[Raw], read: Callable[[Raw], One], damaged: Callable[[Raw, Exception], None]) -> list[One]:
    """What the rows keep, without those that are damaged: each of them is told, the rest goes on."""
    kept = []
    for row in rows:
        try:
            kept.append(read(row))
        except ODD as error:
            damaged(row, error)
    return kept
