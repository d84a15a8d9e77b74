"""A brand's hours on their way into its baseline: an hour teaches only once it is too old to be a crisis in
progress.
"""

from dataclasses import astuple
from datetime import datetime
from typing import Any

from sentinel.signals.baseline import Baseline, hour_of
from sentinel.signals.buckets import NEGATIVE, Buckets
from sentinel.signals.traits import NOTHING, Traits
from sentinel.signals.usual import Hour

LAG = 6
"""Hours before an hour teaches: the longest window that signals read, so that no window is compared with itself."""
SETTLE = 5
"""Minutes past the hour at which it is closed; mentions that come later still are added to it while it waits."""
MOST_EMPTY = 24 * 7
"""Empty hours that teach at once after a gap; a longer silence says no more about a brand than a week of it."""


class Memory:
    """Closes hours, keeps them waiting, and teaches the baseline.

    Hours touched by blindness teach nothing. Mentions from before everything known (a backfill) teach at once, hour by
    hour.
    """

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._next: int | None = None
        self._over: int | None = None
        """Hours are closed, and have taught, up to here."""
        self._waiting: dict[int, Hour] = {}
        self._blind_from: int | None = None
        self._blind: set[int] = set()
        self._past: tuple[int, Hour] | None = None

    def start(self, at: datetime) -> None:
        """The first mention on time: history begins here."""
        if self._next is None:
            self._next = hour_of(at)

    def roll(self, now: datetime, buckets: Buckets) -> list[int]:
        """Close the hours that are over at ``now``; gives them, oldest first."""
        if self._next is None:
            return []
        over = hour_of(now) - (now.minute < SETTLE)
        if over == self._over:
            return []
        self._over = over
        if over - self._next > MOST_EMPTY:
            self._next = over - MOST_EMPTY
        closed = []
        while self._next < over:
            self._waiting[self._next] = Hour.of(buckets.hour(self._next))
            if self._blind_from is not None and self._next >= self._blind_from:
                self._blind.add(self._next)
            closed.append(self._next)
            self._next += 1
        for hour in [each for each in self._waiting if each < over - LAG]:
            self._teach(hour, self._waiting.pop(hour))
        return closed

    def flag(self, hour: int) -> None:
        """This hour, just closed, was unusual in mood."""
        if hour in self._waiting:
            self._waiting[hour].flagged = True

    def late(self, at: datetime, mood: float, source: str, negative: float = 0.0, traits: Traits = NOTHING) -> None:
        """A voice that came too late to alarm."""
        hour = hour_of(at)
        if hour in self._waiting:
            self._waiting[hour].add(mood, source, negative >= NEGATIVE, traits)
            return
        if self._next is not None and hour >= min(self._waiting, default=self._next):
            return  # the hour is still open: the buckets of the next on-time mentions stand for it
        if self._past is not None and hour < self._past[0]:
            return  # out of order within a backfill: hours are taught once
        if self._past is not None and hour > self._past[0]:
            self._teach(*self._past)
            for empty in range(max(self._past[0] + 1, hour - MOST_EMPTY), hour):
                self._teach(empty, Hour())
        if self._past is None or hour != self._past[0]:
            self._past = (hour, Hour())
        self._past[1].add(mood, source, negative >= NEGATIVE, traits)

    def blind(self, is_blind: bool, now: datetime) -> None:
        """From now on hours are unknown, or known again."""
        if is_blind and self._blind_from is None:
            self._blind_from = hour_of(now)
        elif not is_blind and self._blind_from is not None:
            self._blind |= set(range(max(self._blind_from, hour_of(now) - LAG - 1), hour_of(now) + 1))
            self._blind_from = None

    def _teach(self, hour: int, sums: Hour) -> None:
        if hour in self._blind:
            self._blind.discard(hour)
            return
        self._baseline.learn(hour, sums)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        past = [self._past[0], *astuple(self._past[1])] if self._past else None
        return {
            "next": self._next,
            "waiting": [[hour, *astuple(each)] for hour, each in self._waiting.items()],
            "blind_from": self._blind_from,
            "blind": sorted(self._blind),
            "past": past,
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._next, self._over = plain["next"], None
        self._waiting = {hour: Hour(*rest) for hour, *rest in plain["waiting"]}
        self._blind_from = plain["blind_from"]
        self._blind = set(plain["blind"])
        past = plain["past"]
        self._past = (past[0], Hour(*past[1:])) if past else None
