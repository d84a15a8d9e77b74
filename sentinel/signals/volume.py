"""Volume: more voices than usual, on whichever of three scales is most surprising."""

from sentinel.signals.base import Family, Reading, Signal, View, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH, EXTREME = 2.0, 10.0, 40.0
"""Surprises (-log10 of the tail probability). Three scales are looked at every few seconds, thousands of correlated
looks a week: 10^-2 is seen every day; from 10^-10 on, nobody doubts it; the last third is kept for what nobody has ever
seen before, from 10^-40."""
PRAISE = 0.25
"""What is left of the volume's points when people are happier than usual: success is loud as well."""


class Volume(Signal):
    """Voices in the last quarter, hour and six hours against what is usual for these hours (Pfeffer, Zorbach & Carley
    2014).

    Loudness alone is no crisis: the points count fully once the mood is no better than usual, and a quarter when it is
    clearly better.
    """

    worth = 40.0
    family = Family.ATTENTION

    def read(self, view: View) -> Reading:
        usual = [view.usual(window.minutes) for window in view.windows]
        strengths = [
            _strength(view.baseline.burst.score_one({"count": window.heard, "usual": expected}))
            * (PRAISE + (1 - PRAISE) * ramp(min(mood, tone), -2.0, 1.0))
            for window, expected, mood, tone in zip(view.windows, usual, view.moods, view.tones, strict=True)
        ]
        worst = max(range(len(strengths)), key=strengths.__getitem__)
        if not strengths[worst]:
            return Reading(strength=0.0, evidence=None)
        window = view.windows[worst]
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(window.heard)),
            ("usual", usual[worst]),
            ("times", window.heard / max(usual[worst], 0.5)),
            ("minutes", float(window.minutes)),
        )
        return Reading(
            strength=strengths[worst], evidence=Evidence(signal="volume", key="evidence.volume", facts=facts)
        )


def _strength(surprise: float) -> float:
    return 0.7 * ramp(surprise, LOW, HIGH) + 0.3 * ramp(surprise, HIGH, EXTREME)
