"""Turns scores into alerts: one alert an event, not one a value."""

from dataclasses import dataclass
from datetime import datetime, timedelta

THRESHOLD = 0.5
"""Anomaly score from which an alert may start (`multiscale_peaks.HALFWAY` says what it stands for)."""
SPAN = timedelta(days=1)
ROWS = 7
"""Where a value stands for hours, days or weeks, quiet for a week of them: an event has a tail."""
BEATS = 3.0
"""Within the span, only what is three times as surprising as the worst so far is news: a peak that is still rising is
the same peak.
"""


@dataclass(slots=True)
class Hold:
    """After an alert, quiet for a day, or for a week of values where that is longer, unless something clearly worse
    comes.

    Examples
    --------
    >>> from datetime import datetime
    >>> hold, noon = Hold(), datetime(2026, 3, 2, 12)
    >>> hold.starts(noon, 0.6), hold.starts(noon + timedelta(hours=1), 0.7), hold.starts(noon + timedelta(hours=2), 0.9)
    (True, False, True)
    >>> hold.starts(noon + timedelta(days=2), 0.55)
    True
    """

    threshold: float = THRESHOLD
    span: timedelta = SPAN
    rows: int = ROWS
    beats: float = BEATS
    until: datetime | None = None
    worst: float = 0.0
    last: datetime | None = None

    def starts(self, at: datetime, score: float) -> bool:
        """Whether a new alert starts with this score at ``at``."""
        step = at - self.last if self.last is not None else timedelta(0)
        self.last = at
        odds = score / (1.0 - score) if score < 1.0 else float("inf")
        if self.until is not None and at >= self.until:
            self.until, self.worst = None, 0.0
        if score < self.threshold or (self.until is not None and odds <= self.beats * self.worst):
            return False
        self.until, self.worst = at + max(self.span, self.rows * step), odds
        return True
