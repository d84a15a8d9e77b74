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
        hour, mood = view.hour.window, view.hour.mood
        if len(hour.sources) < 2 or not (sour := ramp(mood, -2.0, 1.0)):
            return nothing()
        usual = view.baseline.usual(view.now, hour.minutes)
        loud = sorted(
            [
                source
                for source, count in hour.sources.items()
                if view.surprise(
                    hour,
                    count,
                    view.baseline.usual_in(source, usual, hour.minutes),
                    foreseen=view.hour.foreseen,
                )
                >= UNUSUAL
            ]
        )
        strength = ramp(len(loud), 1, 3) * sour
        if not strength:
            return nothing()
        facts = (("count", float(len(loud))), ("sources", ", ".join(loud[:5])))
        return SignalReading(strength=strength, evidence=Evidence(signal="spread", key="evidence.spread", facts=facts))
