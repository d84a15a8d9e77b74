"""Makes the digests that are due: one a day and contact, told once, also over crashes and restarts."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

from sentinel.clock import Clock
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.escalation.contact import Contact, Occasion
from sentinel.escalation.digest import DailyDigest
from sentinel.incidents.change import Event, EventName
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.notify.base import Delivery, Message, MessageKind
from sentinel.notify.digest import HELD_BACK, DigestFacts, DigestIncident, digest
from sentinel.store.decision import Decision
from sentinel.store.digests import DigestStore, LastDigest
from sentinel.store.failover import FailoverStore
from sentinel.store.health import StoreFailing
from sentinel.store.outbox import key_of

EVERY = 20.0
"""Seconds between looks at what is due."""
log = structlog.get_logger(__name__)


class Digests:
    """Puts digests into the outbox.

    Parameters
    ----------
    briefing, contacts
        Give the words and the people in force.
    committed
        Called after each commit: there may be something to send.
    """

    def __init__(
        self,
        failover: FailoverStore,
        store: DigestStore,
        briefing: Callable[[], MessageBuilder],
        contacts: Callable[[], Mapping[str, Contact]],
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._failover = failover
        self._store = store
        self._briefing = briefing
        self._contacts = contacts
        self._committed = committed
        self._clock = clock

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            await self._clock.sleep(EVERY)

    async def look(self) -> None:
        """Make what is due. After a long absence that is the newest digest alone, and it tells of all of it.

        While the store fails none is made: it can wait, and what it tells of cannot be read.
        """
        if self._failover.failing:
            return
        now = self._clock.now()
        for contact, known in list(self._contacts().items()):
            if known.digest is not None and known.kinds(Occasion.NEWS):
                try:
                    await self._look(contact, known, known.digest, now)
                except StoreFailing:
                    return

    async def _look(self, contact: str, known: Contact, daily: DailyDigest, now: datetime) -> None:
        day, last = daily.newest(now), await self._store.last(contact)
        if last is not None and day <= last.day:
            return
        made = LastDigest(day=day, at=now, told=await self._store.position())
        message = digest(await self._facts(contact, daily, last, made)) if last is not None else None
        rows = () if message is None else (_row(contact, day, message, now),)
        events = () if message is None else (_event(contact, known, now),)
        await self._failover.commit(Decision(rows=rows, events=events, facts=dict([made.as_fact(contact)])))
        if message is not None:
            log.info("digest", contact=contact, day=day.isoformat())
            self._committed()

    async def _facts(self, contact: str, daily: DailyDigest, last: LastDigest, made: LastDigest) -> DigestFacts:
        briefing, since, until = self._briefing(), last.told, made.told
        lines = await self._store.lines(since, until)
        found = {
            each.id: each for each in await self._store.incidents({incident for incident, _ in lines}) if not each.drill
        }
        lines = [(incident, line) for incident, line in lines if incident in found]
        began = dict.fromkeys(incident for incident, line in lines if line.what in (What.OPENED, What.REOPENED))
        had = {incident: line.by for incident, line in lines if line.what is What.ACKNOWLEDGED and line.by}
        return DigestFacts(
            language=briefing.language_of(contact),
            zone=ZoneInfo(daily.zone),
            since=last.at,
            until=made.at,
            incidents=[
                DigestIncident(incident=found[each], by=briefing.name_of(had[each]) if each in had else None)
                for each in began
            ],
            held_back=[(found[incident].brand, line.why) for incident, line in lines if _kept_from(contact, line)],
            silent_sources=await self._store.silent_sources(since, until),
            shortfalls=await self._store.shortfalls(contact, since, until),
        )


def _kept_from(contact: str, line: TimelineEntry) -> bool:
    """Whether a line says that something was kept from this contact: by name, or from everybody by a silence."""
    if line.what is What.SILENCED:
        return line.why is Why.SILENCED
    return line.what is What.NOT_SENT and line.contact == contact and line.why in HELD_BACK


def _row(contact: str, day: date, message: Message, now: datetime) -> Delivery:
    return Delivery(
        id=0,
        key=key_of("digest", 0, 0, 0, contact, day.isoformat()),
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
