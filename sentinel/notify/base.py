"""What leaves: a message for one person, and what became of it. The core decides; `dispatcher.py` carries out."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

import msgspec

from sentinel.escalation.contact import Occasion
from sentinel.notify.channel_tries import ChannelTries
from sentinel.notify.enclosure import Attachment, Enclosed


class MessageKind(StrEnum):
    """Why a person is told something."""

    PAGE = "page"
    UPDATE = "update"
    RESOLVED = "resolved"
    DIGEST = "digest"
    TEST = "test"
    DESK = "desk"
    """Of the day's work: a question to an area, what became of it, requests that are late. As quiet as news, and like a
    page it goes again when nobody knows whether it went."""


GOES_AGAIN = (MessageKind.PAGE, MessageKind.DESK)
"""Somebody waits for these: what may have been lost is sent once more, marked."""


class Urgency(StrEnum):
    """How loud: `crisis` pages break through whatever the service lets break through."""

    QUIET = "quiet"
    ALERT = "alert"
    CRISIS = "crisis"


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person can do from the message itself, where the service has buttons.

    ``acts``: the phone itself posts to ``url`` and the incident moves; otherwise the button opens ``url``. ``press``:
    what a chat hands back when somebody there pressed it, 64 characters at most; it says no more than what was pressed,
    who it was the chat says.
    """

    label: str
    url: str
    acts: bool
    press: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one person reads: plain text, body at most 1 kB, in their language.

    ``brief`` is what it is about in two words ("Acme 72"), for when it goes together with others. ``chart`` is a PNG,
    drawn just before the send for services that take one; the outbox does not keep it. Nor does it keep ``attachment``,
    made of what ``encloses`` names. ``key`` names the decision, the same for each try: where a service can, what comes
    again replaces what came first.
    """

    kind: MessageKind
    urgency: Urgency
    language: str
    title: str
    body: str
    link: str | None = None
    brief: str = ""
    buttons: tuple[Button, ...] = ()
    chart: bytes | None = None
    encloses: Enclosed | None = None
    attachment: Attachment | None = None
    key: str = ""


def occasion_of(message: Message) -> Occasion:
    """What the message is to the person: decides which of their channels are tried."""
    return occasion_at(message.urgency)


def occasion_at(urgency: Urgency) -> Occasion:
    """The same, of how loud it is."""
    match urgency:
        case Urgency.CRISIS:
            return Occasion.CRISIS
        case Urgency.ALERT:
            return Occasion.ALERT
        case Urgency.QUIET:
            return Occasion.NEWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """An outbox row: one message to one contact, tried over the contact's channels in order until one accepts.

    ``waited``: it was held back for others' sake before, and never tried. ``tries``: sends so far, by channel.
    ``owner_epoch``: how often a notifier took it, where several send; a result under an earlier one is refused.
    """

    id: int
    key: str
    incident: str | None
    epoch: int
    step: int
    round: int
    contact: str
    message: Message
    channel: int
    attempts: int
    ambiguous: bool
    created_at: datetime
    tipped_at: datetime | None
    waited: bool = False
    tries: tuple[ChannelTries, ...] = ()
    owner_epoch: int = 0

    @property
    def tried(self) -> bool:
        """It was sent before, or may have been."""
        return bool(self.attempts or self.channel or self.ambiguous or self.tries)

    @property
    def rank(self) -> int:
        """How soon it goes, 0 first: crises before the rest, of each first pages, other pages, news."""
        page = self.message.kind is MessageKind.PAGE
        return 3 * (self.message.urgency is not Urgency.CRISIS) + (0 if page and self.step == 1 else 1 if page else 2)

    def holds(self, state: str, epoch: int) -> bool:
        """Whether what it says still holds, now that its incident is in this state and epoch.

        A page wants its incident open and in the epoch it was made in. News of an end wants it to be over; other news
        is out of date once the incident is open in a later epoch ("Ana has it", and then it rose).
        """
        match self.message.kind:
            case MessageKind.PAGE:
                return state == "open" and epoch == self.epoch
            case MessageKind.RESOLVED:
                return state not in ("open", "acknowledged")
            case _:
                return state != "open" or epoch == self.epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message that went, whatever number of rows it stood for; for who counts what was sent."""

    contact: str
    occasion: Occasion
    page: bool
    channel: int
    at: datetime


class Status(StrEnum):
    """What became of one send."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"


class SendReason(StrEnum):
    """Why; a closed set: metric label, log key and what tests assert."""

    OK = "ok"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    BAD_CHANNEL = "bad_channel"
    CRASHED = "crashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOutcome:
    """The result of one send. ``detail`` is short and holds no secret.

    ``receipt`` names the send at the provider, where one goes on ringing until it is told to stop.
    """

    status: Status
    reason: SendReason
    detail: str = ""
    retry_after: float | None = None
    receipt: str | None = None


class Feature(StrEnum):
    """What a channel can carry beyond words."""

    BUTTONS = "buttons"
    CHART = "chart"
    FILE = "file"
    RECEIPTS = "receipts"


class Ringing(StrEnum):
    """What the provider says of a send that goes on ringing."""

    ON = "on"
    ACKNOWLEDGED = "acknowledged"
    OVER = "over"
    UNKNOWN = "unknown"


class Notifier(ABC):
    """Sends one message over one URL. One file each; the module's name is its name.

    ``schemes`` are the URL schemes it takes for itself; what nobody takes goes to Apprise. ``example`` is a channel as
    the configuration holds it, with ``{host}`` for a server and ``{secret}`` for what must never be shown. Every method
    but `send` is optional.
    """

    schemes: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[str]

    @abstractmethod
    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        """Hand the message to the provider. Blocking: it is called in a thread of the destination's own pool, and left
        behind there after ``timeout`` seconds. Never raises for what the far side does.
        """

    def complaint(self, url: str) -> str | None:
        """What is wrong with a URL of one of its schemes, without any part of it that may be secret; ``None`` when
        nothing is.
        """
        return None

    def features(self, url: str) -> frozenset[Feature]:
        """What the channel carries.

        Others never get buttons, a chart or a file; receipts make `watch` and `cancel` be called.
        """
        return frozenset()

    def watch(self, url: str, receipt: str, *, timeout: float) -> Ringing:
        """Whether a send still rings, and whether the person acknowledged it at the provider.

        Blocking, as `send` is.
        """
        return Ringing.OVER

    def cancel(self, url: str, receipt: str, *, timeout: float) -> bool:
        """Stop the ringing; gives whether it has ended, for whatever reason. Blocking, as `send` is."""
        return True
