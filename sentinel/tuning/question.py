"""A what-if as values: other thresholds and weights for one brand over the stored history, and what they would have
done.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from sentinel.engine.setup import EngineSetup
from sentinel.scoring.level import Level
from sentinel.scoring.settings import ScoringSettings
from sentinel.scoring.thresholds import Thresholds
from sentinel.tuning.outcome import WhatIfOutcome


class WhatIfQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What would have followed in the history from ``since`` on.

    Parameters
    ----------
    setup
        Of the one brand that is asked about, as it is.
    other
        The brand's scoring as it might be.
    heard_since
        From where on history is heard, so that at ``since`` the usual is known already.
    zone
        In which nights are counted.
    store
        Where the journal is; may hold a password.
    """

    setup: EngineSetup
    other: ScoringSettings
    heard_since: datetime
    since: datetime
    zone: str
    store: str


class ScoringResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one scoring would have done: pages, the incidents behind them, at night, to a crisis; the first page; the
    highest score.
    """

    pages: int
    incidents: int
    nights: int
    crises: int
    first: datetime | None
    highest: float | None


class WhatIfAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Both.

    ``mentions`` of the brand were heard; ``complete`` is false when there were more than may be heard at once.
    """

    now: ScoringResult
    other: ScoringResult
    mentions: int
    complete: bool


class Unanswered(StrEnum):
    """Why there is no answer."""

    BUSY = "busy"
    """Another question is being answered."""
    TOO_LONG = "too_long"
    """It took longer than it may."""
    FAILED = "failed"
    """It ended without an answer."""
    GONE = "gone"
    """There is no such brand any more."""


def setup_of(setup: EngineSetup, brand: str) -> EngineSetup | None:
    """The same with this brand alone; ``None`` when there is none of that name."""
    own = tuple(each for each in setup.brands if each.brand.name == brand)
    return replace(setup, brands=own) if own else None


def rescored(scoring: ScoringSettings, thresholds: Thresholds, weights: Mapping[str, float]) -> ScoringSettings:
    """The scoring with other thresholds, and with other weights for the signals that are named."""
    return replace(scoring, thresholds=thresholds, weights={**scoring.weights, **weights})


def told(outcome: WhatIfOutcome, since: datetime, zone: str) -> ScoringResult:
    """An outcome in figures, of what came at ``since`` or later."""
    paged = outcome.incidents.values()
    scores = [score for line in outcome.line.values() for at, score in line if at >= since]
    return ScoringResult(
        pages=outcome.pages,
        incidents=len(paged),
        nights=outcome.at_night(ZoneInfo(zone)),
        crises=sum(each.level is Level.CRISIS for each in paged),
        first=outcome.first,
        highest=max(scores, default=None),
    )
