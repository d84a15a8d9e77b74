"""What the core believes of a brand at one instant: the score, why, and the level that follows from it."""

from dataclasses import dataclass
from datetime import datetime

from sentinel.mention import Mention
from sentinel.scoring.level import Level
from sentinel.signals.evidence import Evidence

__all__ = ["Assessment", "Evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A brand's score at ``at``.

    Parameters
    ----------
    score
        0 to 100, or ``None``: unknown. While a source is silent, of what is heard: a lower bound, and unknown below
        an alert.
    contributions
        Signal to points, rounded to two decimals; they sum to ``score``. Every active signal is there, with 0 if it
        adds nothing.
    level
        After hysteresis and gates.
    gates
        Why the level is lower than the score alone would make it (the names are in ``gates.py``).
    warming
        True while the brand has too little history of its own and population priors stand in.
    samples
        Up to five mentions that show what is going on, the most telling first; none while calm.
    """

    brand: str
    at: datetime
    score: float | None
    contributions: dict[str, float]
    level: Level
    evidence: tuple[Evidence, ...]
    gates: tuple[str, ...]
    warming: bool
    samples: tuple[Mention, ...]
    mentions: int
    """In the current window."""
    negatives: int
    authors: int
    campaign: str | None = None
    """The campaign that caps the level, where one does."""
    unseen: tuple[str, ...] = ()
    """The silent sources, which may hide mentions: none of what they would tell is in it."""
