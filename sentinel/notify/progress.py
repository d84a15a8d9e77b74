"""How far a decided message has got: the part of its row in the outbox that sends change, on disk or in memory."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sentinel.notify.base import Delivery
from sentinel.notify.channel_tries import ChannelTries


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
class Progress:
    """The part of an outbox row that sends change.

    Parameters
    ----------
    channel
        The one that is tried next, or was tried last when nothing more will be sent.
    attempts
        Sends over that channel so far.
    ambiguous
        An earlier send may have arrived.
    tries
        Sends so far, by channel.
    """

    state: RowState
    channel: int
    attempts: int
    ambiguous: bool
    not_before: datetime
    tries: tuple[ChannelTries, ...] = ()
    done_at: datetime | None = None
    detail: str | None = None
    receipt: str | None = None

    @property
    def final(self) -> bool:
        """Nothing more will be sent."""
        return self.state.value not in OPEN


def queued(delivery: Delivery) -> Progress:
    """Decided, and sent as often as the delivery says."""
    return Progress(
        state=RowState.QUEUED,
        channel=delivery.channel,
        attempts=delivery.attempts,
        ambiguous=delivery.ambiguous,
        not_before=delivery.created_at,
        tries=delivery.tries,
    )
