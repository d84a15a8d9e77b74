"""What signals are and what they read: a mention as the core sees it, windows over event time, the baseline beside
them.
"""

from abc import ABC, abstractmethod
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import ClassVar

import msgspec

from sentinel.mention import Mention
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.baseline import Baseline, Scatter
from sentinel.signals.evidence import Evidence
from sentinel.signals.known_event import ORDINARY, Foreseen
from sentinel.signals.terms import Terms
from sentinel.signals.window import Window


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """A mention of one brand.

    Parameters
    ----------
    at
        The event time that counts (`Mention.event_at`).
    observed_at
        When it reached the journal; in replay, the newest publication time so far.
    late
        Beyond the grace period: it may teach, it never alarms.
    copy
        A near-copy of something already seen for this brand: the same voice again.
    """

    mention: Mention
    brand: str
    at: datetime
    observed_at: datetime
    lang: str
    sentiment: Sentiment
    late: bool
    copy: bool


class Family(StrEnum):
    """What a signal is about; a crisis needs at least two of them."""

    ATTENTION = "attention"
    MOOD = "mood"
    CONTENT = "content"


class Compared(msgspec.Struct, frozen=True):
    """A window beside what was to be expected of it.

    ``mood`` is by how many standard errors people's mood is worse than usual: that of the voices, or of all who were
    heard where it is better, since a few voices do not stand for a crowd that repeats something calm; that of those
    who do not praise where praise would hide a crowd that is angry.
    """

    window: Window
    usual: float
    """People to be expected."""
    usual_angry: float
    """Angry people to be expected."""
    usual_grave: float
    """Share of people to be expected to speak of something grave."""
    mood: float
    came_angry: float
    """0 to 1: how far those who came beyond the usual came angry."""
    foreseen: Foreseen = ORDINARY
    """What a known event lets it hold, as far as those who came did not come angry."""

    def among(self, share: float) -> float:
        """How many to expect of those who make up this share of people: among as many as are usual, or as there are."""
        return share * max(self.usual, self.window.people)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What signals read at one instant: the windows that end now beside what is usual.

    Parameters
    ----------
    read
        Those that count: up to six hours, and days where hours are too short to tell and it still goes on.
    hour
        The last hour, one of them.
    scatter
        How sure is what was to be expected.
    told
        Standard errors by which an hour's mood may be worse than usual without being news: an alert has told of it.
    drift, drifting
        Height of the cumulative sum of bad hours, and for how many hours it has been building up.
    terms
        What is spoken of.
    tongues
        Languages that were heard lately and that the model does not read, as their sources name them.
    """

    now: datetime
    read: tuple[Compared, ...]
    hour: Compared
    baseline: Baseline
    scatter: Scatter
    told: float
    drift: float
    drifting: int
    terms: Terms
    tongues: tuple[str, ...] = ()

    @property
    def quarter(self) -> Compared:
        """The last quarter of an hour."""
        return self.read[1]

    @property
    def six_hours(self) -> Compared:
        """The last six hours."""
        return self.read[3]

    def surprise(
        self, window: Window, count: float, usual: float, foreseen: Foreseen = ORDINARY, enough: float = inf
    ) -> float:
        """``-log10`` of the odds to hear so many people in a window, whatever is known of its event. Of what is
        certainly ``enough`` it is not told by how much: from there on it is all the same to who asks.
        """
        return self.scatter.surprise(count, usual * foreseen.times, window.minutes, 1.0, enough, foreseen.doubt)


class SignalReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a signal says now: ``strength`` from 0 (as usual) to 1 (as strong as it gets), and why, if there is
    something to say.
    """

    strength: float
    evidence: Evidence | None


class Signal(ABC):
    """A number worth watching. One file each; the module's name is the signal's name in YAML, on pages and in metrics.

    ``worth`` is the points of a strength of 1 at weight 1. ``grounds`` says that its points are a reason to wake
    somebody; what has none only tells that people talk, and carries no further than to watch.
    """

    worth: ClassVar[float]
    family: ClassVar[Family]
    grounds: ClassVar[bool] = False

    @abstractmethod
    def read(self, view: View) -> SignalReading:
        """The reading at ``view.now``. Must not fall when one more angry person is added."""


_NOTHING = SignalReading(strength=0.0, evidence=None)


def nothing() -> SignalReading:
    """As usual: no strength, nothing to say."""
    return _NOTHING


def shown(usual: float) -> float:
    """An expectation as a sentence tells it: never none at all, for nobody expects nothing for sure."""
    return max(0.1, usual)


def ramp(value: float, low: float, high: float) -> float:
    """0 up to ``low``, 1 from ``high``, a straight line between.

    Examples
    --------
    >>> ramp(1, 2, 4), ramp(3, 2, 4), ramp(9, 2, 4)
    (0.0, 0.5, 1.0)
    """
    if value <= low:
        return 0.0
    return 1.0 if value >= high else (value - low) / (high - low)
