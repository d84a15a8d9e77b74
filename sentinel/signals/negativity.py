"""Negativity: the mood is worse than usual, by more than chance and the day's weather explain."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 1.5, 4.5
"""Standard errors: below 1.5 is an ordinary bad hour, windows looked at all day long reach 3.5 about once a month."""


class NegativitySignal(Signal):
    """Mean of P(negative) - P(positive) over people against the brand's own mean, in the worst window.

    In an aftermath the hours are judged by what people were told of; a sudden outburst is news whatever went before.

    The share alone misleads when few speak, and the count alone when many do; the standard error weighs both
    (Hansen, Kupfer & Hennig-Thurau 2018).
    """

    worth = 42.0
    family = Family.MOOD
    grounds = True

    def read(self, view: View) -> SignalReading:
        best, worst = view.hour.window, 0.0
        for each in view.read:
            window, mood = each.window, each.mood
            found = mood - view.told if window.minutes >= view.hour.window.minutes else mood
            if found > worst:
                best, worst = window, found
        strength = ramp(worst, LOW, HIGH)
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("share", 100.0 * best.angry / max(1, best.voices)),
            ("count", float(best.angry)),
            ("voices", float(best.voices)),
            ("minutes", float(best.minutes)),
        )
        return SignalReading(
            strength=strength, evidence=Evidence(signal="negativity", key="evidence.negativity", facts=facts)
        )
