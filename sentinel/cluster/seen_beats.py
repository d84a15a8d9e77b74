"""Beats of other processes, and for how long each has stood still: no clock is compared with another."""

from sentinel.clock import Clock

PATIENCE = 3.0
"""Seconds for which a beat must stand still before whoever gives it counts as gone."""


class SeenBeats:
    """Beats as they were first seen, by the clock of whoever looks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._beats: dict[str, tuple[object, float]] = {}

    def still_for(self, name: str, beat: object) -> float:
        """Seconds for which it has stood still, as far as we have looked."""
        now = self._clock.monotonic()
        known = self._beats.get(name)
        if known is None or known[0] != beat:
            self._beats[name] = known = (beat, now)
        return now - known[1]
