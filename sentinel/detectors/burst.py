"""How surprising a count is, given what is usual: the tail of a negative binomial, whose dispersion is learnt
online.
"""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from river.base import Estimator

FADING = 0.99
"""Weight that an hour keeps with each one after it when the dispersion is learnt: about four days make it."""
PRIOR_DISPERSION = 0.35
PRIOR_HOURS = 12.0
"""Until an hour-of-day profile has settled, counts scatter about as much as their daily rhythm: 0.35 is the squared
coefficient of variation of a sinusoidal day whose peak is 1.8 times its mean, weighing as much as half a day of
evidence."""
MOST = 60.0
"""Surprises beyond 10^-60 are all the same to a person."""
_TEN = math.log(10) * (1 + 1e-9)
"""With room for what is lost in rounding."""


class Burst(Estimator):
    """Surprise of a count against its expected value.

    Counts of mentions scatter more than a Poisson process: people answer each other. With mean ``m`` and variance ``m +
    dispersion * m**2`` the count is negative binomial, and its upper tail, the regularised incomplete beta function, is
    exact for ten mentions a day and for a million (Hilbe, *Negative Binomial Regression*, 2011, ch. 8). The dispersion
    is the faded mean of the squared relative error in excess of Poisson, so what the expectation misses widens the tail
    instead of raising alarms. River's anomaly detectors were made for points in a feature space and have no notion of
    an expected count.

    Examples
    --------
    >>> burst = Burst()
    >>> for hour in range(200):
    ...     burst.learn_one({"count": 9 + hour % 3, "usual": 10.0})
    >>> burst.score_one({"count": 10, "usual": 10.0})
    0.0
    >>> burst.score_one({"count": 40, "usual": 10.0}) > 6
    True
    """

    def __init__(self, prior: float = PRIOR_DISPERSION, weight: float = PRIOR_HOURS, fading: float = FADING) -> None:
        self.prior, self.weight, self.fading = prior, weight, fading
        self._excess = prior * weight
        self._weight = weight
        self._settle()

    def _settle(self) -> None:
        self.dispersion = max(0.02, self._excess / self._weight)
        """Squared coefficient of variation beyond Poisson; never below 2 %, which no crowd beats."""

    def learn_one(self, x: dict[str, float]) -> None:
        """Learn from an hour that has passed: ``count`` seen where ``usual`` was expected."""
        count, usual = x["count"], max(x["usual"], 0.5)
        excess = ((count - usual) ** 2 - usual) / usual**2
        self._excess = self._excess * self.fading + min(max(excess, -1.0), 4.0)
        self._weight = self._weight * self.fading + 1.0
        self._settle()

    def score_one(self, x: dict[str, float]) -> float:
        """``-log10`` of the probability of ``count`` or more; 0 when it is no more than usual, at most `MOST`.

        ``doubt`` is the squared relative error of ``usual`` itself, where it is not known well: the tail is that of
        a prediction.
        """
        return self.tail(x["count"], x["usual"], x.get("doubt", 0.0))

    def tail(self, count: float, usual: float, doubt: float = 0.0) -> float:
        """The same, of plain numbers."""
        if count <= usual or count <= 0:
            return 0.0
        return surprise(count, usual, 1.0 / (self.dispersion + doubt))

    def snapshot(self) -> list[float]:
        """Plain values for a checkpoint."""
        return [self._excess, self._weight]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._excess, self._weight = (float(value) for value in plain)
        self._settle()


@cache
def _betainc() -> Callable[[float, float, float], float]:
    from scipy.special import cython_special  # takes a third of a second: only who judges needs it

    found: Callable[[float, float, float], float] = cython_special.betainc  # of plain numbers: no array is made
    return found


def load_beta_function() -> None:
    """Import what `surprise` asks now, and not amid the first assessment, for which all wait."""
    _betainc()


def surely(count: float, usual: float, shape: float) -> float:
    """A surprise that is exceeded in any case, found without the tail itself: Chernoff's bound, of a beta variable as
    the quotient of two gamma ones, which holds for any count that is more than usual.

    Examples
    --------
    >>> surely(40, 10.0, 5.0) < surprise(40, 10.0, 5.0) < surely(40, 10.0, 5.0) + 1.5
    True
    """
    both = count + shape
    odds = (usual + shape) / both
    return (count * math.log(count / usual * odds) + shape * math.log(odds)) / _TEN if usual > 0.0 else 0.0


@lru_cache(maxsize=4_096)
def surprise(count: float, usual: float, shape: float) -> float:
    """The tail of the negative binomial from a ``count`` on that is more than usual; ``shape`` is one over the
    dispersion. Within an hour what is usual stands, and the same small counts come again and again.
    """
    tail = _betainc()(float(count), shape, usual / (usual + shape))
    return min(MOST, -math.log10(tail)) if tail > 0 else MOST
