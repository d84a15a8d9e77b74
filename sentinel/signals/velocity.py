"""Velocity: angry people come faster than they usually do at this hour, and how fast they double."""

from math import log

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence
from sentinel.signals.window import Window

LOW, HIGH = 1.5, 6.0
"""Surprises (-log10) of the number of angry people."""
WARMING = 0.5
"""What it is worth while the day's rhythm is unknown: a brand first heard at night wakes up like a storm."""
BETWEEN = 30.0
"""Minutes from the middle of the three quarters before to the middle of the last one."""


class VelocitySignal(Signal):
    """Angry people against the usual number: absolute numbers, which the share alone hides.

    Firestorms differ from grumbling by how fast the angry grow in number (Pfeffer, Zorbach & Carley 2014); the time
    in which they double is told with it.
    """

    worth = 25.0
    family = Family.MOOD
    grounds = True

    def read(self, view: View) -> SignalReading:
        best, strength, shares = view.hour, 0.0, view.baseline.shares
        for each in view.read:
            window = each.window
            if window.angry >= 2 and each.came_angry > strength:  # else it cannot be the strongest
                surprise = view.scatter.surprise(window.angry, each.usual_angry, window.minutes, shares.angry, HIGH)
                found = each.came_angry * ramp(surprise, LOW, HIGH)
                if found > strength:
                    best, strength = each, found
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(best.window.angry)),
            ("minutes", float(best.window.minutes)),
            ("usual", shown(best.usual_angry)),
        )
        strength *= WARMING if view.baseline.warming else 1.0
        key = "signals.angry"
        if (minutes := _doubling(view.quarter.window, view.hour.window)) is not None:
            key, facts = "signals.angry_doubling", (*facts, ("doubling", minutes))
        return SignalReading(strength=strength, evidence=Evidence(signal="velocity", key=key, facts=facts))


def _doubling(quarter: Window, hour: Window) -> float | None:
    """Minutes in which the angry double, when they grow."""
    before = (hour.angry - quarter.angry) * quarter.minutes / (hour.minutes - quarter.minutes)
    if before < 1 or quarter.angry <= 1.2 * before:
        return None
    return float(max(1, round(BETWEEN * log(2) / log(quarter.angry / before))))
