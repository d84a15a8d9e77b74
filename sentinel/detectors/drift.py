"""How long and how far a number has been drifting up: a one-sided cumulative sum, for climbs that never have a peak."""

from typing import Any

from river.base import Estimator

SLACK = 0.5
"""Half the shift worth noticing, in standard errors an hour: the classical choice for a shift of one."""
CLIP = 3.0
"""One dreadful hour is not a drift: it counts at most this much."""
MOST = 24.0
"""However long a drift lasted, half a day without it ends it."""


class Drift(Estimator):
    """One-sided CUSUM of standardised values: ``s = max(0, s + z - slack)`` (Page, *Continuous Inspection Schemes*,
    1954).

    With a slack of 0.5 a stationary series passes 8 about once in thirty weeks of hours. River's ``drift.PageHinkley``
    is the same test made two-sided around its own running mean and answers yes or no; here the mean is the brand's and
    the height is wanted.

    Examples
    --------
    >>> drift = Drift()
    >>> for _ in range(6):
    ...     drift.learn_one({"z": 2.0})
    >>> drift.score_one({}), drift.length
    (9.0, 6)
    """

    def __init__(self) -> None:
        self._height = 0.0
        self.length = 0
        """Hours since the drift began."""

    def learn_one(self, x: dict[str, float]) -> None:
        """Take in one hour's ``z``."""
        self._height = min(MOST, max(0.0, self._height + min(CLIP, max(-CLIP, x["z"])) - SLACK))
        self.length = self.length + 1 if self._height else 0

    def score_one(self, x: dict[str, float]) -> float:
        """The height now; 0 is no drift."""
        return self._height

    def snapshot(self) -> list[float]:
        """Plain values for a checkpoint."""
        return [self._height, self.length]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._height, self.length = float(plain[0]), int(plain[1])
