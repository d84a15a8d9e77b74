"""Rows of a partition: the condition that picks them, none where one engine folds all.

Partition 0 is no partition: whoever reads as such reads everything, by the same statements as before there were any.
"""

from sqlalchemy import Column, ColumnElement

WHOLE = 0


def in_part(column: Column[int], part: int) -> tuple[ColumnElement[bool], ...]:
    """Rows that this partition alone has written."""
    return () if part == WHOLE else (column == part,)


def known_to_part(column: Column[int], part: int) -> tuple[ColumnElement[bool], ...]:
    """Rows that this partition folds: its own, and those of the time before there were partitions."""
    return () if part == WHOLE else (column.in_((WHOLE, part)),)
