"""Beats of other processes, and for how long each has stood still: no clock is compared with another.

Time counts only while somebody looks. While the store could not be read, or while we stood still ourselves, nobody was
seen beating: that tells nothing of them.
"""

from sentinel.clock import Clock

PATIENCE = 2.5
"""Seconds for which a beat must stand still before whoever gives it counts as gone."""
GAP = PATIENCE / 2
"""The most that counts between two looks."""


class SeenBeats:
    """Beats as they were first seen, by the clock of whoever looks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: dict[str, tuple[object, float]] = {}
        self._looked = clock.monotonic()
        self._watched = 0.0

    def still_for(self, name: str, beat: object) -> float:
        """Seconds for which it has stood still, as far as we have looked; ``beat`` was read just now."""
        now = self._clock.monotonic()
        self._watched += min(now - self._looked, GAP)
        self._looked = now
        known = self._beats.get(name)
        if known is None or known[0] != beat:
            self._beats[name] = known = (beat, self._watched)
        return self._watched - known[1]
