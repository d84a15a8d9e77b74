"""Levels: calm, watch, alert, crisis."""

from enum import StrEnum


class Level(StrEnum):
    """How bad it is. Ordered by `rank`."""

    CALM = "calm"
    WATCH = "watch"
    ALERT = "alert"
    CRISIS = "crisis"

    @property
    def rank(self) -> int:
        """0 for calm to 3 for crisis."""
        return _RANK[self]


_RANK = {Level.CALM: 0, Level.WATCH: 1, Level.ALERT: 2, Level.CRISIS: 3}
