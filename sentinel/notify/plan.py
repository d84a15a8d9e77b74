"""What one look at the outbox decides, and what the rows are to whoever decides: see `admission.py`."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sentinel.escalation.budget import Budget, BudgetKind
from sentinel.notify.base import GOES_AGAIN, Delivery, MessageKind, Urgency
from sentinel.notify.channels import destination_of


class Ending(StrEnum):
    """Why a row is over without having been sent."""

    STALE = "stale_epoch"
    SUPERSEDED = "superseded"
    DIGEST = "digest"
    NIGHT = "night_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What may be sent in a while; without any, everything goes at once and alone."""

    group_wait: timedelta = timedelta(0)
    contact: Budget | None = None
    provider: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """A contact's message met an empty budget; ``window`` names the while it counts for."""

    budget: BudgetKind
    contact: str
    window: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """These rows of one contact go now, as one message, to ``url``; ``None`` when the contact has no such channel.

    ``place`` is the channel's number; another than the rows' own when their provider has had enough and this one has
    room.
    """

    rows: tuple[Delivery, ...]
    place: int
    url: str | None
    at: datetime

    @property
    def destination(self) -> str:
        """The provider behind the URL."""
        return destination_of(self.url) if self.url else ""


@dataclass(slots=True)
class DispatchPlan:
    """What one look decided.

    ``full`` are the (contact, channel) whose provider has no room for another send just now.
    """

    sends: list[Send] = field(default_factory=list)
    waits: list[tuple[tuple[Delivery, ...], datetime]] = field(default_factory=list)
    ends: list[tuple[Delivery, Ending]] = field(default_factory=list)
    full: set[tuple[str, int]] = field(default_factory=set)
    exhausted: list[Exhausted] = field(default_factory=list)


def never_waits(row: Delivery) -> bool:
    """A crisis, the word that an acknowledgement runs out, a test, a digest."""
    message = row.message
    if message.urgency is Urgency.CRISIS or message.kind in (MessageKind.TEST, MessageKind.DIGEST):
        return True
    return message.kind is MessageKind.UPDATE and message.urgency is Urgency.ALERT


def is_page(row: Delivery) -> bool:
    """Wants somebody to acknowledge."""
    return row.message.kind is MessageKind.PAGE


def is_news(row: Delivery) -> bool:
    """Tells, and can be told later, or in a digest."""
    return row.message.kind not in GOES_AGAIN and not never_waits(row)


def is_first(row: Delivery) -> bool:
    """The first page of an incident, or one about no incident: for these some room is kept."""
    return is_page(row) and row.step <= 1 and row.round == 0


def was_tried(row: Delivery) -> bool:
    """It had its turn before: the provider's own back-off is its only wait."""
    return row.tried


def counts_at_night(row: Delivery) -> bool:
    """A page below a crisis."""
    return is_page(row) and row.message.urgency is not Urgency.CRISIS
