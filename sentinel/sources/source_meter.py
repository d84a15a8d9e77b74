"""Meter of sources: what of them is counted, for whoever draws it."""

from datetime import datetime
from typing import Protocol


class SourceMeter(Protocol):
    """What the runner counts."""

    def received(self, source: str, count: int) -> None:
        """Mentions that were new."""
        ...

    def source_succeeded(self, source: str, at: datetime) -> None:
        """The far side answered."""
        ...

    def source_refused(self, source: str, reason: str, count: int) -> None:
        """Items that were no mentions."""
        ...
