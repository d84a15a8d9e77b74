"""Velocity: negative voices come faster than they usually do at this hour, and how fast they double."""

from math import log

from sentinel.signals.base import Family, Reading, Signal, View, nothing, ramp
from sentinel.signals.buckets import Window
from sentinel.signals.evidence import Evidence

LOW, HIGH = 1.5, 6.0
"""Surprises (-log10) of the last quarter's negatives."""
SOUR = (0.5, 2.5)
"""Standard errors of the mood: in a crowd that is merely larger there are more of every sort."""
WARMING = 0.5
"""What it is worth while the day's rhythm is unknown: a brand first heard at night wakes up like a storm."""
BETWEEN = 30.0
"""Minutes from the middle of the three quarters before to the middle of the last one."""


class Velocity(Signal):
    """Negative voices in the last quarter of an hour against the usual number: absolute negatives, which the share
    alone hides.

    Firestorms differ from grumbling by how fast negatives grow (Pfeffer, Zorbach & Carley 2014); the time in which they
    double is told with it.
    """

    worth = 25.0
    family = Family.ATTENTION

    def read(self, view: View) -> Reading:
        best, strength, expected = view.hour, 0.0, 0.0
        for window, mood, tone in zip(view.windows[:2], view.moods[:2], view.tones[:2], strict=True):
            sour = ramp(min(mood, tone), *SOUR)
            if sour and window.negatives >= 2:
                usual = view.usual_negatives(window.minutes)
                surprise = view.baseline.burst.score_one({"count": window.negatives, "usual": usual})
                if (found := ramp(surprise, LOW, HIGH) * sour) and found >= strength:
                    best, strength, expected = window, found, usual
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(best.negatives)),
            ("minutes", float(best.minutes)),
            ("times", best.negatives / max(expected, 0.1)),
        )
        strength *= WARMING if view.baseline.warming else 1.0
        key = "signals.velocity"
        if (minutes := _doubling(view.windows.quarter, view.hour)) is not None:
            key, facts = "signals.velocity_doubling", (*facts, ("doubling", minutes))
        return Reading(strength=strength, evidence=Evidence(signal="velocity", key=key, facts=facts))


def _doubling(quarter: Window, hour: Window) -> float | None:
    """Minutes in which negatives double, when they grow."""
    before = (hour.negatives - quarter.negatives) * quarter.minutes / (hour.minutes - quarter.minutes)
    if before < 1 or quarter.negatives <= 1.2 * before:
        return None
    return float(max(1, round(BETWEEN * log(2) / log(quarter.negatives / before))))
