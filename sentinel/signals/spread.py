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
        loud, left = [], len(hour.sources)
        for source, count in hour.sources.items():
            left -= 1
            among = view.baseline.usual_in(source, usual, hour.minutes)
            if view.surprise(hour, count, among, view.hour.foreseen, UNUSUAL) >= UNUSUAL:
                loud.append(source)
            elif len(loud) + left < 2:
                return nothing()  # one source is none that it spreads to
        loud.sort()
        strength = ramp(len(loud), 1, 3) * sour
        if not strength:
            return nothing()
        facts = (("count", float(len(loud))), ("sources", ", ".join(loud[:5])))
        return SignalReading(strength=strength, evidence=Evidence(signal="spread", key="evidence.spread", facts=facts))
