"""Due brands: which brand wants to be assessed next, and when."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sentinel.engine.brand_state import BrandState

AT_ONCE, EACH_TICK = 500, 100
"""Brands that are assessed at the first tick of a look at all brands, and at each tick after it until all have been:
the last of them has its turn after a hundredth of their number in ticks, whatever happens meanwhile.
"""
_SPARE = 1_000
"""Entries beyond two a brand from which those that count no more are let go of."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class DueBrands:
    """Brands, by their place in the configuration, in the order of the instants at which they want to be assessed.

    ``due`` of a brand's state is what counts: an entry that says another instant is an older one, and passed over.
    """

    def __init__(self, brands: Sequence[BrandState]) -> None:
        self._brands = brands
        self._entries: list[tuple[datetime, int]] = []
        self.restored()

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
                heapq.heappush(self._entries, (at, index))
        if len(self._entries) > 2 * len(self._brands) + _SPARE:
            self.restored()

    def add_all(self, now: datetime, tick: timedelta) -> None:
        """Every brand is due: what they are judged by may have changed."""
        self.look_at(range(len(self._brands)), now, tick)

    def look_at(self, places: Iterable[int], now: datetime, tick: timedelta) -> None:
        """These brands are due. Of very many those come first that are due or have an incident, then some to which an
        earlier look did not come in time, as after a time in which nothing ran, then whoever was heard of lately;
        whoever was quiet for longest is last, minutes later.
        """
        if len(self._brands) <= AT_ONCE:
            for index in places:
                self.add(index, now)
            return
        pressing: list[int] = []
        missed: list[tuple[datetime, int]] = []
        others: list[int] = []
        for index in places:
            state = self._brands[index]
            if state.is_pressing(now):
                pressing.append(index)
            elif state.due is not None and state.due <= now:
                missed.append((state.due, index))
                state.due = None
            else:
                others.append(index)
        others.sort(key=lambda index: self._brands[index].observed_at or _NEVER, reverse=True)
        late = [index for _, index in sorted(missed)]
        line = [*pressing, *late[:EACH_TICK], *others, *late[EACH_TICK:]]
        first = max(AT_ONCE, len(pressing) + min(len(late), EACH_TICK))
        for index in line[:first]:
            self.add(index, now)
        self._line_up(line[first:], now, tick)

    def _line_up(self, places: Sequence[int], now: datetime, tick: timedelta) -> None:
        """Each is due at one of the coming ticks. Whoever is due at one of them already keeps that turn, and sees then
        what has changed by now: changes that come one after another put nobody off.
        """
        last = now + -(-len(self._brands) // EACH_TICK) * tick
        taken = Counter(
            -((now - due) // tick) for due in (each.due for each in self._brands) if due and now < due <= last
        )
        turn = 1
        for index in places:
            due = self._brands[index].due
            if due is not None and due <= last:
                continue
            while taken[turn] >= EACH_TICK:
                turn += 1
            taken[turn] += 1
            self.add(index, now + turn * tick)

    def put_off_quiet(self) -> None:
        """Brands that only a look at all brands wanted are due at no instant: another such look comes."""
        for state in self._brands:
            if state.waits_quietly:
                state.due = None

    def restored(self) -> None:
        """The brands' states came from a snapshot or stay over a reload, each with the instant at which it is due."""
        self._entries = [(state.due, index) for index, state in enumerate(self._brands) if state.due is not None]
        heapq.heapify(self._entries)
