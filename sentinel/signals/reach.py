"""Reach: those who complain are heard by more people than usual, one big voice or many."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 2.0, 4.0
"""Standard deviations of log followers: an hour in twenty passes 2 at an ordinary brand."""
SOUR = (0.5, 2.5)
"""Standard errors of the mood from which it matters who speaks."""


class ReachSignal(Signal):
    """Followers of the last hour's negative voices together, on a logarithmic scale against the brand's usual
    (Herhausen et al. 2019).

    Sources that do not tell followers add nothing.
    """

    worth = 8.0
    family = Family.ATTENTION

    def read(self, view: View) -> SignalReading:
        shares, followers = view.baseline.shares, view.hour.window.audience
        sour = ramp(view.hour.mood, *SOUR)
        strength = ramp(shares.audience(followers), LOW, HIGH) * sour if sour and followers else 0.0
        if not strength:
            return nothing()
        facts = (("followers", float(followers)), ("usual", float(max(1, round(shares.usual_audience)))))
        return SignalReading(strength=strength, evidence=Evidence(signal="reach", key="signals.reach", facts=facts))
