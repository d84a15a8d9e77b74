"""An incident: one brand's trouble from the moment it leaves calm until it is closed.

A frozen value; `lifecycle.py` makes the next one.
"""

from collections.abc import Callable
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


class OpenPage(msgspec.Struct, frozen=True):
    """One page that may be ringing: whose, and of which step of which round."""

    contact: str
    step: int
    round: int


class Acknowledgement(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody has the incident: in a crisis ``until`` an instant, ``reminded`` shortly before it."""

    by: str
    at: datetime
    until: datetime | None = None
    reminded: bool = False


class Snooze(msgspec.Struct, frozen=True, kw_only=True):
    """Nobody is paged ``until`` then, because somebody said so."""

    by: str | None
    until: datetime


class Resolution(msgspec.Struct, frozen=True, kw_only=True):
    """The end of an incident: by a person, or by itself (``by`` is nobody).

    ``holds_at`` is the level of a manual resolve that holds until the brand has been calm; ``None`` of any other.
    """

    by: str | None
    at: datetime
    holds_at: Level | None = None


class GivenVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the person who ended it, or who judged it since, says it was.

    A row that an early version wrote may not say who or when.
    """

    verdict: Verdict
    by: str | None
    at: datetime | None


class PublicReply(msgspec.Struct, frozen=True, kw_only=True):
    """The first public reply is out: who said so, and when."""

    by: str
    at: datetime


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """How often an incident came back.

    One that is ``flapping`` is held open until it has been calm, since ``calm_since``, for long enough.
    """

    reopened_at: tuple[datetime, ...] = ()
    flapping: bool = False
    calm_since: datetime | None = None


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """The silence that holds an incident's pages back, and its end."""

    silence: str
    until: datetime


class Updates(msgspec.Struct, frozen=True, kw_only=True):
    """Updates to the people who were paged: when the next one is due, when the last one went."""

    due_at: datetime | None = None
    sent_at: datetime | None = None


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
    unseen: tuple[str, ...] = ()
    """Silent sources, which may hide mentions: ``score`` is then a lower bound, where it is known."""
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
    paused: Climb | None = None
    """A climb that a fall to a level that pages nobody broke off; it goes on when the level rises again."""
    next_at: datetime | None = None
    tipped_at: datetime | None = None
    """When the newest mention that tipped the score was observed."""
    told: tuple[str, ...] = ()
    """Contacts paged so far, in order of their first page."""
    authorities: dict[str, Authority] = {}
    """What a contact may do alone, because nobody before them answered."""
    ringing: tuple[OpenPage, ...] = ()
    """The pages sent last that are not known to have failed."""
    last_page_at: datetime | None = None
    exhausted: bool = False
    """Every step was climbed in every round and nobody answered: the catch-all is paged."""
    acknowledgement: Acknowledgement | None = None
    """Of whoever has it, or had it when it ended."""
    snooze: Snooze | None = None
    resolution: Resolution | None = None
    judgement: GivenVerdict | None = None
    """``None`` where nobody has said what it was."""
    reply: PublicReply | None = None
    recurrence: Recurrence = Recurrence()
    suppression: Suppression | None = None
    overruled: str | None = None
    """A silence that somebody overruled by escalating: it holds nothing back here any more."""
    campaign: str | None = None
    """The campaign that caps its level now."""
    updates: Updates = Updates()
    drill: bool = False
    """A rehearsal: real people, real channels, no real trouble."""

    @property
    def live(self) -> bool:
        """Not over: open or acknowledged."""
        return self.state in (State.OPEN, State.ACKNOWLEDGED)

    @property
    def at_least(self) -> bool:
        """The score is a lower bound."""
        return bool(self.unseen) and self.score is not None

    @property
    def verdict(self) -> Verdict | None:
        """What it was, as the latest person says."""
        return self.judgement.verdict if self.judgement else None

    @property
    def holder(self) -> str | None:
        """Whoever has it now; a contact's key or a name that was given."""
        acknowledged = self.acknowledgement if self.state is State.ACKNOWLEDGED else None
        return acknowledged.by if acknowledged else None

    def without_sample(self, key: tuple[str, str]) -> "Incident":
        """The same, a mention no longer shown with it."""
        kept = tuple(each for each in self.samples if each.key != key)
        return self if len(kept) == len(self.samples) else msgspec.structs.replace(self, samples=kept)

    def reworded(self, reword: Callable[[Mention], Mention]) -> "Incident":
        """The same, its mentions shown in other words."""
        return msgspec.structs.replace(self, samples=tuple(map(reword, self.samples))) if self.samples else self


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
