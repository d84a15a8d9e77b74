"""Rate at which this machine folds mentions, as measured: what a queue means in seconds."""

UNMEASURED = 0.001
"""Seconds a mention until something was measured."""
FADING = 0.9
"""Weight that what was measured before keeps with each new measurement."""
FEWEST = 20
"""Mentions in one go from which its time says something: a lone one pays for all that is done once."""


class FoldRate:
    """Seconds that one mention takes, the last few thousand counting most.

    Examples
    --------
    >>> rate = FoldRate()
    >>> for _ in range(40):
    ...     rate.took(200, seconds=0.1)
    >>> round(rate.seconds(6000), 1)
    3.0
    """

    def __init__(self) -> None:
        self._each = UNMEASURED

    def took(self, mentions: int, seconds: float) -> None:
        """So many were folded in one go."""
        if mentions >= FEWEST:
            self._each = FADING * self._each + (1.0 - FADING) * seconds / mentions

    def seconds(self, mentions: int) -> float:
        """How long so many take."""
        return mentions * self._each
