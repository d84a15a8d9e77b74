"""The hours of a week: a brand that is loud every Saturday night has a habit, and is in no trouble for it."""

from math import exp, log
from typing import Any

HOURS = 168
WEEKS = 4
"""Weeks that are remembered of each hour."""
DAMPING = 1.0
"""People added to what was heard and to what was usual: of a brand that one or two speak of, no hour is a habit."""
STEPS = 16.0
"""Ratios are kept as logarithms in sixteenths."""
MOST = 127
_NO_HABIT = 1.0, 0.0


class Week:
    """How many times its usual number each hour of the week had in the last four weeks.

    One loud Saturday is an event, two are a habit: an hour's habit is the second highest of its four ratios, or of
    its neighbours', for no match begins to the minute; never less than once. What the two highest differ by is how
    sure it is.

    Examples
    --------
    >>> week = Week()
    >>> for saturday in range(3):
    ...     print(round(week.habit(100 + 168 * saturday), 1))
    ...     week.learn(100 + 168 * saturday, 200.0, 9.0)
    1.0
    1.0
    20.1
    """

    def __init__(self) -> None:
        self._ratios = bytearray(HOURS * WEEKS)
        """Of each hour the last weeks, the newest last; 0 is as usual, or not known."""
        self._seconds: dict[int, tuple[int, int]] = {}
        """The second highest and the highest ratio of each hour of which two are known: of most brands none is."""
        self._settled: dict[int, tuple[float, float]] = {}
        """Habits worked out; an hour that is learnt undoes its own and its neighbours'."""

    def learn(self, hour: int, heard: float, usual: float) -> None:
        """Take in a whole hour (hours since 1970) and what the hour of the day led to expect."""
        place = hour % HOURS * WEEKS
        ratio = round(STEPS * log((heard + DAMPING) / (usual + DAMPING)))
        self._ratios[place : place + WEEKS] = bytes(
            [*self._ratios[place + 1 : place + WEEKS], max(0, min(MOST, ratio))]
        )
        self._note(hour % HOURS)
        for near in (-1, 0, 1):
            self._settled.pop((hour + near) % HOURS, None)

    def habit(self, hour: int) -> float:
        """How many times what its hour of the day expects this hour usually has; at least once."""
        return self._known(hour)[0]

    def doubt(self, hour: int) -> float:
        """Squared relative error of the habit."""
        return self._known(hour)[1]

    def _known(self, hour: int) -> tuple[float, float]:
        if not self._seconds:
            return _NO_HABIT
        place = hour % HOURS
        if (found := self._settled.get(place)) is None:
            found = self._settled[place] = self._work_out(place)
        return found

    def _work_out(self, place: int) -> tuple[float, float]:
        near = [known for each in (-1, 0, 1) if (known := self._seconds.get((place + each) % HOURS)) is not None]
        if not near:
            return _NO_HABIT
        second, first = max(near)
        once, twice = exp(first / STEPS), exp(second / STEPS)
        return twice, 2.0 * ((once - twice) / (once + twice)) ** 2

    def _note(self, place: int) -> None:
        second, first = sorted(self._ratios[place * WEEKS : (place + 1) * WEEKS])[-2:]
        if second:
            self._seconds[place] = second, first
        else:
            self._seconds.pop(place, None)

    def snapshot(self) -> bytes:
        """Plain values for a checkpoint."""
        return bytes(self._ratios)

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._ratios = bytearray(plain)
        self._seconds.clear()
        self._settled.clear()
        for place in range(HOURS):
            if self._ratios.count(0, place * WEEKS, (place + 1) * WEEKS) < WEEKS - 1:
                self._note(place)
