"""How far out in the tail a number is on one scale, when nothing is known about it but its own past: streaming peaks
over threshold.
"""

import math
from collections import deque
from collections.abc import Hashable
from typing import Any

from river.base import AnomalyDetector

HALF_LIFE = 2016.0
"""Values after which the level has half forgotten: a week of five-minute counts. A day or two weeks do as well."""
CLIP = 4.0
"""Standard deviations that a residual may move the level by: peaks must not become the norm."""
WINDOW, QUANTILE = 4032, 0.99
"""Residuals that make the threshold (two weeks of five-minute counts), and the share of them below it."""
EXCESSES = 100
"""Excesses that make the tail; two weeks bring about forty."""
SHAPES = (-0.2, 0.45)
"""Of the generalised Pareto tail: from bounded to one whose variance just exists."""
NEEDED = 50
"""Values before there is anything to compare with."""
MOST = 15.0
"""Surprises beyond 10^-15 are all the same."""


class Peaks(AnomalyDetector):
    """Streaming peaks over threshold of a moving mean, against a slow robust level.

    The residual of the mean of the last ``span`` values against a slowly moving level is compared with a rolling
    quantile of its own past; excesses over it are fitted by a generalised Pareto distribution through their moments,
    and the score is the tail probability (Siffer, Fouque, Termier & Largouët, *Anomaly Detection in Streams with
    Extreme Value Theory*, KDD 2017). The threshold is River's ``stats.RollingQuantile``.

    Parameters
    ----------
    span
        Values averaged before they are judged.
    quantile
        Share of the residuals that are nothing.

    Examples
    --------
    >>> peaks = Peaks(span=2)
    >>> for n in range(400):
    ...     peaks.learn_one({"value": 10 + n % 7})
    >>> peaks.score_one({"value": 12}), peaks.score_one({"value": 200}) > 3
    (0.0, True)
    """

    def __init__(self, span: int = 1, quantile: float = QUANTILE) -> None:
        self.span = span
        self.quantile = quantile
        self._seen = 0
        self._recent: deque[float] = deque(maxlen=span)
        self._level = 0.0
        self._spread = 0.0
        from river.stats import RollingQuantile  # a quarter of a second, of no use to whoever only lists detectors

        self._quantile = RollingQuantile(q=quantile, window_size=WINDOW)
        self._excesses: deque[float] = deque(maxlen=EXCESSES)

    @property
    def warming(self) -> bool:
        """True while there is too little past; the score is 0 until then."""
        return self._seen < NEEDED

    @property
    def recent_sum(self) -> float:
        """Sum of the values before the next one that are averaged with it."""
        return sum(list(self._recent)[1 - self.span :]) if self.span > 1 else 0.0

    def score_one(self, x: dict[Hashable, Any]) -> float:
        """``-log10`` of the tail probability of ``x["value"]``; 0 below the threshold, at most `MOST`."""
        if self.warming:
            return 0.0
        threshold = self._quantile.get()
        excess = self._residual(x["value"]) - (threshold or 0.0)
        if threshold is None or excess <= 0:
            return 0.0
        shape, scale = self._tail()
        inside = 1.0 + shape * excess / scale
        if inside <= 0:
            return MOST
        survival = math.exp(-excess / scale) if abs(shape) < 1e-6 else inside ** (-1.0 / shape)
        return min(MOST, -math.log10(max(1e-15, (1.0 - self.quantile) * survival)))

    def learn_one(self, x: dict[Hashable, Any]) -> None:
        """Take in the next value."""
        value = x["value"]
        if self._seen == 0:
            self._level = value
        residual = self._residual(value)
        threshold = self._quantile.get()
        if not self.warming and threshold is not None and residual > threshold:
            self._excesses.append(residual - threshold)
        self._quantile.update(residual)
        self._recent.append(value)
        self._seen += 1
        pace = max(1.0 - 0.5 ** (1.0 / HALF_LIFE), 1.0 / (self._seen + 1))
        limit = CLIP * math.sqrt(self._spread) if self._seen > NEEDED else math.inf
        moved = max(-limit, min(limit, residual))
        self._spread += pace * (moved * moved - self._spread)
        self._level += pace * moved

    def _residual(self, value: float) -> float:
        recent = [*self._recent, value][-self.span :]
        return sum(recent) / len(recent) - self._level

    def _tail(self) -> tuple[float, float]:
        """Shape and scale by moments; exponential while there are few excesses."""
        if len(self._excesses) < 10:
            known = sum(self._excesses) / len(self._excesses) if self._excesses else math.sqrt(self._spread)
            return 0.0, max(known, 1e-9)
        mean = sum(self._excesses) / len(self._excesses)
        variance = sum((e - mean) ** 2 for e in self._excesses) / (len(self._excesses) - 1)
        ratio = mean * mean / max(variance, 1e-12)
        shape = min(SHAPES[1], max(SHAPES[0], 0.5 * (1.0 - ratio)))
        return shape, max(mean * (1.0 - shape), 1e-9)
