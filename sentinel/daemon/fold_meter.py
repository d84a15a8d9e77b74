"""What the fold counts, for whoever keeps the figures."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sentinel.engine.classification import Graded, Taught
from sentinel.metrics.running import Stage
from sentinel.signals.base import Observation


class FoldMeter(Protocol):
    """Told of everything the fold does; implemented by the shell."""

    def observed(self, observations: Sequence[Observation]) -> None:
        """A mention was folded; it was about these brands."""
        ...

    def graded(self, graded: Sequence[Graded]) -> None:
        """Texts whose true label came with them."""
        ...

    def taught(self, taught: Sequence[Taught]) -> None:
        """Lessons for the sentiment model."""
        ...

    def ticked(self, at: datetime) -> None:
        """Scores may have changed."""
        ...

    def took(self, stage: Stage, seconds: float) -> None:
        """A stage ended."""
        ...
