"""What signals are and what they read: a mention as the core sees it, windows over event time, the baseline beside
them.
"""

from abc import ABC, abstractmethod
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from sentinel.mention import Mention
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.baseline import Baseline
from sentinel.signals.buckets import Scales, Window
from sentinel.signals.evidence import Evidence
from sentinel.signals.terms import Terms


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


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What signals read at one instant: the last five minutes, quarter of an hour, hour and six hours beside what is
    usual.

    Parameters
    ----------
    moods
        Standard errors by which the mood is worse than usual, for each window.
    tones
        The same over all that was heard, copies with it: when most of it repeats, a few voices do not stand for the
        rest.
    told
        Standard errors by which an hour's mood may be worse than usual without being news: an alert has told of it.
    pace, sour_pace
        How many times the usual number of voices, and of negative ones, are to be expected in an hour: more than one in
        an aftermath that is still loud; the latter also for a new brand, which is judged by its own hours.
    drift, drifting
        Height of the cumulative sum of bad hours, and for how many hours it has been building up.
    terms
        What is spoken of.
    """

    now: datetime
    windows: Scales[Window]
    baseline: Baseline
    moods: Scales[float]
    tones: Scales[float]
    told: float
    pace: float
    sour_pace: float
    drift: float
    drifting: int
    terms: Terms

    def usual(self, minutes: int) -> float:
        """Voices to be expected in the last ``minutes``."""
        expected = self.baseline.usual(self.now, minutes)
        return expected * self.pace if minutes <= self.hour.minutes else expected

    def usual_negatives(self, minutes: int) -> float:
        """Negative voices to be expected in the last ``minutes``, an hour at most."""
        return self.baseline.usual(self.now, minutes) * self.baseline.shares.negative * self.sour_pace

    @property
    def hour(self) -> Window:
        """The last hour."""
        return self.windows.hour


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a signal says now: ``strength`` from 0 (as usual) to 1 (as strong as it gets), and why, if there is
    something to say.
    """

    strength: float
    evidence: Evidence | None


class Signal(ABC):
    """A number worth watching. One file each; the module's name is the signal's name in YAML, on pages and in metrics.

    ``worth`` is the points of a strength of 1 at weight 1.
    """

    worth: ClassVar[float]
    family: ClassVar[Family]

    @abstractmethod
    def read(self, view: View) -> Reading:
        """The reading at ``view.now``. Must not fall when one more negative voice is added."""


_NOTHING = Reading(strength=0.0, evidence=None)


def nothing() -> Reading:
    """As usual: no strength, nothing to say."""
    return _NOTHING


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
