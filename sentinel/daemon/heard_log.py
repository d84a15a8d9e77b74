"""Heard log: what the fold heard lately, entry by entry, for those who follow the journal behind it.

In memory alone and bounded: what is no longer in it, or never was, is read again from the journal.
"""

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final, NamedTuple

from sentinel.engine.heard_mention import HeardMention
from sentinel.matching.brand import Brand
from sentinel.mention import Mention

KEPT: Final = 20_000
"""Entries; about 30 MB where each is a post about a brand."""


class HeardEntry(NamedTuple):
    """An entry of the journal as it was folded; ``mention`` is ``None`` where no brand is to count it."""

    seq: int
    observed_at: datetime
    behind: timedelta
    mention: Mention | None
    heard: HeardMention


class HeardLog:
    """The newest entries that the fold took, without a gap, under one configuration.

    Parameters
    ----------
    kept
        The most that are kept; the oldest go first.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._entries: deque[HeardEntry] = deque()
        self._brands: tuple[Brand, ...] = ()
        self._whole_from = 0
        """Every entry beyond this one that was folded is here."""

    @property
    def crowded(self) -> bool:
        """Whether half of its room is taken."""
        return len(self._entries) * 2 >= self._kept

    def begin(self, brands: Sequence[Brand], position: int) -> None:
        """These are the brands from now on, and everything up to ``position`` is folded."""
        self._entries.clear()
        self._brands = tuple(brands)
        self._whole_from = position

    def add(self, entry: HeardEntry) -> None:
        """One more was folded."""
        if entry.seq <= self._whole_from:
            return
        self._entries.append(entry)
        if len(self._entries) > self._kept:
            self._whole_from = self._entries.popleft().seq

    def after(self, seq: int, limit: int, brands: Sequence[Brand]) -> list[HeardEntry]:
        """The entries beyond ``seq``, oldest first; none where some of them are missing, or other brands heard them."""
        if seq < self._whole_from or self._brands != tuple(brands):
            return []
        while self._entries and self._entries[0].seq <= seq:  # who follows asks once for each
            self._whole_from = self._entries.popleft().seq
        return list(islice(self._entries, limit))
