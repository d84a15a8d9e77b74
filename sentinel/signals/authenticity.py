"""Authenticity: many mentions, few voices. It is said; each of them counts once anyway, so that it adds no points and
takes none.
"""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp
from sentinel.signals.evidence import Evidence
from sentinel.signals.window import Window

COPIES = 0.6
"""More than this share of an hour repeats what was said before ..."""
AUTHORS = 0.3
"""... from fewer authors than this share of its mentions: a flood made by few."""
LEAST = 10
"""Mentions before anything is a flood."""


def is_flood(hour: Window) -> bool:
    """Whether few made most of this: nearly all copies, and hardly any different authors."""
    return hour.posts - hour.originals > COPIES * hour.posts and hour.people < AUTHORS * hour.posts


class AuthenticitySignal(Signal):
    """Share of copies from few accounts in the last hour."""

    worth = 0.0
    family = Family.ATTENTION

    def read(self, view: View) -> SignalReading:
        hour = view.hour.window
        if hour.posts < LEAST or not is_flood(hour):
            return nothing()
        copies = (hour.posts - hour.originals) / hour.posts
        facts = (("share", 100.0 * copies), ("authors", float(hour.people)), ("count", float(hour.posts)))
        return SignalReading(
            strength=ramp(copies, COPIES, 1.0),
            evidence=Evidence(signal="authenticity", key="signals.authenticity", facts=facts),
        )
