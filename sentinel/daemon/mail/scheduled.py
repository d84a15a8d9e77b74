"""Mail that goes out regularly: looked for every few seconds, put into the outbox with what is remembered of it in one
commit, so that it is told once, also over crashes and restarts.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import structlog

from sentinel.clock import Clock
from sentinel.escalation.contact import Contact, Occasion
from sentinel.incidents.change import Event, EventName
from sentinel.notify.base import Delivery, Message, MessageKind
from sentinel.store.decision import Decision
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.outbox import key_of

EVERY = 20.0
"""Seconds between looks at what is due."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DueMail:
    """What is due to a contact.

    Parameters
    ----------
    occasion
        Which one of many it is: with the contact, it goes once.
    message
        ``None`` where there is nothing to tell, or the count only begins.
    remembered
        Facts for the store that say how far this contact has been told.
    logged
        What the log says of it.
    """

    occasion: str
    message: Message | None
    remembered: dict[str, str]
    logged: Mapping[str, object]


Made = Callable[[], Awaitable[DueMail | None]]
"""Makes one; ``None`` where nothing is due, or not everything is known yet that it tells of."""


class ScheduledMail(ABC):
    """One sort of mail; who makes it says to whom it goes and what it is.

    Parameters
    ----------
    contacts
        The people in force.
    committed
        Called after each commit: there may be something to send.
    """

    name: ClassVar[str]
    """In the outbox's keys."""
    event: ClassVar[str]
    """In the log."""

    def __init__(
        self,
        failover: FailoverStore,
        contacts: Callable[[], Mapping[str, Contact]],
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._failover = failover
        self._contacts = contacts
        self._committed = committed
        self._clock = clock

    @abstractmethod
    def readers(self, now: datetime) -> Iterator[tuple[str, Made]]:
        """Contacts that get such mail, each with what makes theirs; whoever takes no news is passed over."""

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Send what is due. After a long absence that is the newest alone.

        While the store fails nothing is sent: it can wait, and what it tells of cannot be read.
        """
        now = self._clock.now()
        for contact, make in self.readers(now):
            known = self._contacts().get(contact)
            if self._failover.failing:
                return
            if known is None or not known.kinds(Occasion.NEWS):
                continue
            try:
                if (mail := await make()) is not None:
                    await self._send(contact, known, mail, now)
            except StoreFailing:
                return

    async def _send(self, contact: str, known: Contact, mail: DueMail, now: datetime) -> None:
        if mail.message is None:
            await self._failover.commit(Decision(facts=mail.remembered))
            return
        row = _row(self.name, contact, mail.occasion, mail.message, now)
        await self._failover.commit(Decision(rows=(row,), events=(_event(contact, known, now),), facts=mail.remembered))
        log.info(self.event, contact=contact, **mail.logged)
        self._committed()


def _row(name: str, contact: str, occasion: str, message: Message, now: datetime) -> Delivery:
    return Delivery(
        id=0,
        key=key_of(name, 0, 0, 0, contact, occasion),
        incident=None,
        epoch=0,
        step=0,
        round=0,
        contact=contact,
        message=message,
        channel=0,
        attempts=0,
        ambiguous=False,
        created_at=now,
        tipped_at=None,
    )


def _event(contact: str, known: Contact, now: datetime) -> Event:
    return Event(
        event=EventName.PAGE,
        at=now,
        brand="",
        incident=None,
        level=None,
        score=None,
        contributions={},
        contact=contact,
        step=0,
        kind=MessageKind.DIGEST.value,
        channels=known.kinds(Occasion.NEWS),
    )
