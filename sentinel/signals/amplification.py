"""Amplification: people pass on what others complain about, more than they usually do."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence

LOW, HIGH = 1.5, 6.0
"""Surprises (-log10) of the last five minutes', quarter's or hour's reposts and quotes."""
SOUR = (0.5, 2.5)
"""Standard errors of the mood from which what is passed on is no praise."""


class AmplificationSignal(Signal):
    """People who repost and quote against the usual share of them; the mark by which firestorms are told from
    chatter (Strathern et al. 2022). Copies count here: to repeat is what is measured.
    """

    worth = 18.0
    family = Family.ATTENTION

    def read(self, view: View) -> SignalReading:
        share = view.baseline.shares.amplified
        best, strength = view.hour, 0.0
        for each in reversed(view.read[:3]):  # of equals the longest
            window = each.window
            if window.amplified < 2:
                continue
            if (sour := ramp(each.mood, *SOUR)) > strength:  # else it cannot be the strongest
                surprise = view.scatter.surprise(window.amplified, each.among(share), window.minutes, share, HIGH)
                found = ramp(surprise, LOW, HIGH) * sour
                if found > strength:
                    best, strength = each, found
        if not strength:
            return nothing()
        facts = (
            ("count", float(best.window.amplified)),
            ("minutes", float(best.window.minutes)),
            ("people", float(best.window.people)),
            ("usual", shown(best.among(share))),
        )
        return SignalReading(
            strength=strength, evidence=Evidence(signal="amplification", key="signals.passed_on", facts=facts)
        )
