"""How unusual a number is on several scales at once, from its own past alone: what ``sentinel detect`` runs."""

from collections.abc import Hashable
from math import log10, sqrt
from statistics import mean, median, stdev
from typing import Any

from river.base import AnomalyDetector

from sentinel.detectors.peaks import MOST, NEEDED, QUANTILE, Peaks

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
MINUTES = 5.0
"""What a value stands for where nobody says."""
REACH = 160.0
"""Minutes that the longest scale covers: two hours and forty."""
SCALES = (3, 9)
"""Scales at least, since two that agree may do so by chance; and at most, down to values a minute apart."""
ONE_IN = 3
"""One scale in three, the most surprised ones, is left out of the mean: what a few scales see is no event."""
HALFWAY = 1.5
"""Mean surprise that is shown as one half, where an alert starts. A scale is surprised from ``-log10(1 - QUANTILE)`` =
2 on and else not at all, so that three of the four that count must be: five of six, or fewer and rarer still.
"""


def spans(minutes: float) -> tuple[int, ...]:
    """Values averaged on each scale, an octave apart, of values that stand for so many minutes.

    Examples
    --------
    >>> spans(5), spans(60), spans(60 * 24 * 7)
    ((1, 2, 4, 8, 16, 32), (1, 2, 4), (1, 2, 4))
    """
    least, most = SCALES
    return tuple(2**octave for octave in range(most) if octave < least or 2 ** (octave - 1) * minutes < REACH)


def agreed(surprises: list[float]) -> float:
    """Mean of the surprises of the scales, without the most surprised third."""
    kept = sorted(surprises)[: len(surprises) - len(surprises) // ONE_IN]
    return sum(kept) / len(kept)


class MultiscalePeaks(AnomalyDetector):
    """Peaks over threshold on scales an octave apart, combined.

    One odd count is surprising on the shortest scale alone, a lasting climb on the longest alone; what deserves a
    person's attention is seen on nearly all. So the score is the mean of the surprises (``-log10`` of tail
    probabilities), which is Fisher's way of combining tests (*Statistical Methods for Research Workers*, 1925, sect.
    21.1) with its sum divided by their number, and trimmed: the most surprised third is left out, so that no one scale
    decides. River's detectors score points against their neighbourhood or a Gaussian; on counts whose tails are heavy
    they alarm for every peak. ``benchmarks/detection.py`` shows both.

    Scores lie in [0, 1): one half stands for a mean surprise of `HALFWAY`, and what is still warming up scores 0 (see
    `warming`). What a value stands for may be told as ``x["minutes"]``, the time since the value before; the median of
    the first ones decides how many scales there are. Memory is bounded: `peaks.WINDOW` values a scale.

    Parameters
    ----------
    quantile
        Share of a scale's values that are nothing.

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

    def __init__(self, quantile: float = QUANTILE) -> None:
        self.quantile = quantile
        self._scales: tuple[Peaks, ...] = ()
        self._whole = True
        self._early: list[float] = []
        """The first values, while they are all there is."""
        self._gaps: list[float] = []
        """Minutes between them."""

    @property
    def warming(self) -> bool:
        """True while there is too little past to say anything."""
        return len(self._early) < EARLY

    @property
    def early(self) -> bool:
        """True while only what is far beyond everything before is told, for want of a longer past."""
        return not self._scales

    def score_one(self, x: dict[Hashable, Any]) -> float:
        """How unusual ``x["value"]`` is, from 0 to 1."""
        surprise = self.surprise(x)
        return surprise / (surprise + HALFWAY)

    def surprise(self, x: dict[Hashable, Any]) -> float:
        """How surprising ``x["value"]`` is on the scales together, as ``-log10`` of a tail probability; early, that of
        a prediction.
        """
        value = float(x["value"])
        if self._whole and value.is_integer() and value + self._before() < FEW:
            return 0.0
        if self.early:
            return self._predicted(value) * HALFWAY / CERTAIN
        return agreed(self.surprises(x))

    def surprises(self, x: dict[Hashable, Any]) -> list[float]:
        """The same on each scale, from the shortest to the longest; nothing while it is early."""
        return [scale.score_one(x) for scale in self._scales]

    def _before(self) -> float:
        """Sum of the values that the longest scale averages with the next one."""
        return self._scales[-1].recent_sum if self._scales else sum(self._early)

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
        self._whole = self._whole and float(x["value"]).is_integer()
        if self._scales:
            for scale in self._scales:
                scale.learn_one(x)
            return
        self._early.append(float(x["value"]))
        if "minutes" in x:
            self._gaps.append(float(x["minutes"]))
        if len(self._early) == NEEDED:
            minutes = median(self._gaps) if self._gaps else MINUTES
            self._scales = tuple(Peaks(span, self.quantile) for span in spans(minutes))
            for scale in self._scales:
                for value in self._early:
                    scale.learn_one({"value": value})
