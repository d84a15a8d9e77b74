"""Digests: one a day and contact, of what happened since the one before."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sentinel.clock import Clock
from sentinel.daemon.mail.scheduled import DueMail, Made, ScheduledMail
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.escalation.contact import Contact
from sentinel.escalation.digest import DailyDigest
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.notify.digest import HELD_BACK, DigestFacts, DigestIncident, digest
from sentinel.store.digests import DigestStore, LastDigest
from sentinel.store.failover import FailoverStore


class Digests(ScheduledMail):
    """To whoever has a daily digest; after a long absence the newest one, which tells of all of it."""

    name = "digest"
    event = "digest"

    def __init__(
        self,
        failover: FailoverStore,
        store: DigestStore,
        briefing: Callable[[], MessageBuilder],
        contacts: Callable[[], Mapping[str, Contact]],
        committed: Callable[[], None],
        clock: Clock,
    ) -> None:
        super().__init__(failover, contacts, committed, clock)
        self._store = store
        self._briefing = briefing

    def readers(self, now: datetime) -> Iterator[tuple[str, Made]]:
        """Those who have one, at their own hour."""
        for contact, known in list(self._contacts().items()):
            if known.digest is not None:
                yield contact, partial(self._make, contact, known.digest, now)

    async def _make(self, contact: str, daily: DailyDigest, now: datetime) -> DueMail | None:
        day, last = daily.newest(now), await self._store.last(contact)
        if last is not None and day <= last.day:
            return None
        made = LastDigest(day=day, at=now, told=await self._store.position())
        message = digest(await self._facts(contact, daily, last, made)) if last is not None else None
        return DueMail(
            occasion=day.isoformat(),
            message=message,
            remembered=dict([made.as_fact(contact)]),
            logged={"day": day.isoformat()},
        )

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
