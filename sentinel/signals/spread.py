"""Spread: the same trouble on several networks at once."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence

UNUSUAL = 3.0
"""Surprise from which one source counts as unusually loud."""


class SpreadSignal(Signal):
    """Sources that are unusually loud at the same time; crises that cross media last (Pfeffer 2014)."""

    worth = 10.0
    family = Family.ATTENTION

    def read(self, view: View) -> SignalReading:
        if len(view.hour.window.sources) < 2:
            return nothing()
        loud = sorted(
            source
            for source, count in view.hour.window.sources.items()
            if view.surprise(view.hour.window, count, view.baseline.usual_in(source, view.now, 60)) >= UNUSUAL
        )
        strength = ramp(len(loud), 1, 3) * ramp(view.hour.mood, -2.0, 1.0)
        if not strength:
            return nothing()
        facts = (("count", float(len(loud))), ("sources", ", ".join(loud[:5])))
        return SignalReading(strength=strength, evidence=Evidence(signal="spread", key="evidence.spread", facts=facts))
