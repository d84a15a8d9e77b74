"""What the shell shows of the engine: a picture of every brand and source at one instant, for pages, API and
metrics.
"""

from dataclasses import dataclass
from datetime import datetime

from sentinel.incidents.incident import Incident
from sentinel.scoring.assessment import Assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandCard:
    """One brand now.

    ``assessment`` is ``None`` until the first tick; ``history`` holds (instant, score or None) of the last day.
    """

    name: str
    assessment: Assessment | None
    incident: Incident | None
    blind: tuple[str, ...]
    """Sources whose silence may hide mentions: the score is a lower bound, and unknown below an alert."""
    history: tuple[tuple[datetime, float | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """One source now."""

    name: str
    type: str
    stale: bool
    last_success: datetime | None
    last_event: datetime | None
    failures: int
    detail: str
    """Why it fails, short, without a secret; empty when it does not."""
    asks: tuple[str, ...] = ()
    """What it asks its network for, in the network's words; nothing where it is not asked."""
    silent_part: str = ""
    """The part of it, such as one feed of many, that has not been heard for too long."""
    budget: str = ""
    """What is left of what the network grants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Everything at one instant."""

    at: datetime
    brands: tuple[BrandCard, ...]
    sources: tuple[SourceCard, ...]
    queue: int
    """Mentions on disk, not yet folded."""
