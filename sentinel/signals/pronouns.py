"""Pronouns: people stop speaking of themselves and speak of the brand: a crowd forms."""

from math import sqrt

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 2.0, 4.5
"""Standard errors by which the first person singular is rarer than this brand's own baseline in that language."""
SOUR = (0.5, 2.5)
"""Standard errors of the mood: who only passes on a joke does not speak of himself either."""


class PronounsSignal(Signal):
    """First-person singular in the last hour against the brand's usual share, one baseline a language (Strathern et
    al. 2020, 2022).

    In Spanish, which drops its subject pronouns, *me*, *mi*, *conmigo* and first-person verbs count. The only signal
    that one more complaint can weaken, by a fraction of its few points, when that complaint says *I*.
    """

    worth = 4.0
    family = Family.CONTENT

    def read(self, view: View) -> SignalReading:
        hour, sour = view.hour.window, ramp(view.hour.mood, *SOUR)
        if not sour or hour.singular_usual < 2:
            return nothing()
        strength = ramp((hour.singular_usual - hour.singular) / sqrt(hour.singular_usual + 1), LOW, HIGH) * sour
        if not strength:
            return nothing()
        facts = (
            ("share", 100.0 * hour.singular / max(1, hour.voices)),
            ("usual", 100.0 * hour.singular_usual / max(1, hour.voices)),
        )
        return SignalReading(
            strength=strength, evidence=Evidence(signal="pronouns", key="signals.pronouns", facts=facts)
        )
