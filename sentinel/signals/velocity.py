"""Velocity: negative voices come faster than they usually do at this hour, and how fast they double."""

from math import log

from sentinel.signals.base import Family, Reading, Signal, View, nothing, ramp
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
    """Negative voices in the last quarter of an hour against the usual number: absolute negatives, which the share alone hides.

    Firestorms differ from grumbling by how fast negatives grow (Pfeffer, Zorbach & Carley 2014); the time in which they double is
    told with it.
    """

    worth = 25.0
    family = Family.ATTENTION

    def read(self, view: View) -> Reading:
        quarter = view.quarter
        usual = view.baseline.usual(view.now, quarter.minutes) * view.baseline.shares.negative
        sour = ramp(min(view.moods[0], view.tones[0]), *SOUR)
        if not sour or quarter.negatives < 2:
            return nothing()
        surprise = view.baseline.burst.score_one({"count": quarter.negatives, "usual": usual})
        strength = ramp(surprise, LOW, HIGH) * sour * (WARMING if view.baseline.warming else 1.0)
        if not strength:
            return nothing()
        rest = view.hour.minutes - quarter.minutes
        before = (view.hour.negatives - quarter.negatives) * quarter.minutes / rest
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(quarter.negatives)),
            ("times", quarter.negatives / max(usual, 0.1)),
        )
        if before >= 1 and quarter.negatives > 1.2 * before:
            doubling = BETWEEN * log(2) / log(quarter.negatives / before)
            facts = (*facts, ("doubling", float(max(1, round(doubling)))))
            return Reading(strength=strength, evidence=Evidence(signal="velocity", key="signals.velocity_doubling", facts=facts))
        return Reading(strength=strength, evidence=Evidence(signal="velocity", key="signals.velocity", facts=facts))
