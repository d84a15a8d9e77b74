"""What is usual for a brand: people an hour with the rhythm of its days and weeks, mood, sources. Learns hours too
old to be a crisis in progress."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import inf
from typing import Any

import msgspec

from sentinel.detectors.burst import Burst, surely, surprise
from sentinel.detectors.mean_shift import MeanShift
from sentinel.signals.usual import UsualShares
from sentinel.signals.week import Week
from sentinel.signals.window import SPANS, Window

HALF_LIFE, LONG_HALF_LIFE = 72.0, 30 * 24.0
"""Hours after which an hour counts half: in what a brand is these days, and in what it is these months."""
ENOUGH = 20.0
"""People in the short memory from which it weighs as much as the long one: of whom one hears twice a week, three days
say nothing.
"""
PRIOR_RATE, PRIOR_HOURS = 5.0, 3.0
"""A brand nobody has heard of yet: five people an hour, weighing as much as three hours of its own, and nothing after
two days.
"""
NOBODY = 0.5
"""People added to what was ever heard: whoever was never heard may still speak (Jeffreys' prior of a rate)."""
RHYTHM_PRIOR = 2.0
"""Days of a flat profile that the hour-of-day profile starts from."""
RHYTHM_UNIT = 0.25
"""People an hour below which hours of the day are hardly told apart: one person at four in the morning is no habit."""
CLIP, LOUD = 3.0, 3.0
"""An hour that is more surprising than 10^-3 teaches at most three times what was expected: a storm becomes usual
slowly, over days, and never teaches its own size."""
ALLOWED = 1.0
"""People a day that teach in any case: of whom one hears twice a month, every one is a surprise."""
WARM = 24.0
"""Hours of history from which a brand stands on its own."""
REMEMBERS = timedelta(days=28)
"""What is older weighs so little that it changes nothing: a day's rhythm of then counts a twentieth."""
_STEPS = tuple(-(-span // 2) for span in SPANS if span <= 60)
"""Minutes of an hour at which one of the windows up to an hour begins to belong to this hour more than to the last."""
_OF_HOURS = tuple(span // 60 for span in SPANS if span > 60)
_FADING, _LONG_FADING = 0.5 ** (1.0 / HALF_LIFE), 0.5 ** (1.0 / LONG_HALF_LIFE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


@lru_cache(maxsize=64)
def hour_of(instant: datetime) -> int:
    """Hours since 1970. Of one instant it is asked many times: all brands of a tick are looked at at the same one."""
    return (instant - _EPOCH) // _HOUR


def at_hour(hour: int) -> datetime:
    """When that hour begins."""
    return _EPOCH + hour * _HOUR


@dataclass(slots=True)
class _Level:
    """A faded sum and its faded weight."""

    total: float = 0.0
    weight: float = 0.0

    def learn(self, value: float, fading: float, weight: float = 1.0) -> None:
        self.total = self.total * fading + value
        self.weight = self.weight * fading + weight


class Scatter(msgspec.Struct, frozen=True, gc=False):
    """How much counts scatter about what is expected, and how sure that is."""

    dispersion: float
    known: float
    """People that the expectation was learnt from."""
    hours: float
    days: float
    """Squared relative error beyond that of hours, in windows up to an hour and in longer ones."""

    def surprise(
        self, count: float, usual: float, minutes: int, share: float = 1.0, enough: float = inf, more: float = 0.0
    ) -> float:
        """``-log10`` of the probability to hear ``count`` or more where ``usual`` is expected, given how little is
        known of that; ``share`` is the part of the people that is counted: of fewer, less is known. ``more`` is what
        else is doubtful. Of what is certainly ``enough`` it is not worked out by how much.
        """
        if count <= usual:
            return 0.0
        doubt = 1.0 / (share * self.known + 1.0) + (self.hours if minutes <= 60 else self.days) + more
        shape = 1.0 / (self.dispersion + doubt)
        if count * (count - usual) >= 2.0 * enough * usual:  # else surely not, since log(x) is less than x - 1
            least = surely(count, usual, shape)
            if least >= enough:
                return least
        return surprise(count, usual, shape)


class Baseline:
    """Learns whole hours; answers what to expect of any window, and how surprising it is to hear more.

    ``mood`` says how far the mood of voices has moved, ``rest_mood`` that of the people who do not praise,
    ``shares`` what part is usually angry, passing on, grave or unread.
    """

    def __init__(self) -> None:
        self.hours = 0.0
        """Hours learnt."""
        self.burst, self.daily = Burst(), Burst(prior=0.1, weight=4.0, fading=0.97)
        """How much hours scatter about what is expected, and how much days: quiet brands are restless in days."""
        self._day = [0, 0.0, 0.0]
        """Hours of the day so far, people heard and expected in them."""
        self._allowance = ALLOWED
        self._now: tuple[tuple[int, int], list[float]] | None = None
        """What was expected when it was last asked, in which hour and which part of it."""
        self._scatter: tuple[int, Scatter] | None = None
        """How sure it was, and in which hour."""
        self.mood = MeanShift()
        self.rest_mood = MeanShift(mean=0.2)
        self.shares = UsualShares()
        self._short, self._long = _Level(), _Level()
        self._rhythm = [_Level() for _ in range(24)]
        self._week = Week()
        self._sources: dict[str, _Level] = {}
        self._dated = 0.0
        """People of whom only the day is known: every hour learns a twenty-fourth of them."""
        self._settle()

    @property
    def warming(self) -> bool:
        """True while population priors still stand in."""
        return self.hours < WARM

    @property
    def rate(self) -> float:
        """People an hour, over the day."""
        return self._mean

    def usual(self, now: datetime, minutes: int) -> float:
        """People to be expected in the last ``minutes``, by the rhythm of the hours they fall in."""
        hour = hour_of(now)
        if minutes <= 60 and now.minute < minutes / 2:
            hour -= 1
        key = hour, minutes
        if (known := self._sums.get(key)) is None:
            if minutes <= 60:
                known = self._sums[key] = self._expect(hour) * minutes / 60
            else:
                known = self._add_up(hour, minutes // 60)
        return known

    def _add_up(self, hour: int, hours: int) -> float:
        """People to be expected in so many hours, the last of them ``hour``; shorter windows of hours are noted on the
        way.
        """
        totals = list(accumulate(map(self._expect, range(hour, hour - hours, -1))))
        for count in (*_OF_HOURS, hours):
            if count <= hours:
                self._sums[hour, 60 * count] = totals[count - 1]
        return totals[-1]

    def usual_in(self, source: str, usual: float, minutes: int) -> float:
        """People to be expected on one source in the last ``minutes``, of as many as are ``usual`` on all of them."""
        known = self._sources.get(source)
        share = (known.total + 0.2) / (self._short.total + 1.0) if known else 0.2 / (self._short.total + 1.0)
        return max(0.2 * minutes / 60, min(1.0, share) * usual)

    def expected(self, now: datetime) -> list[float]:
        """People to be expected in each of the windows that end now."""
        key = hour_of(now), bisect_right(_STEPS, now.minute)
        if self._now is None or self._now[0] != key:
            self._now = key, [self.usual(now, span) for span in reversed(SPANS)][::-1]  # the longest notes the others
        return self._now[1]

    def scatter(self, hour: int) -> Scatter:
        """How sure what is expected in this hour (hours since 1970) is."""
        if self._scatter is None or self._scatter[0] != hour:
            habit = self._week.doubt(hour)
            days = max(0.0, self.daily.dispersion - self.burst.dispersion)
            self._scatter = hour, Scatter(self.burst.dispersion, self._known, habit, habit + days)
        return self._scatter[1]

    def surprise(self, count: float, usual: float, now: datetime, minutes: int) -> float:
        """``-log10`` of the probability to hear ``count`` people or more where ``usual`` are expected."""
        return self.scatter(hour_of(now)).surprise(count, usual, minutes) if count > usual else 0.0

    def learn(self, hour: int, seen: Window, *, sour: bool = False, loud: bool = False) -> None:
        """Take in one whole hour (hours since 1970). A sour one was unusual in mood while it happened, and teaches
        the mood less; a loud one was part of something loud, and teaches no more than three times the usual."""
        self._dated += seen.dated
        spread = self._dated / 24
        self._dated -= spread
        heard, of_day = seen.people - seen.dated + spread, self._of_day(hour % 24)
        habit = self._week.habit(hour)
        expected = of_day * habit
        kept = self._clipped(heard, expected, loud) if self.hours >= WARM / 2 else heard
        if self.hours >= WARM:
            self._week.learn(hour, heard, of_day)
        share = kept / heard if heard else 0.0
        self.mood.learn_one({"count": seen.voices, "sum": seen.mood, "hours": self.hours, "flagged": float(sour)})
        self.rest_mood.learn_one(
            {"count": seen.rest, "sum": seen.rest_tone, "hours": self.hours, "flagged": float(sour)}
        )
        self.shares.learn(seen, sour=sour)
        ordinary = kept / habit
        self._short.learn(ordinary, _FADING)
        self._long.learn(ordinary, _LONG_FADING)
        unit = max(self._mean, RHYTHM_UNIT)
        self._rhythm[hour % 24].learn(ordinary / unit, 0.9, self._mean / unit)
        for source in {**self._sources, **seen.sources}:
            self._sources.setdefault(source, _Level()).learn(min(seen.sources.get(source, 0), heard) * share, _FADING)
        self.hours += 1.0
        self._settle()

    def _clipped(self, heard: float, expected: float, loud: bool) -> float:
        """How many of the people heard in an hour it teaches; learns how much hours and days scatter on the way."""
        doubt = 1.0 / (self._known + 1.0)
        unusual = loud or self.burst.tail(heard, expected, doubt) >= LOUD
        kept = min(heard, max(CLIP * expected, self._allowance)) if unusual else heard
        self._allowance = min(ALLOWED, max(0.0, self._allowance - kept) + ALLOWED / 24)
        self.burst.learn_one({"count": heard, "usual": expected})
        self._day = [self._day[0] + 1, self._day[1] + heard, self._day[2] + expected]
        if self._day[0] >= 24:
            self.daily.learn_one({"count": self._day[1], "usual": self._day[2]})
            self._day = [0, 0.0, 0.0]
        return kept

    def _settle(self) -> None:
        """Work out what is asked for many times an hour."""
        prior = PRIOR_HOURS * max(0.0, 1.0 - self.hours / 48.0)
        short, long = (
            (level.total + PRIOR_RATE * prior + NOBODY) / (level.weight + prior + 1.0)
            for level in (self._short, self._long)
        )
        trust = self._short.total / (self._short.total + ENOUGH)
        self._mean = trust * short + (1.0 - trust) * long
        self._known = self._long.total + prior
        self._by_clock: dict[int, float] = {}
        self._sums: dict[tuple[int, int], float] = {}
        self._now = self._scatter = None

    def _expect(self, hour: int) -> float:
        return self._of_day(hour % 24) * self._week.habit(hour)

    def _of_day(self, clock: int) -> float:
        """People to be expected at this hour of any day; hours that teach one after the other ask for few of them."""
        if (known := self._by_clock.get(clock)) is None:
            known = self._by_clock[clock] = self._mean * self._factor(clock)
        return known

    def _factor(self, clock: int) -> float:
        """The hour's share of the daily rhythm, pulled towards 1 until days have been seen, and smoothed over its
        neighbours.
        """
        near = [self._rhythm[(clock + shift) % 24] for shift in (-1, 0, 1)]
        total = near[0].total / 2 + near[1].total + near[2].total / 2
        weight = near[0].weight / 2 + near[1].weight + near[2].weight / 2
        return max(0.1, (total + RHYTHM_PRIOR) / (weight + RHYTHM_PRIOR))

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "hours": self.hours,
            "burst": self.burst.snapshot(),
            "daily": self.daily.snapshot(),
            "day": list(self._day),
            "allowance": self._allowance,
            "mood": self.mood.snapshot(),
            "rest_mood": self.rest_mood.snapshot(),
            "shares": self.shares.snapshot(),
            "rates": [[level.total, level.weight] for level in (self._short, self._long)],
            "rhythm": [[level.total, level.weight] for level in self._rhythm],
            "week": self._week.snapshot(),
            "dated": self._dated,
            "sources": {name: [level.total, level.weight] for name, level in self._sources.items()},
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self.hours = plain["hours"]
        self.burst.restore(plain["burst"])
        self.daily.restore(plain["daily"])
        self._day, self._allowance = list(plain["day"]), plain["allowance"]
        self.mood.restore(plain["mood"])
        self.rest_mood.restore(plain["rest_mood"])
        self.shares.restore(plain["shares"])
        self._short, self._long = (_Level(*each) for each in plain["rates"])
        self._rhythm = [_Level(*each) for each in plain["rhythm"]]
        self._week.restore(plain["week"])
        self._dated = plain["dated"]
        self._sources = {name: _Level(*each) for name, each in plain["sources"].items()}
        self._settle()
