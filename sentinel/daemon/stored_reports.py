"""Makes reports from what is stored, as of now: what the pages, the API and the messages that are sent all ask."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from sentinel.clock import Clock
from sentinel.daemon.brand_words import brand_words
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.daemon.reported_mentions import ReportedMentions
from sentinel.daemon.talk_reader import TalkReader
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.matching.brand import Brand
from sentinel.reports.day import BrandDay
from sentinel.reports.incident import PostMortem, post_mortem
from sentinel.reports.marks import StoredIncident, touches
from sentinel.reports.period import Every, Period
from sentinel.reports.periodic import PeriodicReport, Records, periodic
from sentinel.reports.selection import SelectedMention
from sentinel.reports.voice import ReportVoice
from sentinel.store.reports import ReportStore
from sentinel.store.rollups import RollupStore
from sentinel.topics.brand_talk import SILENCE

BLIND_BEFORE = timedelta(days=31)
"""How far before a period a source may have gone silent for it to be known that it still was."""


class IncidentSource(Protocol):
    """Incidents as they are now, also while the store takes no writes."""

    async def get(self, incident_id: str) -> Incident | None:
        """One by its id."""
        ...

    async def timeline(self, incident_id: str) -> list[TimelineEntry]:
        """Oldest first."""
        ...


class StoredReports:
    """Reads and tells.

    Parameters
    ----------
    brands, zone, briefing
        As they are in force.
    counted_until
        Up to when mentions are counted.
    mentions
        What was heard, for those parts of a report that single mentions make.
    apart
        Whether the configuration keeps brands apart, so that mail must as well.
    talk
        Reads what was talked about; without it reports are silent on that.
    """

    def __init__(
        self,
        store: ReportStore,
        days: RollupStore,
        incidents: IncidentSource,
        *,
        brands: Callable[[], Sequence[Brand]],
        zone: Callable[[], ZoneInfo],
        briefing: Callable[[], MessageBuilder],
        counted_until: Callable[[], datetime | None],
        clock: Clock,
        mentions: ReportedMentions | None = None,
        apart: Callable[[], bool] = lambda: False,
        talk: TalkReader | None = None,
    ) -> None:
        self._store = store
        self._days = days
        self._incidents = incidents
        self._brands = brands
        self._zone = zone
        self._briefing = briefing
        self._counted_until = counted_until
        self._clock = clock
        self._mentions = mentions
        self._apart = apart
        self._talk = talk

    def voice(self, language: str) -> ReportVoice:
        """Words in a language, as of now."""
        briefing = self._briefing()
        return ReportVoice(language=language, zone=self._zone(), name_of=briefing.name_of, base_url=briefing.base_url)

    async def incident(self, incident_id: str) -> PostMortem | None:
        """The report of an incident; ``None`` when there is none of that name."""
        incident = await self._incidents.get(incident_id)
        if incident is None:
            return None
        timeline, tipped_at = await self._incidents.timeline(incident_id), await self._store.tipped_at(incident_id)
        events = await self._store.events_of(incident_id, incident.opened_at)
        now = self._clock.now()
        talk = await self._talk.of_incident(incident) if self._talk is not None and not incident.drill else SILENCE
        told = StoredIncident(incident=incident, timeline=timeline, tipped_at=tipped_at)
        return post_mortem(told, events, now, talk)

    async def periodic(self, brand: str, period: Period, among: Collection[str] | None = None) -> PeriodicReport:
        """The report of a brand's period; beside these brands alone where some are named, else beside all."""
        (report,) = (await self.gathered((brand,), period, among))()
        return report

    async def gathered(
        self, brands: Sequence[str], period: Period, among: Collection[str] | None = None
    ) -> Callable[[], list[PeriodicReport]]:
        """What these brands' period is told from, read once for all; what this gives tells it, in any thread."""
        zone, now = self._zone(), self._clock.now()
        days, first_day = await self._days.days(period.before.first, period.last), await self._days.first_day()
        if among is not None:
            days = [each for each in days if each.brand in among]
        untold = [
            partial(periodic, brand, period, await self._records(brand, period, zone, days, first_day), zone, now)
            for brand in brands
        ]
        return lambda: [tell() for tell in untold]

    def beside(self, brands: Sequence[str]) -> Collection[str] | None:
        """Beside which brands mail about these compares them: all, or where brands are kept apart, one another."""
        return brands if self._apart() else None

    async def _records(
        self, brand: str, period: Period, zone: ZoneInfo, days: Sequence[BrandDay], first_day: date | None
    ) -> Records:
        begin, end = period.bounds(zone)
        told = await self._store.told(brand, begin, end)
        return Records(
            days=days,
            first_day=first_day,
            counted_until=self._counted_until(),
            told=[each for each in told if touches(each, begin, end)],
            events=await self._store.of_sources(brand, begin - BLIND_BEFORE, end),
            own=brand_words(self._brands(), brand),
            talk=await self._talk.of(brand, begin, end) if self._talk is not None else SILENCE,
            selection=await self.selection(brand, period) if period.every is Every.DAY else (),
            requests=await self._mentions.requests(brand, begin, end, self._clock.now()) if self._mentions else None,
        )

    async def selection(self, brand: str, period: Period) -> tuple[SelectedMention, ...]:
        """The mentions of a period that matter."""
        begin, end = period.bounds(self._zone())
        return await self._mentions.selection(brand, begin, end) if self._mentions else ()

    async def first_day(self) -> date | None:
        """The oldest day that is counted."""
        return await self._days.first_day()
