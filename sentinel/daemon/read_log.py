"""Read log: what the fold lately made of mentions, by their place in the journal, for those who follow it.

In memory alone and bounded: what is no longer in it, or never was, is read again. Others may ask from a thread of their
own.
"""

from collections.abc import Callable
from typing import Final

from sentinel.engine.read_mention import ReadMention

KEPT: Final = 50_000
"""Mentions, at the least; up to twice as many while the older half fades. A few megabytes: no texts are kept."""


class ReadLog:
    """What was read under the configuration in force."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._young: dict[int, ReadMention] = {}
        self._old: dict[int, ReadMention] = {}
        self.forgotten: Callable[[], None] = lambda: None
        """Called when it forgets: whatever else remembers words must as well."""

    def add(self, seq: int, read: ReadMention) -> None:
        """The entry was folded."""
        if len(self._young) >= self._kept:
            self._old, self._young = self._young, {}
        self._young[seq] = read

    def of(self, seq: int) -> ReadMention | None:
        """What the entry's mention was read as; ``None`` where that is not known."""
        return self._young.get(seq) or self._old.get(seq)

    def forget(self) -> None:
        """Other brands are watched, or other words stand in the journal."""
        self._young, self._old = {}, {}
        self.forgotten()
