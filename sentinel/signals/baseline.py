"""What is usual for a brand: voices an hour with their daily rhythm, mood, sources.

Learns hours too old to be a crisis in progress.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sentinel.detectors.burst import Burst
from sentinel.detectors.shift import Shift
from sentinel.signals.usual import Hour, Usual

HALF_LIFE = 72.0
"""Hours after which an hour counts half."""
PRIOR_RATE, PRIOR_HOURS = 5.0, 3.0
"""A brand nobody has heard of yet: five voices an hour, weighing as much as three hours of its own."""
RHYTHM_PRIOR = 2.0
"""Days of a flat profile that the hour-of-day profile starts from."""
CLIP = 3.0
"""An hour teaches at most this many times what was expected (and five more): a crisis becomes usual slowly, over days.
"""
WARM = 24.0
"""Hours of history from which a brand stands on its own."""
REMEMBERS = timedelta(days=28)
"""What is older weighs so little that it changes nothing: a day's rhythm of then counts a twentieth."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR = timedelta(hours=1)


def hour_of(instant: datetime) -> int:
    """Hours since 1970."""
    return (instant - _EPOCH) // _HOUR


@dataclass(slots=True)
class _Level:
    """A faded sum and its faded weight."""

    total: float = 0.0
    weight: float = 0.0

    def learn(self, value: float, fading: float) -> None:
        self.total = self.total * fading + value
        self.weight = self.weight * fading + 1.0


class Baseline:
    """Learns whole hours; answers what to expect of any window.

    ``burst`` says how surprising a count is against `usual`, ``shift`` how far the mood has moved, ``shares`` what part
    is usually negative, passed on or grave.
    """

    def __init__(self) -> None:
        self.hours = 0.0
        """Hours learnt."""
        self.burst = Burst()
        self.shift = Shift()
        self.shares = Usual()
        self._rate = _Level()
        self._rhythm = [_Level() for _ in range(24)]
        self._sources: dict[str, _Level] = {}
        self._settle()

    @property
    def warming(self) -> bool:
        """True while population priors still stand in."""
        return self.hours < WARM

    def usual(self, now: datetime, minutes: int) -> float:
        """Expected voices in the last ``minutes``, by the rhythm of the hours they fall in."""
        if minutes <= 60:
            middle = now.hour if now.minute >= minutes / 2 else now.hour - 1
            return self._expected[middle] * minutes / 60
        key = now.hour, minutes // 60
        if (known := self._sums.get(key)) is None:
            known = self._sums[key] = sum(self._expected[now.hour - back] for back in range(minutes // 60))
        return known

    def usual_in(self, source: str, now: datetime, minutes: int) -> float:
        """Expected voices of one source in the last ``minutes``."""
        known = self._sources.get(source)
        share = (known.total + 0.2) / (self._rate.total + 1.0) if known else 0.2 / (self._rate.total + 1.0)
        return max(0.2 * minutes / 60, min(1.0, share) * self.usual(now, minutes))

    def learn(self, hour: int, seen: Hour) -> None:
        """Take in one whole hour (hours since 1970).

        A flagged one was unusual in mood while it happened, and teaches the mood less.
        """
        heard = seen.heard
        clock = hour % 24
        expected = self._mean() * self._factor(clock)
        kept = min(float(heard), CLIP * expected + 5.0) if self.hours >= 12 else float(heard)
        share = kept / heard if heard else 0.0
        if self.hours >= 12:
            self.burst.learn_one({"count": float(heard), "usual": expected})
        self.shift.learn_one(
            {"count": seen.voices, "sum": seen.mood, "hours": self.hours, "flagged": float(seen.flagged)}
        )
        self.shares.learn(seen)
        fading = 0.5 ** (1.0 / HALF_LIFE)
        self._rate.learn(kept, fading)
        self._rhythm[clock].learn(kept / max(self._mean(), 0.1), 0.9)
        for source in {**self._sources, **seen.sources}:
            self._sources.setdefault(source, _Level()).learn(seen.sources.get(source, 0) * share, fading)
        self.hours += 1.0
        self._settle()

    def _settle(self) -> None:
        """Work out what is asked for many times an hour."""
        mean = self._mean()
        self._expected = [mean * self._factor(clock) for clock in range(24)]
        self._sums: dict[tuple[int, int], float] = {}
        """By hour of the day and number of hours up to it."""

    def _mean(self) -> float:
        return (self._rate.total + PRIOR_RATE * PRIOR_HOURS * self._doubt) / (
            self._rate.weight + PRIOR_HOURS * self._doubt
        )

    @property
    def _doubt(self) -> float:
        """How much of the prior is left."""
        return max(0.05, 1.0 - self.hours / 48.0)

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
            "shift": self.shift.snapshot(),
            "shares": self.shares.snapshot(),
            "rate": [self._rate.total, self._rate.weight],
            "rhythm": [[level.total, level.weight] for level in self._rhythm],
            "sources": {name: [level.total, level.weight] for name, level in self._sources.items()},
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self.hours = plain["hours"]
        self.burst.restore(plain["burst"])
        self.shift.restore(plain["shift"])
        self.shares.restore(plain["shares"])
        self._rate = _Level(*plain["rate"])
        self._rhythm = [_Level(*each) for each in plain["rhythm"]]
        self._sources = {name: _Level(*each) for name, each in plain["sources"].items()}
        self._settle()
