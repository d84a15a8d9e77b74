"""Authenticity: many mentions, few voices. It is said, and caps the level; it adds no points and silences nothing."""

from sentinel.signals.base import Family, Reading, Signal, View, nothing, ramp
from sentinel.signals.buckets import Window
from sentinel.signals.evidence import Evidence

COPIES = 0.6
"""More than this share of an hour repeats what was said before ..."""
AUTHORS = 0.3
"""... from fewer authors than this share of its mentions: a flood made by few."""
LEAST = 10
"""Mentions before anything is a flood."""


def is_flood(hour: Window) -> bool:
    """Whether few made most of this: nearly all copies, and hardly any different authors."""
    return hour.mentions - hour.voices > COPIES * hour.mentions and hour.authors < AUTHORS * hour.mentions


class Authenticity(Signal):
    """Share of copies from few accounts in the last hour; the gate ``copies`` reads the same figures."""

    worth = 0.0
    family = Family.ATTENTION

    def read(self, view: View) -> Reading:
        hour = view.hour
        if hour.mentions < LEAST or not is_flood(hour):
            return nothing()
        copies = (hour.mentions - hour.voices) / hour.mentions
        facts = (("share", 100.0 * copies), ("authors", float(hour.authors)), ("count", float(hour.mentions)))
        return Reading(
            strength=ramp(copies, COPIES, 1.0),
            evidence=Evidence(signal="authenticity", key="signals.authenticity", facts=facts),
        )
