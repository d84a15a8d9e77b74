"""Incidents, what is said of them, scores and reports, of some brands alone: others' are as if they were not."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec

from sentinel.incidents.annotations import Annotation
from sentinel.incidents.change import Change, Event
from sentinel.incidents.command import Command, Refusal
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.timeline import TimelineEntry
from sentinel.reports.incident import PostMortem
from sentinel.reports.period import Period
from sentinel.reports.periodic import PeriodicReport
from sentinel.reports.selection import SelectedMention
from sentinel.reports.voice import ReportVoice
from sentinel.scoring.sector import SECTOR
from sentinel.store.annotations import Ticked
from sentinel.web.access.brand_rights import BrandRights
from sentinel.web.http.body import RefusedBody
from sentinel.web.narrowed.event_marks import mark_of, number_at
from sentinel.web.narrowed.narrowed_board import points_alone, without_sector
from sentinel.web.ports.ports import Ports

_encode = msgspec.json.Encoder().encode


class NarrowedIncidents:
    """Implements `IncidentReader`, and the commands that `Ports` has for incidents."""

    def __init__(self, ports: Ports, rights: BrandRights) -> None:
        self._ports = ports
        self._rights = rights

    async def find(self, *, states: Sequence[State] = (), brand: str | None = None, limit: int = 50) -> list[Incident]:
        """Newest first."""
        wanted = self._rights.of((brand,)) if brand is not None else sorted(self._rights.names or ())
        found = [
            each for name in wanted for each in await self._ports.incidents.find(states=states, brand=name, limit=limit)
        ]
        found.sort(key=lambda each: each.opened_at, reverse=True)
        return [without_sector(each) for each in found[:limit]]

    async def get(self, incident_id: str) -> Incident | None:
        """One of an own brand; of any other it is the same as of none."""
        found = await self._ports.incidents.get(incident_id)
        return without_sector(found) if found is not None and self._rights.sees(found.brand) else None

    async def timeline(self, incident_id: str) -> list[TimelineEntry]:
        """Oldest first; nothing of what is not theirs."""
        return [] if await self.get(incident_id) is None else await self._ports.incidents.timeline(incident_id)

    async def events_after(
        self, after: int = 0, limit: int = 1000, brands: Collection[str] | None = None
    ) -> list[tuple[int, bytes]]:
        """Of own brands, with no word of their sector; numbered by marks, since running numbers count everybody's."""
        wanted = (self._rights.names or frozenset()) if brands is None else self._rights.of(brands)
        secret = await self._ports.sessions.secret()
        number = number_at(after, secret) if after else 0
        found = await self._ports.incidents.events_after(number, limit, wanted)
        return [(mark_of(each, secret), _without_sector(body)) for each, body in found]

    async def command(self, command: Command) -> Change | Refusal:
        """What a person asks of an own incident."""
        if await self.get(command.incident) is None:
            return Refusal.UNKNOWN
        return _own(await self._ports.command(command))


class NarrowedAnnotations:
    """Implements `AnnotationPort`."""

    def __init__(self, ports: Ports, incidents: NarrowedIncidents) -> None:
        self._ports = ports
        self._incidents = incidents

    async def say(self, annotation: Annotation) -> Change | Refusal:
        """Of an own incident; any other is not known."""
        if await self._incidents.get(annotation.incident) is None:
            return Refusal.UNKNOWN
        return _own(await self._ports.annotations.say(annotation))

    async def ticked(self, incident_id: str) -> Sequence[Ticked]:
        """What of an own incident's checklists is done."""
        known = await self._incidents.get(incident_id)
        return () if known is None else await self._ports.annotations.ticked(incident_id)


class NarrowedScores:
    """Implements `ScoreReader`."""

    def __init__(self, ports: Ports, rights: BrandRights) -> None:
        self._ports = ports
        self._rights = rights

    async def between(self, brand: str, begin: datetime, end: datetime) -> Sequence[tuple[datetime, float | None]]:
        """An own brand's points."""
        return await self._ports.scores.between(brand, begin, end) if self._rights.sees(brand) else ()


class NarrowedReports:
    """Implements `ReportPort`: own brands, compared with one another."""

    def __init__(self, ports: Ports, incidents: NarrowedIncidents, rights: BrandRights) -> None:
        self._ports = ports
        self._incidents = incidents
        self._rights = rights

    def voice(self, language: str) -> ReportVoice:
        """Words in a language, as of now."""
        return self._ports.reports.voice(language)

    async def incident(self, incident_id: str) -> PostMortem | None:
        """An own incident, told afterwards, with no word of its sector."""
        if await self._incidents.get(incident_id) is None:
            return None
        told = await self._ports.reports.incident(incident_id)
        if told is None:
            return None
        return msgspec.structs.replace(
            told,
            reasons=tuple(each for each in told.reasons if each.signal != SECTOR),
            evidence=tuple(each for each in told.evidence if each.signal != SECTOR),
        )

    async def periodic(self, brand: str, period: Period, among: Collection[str] | None = None) -> PeriodicReport:
        """An own brand's day, week or month, beside own brands alone.

        It tells up to which hour mentions are counted: the newest one may be anybody's.
        """
        if not self._rights.sees(brand):
            raise RefusedBody(404, f"brand {brand[:80]!r} is not watched; GET /api/v1/brands lists those that are")
        beside = self._rights.names if among is None else self._rights.of(among)
        told = await self._ports.reports.periodic(brand, period, beside)
        until = told.counted_until
        return msgspec.structs.replace(told, counted_until=until and until.replace(minute=0, second=0, microsecond=0))

    async def selection(self, brand: str, period: Period) -> Sequence[SelectedMention]:
        """An own brand's mentions that matter."""
        return await self._ports.reports.selection(brand, period) if self._rights.sees(brand) else ()

    async def first_day(self) -> date | None:
        """The oldest day that is counted."""
        return await self._ports.reports.first_day()


def _without_sector(body: bytes) -> bytes:
    event = msgspec.json.decode(body, type=Event)
    if SECTOR not in event.contributions:
        return body
    return _encode(msgspec.structs.replace(event, contributions=points_alone(event.contributions)))


def _own(answer: Change | Refusal) -> Change | Refusal:
    if isinstance(answer, Refusal):
        return answer
    return Change(
        incident=without_sector(answer.incident),
        timeline=answer.timeline,
        events=answer.events,
        notices=answer.notices,
    )
