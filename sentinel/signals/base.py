"""What signals read: one mention as the core sees it, once matched, weighed and recognised as a copy or not."""

from dataclasses import dataclass
from datetime import datetime

from sentinel.mention import Mention
from sentinel.sentiment.sentiment import Sentiment


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
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
