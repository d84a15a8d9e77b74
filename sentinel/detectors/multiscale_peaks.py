"""How unusual a number is on several scales at once, from its own past alone: what ``sentinel detect`` runs."""

from collections.abc import Hashable
from typing import Any

from river.base import AnomalyDetector

from sentinel.detectors.peaks import Peaks

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

    @property
    def warming(self) -> bool:
        """True while there is too little past."""
        return self._scales[0].warming

    def score_one(self, x: dict[Hashable, Any]) -> float:
        """How unusual ``x["value"]`` is, from 0 to 1."""
        surprise = self.surprise(x)
        return surprise / (surprise + HALFWAY)

    def surprise(self, x: dict[Hashable, Any]) -> float:
        """Mean over the scales of ``-log10`` of the tail probability of ``x["value"]``."""
        return sum(scale.score_one(x) for scale in self._scales) / len(self._scales)

    def learn_one(self, x: dict[Hashable, Any]) -> None:
        """Take in the next value."""
        for scale in self._scales:
            scale.learn_one(x)
