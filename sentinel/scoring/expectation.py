"""An expectation: how many people, and how many angry ones, a brand's windows should hold now."""

from datetime import datetime

from sentinel.signals.baseline import Baseline
from sentinel.signals.window import Window, Windows

BEFORE = ((2, 3), (2, 3), (2, 3), (3, 4), (4, 5), (4, 5))
"""Of each window, which one lies out of which longer one: what was heard before it."""


def expected(baseline: Baseline, windows: Windows[Window], now: datetime, *, raised: bool) -> list[tuple[float, float]]:
    """How many people are to be expected in each window, and how many angry ones.

    ``raised`` in an aftermath, which is loud anyway: as many as the longer window before led to expect. And while a
    brand is new, whose own hours say more of its angry ones than a prior.
    """
    angry, usual, warming = baseline.shares.angry, baseline.expected(now), baseline.warming
    if not raised:
        return [(each, each * angry) for each in usual]
    found = []
    for place, each in enumerate(usual):
        here, before = BEFORE[place]
        earlier = max(0.0, usual[before] - usual[here])
        crowd = 1.0 if warming else _pace(baseline, windows[before].people - windows[here].people, earlier)
        sour = _pace(baseline, windows[before].angry - windows[here].angry, earlier * angry)
        found.append((each * crowd, each * angry * (sour if place <= 2 or not warming else 1.0)))
    return found


def _pace(baseline: Baseline, counted: int, usual: float) -> float:
    """How many times the usual, drawn towards once as far as counts scatter anyway; never less."""
    sure = 1.0 / baseline.burst.dispersion
    return max(1.0, (counted + sure) / (usual + sure))
