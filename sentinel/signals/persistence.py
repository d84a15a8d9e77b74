"""Persistence: the mood keeps being worse than usual, hour after hour; how a slow burn shows that never has a peak."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 3.0, 12.0
"""Heights of the cumulative sum: 3 is passed about once in four days without a reason, 8 about once in thirty weeks."""


class PersistenceSignal(Signal):
    """How far the hourly mood has drifted down in sum (Page 1954; persistence as a mark of firestorms: Hansen et al.
    2018).

    It counts while the last six hours are still bad: what is over is over. At full height nothing else is needed for
    an alert, since chance alone gets there once in many years.
    """

    worth = 45.0
    family = Family.MOOD
    grounds = True

    def read(self, view: View) -> SignalReading:
        high = ramp(view.drift, LOW, HIGH)
        strength = high * ramp(view.six_hours.mood, 0.0, 1.5) if high else 0.0
        if not strength:
            return nothing()
        facts = (("hours", float(view.drifting)),)
        return SignalReading(
            strength=strength, evidence=Evidence(signal="persistence", key="evidence.persistence", facts=facts)
        )
