"""Recent entries of the journal: rows as they were written, kept until the fold has taken them, without a look into the
store.

What the fold gets is what it would read: the same bytes, decoded anew.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

ROWS: Final = 10_000
ROOM: Final = 16 * 2**20
"""Bytes of bodies; the oldest rows go when there is more, and are read from the store."""


class WrittenRow(NamedTuple):
    """A row of the journal, as the store holds it."""

    seq: int
    source: str
    id: str
    op: str
    observed_at: int
    body: bytes | None
    behind: int | None


class RecentEntries:
    """The newest rows without a gap: all that were written beyond one of them.

    Parameters
    ----------
    newest
        The newest number in the store when this begins.
    """

    def __init__(self, newest: int, rows: int = ROWS, room: int = ROOM) -> None:
        self._whole_from = newest
        self._rows: deque[WrittenRow] = deque()
        self._most = rows
        self._room = room
        self._size = 0
        self._doubted = False

    def doubt(self) -> None:
        """Something may have been written whose commit was not seen to end: all is read, until the next commit."""
        self._doubted = True

    def add(self, rows: Sequence[WrittenRow]) -> None:
        """These were committed, right behind all that were before."""
        self._doubted = False
        self._rows.extend(rows)
        self._size += sum(_size(row) for row in rows)
        while len(self._rows) > self._most or self._size > self._room:
            self._let_go()

    def begin(self, newest: int) -> None:
        """Whatever was written up to ``newest`` has to be read."""
        self._rows.clear()
        self._size, self._whole_from, self._doubted = 0, newest, False

    def after(self, seq: int, limit: int) -> list[WrittenRow] | None:
        """The rows beyond ``seq``, which whoever asks has taken; ``None`` where some of them have to be read."""
        if seq < self._whole_from or self._doubted:
            return None
        while self._rows and self._rows[0].seq <= seq:
            self._let_go()
        return [self._rows[place] for place in range(min(limit, len(self._rows)))]

    def _let_go(self) -> None:
        row = self._rows.popleft()
        self._size -= _size(row)
        self._whole_from = row.seq


def _size(row: WrittenRow) -> int:
    return len(row.body or b"") + len(row.id)
