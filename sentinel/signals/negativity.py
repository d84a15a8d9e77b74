"""Negativity: the mood is worse than usual, by more than chance and the day's weather explain."""

from sentinel.signals.base import Family, Reading, Signal, View, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 1.5, 4.5
"""Standard errors: below 1.5 is an ordinary bad hour, three windows looked at all day long reach 3.5 about once a
month.
"""


class Negativity(Signal):
    """Mean of P(negative) - P(positive) over voices against the brand's own mean, in the worst of three windows.

    In an aftermath the hours are judged by what people were told of; a sudden outburst is news whatever went before.

    The share alone misleads when few speak, and the count alone when many do; the standard error weighs both (Hansen,
    Kupfer & Hennig-Thurau 2018).
    """

    worth = 42.0
    family = Family.MOOD

    def read(self, view: View) -> Reading:
        moment, quarter, hour, shift = view.moods
        moods = (moment, quarter, hour - view.told, shift - view.told)
        worst = max(range(len(moods)), key=moods.__getitem__)
        strength = ramp(moods[worst], LOW, HIGH)
        if not strength:
            return Reading(strength=0.0, evidence=None)
        window = view.windows[worst]
        facts: tuple[tuple[str, float | str], ...] = (
            ("share", 100.0 * window.negatives / max(1, window.voices)),
            ("count", float(window.negatives)),
            ("voices", float(window.voices)),
            ("minutes", float(window.minutes)),
        )
        return Reading(
            strength=strength, evidence=Evidence(signal="negativity", key="evidence.negativity", facts=facts)
        )
