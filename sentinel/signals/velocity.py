"""Velocity: angry people come faster than they usually do at this hour, and how fast they double."""

from math import log

from sentinel.signals.base import Compared, Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence
from sentinel.signals.usual import UsualShares
from sentinel.signals.window import Window

LOW, HIGH = 1.5, 6.0
"""Surprises (-log10) of the number of angry people."""
ANGRY = (0.25, 0.5)
"""Share of angry people among those who came beyond the usual. Of a launch's crowd the model reads up to a quarter
as angry; where half of those who come are, they came for that."""
NOT_ANGRY = 1.0
"""People who are taken to have come and not to be angry, before anybody is heard: two complaints are no crowd."""
MINUTES = 60
"""The share is asked of an hour at least."""
WARMING = 0.5
"""What it is worth while the day's rhythm is unknown: a brand first heard at night wakes up like a storm."""
BETWEEN = 30.0
"""Minutes from the middle of the three quarters before to the middle of the last one."""


class VelocitySignal(Signal):
    """Angry people against the usual number: absolute numbers, which the share alone hides.

    Firestorms differ from grumbling by how fast the angry grow in number (Pfeffer, Zorbach & Carley 2014); the time
    in which they double is told with it.
    """

    worth = 25.0
    family = Family.MOOD
    grounds = True

    def read(self, view: View) -> SignalReading:
        best, strength, shares = view.hour, 0.0, view.baseline.shares
        of_hour = ramp(_share_of_angry(view.hour, shares), *ANGRY)
        for each in view.read:
            window = each.window
            if window.angry >= 2:
                share = of_hour if window.minutes <= MINUTES else ramp(_share_of_angry(each, shares), *ANGRY)
                found = share and share * ramp(
                    view.surprise(window, window.angry, each.usual_angry, shares.angry), LOW, HIGH
                )
                if found > strength:
                    best, strength = each, found
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(best.window.angry)),
            ("minutes", float(best.window.minutes)),
            ("usual", shown(best.usual_angry)),
        )
        strength *= WARMING if view.baseline.warming else 1.0
        key = "signals.angry"
        if (minutes := _doubling(view.quarter.window, view.hour.window)) is not None:
            key, facts = "signals.angry_doubling", (*facts, ("doubling", minutes))
        return SignalReading(strength=strength, evidence=Evidence(signal="velocity", key=key, facts=facts))


def _share_of_angry(compared: Compared, shares: UsualShares) -> float:
    """Share of angry people among those who came beyond the usual; among those who do not praise, where praise is
    most of it.

    It is asked of an hour at least: a few complaints in a row happen in any crowd.
    """
    window, usual, usual_angry, _ = compared
    people, among = window.people - window.unread, usual
    if 2 * window.rest <= people:
        people, among = window.rest, usual * shares.rest
    angry = window.angry - min(usual_angry, float(window.angry))
    return angry / (max(people - among, angry) + NOT_ANGRY)


def _doubling(quarter: Window, hour: Window) -> float | None:
    """Minutes in which the angry double, when they grow."""
    before = (hour.angry - quarter.angry) * quarter.minutes / (hour.minutes - quarter.minutes)
    if before < 1 or quarter.angry <= 1.2 * before:
        return None
    return float(max(1, round(BETWEEN * log(2) / log(quarter.angry / before))))
