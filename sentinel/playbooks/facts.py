"""What a playbook is filled with: a crisis in plain facts, taken from an assessment, with who is to be called.

Built where an assessment meets an incident; read by `choose.py` and `render.py`.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from sentinel.mention import Mention
from sentinel.scoring.assessment import Assessment, Evidence
from sentinel.scoring.level import Level
from sentinel.scoring.thresholds import Thresholds

MAX_SAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Somebody on the escalation ladder: by name, and when the ladder reaches them."""

    name: str
    after: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The scores that make a level, and what ends one."""

    thresholds: Thresholds = field(default_factory=Thresholds)
    margin: float = 10
    leave_after: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisFacts:
    """One brand's crisis at one instant.

    Parameters
    ----------
    language
        Of the person who will read the playbook.
    zone
        In which that person reads times.
    score
        0 to 100, or ``None``: unknown; a lower bound where ``at_least``, since a source is silent.
    contributions
        Signal and points, largest first.
    opened_at, at
        When the incident opened, and now; aware.
    owners
        In the order in which they are called: the first decides, the second stands in.
    earlier
        Incidents of this brand in the past year; a history makes the public less forgiving (Coombs 2007).
    link
        To the incident's page.
    """

    brand: str
    language: str
    zone: tzinfo
    level: Level
    score: float | None
    contributions: tuple[tuple[str, float], ...]
    evidence: tuple[Evidence, ...]
    gates: tuple[str, ...]
    warming: bool
    samples: tuple[Mention, ...]
    mentions: int
    negatives: int
    authors: int
    opened_at: datetime
    at: datetime
    owners: tuple[Owner, ...] = ()
    criteria: Criteria = field(default_factory=Criteria)
    earlier: int = 0
    link: str | None = None
    at_least: bool = False

    @classmethod
    def of(
        cls,
        assessment: Assessment,
        *,
        language: str,
        zone: tzinfo,
        opened_at: datetime,
        owners: tuple[Owner, ...] = (),
        criteria: Criteria | None = None,
        earlier: int = 0,
        link: str | None = None,
    ) -> "CrisisFacts":
        """The facts of an incident as this assessment has them."""
        return cls(
            brand=assessment.brand,
            language=language,
            zone=zone,
            level=assessment.level,
            score=assessment.score,
            contributions=tuple(sorted(assessment.contributions.items(), key=lambda c: (-c[1], c[0]))),
            evidence=assessment.evidence,
            gates=assessment.gates,
            warming=assessment.warming,
            samples=assessment.samples[:MAX_SAMPLES],
            mentions=assessment.mentions,
            negatives=assessment.negatives,
            authors=assessment.authors,
            opened_at=opened_at,
            at=assessment.at,
            owners=owners,
            criteria=criteria or Criteria(),
            earlier=earlier,
            link=link,
            at_least=bool(assessment.unseen) and assessment.score is not None,
        )
