"""Volume: more people than usual, on whichever scale is most surprising."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence

LOW, HIGH, EXTREME = 2.0, 10.0, 40.0
"""Surprises (-log10 of the tail probability). Windows are looked at every few seconds, thousands of correlated looks
a week: 10^-2 is seen every day; from 10^-10 on, nobody doubts it; the last third is kept for what nobody has ever
seen before, from 10^-40."""
PRAISE = 0.25
"""What is left of the volume's points when people are happier than usual: success is loud as well."""


class VolumeSignal(Signal):
    """People heard against what is usual for these hours (Pfeffer, Zorbach & Carley 2014).

    Loudness alone is no crisis: the points count fully once the mood is no better than usual, and a quarter when it
    is clearly better.
    """

    worth = 40.0
    family = Family.ATTENTION

    def read(self, view: View) -> SignalReading:
        best, strength = view.hour, 0.0
        for each in view.read:
            window, usual, _, mood = each
            if window.people <= usual:
                continue
            glad = 1.0 if 2 * window.unread >= window.people else PRAISE + (1 - PRAISE) * ramp(mood, -2.0, 1.0)
            found = _strength(view.surprise(window, window.people, usual)) * glad
            if found > strength:
                best, strength = each, found
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(best.window.people)),
            ("usual", shown(best.usual)),
            ("minutes", float(best.window.minutes)),
        )
        return SignalReading(strength=strength, evidence=Evidence(signal="volume", key="evidence.volume", facts=facts))


def _strength(surprise: float) -> float:
    return 0.7 * ramp(surprise, LOW, HIGH) + 0.3 * ramp(surprise, HIGH, EXTREME)
