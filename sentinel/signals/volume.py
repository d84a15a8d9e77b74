"""Volume: more people than usual, on whichever scale is most surprising."""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence

LOW, HIGH, EXTREME = 2.0, 10.0, 40.0
"""Surprises (-log10 of the tail probability). Windows are looked at every few seconds, thousands of correlated looks
a week: 10^-2 is seen every day; from 10^-10 on, nobody doubts it; the last third is kept for what nobody has ever
seen before, from 10^-40."""
GLAD = (-2.0, 1.0)
"""Standard errors of the mood between which people turn from clearly happier than usual to clearly not."""
PRAISE = 0.25
"""What is left of the volume's points when people are happier than usual: success is loud as well."""


class VolumeSignal(Signal):
    """People heard against what is usual for these hours (Pfeffer, Zorbach & Carley 2014).

    Loudness alone is no crisis: the points count fully once the mood is worse than usual or those who came beyond the
    usual came angry, and a quarter when people are clearly happier. Where people always complain, those who report a
    failure soberly are no happier for it.
    """

    worth = 40.0
    family = Family.ATTENTION

    def read(self, view: View) -> SignalReading:
        best, strength = view.hour, 0.0
        for each in view.read:
            window = each.window
            if window.people <= each.usual:
                continue
            if 2 * window.unread >= window.people or each.came_angry == 1.0:
                glad = 1.0
            else:
                glad = PRAISE + (1 - PRAISE) * max(ramp(each.mood, *GLAD), each.came_angry)
            if glad <= strength:
                continue  # it cannot be the strongest
            found = _strength(view.surprise(window, window.people, each.usual, each.foreseen, EXTREME)) * glad
            if found > strength:
                best, strength = each, found
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(best.window.people)),
            ("usual", shown(best.usual * best.foreseen.times)),
            ("minutes", float(best.window.minutes)),
        )
        return SignalReading(strength=strength, evidence=Evidence(signal="volume", key="evidence.volume", facts=facts))


def _strength(surprise: float) -> float:
    return 0.7 * ramp(surprise, LOW, HIGH) + 0.3 * ramp(surprise, HIGH, EXTREME)
