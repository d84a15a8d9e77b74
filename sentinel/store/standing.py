"""Where a delivery stands and what one more send makes of it: plain arithmetic, the same whether a disk or memory
keeps the row.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sentinel.notify.base import Delivery, MessageKind, SendOutcome, Status, Urgency

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=5)
PATIENCE = timedelta(seconds=60)
"""A page waits less than this for one provider while the contact has another channel."""


class RowState(StrEnum):
    """Where a row stands; the last four are final."""

    QUEUED = "queued"
    LEASED = "leased"
    ACCEPTED = "accepted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


OPEN = (RowState.QUEUED.value, RowState.LEASED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The part of an outbox row that sends change."""

    state: RowState
    channel: int
    attempts: int
    ambiguous: bool
    not_before: datetime
    done_at: datetime | None = None
    detail: str | None = None
    receipt: str | None = None

    @property
    def final(self) -> bool:
        """Nothing more will be sent."""
        return self.state.value not in OPEN


def queued(delivery: Delivery) -> Standing:
    """Decided, not sent yet."""
    return Standing(
        state=RowState.QUEUED,
        channel=delivery.channel,
        attempts=delivery.attempts,
        ambiguous=delivery.ambiguous,
        not_before=delivery.created_at,
    )


def as_it_stands(delivery: Delivery, standing: Standing) -> Delivery:
    """The delivery with what sends made of it."""
    untried = not (standing.attempts or standing.channel or standing.ambiguous)
    return replace(
        delivery,
        channel=standing.channel,
        attempts=standing.attempts,
        ambiguous=standing.ambiguous,
        waited=untried and standing.not_before > delivery.created_at,
    )


def after_send(
    delivery: Delivery, outcome: SendOutcome, now: datetime, *, channels: int, max_attempts: int
) -> Standing:
    """What became of a row through one send.

    A retry waits, longer each time; after ``max_attempts`` on one channel, or at once when it refused, the contact's
    next channel is used; so it is when the provider wants a page to wait for `PATIENCE` or more. An unknown page is
    sent again and marked; unknown news is not.
    """
    state = RowState.QUEUED
    channel, attempts = delivery.channel, delivery.attempts + 1
    match outcome.status:
        case Status.ACCEPTED:
            state = RowState.ACCEPTED
        case Status.UNKNOWN if delivery.message.kind is not MessageKind.PAGE:
            state = RowState.UNKNOWN
        case Status.FAILED:
            channel, attempts = channel + 1, 0
        case _ if attempts >= max_attempts or (_asks_too_much(delivery, outcome) and channel + 1 < channels):
            channel, attempts = channel + 1, 0
        case _:
            pass
    if state is RowState.QUEUED and channel >= channels:
        state = RowState.FAILED
    wait = timedelta(0)
    if state is RowState.QUEUED and attempts:
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1))
        wait = max(wait, timedelta(seconds=outcome.retry_after or 0))
    return Standing(
        state=state,
        channel=channel,
        attempts=attempts,
        ambiguous=delivery.ambiguous or outcome.status is Status.UNKNOWN,
        not_before=now + wait,
        done_at=None if state is RowState.QUEUED else now,
        detail=outcome.detail or outcome.reason.value,
        receipt=outcome.receipt,
    )


def still_holds(delivery: Delivery, state: str, epoch: int) -> bool:
    """Whether what the row says still holds, now that its incident is in this state and epoch.

    A page wants its incident open and in the epoch it was made in. News of an end wants it to be over; other news is
    out of date once the incident is open in a later epoch ("Ana has it", and then it rose).
    """
    match delivery.message.kind:
        case MessageKind.PAGE:
            return state == "open" and epoch == delivery.epoch
        case MessageKind.RESOLVED:
            return state not in ("open", "acknowledged")
        case _:
            return state != "open" or epoch == delivery.epoch


def rank(delivery: Delivery) -> tuple[int, int]:
    """Crises first; first pages before other pages before news."""
    is_page = delivery.message.kind is MessageKind.PAGE
    return int(
        delivery.message.urgency is not Urgency.CRISIS
    ), 0 if is_page and delivery.step == 1 else 1 if is_page else 2


def _asks_too_much(delivery: Delivery, outcome: SendOutcome) -> bool:
    return delivery.message.kind is MessageKind.PAGE and timedelta(seconds=outcome.retry_after or 0) >= PATIENCE
