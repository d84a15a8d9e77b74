"""Amplification: people pass on what others complain about, more than they usually do."""

from sentinel.signals.base import Family, Reading, Signal, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 1.5, 6.0
"""Surprises (-log10) of the last five minutes', quarter's or hour's reposts and quotes."""
SOUR = (0.5, 2.5)
"""Standard errors of the mood from which what is passed on is no praise."""


class Amplification(Signal):
    """Reposts and quotes against the usual number; the mark by which firestorms are told from chatter (Strathern et al.
    2022).

    Copies count here, one a mention: to repeat is what is measured.
    """

    worth = 18.0
    family = Family.ATTENTION

    def read(self, view: View) -> Reading:
        share = view.baseline.shares.amplified
        best, strength = view.hour, 0.0
        for window, tone in zip(view.windows[:3], view.tones[:3], strict=True):
            sour = ramp(tone, *SOUR)
            if sour and window.amplified >= 2:
                usual = view.usual(window.minutes) * share
                found = (
                    ramp(view.baseline.burst.score_one({"count": window.amplified, "usual": usual}), LOW, HIGH) * sour
                )
                if found and found >= strength:
                    best, strength = window, found
        if not strength:
            return nothing()
        facts = (
            ("count", float(best.amplified)),
            ("minutes", float(best.minutes)),
            ("share", 100.0 * best.amplified / max(1, best.mentions)),
            ("usual", 100.0 * share),
        )
        return Reading(
            strength=strength, evidence=Evidence(signal="amplification", key="signals.amplification", facts=facts)
        )
