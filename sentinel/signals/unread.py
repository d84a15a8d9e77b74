"""Unread: many more people than usual speak a language that the model does not read; that it hears no anger means
nothing.
"""

from sentinel.signals.base import Family, Signal, SignalReading, View, nothing, ramp, shown
from sentinel.signals.evidence import Evidence

LOW, HIGH = 2.0, 8.0
"""Surprises (-log10) of the number of people whose language nobody here reads."""
MOST = 0.5
"""Share of the people heard from which they stand for all of them."""
LEAST = 3
"""People; fewer are a misread name or a quotation."""
NAMED = 3


class UnreadSignal(Signal):
    """People in languages without a model against the usual number of them. They are counted with nobody's mood."""

    worth = 42.0
    family = Family.MOOD
    grounds = True

    def read(self, view: View) -> SignalReading:
        best, strength, share = view.hour, 0.0, view.baseline.shares.unread
        for each in view.read:
            window = each.window
            if window.unread >= LEAST and window.unread >= MOST * window.people:
                surprise = view.scatter.surprise(window.unread, each.usual * share, window.minutes, share, HIGH)
                found = ramp(surprise, LOW, HIGH)
                if found > strength:
                    best, strength = each, found
        if not strength:
            return nothing()
        facts: tuple[tuple[str, float | str], ...] = (
            ("count", float(best.window.unread)),
            ("minutes", float(best.window.minutes)),
            ("usual", shown(best.usual * share)),
            ("languages", ", ".join(view.tongues[:NAMED])),
        )
        key = "signals.unread" if view.tongues else "signals.unread_unnamed"
        return SignalReading(strength=strength, evidence=Evidence(signal="unread", key=key, facts=facts))
