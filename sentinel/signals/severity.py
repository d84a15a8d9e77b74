"""Severity: people speak of harm, law, leaked data, discrimination or boycott."""

from sentinel.signals.base import Family, Reading, Signal, View, nothing, ramp
from sentinel.signals.evidence import Evidence

LOW, HIGH = 3.0, 10.0
"""Surprises (-log10) of the weight of grave words."""
GLAD = (-2.0, 0.0)
"""Standard errors of the mood: grave words among people happier than usual are a figure of speech."""
NAMED = 4
"""Words that the evidence names."""


class Severity(Signal):
    """Weight of grave words in voices of the last quarter, hour and six hours against what this brand usually hears.

    What is at stake decides how bad a crisis gets (Delgado-Ballester et al. 2020); frightened people speak soberly, and
    a model of mood alone hears no anger in them. Lists: ``lexicon/es.yaml``, ``lexicon/en.yaml``.
    """

    worth = 25.0
    family = Family.CONTENT

    def read(self, view: View) -> Reading:
        best, strength = view.hour, 0.0
        for window, mood in zip(view.windows, view.moods, strict=True):
            if window.severe >= 1.5:
                usual = view.usual(window.minutes) * view.baseline.shares.grave
                surprise = view.baseline.burst.score_one({"count": window.severe, "usual": usual})
                found = ramp(surprise, LOW, HIGH) * ramp(mood, *GLAD)
                if found > strength:
                    best, strength = window, found
        if not strength:
            return nothing()
        words = view.terms.grave(view.now)[:NAMED]
        facts: tuple[tuple[str, float | str], ...] = (
            ("words", ", ".join(words)),
            ("share", 100.0 * best.severe / max(1, best.voices)),
            ("usual", 100.0 * view.baseline.shares.grave),
            ("minutes", float(best.minutes)),
        )
        key = "signals.severity" if words else "signals.severity_unnamed"
        return Reading(strength=strength, evidence=Evidence(signal="severity", key=key, facts=facts))
