"""How far a mean has shifted, in standard errors that allow for the weather: a z-test whose noise has a floor."""

import math
from typing import Any

from river.base import Estimator

MEMORY = 168.0
"""Hours that make the usual mood once it has settled: a week."""
FULL = 5.0
"""Values that make an hour count half; beyond, a loud hour weighs hardly more than an ordinary one, or a campaign would
become the norm.
"""
PROTECTED = 0.2
"""Hours that a caller flags as unusual teach only a fifth: bounded, so that a new normal is learnt in the end, over
weeks.
"""
WOBBLE, WOBBLE_WEIGHT = 0.03, 48.0
"""The mood of a crowd drifts from hour to hour without a reason worth a page; until a brand's own drift is known, by
about this much, a belief that weighs as much as two days."""
DOUBT, DOUBT_HOURS = 0.12, 12.0
"""Brands differ from the population by about 0.12 around its mean; that doubt fades as a brand's own hours come in."""


class MeanShift(Estimator):
    """Shift of the mean of values in [-1, 1] against a slowly learnt mean.

    ``z = (sum - n * mean) / sqrt(n * variance + (n * wobble)**2 + variance)``: the first term is sampling error, the
    second keeps a big crowd from making a small drift look certain, the third keeps two angry voices from looking like
    a crowd. Adding the largest value there is never lowers it.

    Examples
    --------
    >>> shift = MeanShift()
    >>> round(shift.score_one({"count": 50, "sum": 25.0, "hours": 100}), 1)
    6.7
    >>> shift.score_one({"count": 0, "sum": 0.0, "hours": 100})
    0.0
    """

    def __init__(self, mean: float = 0.0, variance: float = 0.23, prior: float = 4.0) -> None:
        self.mean = mean
        """What is usual."""
        self.variance = variance
        self.prior = prior
        self._weight = 0.0
        self._wobble = WOBBLE**2 * WOBBLE_WEIGHT
        self._wobble_weight = WOBBLE_WEIGHT
        self._restless = self.wobble

    def learn_one(self, x: dict[str, float]) -> None:
        """Learn from an hour of ``count`` values that sum to ``sum``; early hours weigh more, as in a plain mean with a
        prior.
        """
        count = x["count"]
        if count <= 0:
            return
        weight = count / (count + FULL)
        if x.get("flagged"):
            weight *= PROTECTED
        off = x["sum"] / count - self.mean
        excess = max(-1.0, min(1.0, off**2 - self.variance / count))
        self._wobble = max(0.0, self._wobble * (1 - weight / MEMORY) + weight * excess)
        self._wobble_weight = self._wobble_weight * (1 - weight / MEMORY) + weight
        self._weight = min(MEMORY, self._weight + weight)
        self.mean += weight / (self.prior + self._weight) * off
        self._restless = self.wobble

    @property
    def wobble(self) -> float:
        """Standard deviation of the mean from hour to hour beyond what sampling explains; between 0.02 and 0.15."""
        return min(0.15, max(0.02, math.sqrt(self._wobble / self._wobble_weight)))

    def score_one(self, x: dict[str, float]) -> float:
        """Standard errors above the usual mean; negative below it. ``hours`` is how much history the brand has."""
        return self.shift(x["count"], x["sum"], x["hours"])

    def shift(self, count: float, total: float, hours: float) -> float:
        """The same, of plain numbers."""
        if count <= 0:
            return 0.0
        wobble = self._restless + (DOUBT * math.exp(-hours / DOUBT_HOURS) if hours < MEMORY else 0.0)
        noise = self.variance * (count + 1) + (count * wobble) ** 2
        return (total - count * self.mean) / math.sqrt(noise)

    def snapshot(self) -> list[float]:
        """Plain values for a checkpoint."""
        return [self.mean, self._weight, self._wobble, self._wobble_weight]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self.mean, self._weight, self._wobble, self._wobble_weight = (float(value) for value in plain)
        self._restless = self.wobble
