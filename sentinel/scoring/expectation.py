"""An expectation: how many people, angry ones and grave ones a brand's windows should hold now, and how far those who
came beyond it came angry.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sentinel.signals.base import ramp
from sentinel.signals.baseline import Baseline
from sentinel.signals.known_event import Foreseen
from sentinel.signals.usual import UsualShares
from sentinel.signals.window import Window, Windows

BEFORE = ((2, 3), (2, 3), (2, 3), (3, 4), (4, 5), (4, 5))
"""Of each window, which one lies out of which longer one: what was heard before it."""
QUIET = 5.0
"""People an hour below which hours are too short to tell what is unusual: days count as well."""
ANGRY = (0.25, 0.5)
"""Share of angry people among those who came beyond the usual. Of a launch's crowd the model reads up to a quarter
as angry; where half of those who come are, they came for that."""
NOT_ANGRY = 1.0
"""People who are taken to have come and not to be angry, before anybody is heard: two complaints are no crowd."""


class Expected(NamedTuple):
    """What a window should hold."""

    people: float
    angry: float
    grave: float
    """Share of people, of as many as are usual or as there are, who speak of something grave."""


def expected(
    baseline: Baseline, windows: Windows[Window], now: datetime, *, raised: bool, told: bool = False
) -> list[Expected]:
    """What is to be expected in each window.

    ``raised`` in an aftermath, which is loud anyway: as many as the longer window before led to expect. And while a
    brand is new, whose own hours say more of its angry ones than a prior. ``told`` of something grave: whoever goes on
    speaking of it, as the longer window before did, says nothing new.
    """
    shares, usual, warming = baseline.shares, baseline.expected(now), baseline.warming
    angry, grave = shares.angry, shares.grave
    if not raised and not told:
        return [Expected(each, each * angry, grave) for each in usual]
    found = []
    for place, each in enumerate(usual):
        here, before = BEFORE[place]
        earlier = max(0.0, usual[before] - usual[here])
        sooner, later = windows[before], windows[here]
        people = sooner.people - later.people
        crowd = sour = sorrow = 1.0
        if raised:
            crowd = 1.0 if warming else _pace(baseline, people, earlier)
            if place <= 2 or not warming:
                sour = _pace(baseline, sooner.angry - later.angry, earlier * angry)
        if told:
            sorrow = _pace(baseline, sooner.severe - later.severe, max(earlier, people) * grave)
        found.append(Expected(each * crowd, each * angry * sour, min(1.0, grave * sorrow)))
    return found


def _pace(baseline: Baseline, counted: float, usual: float) -> float:
    """How many times the usual, drawn towards once as far as counts scatter anyway; never less."""
    sure = 1.0 / baseline.burst.dispersion
    return max(1.0, (counted + sure) / (usual + sure))


def counting(heard: Windows[Window], usual: list[Expected], rate: float) -> int:
    """How many windows count: days as well where hours are too short to tell and it still goes on, or where only days
    are known.
    """
    day, six_hours = heard.day, heard.six_hours
    if 2 * day.dated <= day.people and (rate >= QUIET or six_hours.people <= usual[3].people):
        return 4
    return 5 + (day.people > usual[4].people)


def came_angry(heard: Sequence[Window], usual: list[Expected], shares: UsualShares) -> list[float]:
    """0 to 1 of each window: how far those who came beyond the usual came angry.

    It is asked of an hour at least: a few complaints in a row happen in any crowd.
    """
    longer = [_came_angry(window, each, shares) for window, each in zip(heard[2:], usual[2:], strict=True)]
    return [longer[0], longer[0], *longer]


def _came_angry(window: Window, usual: Expected, shares: UsualShares) -> float:
    """Of those who do not praise, where praise is most of it."""
    if window.angry < 2:
        return 0.0
    people, among = window.people - window.unread, usual.people
    if 2 * window.rest <= people:
        people, among = window.rest, among * shares.rest
    angry = window.angry - min(usual.angry, float(window.angry))
    return ramp(angry / (max(people - among, angry) + NOT_ANGRY), *ANGRY)


def unless_angry(event: Foreseen, came: float) -> Foreseen:
    """What a known event lets a window hold, as far as those who came beyond the usual did not come angry: anger is
    nobody's match night.
    """
    return Foreseen(1.0 + (1.0 - came) * (event.times - 1.0), (1.0 - came) * event.doubt) if event.doubt else event
