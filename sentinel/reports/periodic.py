"""A brand's day, week or month as facts: how much was said and how, by whom, when, beside whom, and what became of its
incidents.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.incidents.change import Event
from sentinel.reports.day import AuthorDay, BrandDay
from sentinel.reports.hours import Hours, hours
from sentinel.reports.marks import IncidentMarks, StoredIncident, marks_of
from sentinel.reports.period import Period
from sentinel.reports.request_marks import RequestMarks
from sentinel.reports.said_words import Topic as Topic
from sentinel.reports.said_words import said_words
from sentinel.reports.selection import SelectedMention
from sentinel.reports.source_silence import SourceSilence, blindness
from sentinel.reports.talked_topic import TalkedTopic, talked_topics
from sentinel.topics.brand_talk import SILENCE, BrandTalk

AUTHORS, SOURCES = 10, 12
"""How many of each a report names."""


class Moods(msgspec.Struct, frozen=True, kw_only=True):
    """Mentions by what the sentiment model made of them."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @property
    def mentions(self) -> int:
        """All of them."""
        return self.negative + self.neutral + self.positive


class DayMoods(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the chart."""

    day: date
    moods: Moods


class CountedShare(msgspec.Struct, frozen=True, kw_only=True):
    """One of several that are spoken of, or that speak: a brand, or a source."""

    name: str
    mentions: int
    share: float
    before: float | None
    """Its share of the period before; ``None`` when that was not counted whole."""


class Precision(msgspec.Struct, frozen=True, kw_only=True):
    """What people said of the incidents for which somebody was paged."""

    paged: int
    real: int
    false_alarms: int

    @property
    def unjudged(self) -> int:
        """Incidents of which nobody said what they were."""
        return self.paged - self.real - self.false_alarms

    @property
    def share(self) -> float | None:
        """Of those judged, the share that was real."""
        judged = self.real + self.false_alarms
        return self.real / judged if judged else None


class PeriodicReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a report of a brand's day, week or month says.

    ``before`` and all that is compared with it is of the period before; ``None`` where counting had not begun by then.
    A report of a period that is not over, or not counted to its end, is not ``complete``. ``topics`` are single words
    of all that was counted; ``talk`` is in phrases, of a part of the posts that are still stored: what is talked about,
    and what of it is ``complained`` of and ``praised``.
    A report of a period that is not over, or not counted to its end, is not ``complete``. ``selection`` is of a day
    alone, ``requests`` is ``None`` where nothing is known of them.
    """

    brand: str
    every: str
    period: str
    first: date
    last: date
    zone: str
    made_at: datetime
    complete: bool
    counted_until: datetime | None
    moods: Moods
    before: Moods | None
    days: tuple[DayMoods, ...]
    topics: tuple[Topic, ...]
    talk: tuple[TalkedTopic, ...]
    complained: tuple[TalkedTopic, ...]
    praised: tuple[TalkedTopic, ...]
    authors: tuple[AuthorDay, ...]
    hours: Hours
    sources: tuple[CountedShare, ...]
    brands: tuple[CountedShare, ...]
    incidents: tuple[IncidentMarks, ...]
    precision: Precision
    blindness: tuple[SourceSilence, ...]
    selection: tuple[SelectedMention, ...] = ()
    requests: RequestMarks | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What a report is made from.

    Parameters
    ----------
    days
        Of every brand, of the period and of the one before.
    first_day
        The oldest day that is counted at all.
    counted_until
        When the newest mention that is counted came in.
    told
        The brand's incidents that touch the period, with their timelines.
    events
        Of the brand, the oldest first, from a month before the period on.
    own
        The words that the brand is found by: they are no topic.
    talk
        What was talked about, in phrases.
    selection, requests
        What matters of a day; what was asked in the period.
    """

    days: Sequence[BrandDay]
    first_day: date | None
    counted_until: datetime | None
    told: Sequence[StoredIncident]
    events: Sequence[Event]
    own: Collection[str] = ()
    talk: BrandTalk = SILENCE
    selection: tuple[SelectedMention, ...] = ()
    requests: RequestMarks | None = None


def periodic(brand: str, period: Period, records: Records, zone: ZoneInfo, now: datetime) -> PeriodicReport:
    """The report as of ``now``."""
    begin, end = period.bounds(zone)
    known = records.first_day is not None and records.first_day <= period.before.first
    mine, before = _of(records.days, period, brand), _of(records.days, period.before, brand)
    marks = tuple(marks_of(each, begin, end) for each in records.told if not each.incident.drill)
    return PeriodicReport(
        brand=brand,
        every=period.every.value,
        period=period.label,
        first=period.first,
        last=period.last,
        zone=zone.key,
        made_at=now,
        complete=now >= end and records.counted_until is not None and records.counted_until >= end,
        counted_until=records.counted_until,
        moods=_moods(mine),
        before=_moods(before) if known else None,
        days=_days(mine, period),
        topics=said_words(mine, before if known else [], records.own),
        talk=talked_topics(records.talk.topics),
        complained=talked_topics(records.talk.complained),
        praised=talked_topics(records.talk.praised),
        authors=_authors(mine),
        hours=hours(mine, period, marks, zone, now),
        sources=_shares(_by_source(mine), _by_source(before) if known else None),
        brands=_shares(_by_brand(records.days, period), _by_brand(records.days, period.before) if known else None),
        incidents=marks,
        precision=_precision(marks),
        blindness=blindness(records.events, begin, min(end, now)),
        selection=records.selection,
        requests=records.requests,
    )


def growth(mentions: int, before: int) -> float | None:
    """By which share it grew; ``None`` from nothing.

    Examples
    --------
    >>> growth(150, 100), growth(50, 100), growth(5, 0)
    (0.5, -0.5, None)
    """
    return mentions / before - 1 if before else None


def middle(spans: Sequence[timedelta]) -> timedelta | None:
    """The median: one night on which nobody answered must not speak for all."""
    ranked = sorted(spans)
    if not ranked:
        return None
    half = len(ranked) // 2
    return ranked[half] if len(ranked) % 2 else (ranked[half - 1] + ranked[half]) / 2


def _of(days: Sequence[BrandDay], period: Period, brand: str) -> list[BrandDay]:
    return [each for each in days if each.brand == brand and period.first <= each.day <= period.last]


def _moods(days: Sequence[BrandDay]) -> Moods:
    return Moods(
        negative=sum(each.negative for each in days),
        neutral=sum(each.neutral for each in days),
        positive=sum(each.positive for each in days),
    )


def _days(mine: Sequence[BrandDay], period: Period) -> tuple[DayMoods, ...]:
    by_day = {each.day: each for each in mine}
    return tuple(DayMoods(day=day, moods=_moods([by_day[day]] if day in by_day else [])) for day in period.days())


def _authors(days: Sequence[BrandDay]) -> tuple[AuthorDay, ...]:
    found: dict[tuple[str, str], AuthorDay] = {}
    for each in (author for day in days for author in day.authors):
        key = (each.source, each.handle)
        found[key] = found[key].plus(each) if key in found else each
    return tuple(
        sorted(found.values(), key=lambda each: (-each.followers, -each.mentions, each.source, each.handle))[:AUTHORS]
    )


def _by_source(days: Sequence[BrandDay]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in days:
        found.update(each.sources)
    return found


def _by_brand(days: Sequence[BrandDay], period: Period) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in days:
        if period.first <= each.day <= period.last:
            found[each.brand] += each.mentions
    return found


def _shares(counts: Counter[str], before: Counter[str] | None) -> tuple[CountedShare, ...]:
    total, past = counts.total(), before.total() if before else 0
    return tuple(
        CountedShare(
            name=name, mentions=said, share=said / total, before=before[name] / past if before and past else None
        )
        for name, said in sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:SOURCES]
        if total
    )


def _precision(marks: Sequence[IncidentMarks]) -> Precision:
    paged = [each for each in marks if each.paged]
    real, false = (sum(each.verdict == verdict for each in paged) for verdict in ("real", "false_alarm"))
    return Precision(paged=len(paged), real=real, false_alarms=false)
