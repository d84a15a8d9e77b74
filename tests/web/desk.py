"""The report desk of a daemon that stands still: the real telling, of what the stand has in memory."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from sentinel.clock import Clock
from sentinel.config.schema import Config
from sentinel.daemon.reported_mentions import FindsMentions, ReportedMentions
from sentinel.incidents.change import Event
from sentinel.incidents.incident import Incident
from sentinel.incidents.timeline import TimelineEntry
from sentinel.reports.day import BrandDay
from sentinel.reports.incident import PostMortem, post_mortem
from sentinel.reports.marks import StoredIncident
from sentinel.reports.period import Every, Period
from sentinel.reports.periodic import PeriodicReport, Records, periodic
from sentinel.reports.request_marks import RequestMarks
from sentinel.reports.selection import SelectedMention
from sentinel.reports.voice import ReportVoice


class Stood(Protocol):
    """What is read of the stand."""

    config: Config
    incidents: dict[str, Incident]
    lines: dict[str, list[TimelineEntry]]
    events: list[Event]
    days: list[BrandDay]

    @property
    def clock(self) -> Clock: ...

    @property
    def heard(self) -> FindsMentions: ...


class StandDesk:
    """Implements the web's `ReportDesk`."""

    def __init__(self, stand: Stood) -> None:
        self._stand = stand

    def voice(self, language: str) -> ReportVoice:
        config = self._stand.config

        def name_of(key: str) -> str:
            known = config.contacts.get(key)
            return (known.name if known else None) or key

        return ReportVoice(language=language, zone=config.zone, name_of=name_of, base_url="https://s.example")

    async def incident(self, incident_id: str) -> PostMortem | None:
        incident = self._stand.incidents.get(incident_id)
        if incident is None:
            return None
        events = [each for each in self._stand.events if each.incident == incident_id]
        return post_mortem(self._told(incident), events, self._stand.clock.now())

    async def periodic(self, brand: str, period: Period, among: Collection[str] | None = None) -> PeriodicReport:
        records = Records(
            days=[each for each in self._stand.days if among is None or each.brand in among],
            first_day=await self.first_day(),
            counted_until=self._counted(),
            told=[self._told(each) for each in self._stand.incidents.values() if each.brand == brand],
            events=(),
            selection=await self.selection(brand, period) if period.every is Every.DAY else (),
            requests=await self._requests(brand, period),
        )
        return periodic(brand, period, records, self._stand.config.zone, self._stand.clock.now())

    async def selection(self, brand: str, period: Period) -> Sequence[SelectedMention]:
        """Of what the stand heard."""
        begin, end = period.bounds(self._stand.config.zone)
        return await ReportedMentions(self._stand.heard, lambda _: None).selection(brand, begin, end)

    async def _requests(self, brand: str, period: Period) -> RequestMarks:
        begin, end = period.bounds(self._stand.config.zone)
        within, now = self._stand.config.requests.answer_within.of, self._stand.clock.now()
        return await ReportedMentions(self._stand.heard, within).requests(brand, begin, end, now)

    async def first_day(self) -> date | None:
        return min((each.day for each in self._stand.days), default=None)

    def _counted(self) -> datetime:
        return self._stand.clock.now()

    def _told(self, incident: Incident) -> StoredIncident:
        lines: Sequence[TimelineEntry] = self._stand.lines.get(incident.id, [])
        return StoredIncident(incident=incident, timeline=lines)
