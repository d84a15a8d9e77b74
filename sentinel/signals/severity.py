"""Severity: people speak of harm, law, leaked data, discrimination or boycott."""

from math import exp, log10

from sentinel.signals.base import Compared, Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence
from sentinel.signals.window import Window

LOW, HIGH = 3.0, 10.0
"""Surprises (-log10) of the weight of grave words among as many people as there are."""
GLAD = (-2.0, 0.0)
"""Standard errors of the mood: grave words among people happier than usual are a figure of speech."""
FEW, MOST = 3, 0.3
"""Few but grave and concrete: so many voices, and this share of all people, speak of something grave ..."""
RARE = (0.5, 2.5)
"""... and of so few people that is this surprising, beyond what a week's windows bring by chance. It alone may carry
to an alert.
"""
CROWD, MET = FEW + 2, 0.5
"""So many do not meet by chance, whatever the week brings: of their surprise this much is left out."""
WEEK = 7 * 24 * 60
"""Minutes."""
ENOUGH = max(HIGH, RARE[1] + log10(WEEK))
"""Surprise from which both are at their full strength."""
CLOSE = 360
"""Minutes within which they speak: in days, three unhappy people come together by chance."""
COMMON = 0.45
"""Strength of grave words that are merely more frequent than usual."""
NAMED = 4


class SeveritySignal(Signal):
    """Weight of grave words in people's posts against what this brand usually hears, in an aftermath against the
    longer window before.

    What is at stake decides how bad a crisis gets (Delgado-Ballester et al. 2020); frightened people speak soberly,
    and a model of mood alone hears no anger in them. Lists: ``lexicon/*.yaml``.
    """

    worth = 55.0
    family = Family.CONTENT
    grounds = True

    def read(self, view: View) -> SignalReading:
        best, strength = view.hour, 0.0
        for each in view.read:
            window = each.window
            if window.severe >= 1.5 and (glad := ramp(each.mood, *GLAD)):
                few = _is_few_and_grave(window) and not view.baseline.warming
                if glad * (1.0 if few else COMMON) > strength:  # else it cannot be the strongest
                    found = _strength(view, each, few=few) * glad
                    if found > strength:
                        best, strength = each, found
        if not strength:
            return nothing()
        words = view.terms.grave(view.now)[:NAMED]
        facts: tuple[tuple[str, float | str], ...] = (
            ("words", ", ".join(words)),
            ("count", float(best.window.grave)),
            ("people", float(best.window.people)),
            ("usual", shown(best.among(best.usual_grave))),
            ("minutes", float(best.window.minutes)),
        )
        key = "signals.grave" if words else "signals.grave_unnamed"
        return SignalReading(strength=strength, evidence=Evidence(signal="severity", key=key, facts=facts))


def _is_few_and_grave(window: Window) -> bool:
    return window.minutes <= CLOSE and window.grave >= FEW and window.grave >= MOST * window.people


def _strength(view: View, compared: Compared, *, few: bool) -> float:
    window, share = compared.window, view.baseline.shares.grave
    usual = compared.among(compared.usual_grave)
    surprise = view.scatter.surprise(window.severe, usual, window.minutes, share, ENOUGH)
    strength = COMMON * ramp(surprise, LOW, HIGH)
    if not few:
        return strength
    by_chance = looks(compared.usual, window.minutes) if window.grave < CROWD else MET
    return max(strength, ramp(surprise - by_chance, *RARE))


def looks(usual: float, minutes: float) -> float:
    """``log10`` of how many windows of so many minutes hold `FEW` people or more in a week: of a brand spoken of
    all the time three unhappy people meet in some five minutes of each week, of one that is not never.

    ``usual`` people are to be expected in a window (Poisson).

    Examples
    --------
    >>> round(looks(0.05, 60), 2), round(looks(0.75, 360), 2), round(looks(5.0, 5), 2)
    (0.0, 0.05, 3.25)
    """
    chance = 1.0 - exp(-usual) * (1.0 + usual + usual * usual / 2.0)
    return log10(max(1.0, WEEK / minutes * chance))
