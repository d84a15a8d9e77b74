"""An expectation: how many people, angry ones and grave ones a brand's windows should hold now, and how far those who
came beyond it came angry.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

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


class Expected(msgspec.Struct, frozen=True, gc=False):
    """What a window should hold."""

    people: float
    angry: float
    grave: float
    """Share of people, of as many as are usual or as there are, who speak of something grave."""


def expected(
    baseline: Baseline, windows: Windows[Window], now: datetime, *, raised: bool, told: bool = False
) -> list[Expected]:
    """What is to be expected in each window that counts: in those up to six hours, and in days where hours are too
    short to tell and it still goes on, or where only days are known.

    ``raised`` in an aftermath, which is loud anyway: as many as the longer window before led to expect. And while a
    brand is new, whose own hours say more of its angry ones than a prior. ``told`` of something grave: whoever goes on
    speaking of it, as the longer window before did, says nothing new.
    """
    usual, angry, grave = baseline.expected(now), baseline.shares.angry, baseline.shares.grave
    above = _Above(baseline, windows, usual, raised=raised, told=told) if raised or told else None
    if above is not None:
        found = above.up_to_six_hours()
    else:
        found = [Expected(each, each * angry, grave) for each in usual[:4]]
    day, six_hours = windows.day, windows.six_hours
    if 2 * day.dated <= day.people and (baseline.rate >= QUIET or six_hours.people <= found[3].people):
        return found
    for place in (4, 5):
        if place == 4 or day.people > found[4].people:
            each = usual[place]
            found.append(above.at(place) if above is not None else Expected(each, each * angry, grave))
    return found


class _Above:
    """What is to be expected beyond the usual, as the longer window before each leads to expect."""

    __slots__ = ("_angry", "_grave", "_raised", "_sure", "_told", "_usual", "_warming", "_windows")

    def __init__(
        self, baseline: Baseline, windows: Windows[Window], usual: list[float], *, raised: bool, told: bool
    ) -> None:
        self._windows, self._usual = windows, usual
        self._angry, self._grave = baseline.shares.angry, baseline.shares.grave
        self._sure = 1.0 / baseline.burst.dispersion
        self._raised, self._told, self._warming = raised, told, baseline.warming

    def up_to_six_hours(self) -> list[Expected]:
        """Of the windows up to there; those up to an hour have the same before them."""
        times = self._times(0)
        return [*(self._of(usual, *times) for usual in self._usual[:3]), self.at(3)]

    def at(self, place: int) -> Expected:
        """Of the window at this place."""
        return self._of(self._usual[place], *self._times(place))

    def _of(self, usual: float, crowd: float, sour: float, sorrow: float) -> Expected:
        return Expected(usual * crowd, usual * self._angry * sour, min(1.0, self._grave * sorrow))

    def _times(self, place: int) -> tuple[float, float, float]:
        """How many times the usual people, angry ones and grave ones."""
        here, before = BEFORE[place]
        earlier = max(0.0, self._usual[before] - self._usual[here])
        sooner, later = self._windows[before], self._windows[here]
        people = sooner.people - later.people
        crowd = sour = sorrow = 1.0
        if self._raised:
            crowd = 1.0 if self._warming else self._pace(people, earlier)
            if place <= 2 or not self._warming:
                sour = self._pace(sooner.angry - later.angry, earlier * self._angry)
        if self._told:
            sorrow = self._pace(sooner.severe - later.severe, max(earlier, people) * self._grave)
        return crowd, sour, sorrow

    def _pace(self, counted: float, usual: float) -> float:
        """How many times the usual, drawn towards once as far as counts scatter anyway; never less."""
        pace = (counted + self._sure) / (usual + self._sure)
        return pace if pace > 1.0 else 1.0


def came_angry(heard: Sequence[Window], usual: list[Expected], shares: UsualShares) -> list[float]:
    """0 to 1 of each window of which something is expected: how far those who came beyond the usual came angry.

    It is asked of an hour at least: a few complaints in a row happen in any crowd.
    """
    hour, *longer = [_came_angry(heard[place], usual[place], shares) for place in range(2, len(usual))]
    return [hour, hour, hour, *longer]


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
