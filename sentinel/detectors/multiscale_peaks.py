"""How unusual a number is on several scales at once, from its own past alone: what ``sentinel detect`` runs."""

from collections.abc import Hashable
from math import log10, sqrt
from statistics import mean, stdev
from typing import Any

from river.base import AnomalyDetector

from sentinel.detectors.peaks import MOST, Peaks

EARLY = 8
"""Values before anything is said at all."""
CERTAIN = 4.0
"""``-log10`` of the odds of a prediction from few values that is shown as one half: nothing else has been seen of the
series.
"""
FEW = 3.0
"""Of things that are counted, fewer in all the values of the longest scale are no event: a lone one among zeros is rare
and nothing.
"""
SPANS = (1, 2, 4, 8, 16, 32)
"""Values averaged on each scale, an octave apart: five minutes to two hours and forty of five-minute counts."""
HALFWAY = 2.2
"""Mean ``-log10`` of the tail probability that is shown as one half, where an alert starts: about one in 160 on all
scales at once.
"""


class MultiscalePeaks(AnomalyDetector):
    """Peaks over threshold on six scales, combined.

    One odd count is surprising on the shortest scale alone, a lasting climb on the longest alone; what deserves a
    person's attention is seen on most. So the score is the mean of the surprises (``-log10`` of tail probabilities),
    which is Fisher's way of combining tests (*Statistical Methods for Research Workers*, 1925, sect. 21.1) with its sum
    divided by their number; the maximum, which any one scale decides, alarms for far more that is nothing. River's
    detectors score points against their neighbourhood or a Gaussian; on counts whose tails are heavy they alarm for
    every peak. ``benchmarks/detection.py`` shows both.

    Scores lie in [0, 1): one half stands for a mean surprise of `HALFWAY`, and what is still warming up scores 0 (see
    `warming`). Memory is bounded: two weeks of five-minute values a scale.

    Examples
    --------
    >>> peaks = MultiscalePeaks()
    >>> for n in range(400):
    ...     peaks.learn_one({"value": 10 + n % 7})
    >>> peaks.warming, round(peaks.score_one({"value": 12}), 2)
    (False, 0.0)
    >>> peaks.score_one({"value": 200}) > 0.5
    True
    """

    def __init__(self) -> None:
        self._scales = tuple(Peaks(span) for span in SPANS)
        self._whole = True
        self._early: list[float] = []
        """The first values, while they are all there is."""

    @property
    def warming(self) -> bool:
        """True while there is too little past to say anything."""
        return len(self._early) < EARLY

    @property
    def early(self) -> bool:
        """True while only what is far beyond everything before is told, for want of a longer past."""
        return self._scales[0].warming

    def score_one(self, x: dict[Hashable, Any]) -> float:
        """How unusual ``x["value"]`` is, from 0 to 1."""
        surprise = self.surprise(x)
        return surprise / (surprise + HALFWAY)

    def surprise(self, x: dict[Hashable, Any]) -> float:
        """Mean over the scales of ``-log10`` of the tail probability of ``x["value"]``; early, that of a prediction."""
        value = float(x["value"])
        if self._whole and value.is_integer() and value + self._scales[-1].recent_sum < FEW:
            return 0.0
        if self.early:
            return self._predicted(value) * HALFWAY / CERTAIN
        return sum(scale.score_one(x) for scale in self._scales) / len(self._scales)

    def _predicted(self, value: float) -> float:
        """``-log10`` of the odds of the next of so few values, by Student's distribution; counts scatter by chance
        alone.
        """
        known = len(self._early)
        if known < EARLY:
            return 0.0
        average = mean(self._early)
        scatter = max(stdev(self._early), sqrt(max(average, 1.0)) if self._whole else 0.0)
        if value <= average or not scatter:
            return 0.0
        from scipy.special import stdtr  # takes a third of a second, which whoever only lists detectors has no use for

        odds = float(stdtr(known - 1, -(value - average) / (scatter * sqrt(1 + 1 / known))))
        return min(MOST, -log10(odds)) if odds > 0 else MOST

    def learn_one(self, x: dict[Hashable, Any]) -> None:
        """Take in the next value."""
        if self.early:
            self._early.append(float(x["value"]))
        self._whole = self._whole and float(x["value"]).is_integer()
        for scale in self._scales:
            scale.learn_one(x)
