"""Levels with hysteresis: entered at once, left only after the score has stayed well below the threshold."""

from datetime import datetime
from typing import Any

from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings


class Hysteresis:
    """Turns scores into a level.

    A level is entered when the score reaches its threshold and no gate holds it down. It is left for the level that the
    score then supports once the score has been below ``threshold - margin`` for ``leave_after``, without a break.

    Examples
    --------
    >>> from datetime import timedelta, datetime, UTC
    >>> at = datetime(2026, 3, 2, tzinfo=UTC)
    >>> hysteresis = Hysteresis(ScoringSettings())
    >>> hysteresis.update(70.0, Level.CRISIS, at).value, hysteresis.update(55.0, Level.CRISIS, at).value
    ('alert', 'alert')
    >>> hysteresis.update(20.0, Level.CRISIS, at).value, hysteresis.update(20.0, Level.CRISIS,
    ...     at + timedelta(minutes=30)).value
    ('alert', 'calm')
    """

    def __init__(self, settings: ScoringSettings) -> None:
        self.level = Level.CALM
        self.below_since: datetime | None = None
        self._settings = settings
        self._thresholds = dict(settings.thresholds.steps)
        self._downwards = settings.thresholds.steps[::-1]

    def reached(self, points: float) -> Level:
        """The highest level whose threshold ``points`` reaches."""
        for level, least in self._downwards:
            if points >= least:
                return level
        return Level.CALM

    def update(self, points: float, ceiling: Level, now: datetime, *, may_fall: bool = True) -> Level:
        """The level at ``now``; ``ceiling`` is the highest one that the gates let a score enter.

        With points that are only a lower bound it may rise, never fall.
        """
        reached = self.reached(points)
        entered = reached if reached.rank <= ceiling.rank else ceiling
        if entered.rank >= self.level.rank:
            self.level, self.below_since = entered, None
        elif not may_fall or points >= self._thresholds[self.level] - self._settings.margin:
            self.below_since = None
        elif self.below_since is None:
            self.below_since = now
        if self.below_since is not None and now - self.below_since >= self._settings.leave_after:
            self.level, self.below_since = self._supported(points), None
        return self.level

    @property
    def due(self) -> datetime | None:
        """When the level would be left if nothing changes."""
        return self.below_since + self._settings.leave_after if self.below_since else None

    def _supported(self, points: float) -> Level:
        """The highest level below the present one whose own leaving line the score has not fallen under."""
        lower = [
            level
            for level, least in self._thresholds.items()
            if level.rank < self.level.rank and points >= least - self._settings.margin
        ]
        return max(lower, key=lambda level: level.rank, default=Level.CALM)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return [self.level.value, self.below_since]

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self.level, self.below_since = Level(plain[0]), plain[1]
