"""Spread: the same trouble on several networks at once."""

from sentinel.signals.base import Family, Reading, Signal, View, nothing, ramp
from sentinel.signals.evidence import Evidence

UNUSUAL = 3.0
"""Surprise from which one source counts as unusually loud."""


class Spread(Signal):
    """Sources that are unusually loud at the same time; crises that cross media are the ones that last (Pfeffer
    2014).
    """

    worth = 10.0
    family = Family.ATTENTION

    def read(self, view: View) -> Reading:
        if len(view.hour.sources) < 2:
            return nothing()
        loud = sorted(
            source
            for source, count in view.hour.sources.items()
            if view.baseline.burst.score_one({"count": count, "usual": view.baseline.usual_in(source, view.now, 60)})
            >= UNUSUAL
        )
        strength = ramp(len(loud), 1, 3) * ramp(view.moods.hour, -2.0, 1.0)
        if not strength:
            return nothing()
        facts = (("count", float(len(loud))), ("sources", ", ".join(loud[:5])))
        return Reading(strength=strength, evidence=Evidence(signal="spread", key="evidence.spread", facts=facts))
