"""An incident: one brand's trouble from the moment it leaves calm until it is closed.

A frozen value; `lifecycle.py` makes the next one.
"""

from datetime import datetime
from enum import StrEnum
from hashlib import blake2b

import msgspec

from sentinel.escalation.ladder import Climb
from sentinel.escalation.policy import Authority, Policy
from sentinel.mention import Mention
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What a person says it was."""

    REAL = "real"
    FALSE_ALARM = "false_alarm"


class Ring(msgspec.Struct, frozen=True):
    """One page that may be ringing: whose, and of which rung."""

    contact: str
    step: int
    round: int


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One brand's trouble, whole: what a restart needs to go on.

    ``epoch`` grows whenever what was promised to people changes; timers, deliveries and links of an older epoch do
    nothing. ``next_at`` is the instant at which the incident wants to be looked at again, whatever for.
    """

    id: str
    brand: str
    state: State
    level: Level
    peak_level: Level
    score: float | None
    peak_score: float
    contributions: dict[str, float]
    evidence: tuple[Evidence, ...] = ()
    gates: tuple[str, ...] = ()
    warming: bool = False
    samples: tuple[Mention, ...] = ()
    mentions: int = 0
    negatives: int = 0
    authors: int = 0
    epoch: int = 1
    opened_at: datetime
    updated_at: datetime
    policy: Policy
    climb: Climb | None = None
    next_at: datetime | None = None
    tipped_at: datetime | None = None
    """When the newest mention that tipped the score was observed."""
    told: tuple[str, ...] = ()
    """Contacts paged so far, in order of their first page."""
    authorities: dict[str, Authority] = {}
    """What a contact may do alone, because nobody before them answered."""
    ringing: tuple[Ring, ...] = ()
    """The pages sent last that are not known to have failed."""
    last_page_at: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    acknowledged_until: datetime | None = None
    reminded: bool = False
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    resolved_by: str | None = None
    resolved_at: datetime | None = None
    resolved_level: Level | None = None
    """Of a manual resolve that holds until the brand has been calm; ``None`` otherwise."""
    verdict: Verdict | None = None
    """Of the person who ended it, or who judged it since; ``None`` where nobody has said."""
    judged_by: str | None = None
    judged_at: datetime | None = None
    replied_by: str | None = None
    replied_at: datetime | None = None
    """When somebody said that the first public reply was out."""
    calm_since: datetime | None = None
    reopenings: tuple[datetime, ...] = ()
    flapping: bool = False
    exhausted: bool = False
    suppressed_by: str | None = None
    """The silence that holds its pages back."""
    suppressed_until: datetime | None = None
    defied: str | None = None
    """A silence that somebody overruled by escalating: it holds nothing back here any more."""
    campaign: str | None = None
    """The campaign that caps its level now."""
    drill: bool = False
    """A rehearsal: real people, real channels, no real trouble."""
    update_due: datetime | None = None
    updated_people_at: datetime | None = None

    @property
    def live(self) -> bool:
        """Not over: open or acknowledged."""
        return self.state in (State.OPEN, State.ACKNOWLEDGED)


def incident_id(brand: str, opened_at: datetime, *, drill: bool = False) -> str:
    """The stable name of an incident: the same brand and instant give the same one, on every run; a drill has a name of
    its own.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> incident_id("Acme", datetime(2026, 3, 9, 17, 15, tzinfo=UTC))
    '20260309-1715-83b1d8'
    """
    digest = blake2b(f"{brand}\n{opened_at.isoformat()}{' drill' if drill else ''}".encode(), digest_size=3).hexdigest()
    return f"{opened_at:%Y%m%d-%H%M}-{digest}"
