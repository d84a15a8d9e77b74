"""Days and incidents for reports, with one line each."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.incidents.command import Action
from sentinel.incidents.incident import GivenVerdict, Verdict
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.reports.day import AuthorDay, BrandDay, Heard
from sentinel.reports.marks import StoredIncident
from sentinel.reports.period import Every, Period, read_period
from sentinel.reports.periodic import PeriodicReport, Records, periodic
from sentinel.reports.voice import ReportVoice
from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Label
from tests.builders import a_mention
from tests.incidents.story import Story, minutes

MADRID = ZoneInfo("Europe/Madrid")
EVIL = (
    "<script>alert(1)</script> [ver](javascript:alert(1)) | **x** `y` <img "
    "src=x onerror=1> https://evil.example\n# Título\u202e"
)
WEEK = read_period(Every.WEEK, "2026-W11")
"""From the 9th of March 2026."""


def heard(
    text: str,
    at: datetime,
    label: Label = Label.NEUTRAL,
    *,
    handle: str | None = None,
    followers: int = 10,
    brand: str = "Acme",
) -> Heard:
    """One mention as it was read."""
    return Heard(
        mention=a_mention(text, at=at, author=handle, followers=followers),
        at=at,
        brands=(brand,),
        lang="es",
        label=label,
    )


def a_day(
    day: date,
    mentions: int,
    *,
    negative: int = 0,
    brand: str = "Acme",
    hour: int = 12,
    terms: dict[str, int] | None = None,
    authors: Sequence[AuthorDay] = (),
) -> BrandDay:
    """So many mentions, all in one hour, those that are not negative neutral."""
    hours = tuple(mentions if each == hour else 0 for each in range(24))
    return BrandDay(
        brand=brand,
        day=day,
        negative=negative,
        neutral=mentions - negative,
        hours=hours,
        sources={"bluesky": mentions},
        terms=terms or {},
        authors=tuple(authors),
    )


def days_of(period: Period, mentions: int, **rest: object) -> list[BrandDay]:
    """The same every day."""
    return [a_day(day, mentions, **rest) for day in period.days()]  # type: ignore[arg-type]  # whichever field a test names


def a_report(
    period: Period = WEEK,
    days: Sequence[BrandDay] = (),
    told: Sequence[StoredIncident] = (),
    *,
    now: datetime | None = None,
    brand: str = "Acme",
    own: Collection[str] = (),
) -> PeriodicReport:
    """As of the end of the period, everything counted."""
    now = now or period.bounds(MADRID)[1]
    first = min((each.day for each in days), default=None)
    return periodic(
        brand,
        period,
        Records(days=days, first_day=first, counted_until=now, told=told, events=(), own=own),
        MADRID,
        now,
    )


def a_told(
    *,
    at: datetime,
    acknowledged: float | None = 3,
    resolved: float | None = 60,
    verdict: Verdict | None = Verdict.REAL,
    lines: Sequence[TimelineEntry] = (),
    name: str = "i1",
    brand: str = "Acme",
) -> StoredIncident:
    """A crisis that Ana takes and ends, minutes after it began."""
    story = Story(now=at).score(Level.CRISIS)
    if acknowledged is not None:
        story.now = at + minutes(acknowledged)
        story.ask(Action.ACKNOWLEDGE, by="ana", reason="Lo miro")
    if resolved is not None:
        story.now = at + minutes(resolved)
        story.ask(Action.FALSE_ALARM if verdict is Verdict.FALSE_ALARM else Action.RESOLVE, by="ana", reason="Aclarado")
    assert story.incident is not None
    accepted = TimelineEntry(
        at=at + timedelta(seconds=2),
        what=What.DELIVERY,
        why=Why.LADDER,
        level=Level.CRISIS,
        contact="ana",
        step=1,
        channel="ntfys",
        outcome="accepted",
    )
    written = [line for change in story.changes for line in change.timeline]
    timeline = sorted([*written, accepted, *lines], key=lambda line: line.at)
    given = GivenVerdict(verdict=verdict, by="ana", at=story.now) if verdict and resolved is not None else None
    incident = msgspec.structs.replace(story.incident, id=name, brand=brand, judgement=given)
    return StoredIncident(incident=incident, timeline=timeline)


def a_voice(language: str = "es") -> ReportVoice:
    """Ana is called Ana."""
    return ReportVoice(
        language=language,
        zone=MADRID,
        name_of=lambda key: {"ana": "Ana", "boss": "Luis"}.get(key, key),
        base_url="https://s.example",
    )
