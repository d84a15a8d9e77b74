"""Due brands: which brand wants to be assessed next, and when."""

import heapq
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sentinel.engine.brand_state import BrandState

AT_ONCE, EACH_TICK = 500, 100
"""Brands that are assessed at the first tick of a look at all brands, and at each tick after it until all have been."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class DueBrands:
    """Brands, by their place in the configuration, in the order of the instants at which they want to be assessed.

    ``due`` of a brand's state is what counts: an entry that says another instant is an older one, and passed over.
    """

    def __init__(self, brands: Sequence[BrandState]) -> None:
        self._brands = brands
        self._entries: list[tuple[datetime, int]] = []
        self._waiting: set[int] = set()
        """Those to which a look at all brands comes later, and that nothing else makes due."""

    def first(self) -> datetime | None:
        """The earliest instant at which a brand is due."""
        while self._entries and self._brands[self._entries[0][1]].due != self._entries[0][0]:
            heapq.heappop(self._entries)
        return self._entries[0][0] if self._entries else None

    def take(self, now: datetime) -> list[int]:
        """Whoever is due now, in the brands' order; due no more until somebody says so."""
        taken = []
        while (at := self.first()) is not None and at <= now:
            _, index = heapq.heappop(self._entries)
            self._brands[index].due = None
            taken.append(index)
        return sorted(taken)

    def taken(self, now: datetime) -> Iterator[int]:
        """The same one by one; whoever breaks off leaves due those that did not have their turn."""
        taken, done = self.take(now), 0
        try:
            for index in taken:
                yield index
                done += 1
        finally:
            for index in taken[done:]:
                self.add(index, now)

    def add(self, index: int, *times: datetime | None) -> None:
        """A brand is due at the first of these instants, if it is not due before."""
        state = self._brands[index]
        for at in times:
            if at is not None and (state.due is None or at < state.due):
                state.due = at
                self._waiting.discard(index)
                heapq.heappush(self._entries, (at, index))

    def add_all(self, now: datetime, tick: timedelta) -> None:
        """Every brand is due: what they are judged by may have changed. Of very many those come first that are due
        or have an incident, then whoever was heard of lately; whoever was quiet for longest is last, minutes later.
        """
        pressing: list[int] = []
        others: list[int] = []
        for index, state in enumerate(self._brands):
            if index in self._waiting:
                state.due = None  # of an earlier look that has not come to it
            (pressing if state.is_pressing(now) else others).append(index)
        if len(self._brands) > AT_ONCE:
            others.sort(key=lambda index: self._brands[index].observed_at or _NEVER, reverse=True)
        first = max(0, AT_ONCE - len(pressing))
        self._waiting.clear()
        for index in (*pressing, *others[:first]):
            self.add(index, now)
        for place, index in enumerate(others[first:]):
            later = now + (1 + place // EACH_TICK) * tick
            self.add(index, later)
            if self._brands[index].due == later:
                self._waiting.add(index)

    def restored(self) -> None:
        """The brands' states came from a snapshot, each with the instant at which it was due."""
        self._entries = [(state.due, index) for index, state in enumerate(self._brands) if state.due is not None]
        heapq.heapify(self._entries)
