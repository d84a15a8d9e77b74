"""What a brand is spoken of with: its words of the last weeks in bounded room, and which of the last hour's were hardly
among them.
"""

from array import array
from collections import deque
from datetime import datetime
from functools import lru_cache
from math import log
from typing import Any
from zlib import crc32

import msgspec

from sentinel.signals.lexicon.lexicon import Grave
from sentinel.signals.people import minute_of

SLOT = 5
"""Minutes of one slot; twelve make the hour."""
SLOTS = 12
DISTINCT = 100
"""Different words kept of one slot; a word that many say is among them by the next."""
CELLS = 8192
"""Counters of known words, found by a hash: words that share one make each other look better known, never newer."""
TAUGHT = 10
"""Voices' worth of words that one slot teaches at most, so that a storm's own words stay new for days."""
KNOWN = 20_000
"""Voices after which all counts are halved: a week or two of a busy brand, months of a quiet one."""
NEEDED = 50
"""Voices before anything can be called new."""
RARE = 0.01
"""Share of voices up to which a word counts as new."""
LEAST = 4
"""Voices that must say a word."""
SHARE = 0.05
"""Share of the hour's usual voices that must say it: what a few say of a giant is no topic."""
GRAVE = 32
"""Grave words remembered, to name them."""


class Novel(msgspec.Struct, frozen=True):
    """A word that is new to the brand: said by ``count`` voices in the last hour, with -log10 of the odds of that."""

    term: str
    count: int
    surprise: float


class Terms:
    """Counts words by slots of five minutes; a slot teaches what is known once it is an hour old.

    The surprise of a count ``c`` where ``e`` is expected is the Chernoff bound of a Poisson tail, ``c ln(c/e) - c +
    e``.

    Examples
    --------
    >>> from datetime import datetime, timedelta, UTC
    >>> terms, noon = Terms(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> for n in range(60):
    ...     terms.add(noon + timedelta(minutes=10 * n), ("tienda", "horario"), None)
    >>> later = noon + timedelta(minutes=610)
    >>> for _ in range(5):
    ...     terms.add(later, ("tienda", "incendio"), None)
    >>> [new.term for new in terms.novel(later, usual=6.0)]
    ['incendio']
    """

    def __init__(self) -> None:
        self._cells = array("H", bytes(2 * CELLS))
        self._known = 0
        self._slots: dict[int, dict[str, int]] = {}
        self._voices: dict[int, int] = {}
        self._total: dict[str, int] = {}
        self._often: dict[str, float] = {}
        """Rare words that enough voices said in the last hour, with the share of voices that used to say them."""
        self._shares: dict[str, float] = {}
        """Of words that enough voices said, which share of voices used to; forgotten when a slot teaches."""
        self._at: int | None = None
        self._grave: deque[tuple[int, str]] = deque(maxlen=GRAVE)
        self._told: tuple[int, int, list[str]] | None = None
        """The grave words as last told, from which minute on and until which they are those of the last hour."""

    def add(self, at: datetime, terms: tuple[str, ...], grave: Grave | None) -> None:
        """One voice's words."""
        minute = minute_of(at)
        if grave is not None:
            self._grave.append((minute, grave.word))
            self._told = None
        slot = minute // SLOT
        if self._at is None or slot > self._at:
            self._slide(slot)
        elif slot <= self._at - SLOTS:
            return
        self._voices[slot] = self._voices.get(slot, 0) + 1
        if (counts := self._slots.get(slot)) is None:
            counts = self._slots[slot] = {}
        total, shares = self._total, self._shares
        for term in terms:
            if (before := counts.get(term)) is None:
                if len(counts) >= DISTINCT:
                    continue
                before = 0
            counts[term] = before + 1
            total[term] = said = total.get(term, 0) + 1
            if said >= LEAST:
                share = shares.get(term) or self._share(term)
                if share <= RARE:
                    self._often[term] = share

    def _share(self, term: str) -> float:
        share = self._shares[term] = (self._cells[_cell(term)] + 0.5) / (self._known + 10.0)
        return share

    def late(self, terms: tuple[str, ...]) -> None:
        """The words of a voice that came too late to alarm: known at once."""
        self._teach_cells(dict.fromkeys(terms, 1), 1, 1)

    def novel(self, now: datetime, usual: float) -> list[Novel]:
        """The last hour's new words, the most surprising first; ``usual`` is how many voices an hour are usual."""
        self._slide(minute_of(now) // SLOT)
        if self._known < NEEDED:
            return []
        found = []
        for term, share in self._often.items():
            count = self._total[term]
            expected = max(usual, 1.0) * share
            if count > expected and count >= SHARE * usual:
                found.append(Novel(term, count, (count * log(count / expected) - count + expected) / log(10)))
        return sorted(found, key=lambda each: (-each.surprise, each.term))

    def grave(self, now: datetime) -> list[str]:
        """Grave words of the last hour, the most frequent first."""
        minute = minute_of(now)
        if self._told is None or not self._told[0] <= minute < self._told[1]:
            heard = [(at, word) for at, word in self._grave if at > minute - SLOT * SLOTS]
            said = [word for _, word in heard]
            until = min((at for at, _ in heard), default=minute) + SLOT * SLOTS
            self._told = minute, until, sorted(set(said), key=lambda word: (-said.count(word), word))
        return self._told[2]

    def _slide(self, slot: int) -> None:
        if self._at is not None and slot <= self._at:
            return
        self._at = slot
        for old in [each for each in self._slots if each <= slot - SLOTS]:
            self._teach(self._slots.pop(old), self._voices.pop(old))

    def _teach(self, counts: dict[str, int], voices: int) -> None:
        self._teach_cells(counts, min(voices, TAUGHT), voices)
        for term, count in counts.items():
            left = self._total[term] - count
            if left:
                self._total[term] = left
            else:
                del self._total[term]
            if left < LEAST:
                self._often.pop(term, None)

    def _teach_cells(self, counts: dict[str, int], kept: int, voices: int) -> None:
        for term, count in counts.items():
            cell = _cell(term)
            self._cells[cell] = min(65_535, self._cells[cell] + count * kept // voices)
        self._known += kept
        self._shares = {}
        if self._known >= KNOWN:
            self._known //= 2
            self._cells = array("H", (count // 2 for count in self._cells))

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        cells = [[index, count] for index, count in enumerate(self._cells) if count]
        slots = [[slot, self._voices[slot], dict(counts)] for slot, counts in self._slots.items()]
        grave = [list(each) for each in self._grave]
        return {
            "cells": cells,
            "known": self._known,
            "slots": slots,
            "often": dict(self._often),
            "at": self._at,
            "grave": grave,
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._cells, self._total, self._slots, self._voices = array("H", bytes(2 * CELLS)), {}, {}, {}
        for index, count in plain["cells"]:
            self._cells[index] = count
        self._shares = {}
        self._known, self._at, self._often = plain["known"], plain["at"], dict(plain["often"])
        for slot, voices, counts in plain["slots"]:
            self._voices[slot], self._slots[slot] = voices, dict(counts)
            for term, count in counts.items():
                self._total[term] = self._total.get(term, 0) + count
        self._grave, self._told = deque(((minute, word) for minute, word in plain["grave"]), maxlen=GRAVE), None


@lru_cache(maxsize=CELLS)
def _cell(term: str) -> int:
    return crc32(term.encode("utf-8", "surrogatepass")) % CELLS
