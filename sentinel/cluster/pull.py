"""What comes back for one request for messages: messages with their places, and a word on how the request stands."""

from dataclasses import dataclass
from enum import StrEnum

from nats.aio.msg import Msg


class PullStatus(StrEnum):
    """How a request for messages stands."""

    WAITING = "waiting"
    """Nothing to deliver; the servers are there."""
    OVER = "over"
    """It has run out, or its leader changed: ask again."""
    PIN_LOST = "pin_lost"
    """Another client is served."""
    NO_CONSUMER = "no_consumer"
    """It was deleted: it must be made again."""
    NO_LEADER = "no_leader"
    """The servers are electing one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullStanding:
    """A word on a request."""

    status: PullStatus
    delivered: int | None = None
    """The consumer's sequence number so far, where it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """One message, and its places."""

    seq: int
    """In the stream."""
    number: int
    """Among what the consumer delivered: one more than before, or something is missing."""
    pin: str
    """Whom the servers serve."""
    reply: str
    """To whom it is acknowledged."""
    body: bytes


def read(message: Msg) -> Delivered | PullStanding:
    """A message of the inbox of a request."""
    headers = message.headers or {}
    status = headers.get("Status")
    if status is None:
        parts = message.reply.split(".")  # $JS.ACK.stream.consumer.deliveries.seq.number.time.pending
        seq, number = int(parts[-4]), int(parts[-3])
        pin = headers.get("Nats-Pin-Id", "")
        return Delivered(seq=seq, number=number, pin=pin, reply=message.reply, body=message.data)
    delivered = headers.get("Nats-Last-Consumer")
    return PullStanding(
        status=_status(status, str(headers.get("Description", "")).lower()),
        delivered=int(delivered) if delivered else None,
    )


def _status(code: str, words: str) -> PullStatus:
    match code:
        case "100":
            return PullStatus.WAITING
        case "423":
            return PullStatus.PIN_LOST
        case "503":
            return PullStatus.NO_LEADER
        case "409" if "consumer deleted" in words:
            return PullStatus.NO_CONSUMER
        case _:
            return PullStatus.OVER
