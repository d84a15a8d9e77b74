"""The JSON of ``/api/v1`` as types: what the routes encode and decode, and what ``openapi.py`` describes; one truth for
both.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from sentinel.engine.board import BrandCard, SourceCard
from sentinel.incidents.change import Event
from sentinel.incidents.incident import Incident, State, Verdict
from sentinel.incidents.timeline import TimelineEntry
from sentinel.mention import Mention
from sentinel.scoring.level import Level

MAX_SNOOZE_MINUTES = 7 * 24 * 60
VISIBLE = r"[^\s\x1c-\x1f\x85\ufeff]"
"""Something to read: what both Python and the readers of a JSON Schema call no white space."""
Name = Annotated[
    str, msgspec.Meta(min_length=1, max_length=80, pattern=VISIBLE, description="A contact's key, or any name.")
]
Words = Annotated[str, msgspec.Meta(max_length=2000, description="Goes on the timeline.")]
Minutes = Annotated[
    float, msgspec.Meta(gt=0, le=MAX_SNOOZE_MINUTES, description="Of a snooze; the configuration may grant less.")
]


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who asks something of an incident, and why; ``minutes`` is for a snooze alone."""

    by: Name
    reason: Words | None = None
    minutes: Minutes | None = None


class Rejection(msgspec.Struct, frozen=True):
    """A line (from 1; for an array, the item) that is no mention."""

    line: int
    error: str


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of posted mentions. What is accepted is on disk."""

    accepted: int
    duplicates: int
    rejected: list[Rejection]


class BrandView(msgspec.Struct, frozen=True, kw_only=True):
    """One brand now. ``score`` and ``level`` are null while nothing can be said; contributions sum to the score.

    ``blind`` are the silent sources. While there are any, a score is a lower bound (``at_least``): the level may rise
    and does not fall, and below an alert both are null.
    """

    name: str
    at: datetime | None
    score: float | None
    at_least: bool
    level: Level | None
    contributions: dict[str, float]
    gates: tuple[str, ...]
    warming: bool
    blind: tuple[str, ...]
    mentions: int
    negatives: int
    authors: int
    incident: str | None

    @classmethod
    def of(cls, card: BrandCard) -> "BrandView":
        """The card's brand."""
        seen = card.assessment
        known = seen is not None and seen.score is not None
        return cls(
            name=card.name,
            at=seen.at if seen else None,
            score=seen.score if seen else None,
            at_least=bool(known and seen and seen.unseen),
            level=seen.level if seen and known else None,
            contributions=seen.contributions if seen and known else {},
            gates=seen.gates if seen else (),
            warming=seen.warming if seen else True,
            blind=card.blind,
            mentions=seen.mentions if seen else 0,
            negatives=seen.negatives if seen else 0,
            authors=seen.authors if seen else 0,
            incident=card.incident.id if card.incident is not None and card.incident.live else None,
        )


