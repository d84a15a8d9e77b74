"""A packed row: a row of sums as one whole number, so that rows are added and taken away in one step each."""

from struct import Struct
from typing import Final

from sentinel.signals.window import COLUMNS

MAX_SOURCES: Final = 16
"""Sources told apart; a brand is heard in fewer."""
_WIDTH: Final = COLUMNS + MAX_SOURCES
_BITS: Final = 64
_FIRST: Final = tuple(Struct(f"<{count}q") for count in range(_WIDTH + 1))
"""Of so many columns from the first one on."""
_SIGNS_OF_FIRST: Final = tuple(
    sum(1 << (_BITS * place + _BITS - 1) for place in range(count)) for count in range(_WIDTH + 1)
)
_SIGNS: Final = _SIGNS_OF_FIRST[_WIDTH]
"""The sign bit of every column: with it turned, a column that is below zero borrows nothing from the next one."""


def pack(numbers: list[int]) -> int:
    """The row of these numbers; columns that are missing at its end are 0.

    Examples
    --------
    >>> unpack(pack([1, -5]) + pack([2, 3]) - pack([1]))[:3]
    (2, -2, 0)
    """
    count = len(numbers)
    signs = _SIGNS_OF_FIRST[count]
    return (int.from_bytes(_FIRST[count].pack(*numbers), "little") ^ signs) - signs


def unpack(row: int, columns: int = _WIDTH) -> tuple[int, ...]:
    """The numbers of a row, one a column, of so many columns."""
    return _FIRST[columns].unpack_from(((row + _SIGNS) ^ _SIGNS).to_bytes(_FIRST[_WIDTH].size, "little"))


def one_in(column: int) -> int:
    """A row that has a one in this column, and nothing else."""
    return 1 << _BITS * column


def trimmed(row: int) -> list[int]:
    """The numbers of a row without the columns at its end that hold nothing."""
    numbers = list(unpack(row))
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers
