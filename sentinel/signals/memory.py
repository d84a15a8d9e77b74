"""A brand's hours on their way into its baseline: an hour teaches only once it is too old to be a crisis in
progress.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from sentinel.signals.baseline import Baseline, hour_of
from sentinel.signals.people import People, alone
from sentinel.signals.person import Statement
from sentinel.signals.window import Window

LAG = 6
"""Hours before an hour teaches: what a window of six hours reads is not compared with itself."""
SETTLE = 5
"""Minutes past the hour at which it is closed; mentions that come later still are added to it while it waits."""
MOST_EMPTY = 24 * 7
"""Empty hours that teach at once after a gap; a longer silence says no more about a brand than a week of it."""


@dataclass(slots=True)
class WaitingHour:
    """An hour that is over and has not taught yet; ``sour`` when its mood was unusual, ``loud`` when so was the number
    of people.
    """

    window: Window
    sour: bool = False
    loud: bool = False


class Memory:
    """Closes hours, keeps them waiting, and teaches the baseline.

    Hours touched by blindness teach nothing. Mentions from before everything known (a backfill) teach at once, hour by
    hour.
    """

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._next: int | None = None
        self._over: int | None = None
        """Hours are closed up to here."""
        self._taught: int | None = None
        """The same when `teach` was last called."""
        self._waiting: dict[int, WaitingHour] = {}
        self._blind_from: int | None = None
        self._blind: set[int] = set()
        self._past: tuple[int, Window] | None = None

    def start(self, at: datetime) -> None:
        """The first mention on time: history begins here."""
        if self._next is None:
            self._next = hour_of(at)

    def roll(self, now: datetime, people: People) -> list[tuple[int, Window]]:
        """Close the hours that are over at ``now``; gives them, oldest first. They teach when `teach` is called."""
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
            window = people.hour(self._next)
            self._waiting[self._next] = WaitingHour(window)
            if self._blind_from is not None and self._next >= self._blind_from:
                self._blind.add(self._next)
            closed.append((self._next, window))
            self._next += 1
        people.forget(over - 1)
        return closed

    def teach(self) -> None:
        """Let those hours teach that have waited long enough."""
        if self._over != self._taught and self._over is not None:
            self._taught = self._over
            for hour in [each for each in self._waiting if each < self._over - LAG]:
                self._teach(hour, self._waiting.pop(hour))

    def heard(self, first: int, last: int) -> int:
        """People heard in these hours, as far as they wait."""
        return sum(each.window.people for hour, each in self._waiting.items() if first <= hour <= last)

    def flag(self, hour: int, *, sour: bool, loud: bool) -> None:
        """This hour, just closed, was unusual in mood or part of something loud."""
        if (waiting := self._waiting.get(hour)) is not None:
            waiting.sour, waiting.loud = sour, loud

    def late(self, at: datetime, said: Statement, source: str) -> None:
        """A post that came too late to alarm."""
        hour, heard = hour_of(at), alone(said, source)
        if (waiting := self._waiting.get(hour)) is not None:
            waiting.window = waiting.window.plus(heard)
            return
        if self._next is not None and hour >= min(self._waiting, default=self._next):
            return  # the hour is still open: the people of the next on-time mentions stand for it
        if self._past is not None and hour < self._past[0]:
            return  # out of order within a backfill: hours are taught once
        if self._past is not None and hour > self._past[0]:
            self._teach(self._past[0], WaitingHour(self._past[1]))
            for empty in range(max(self._past[0] + 1, hour - MOST_EMPTY), hour):
                self._teach(empty, WaitingHour(Window(minutes=60)))
        past = self._past[1] if self._past is not None and hour == self._past[0] else Window(minutes=60)
        self._past = (hour, past.plus(heard))

    def blind(self, is_blind: bool, now: datetime) -> None:
        """From now on hours are unknown, or known again."""
        if is_blind and self._blind_from is None:
            self._blind_from = hour_of(now)
        elif not is_blind and self._blind_from is not None:
            self._blind |= set(range(max(self._blind_from, hour_of(now) - LAG - 1), hour_of(now) + 1))
            self._blind_from = None

    def _teach(self, hour: int, waiting: WaitingHour) -> None:
        if hour in self._blind:
            self._blind.discard(hour)
            return
        self._baseline.learn(hour, waiting.window, sour=waiting.sour, loud=waiting.loud)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "next": self._next,
            "waiting": [
                [hour, each.sour, each.loud, *msgspec.structs.astuple(each.window)]
                for hour, each in self._waiting.items()
            ],
            "blind_from": self._blind_from,
            "blind": sorted(self._blind),
            "past": [self._past[0], *msgspec.structs.astuple(self._past[1])] if self._past else None,
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._next, self._over, self._taught = plain["next"], None, None
        self._waiting = {hour: WaitingHour(_window(rest), sour, loud) for hour, sour, loud, *rest in plain["waiting"]}
        self._blind_from = plain["blind_from"]
        self._blind = set(plain["blind"])
        past = plain["past"]
        self._past = (past[0], _window(past[1:])) if past else None


def _window(values: list[Any]) -> Window:
    return Window(**dict(zip(Window.__struct_fields__, values, strict=True)))
