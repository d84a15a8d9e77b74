"""What the dispatcher is handed: the outbox, the addresses, and whoever keeps account of sends."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sentinel.escalation.contact import Occasion
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.base import Delivery, SendOutcome, Sent
from sentinel.notify.plan import Ending, Exhausted
from sentinel.notify.progress import Progress


class OutboxStore(Protocol):
    """What the dispatcher needs of the outbox."""

    async def due(self, now: datetime, *, but: Collection[tuple[str, int]] = ()) -> list[Delivery]:
        """The next of what may be sent, most urgent first, without what goes to these (contact, channel)."""
        ...

    async def lease(self, deliveries: Collection[Delivery]) -> list[Delivery]:
        """These are being sent: from here on they may arrive. Gives those that are ours to send."""
        ...

    async def release(self, deliveries: Collection[Delivery]) -> None:
        """These have no room here: somebody else may."""
        ...

    async def is_current(self, delivery: Delivery) -> bool:
        """Whether it still holds."""
        ...

    async def record(self, delivery: Delivery, progress: Progress, *, line: TimelineEntry | None) -> bool:
        """How far it has got, together with its line on the timeline; False when somebody else has it by now."""
        ...

    async def drop(self, delivery: Delivery, why: str, now: datetime, *, line: TimelineEntry | None) -> bool:
        """It is not wanted any more, and the timeline says why; False when somebody else has it by now."""
        ...

    async def held(self, contacts: Collection[str], now: datetime) -> list[Delivery]:
        """What waits for others' sake to go to these contacts, most urgent first; none is a good answer."""
        ...

    async def defer(self, deliveries: Collection[Delivery], until: datetime) -> None:
        """These wait; a crash does not shorten it."""
        ...

    async def sent_since(self, since: datetime) -> list[Sent]:
        """What went since then, oldest first; rows that went together are one."""
        ...


class SharedAccount(Protocol):
    """What whoever shares an outbox with others tells of their sends."""

    @property
    def reach(self) -> timedelta:
        """How far back sends to a contact still count."""
        ...

    @property
    def provider_reach(self) -> timedelta:
        """How far back requests to a provider do."""
        ...

    def begin_anew(self, contacts: Collection[str], sent: Iterable[Sent], at: datetime) -> None:
        """From ``at`` on these contacts are ours; they were sent this, oldest first."""
        ...

    def count_elsewhere(self, sent: Iterable[Sent], now: datetime) -> None:
        """What others sent lately, oldest first; what is told again counts once."""
        ...


class Directory(Protocol):
    """Addresses by contact, as the configuration in force has them."""

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        """The contact's URLs for an occasion, in order; empty when there is no such contact."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledDelivery:
    """One send of one row and what became of it; ``state`` is the row's now.

    Parameters
    ----------
    outcome
        ``None`` when it was not sent: ``ending`` says why then.
    together
        How many rows the message stood for.
    """

    delivery: Delivery
    scheme: str
    outcome: SendOutcome | None
    state: str
    at: datetime
    ending: Ending = Ending.STALE
    together: int = 1


class DeliveryRecorder(Protocol):
    """Asked for words before a send is written down, told of it afterwards."""

    async def line(self, settled: SettledDelivery) -> TimelineEntry | None:
        """What the incident's timeline is to say, whatever the row's state will be; ``None`` for what belongs to no
        incident.
        """
        ...

    async def settled(self, settled: SettledDelivery) -> None:
        """One send ended, and was written down."""
        ...

    async def exhausted(self, exhausted: Exhausted) -> None:
        """A budget was met that was empty."""
        ...
