"""Novelty: a topic that this brand was never spoken of with."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 6.0, 20.0
"""Surprises (-log10) of the newest word: some word of thousands reaches 10^-5 every day."""
SOUR = (0.0, 2.0)
"""Standard errors of the mood: a new product is new as well."""
NAMED = 3
"""Words that the evidence names."""


class NoveltySignal(Signal):
    """Words that many say now and hardly anybody said in the weeks before: one topic dominating (Pfeffer, Zorbach &
    Carley 2014).
    """

    worth = 12.0
    family = Family.CONTENT

    def read(self, view: View) -> SignalReading:
        sour = ramp(max([each.mood for each in view.read[:3]]), *SOUR)
        if not sour:
            return nothing()
        found = view.terms.novel(view.now, view.baseline.usual(view.now, 60))
        strength = ramp(found[0].surprise, LOW, HIGH) * sour if found else 0.0
        if not strength:
            return nothing()
        named = [each for each in found[:NAMED] if each.surprise > LOW]
        facts: tuple[tuple[str, float | str], ...] = (
            ("words", ", ".join(f"«{each.term}»" for each in named)),
            ("count", float(found[0].count)),
            ("counts", " ".join(str(each.count) for each in named)),
        )
        return SignalReading(strength=strength, evidence=Evidence(signal="novelty", key="signals.novelty", facts=facts))
