"""How readings become a score, as the core sees it: plain frozen values from the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sentinel.scoring.thresholds import Thresholds
from sentinel.sentiment.own_words import OwnWords


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringSettings:
    """Thresholds, weights and gates of one brand.

    Parameters
    ----------
    weights
        Signal to weight; a signal that is missing has weight 1, one with 0 is off.
    min_mentions, min_authors
        Fewer people, or fewer who complain beyond the usual, never make an alert (`gates.py`).
    margin, leave_after
        A level is left once the score has stayed this far below its threshold for this long.
    words
        Words that mean something else where this brand's people speak: none of them is grave.
    """

    thresholds: Thresholds = field(default_factory=Thresholds)
    weights: Mapping[str, float] = field(default_factory=dict)
    min_mentions: int = 5
    min_authors: int = 4
    margin: float = 10.0
    leave_after: timedelta = timedelta(minutes=30)
    words: OwnWords | None = None
