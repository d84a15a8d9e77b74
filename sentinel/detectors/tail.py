"""How far out in the tail a number is, when nothing is known about it but its own past: streaming peaks over threshold."""

import math
from collections import deque
from collections.abc import Hashable
from typing import Any

from river.base import AnomalyDetector
from river.stats import RollingQuantile

RECENT = 2
"""Values averaged before they are judged: one odd count is not yet an event."""
HALF_LIFE = 2000.0
"""Values after which the level has half forgotten: a week of five-minute counts."""
CLIP = 4.0
"""Standard deviations that a residual may move the level by: peaks must not become the norm."""
WINDOW, QUANTILE = 2000, 0.98
"""Residuals that make the threshold, and the share of them below it."""
EXCESSES = 100
SHAPES = (-0.2, 0.45)
"""Of the generalised Pareto tail: from bounded to one whose variance just exists."""
NEEDED = 50
"""Values before there is anything to compare with."""
HALFWAY = 3.0
"""Tail probability, as -log10, that is shown as one half."""


class Tail(AnomalyDetector):
    """Streaming peaks over threshold against a slow robust level.

    The residual of the mean of the last two values against a slowly moving level is compared with a rolling quantile of its own past;
    excesses over it are fitted by a generalised Pareto distribution through their moments, and the score is the tail probability
    (Siffer, Fouque, Termier & Largouët, *Anomaly Detection in Streams with Extreme Value Theory*, KDD 2017). River's detectors score
    points against their neighbourhood or a Gaussian; on counts whose tails are heavy both alarm for every peak, as
    ``benchmarks/detection.py`` shows.

    Scores lie in [0, 1): one half stands for a tail probability of 10^-3, and what is still warming up scores 0 (see `warming`).

    Examples
    --------
    >>> tail = Tail()
    >>> for n in range(400):
    ...     tail.learn_one({"value": 10 + n % 7})
    >>> tail.warming, round(tail.score_one({"value": 12}), 2)
    (False, 0.0)
    >>> tail.score_one({"value": 200}) > 0.5
    True
    """

    def __init__(self) -> None:
        self._seen = 0
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._level = 0.0
        self._spread = 0.0
        self._quantile = RollingQuantile(q=QUANTILE, window_size=WINDOW)
        self._excesses: deque[float] = deque(maxlen=EXCESSES)

    @property
    def warming(self) -> bool:
        """True while there is too little past."""
        return self._seen < NEEDED

    def score_one(self, x: dict[Hashable, Any]) -> float:
        """How unusual ``x["value"]`` is, from 0 to 1."""
        surprise = self.surprise(x)
        return surprise / (surprise + HALFWAY)

    def surprise(self, x: dict[Hashable, Any]) -> float:
        """-log10 of the tail probability of ``x["value"]``; 0 below the threshold."""
        if self.warming:
            return 0.0
        threshold = self._quantile.get()
        excess = self._residual(x["value"]) - (threshold or 0.0)
        if threshold is None or excess <= 0:
            return 0.0
        shape, scale = self._tail()
        inside = 1.0 + shape * excess / scale
        if inside <= 0:
            return 15.0
        survival = math.exp(-excess / scale) if abs(shape) < 1e-6 else inside ** (-1.0 / shape)
        return min(15.0, -math.log10(max(1e-15, (1.0 - QUANTILE) * survival)))

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
        recent = [*self._recent, value][-RECENT:]
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