class Brands(msgspec.Struct, frozen=True, kw_only=True):
    """Brands at one instant; ``total`` is how many there are, ``next`` what to ask for those that follow: the last
    brand of these.
    """

    at: datetime
    brands: list[BrandView]
    total: int
    next: str | None = None


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """One source now; ``detail`` says why it fails, ``silent_part`` which part of it (one feed of many) has not been
    heard for too long, ``asks`` what it asks its network for, ``budget`` what is left of what the network grants.
    """

    name: str
    type: str
    stale: bool
    silent_part: str
    last_success: datetime | None
    last_event: datetime | None
    failures: int
    detail: str
    asks: tuple[str, ...]
    budget: str

    @classmethod
    def of(cls, card: SourceCard) -> "SourceView":
        """The card's source."""
        return msgspec.convert(card, cls, from_attributes=True)


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Every source at one instant."""

    at: datetime
    sources: list[SourceView]


class IncidentView(msgspec.Struct, frozen=True, kw_only=True):
    """One incident. ``score`` is null while unknown, and a lower bound (``at_least``) while the sources ``unseen`` are
    silent.
    """

    id: str
    brand: str
    state: State
    level: Level
    peak_level: Level
    score: float | None
    at_least: bool
    unseen: tuple[str, ...]
    peak_score: float
    contributions: dict[str, float]
    mentions: int
    negatives: int
    authors: int
    epoch: int
    opened_at: datetime
    updated_at: datetime
    policy: str
    told: tuple[str, ...]
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    acknowledged_until: datetime | None
    snoozed_by: str | None
    snoozed_until: datetime | None
    resolved_by: str | None
    resolved_at: datetime | None
    verdict: Verdict | None
    judged_by: str | None
    judged_at: datetime | None
    replied_by: str | None
    replied_at: datetime | None
    flapping: bool
    exhausted: bool
    suppressed_by: str | None
    suppressed_until: datetime | None
    campaign: str | None
    drill: bool
    seconds_to_acknowledge: float | None
    seconds_to_reply: float | None
    samples: tuple[Mention, ...]

    @classmethod
    def of(cls, incident: Incident) -> "IncidentView":
        """What the outside sees of it."""
        i, taken, over, given = incident, incident.acknowledgement, incident.resolution, incident.judgement
        return cls(
            id=i.id,
            brand=i.brand,
            state=i.state,
            level=i.level,
            peak_level=i.peak_level,
            score=i.score,
            at_least=i.at_least,
            unseen=i.unseen,
            peak_score=i.peak_score,
            contributions=i.contributions,
            mentions=i.mentions,
            negatives=i.negatives,
            authors=i.authors,
            epoch=i.epoch,
            opened_at=i.opened_at,
            updated_at=i.updated_at,
            policy=i.policy.name,
            told=i.told,
            acknowledged_by=taken.by if taken else None,
            acknowledged_at=taken.at if taken else None,
            acknowledged_until=taken.until if taken else None,
            snoozed_by=i.snooze.by if i.snooze else None,
            snoozed_until=i.snooze.until if i.snooze else None,
            resolved_by=over.by if over else None,
            resolved_at=over.at if over else None,
            verdict=i.verdict,
            judged_by=given.by if given else None,
            judged_at=given.at if given else None,
            replied_by=i.reply.by if i.reply else None,
            replied_at=i.reply.at if i.reply else None,
            flapping=i.recurrence.flapping,
            exhausted=i.exhausted,
            suppressed_by=i.suppression.silence if i.suppression else None,
            suppressed_until=i.suppression.until if i.suppression else None,
            campaign=i.campaign,
            drill=i.drill,
            seconds_to_acknowledge=(taken.at - i.opened_at).total_seconds() if taken else None,
            seconds_to_reply=(i.reply.at - i.opened_at).total_seconds() if i.reply else None,
            samples=i.samples,
        )


class Incidents(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents, newest first."""

    incidents: list[IncidentView]


class IncidentStory(msgspec.Struct, frozen=True, kw_only=True):
    """One incident with its timeline, oldest line first."""

    incident: IncidentView
    timeline: list[TimelineEntry]


class IncidentNow(msgspec.Struct, frozen=True, kw_only=True):
    """One incident after what was asked of it.

    ``on_disk`` is false while Sentinel cannot write: what was asked holds from now on, but a restart before the disk is
    mended forgets it and pages people again.
    """

    incident: IncidentView
    on_disk: bool = True


class Events(msgspec.Struct, frozen=True, kw_only=True):
    """Events in the order they happened; ask again with ``after=next``."""

    events: list[Event]
    next: int


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Why not: what is wrong, with which value, and what to do."""

    error: str


class RefusedAction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why an incident does not do what was asked, and who was there before."""

    error: str
    refusal: str
    by: str | None = None
    at: datetime | None = None


class Mistakes(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration that was not taken; the old one goes on."""

    error: str
    problems: list[str]
