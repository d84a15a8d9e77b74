"""Rows of a partition: the condition that picks them, none where one engine folds all.

Partition 0 is no partition: whoever reads as such reads everything, by the same statements as before there were any.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Column, ColumnElement, exists, or_

from sentinel.store.schema import journal, to_micros

WHOLE = 0
EACH_ONCE = -1
"""For whoever reads what all partitions hold: a mention that stands in several is read where it was first."""


def in_part(column: Column[int], part: int) -> tuple[ColumnElement[bool], ...]:
    """Rows that this partition alone has written."""
    return () if part == WHOLE else (column == part,)


def known_to_part(column: Column[int], part: int) -> tuple[ColumnElement[bool], ...]:
    """Rows that this partition folds: its own, and those of the time before there were partitions."""
    if part == EACH_ONCE:
        return (_first_of_its_kind(),)
    return () if part == WHOLE else (column.in_((WHOLE, part)),)


def in_parts_since(part: Column[int], at: Column[int], instants: Mapping[int, datetime]) -> ColumnElement[bool]:
    """Rows of each partition from its instant on, by the clock of whoever wrote them, and all of those without one; of
    the time before there were partitions, from the latest instant on.
    """
    since = {WHOLE: max(instants.values()), **instants} if instants else {}
    later = [(part == each) & (at >= to_micros(instant)) for each, instant in since.items()]
    return or_(part.not_in(sorted(since)), *later)


def _first_of_its_kind() -> ColumnElement[bool]:
    """Of all that is settled (`sentinel.store.settled`): what is first once stays first."""
    earlier = journal.alias()
    same = (earlier.c.source == journal.c.source) & (earlier.c.id == journal.c.id) & (earlier.c.op == journal.c.op)
    return ~exists().where(same, earlier.c.seq < journal.c.seq)
