"""``/oncall``: two weeks of every schedule, who is on call now and next, where nobody is, and the changes that people
made.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from aiohttp import web

from sentinel.config.schema import Config
from sentinel.escalation.lint import AHEAD, LintFinding, OnCallFlaw, lint
from sentinel.escalation.override import Override, Swap
from sentinel.escalation.roster import Roster
from sentinel.escalation.schedule import Schedule
from sentinel.notify.channels import scheme_of
from sentinel.web.access.visible import ports_of
from sentinel.web.access.visitor import Role, visitor_of
from sentinel.web.answer import YEARS
from sentinel.web.pages.asked import Fields
from sentinel.web.pages.calendar import COLOURS, DAYS, MOST_LINES, Day, days_of, gaps, midnight, monday
from sentinel.web.pages.card import person
from sentinel.web.pages.duty import Duty, schedule_duties
from sentinel.web.pages.templates import page
from sentinel.web.pages.words import Words, words_for
from sentinel.web.ports.ports import Ports

PATH = "/oncall"
MOST_SCHEDULES = 6
"""Drawn on one page; of more, one is chosen."""
MOST_PIECES = 400
"""Shifts drawn on one page beyond the first schedule's: a dozen schedules with hourly turns are looked at one by one.
"""
MOST_GAPS = 5
SAID = ("override", "swap", "undone")
SILENT_CHANNEL = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCalendar:
    """One schedule's two weeks. ``holes`` are those of the time ahead, ``more`` how many of them are not told."""

    name: str
    timezone: str
    days: list[Day]
    duty: Duty
    holes: list[tuple[datetime, datetime]]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """An override or a swap that somebody made."""

    id: str
    schedule: str
    swap: bool
    names: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    by: str
    reason: str
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallView:
    """Everything the page shows. ``names`` are all schedules, ``people`` (key, name) of every contact."""

    first: date
    calendars: list[ScheduleCalendar]
    names: list[str]
    only: str
    people: list[tuple[str, str]]
    changes: list[ChangeLine]
    findings: list[LintFinding]

    def address(self, weeks: int = 0, **query: str) -> str:
        """The page so many weeks on."""
        told = {"from": (self.first + timedelta(weeks=weeks)).isoformat(), "schedule": self.only} | query
        return f"{PATH}?{urlencode({key: value for key, value in told.items() if value})}"


async def get_oncall(request: web.Request) -> web.Response:
    """The page."""
    words = words_for(request)
    said = request.query.get("said", "")
    return await show_oncall(request, words, notice=words.said(f"oncall.said_{said}") if said in SAID else None)


async def show_oncall(
    request: web.Request,
    words: Words,
    *,
    fields: Fields | None = None,
    form: str = "",
    notice: str | None = None,
    status: int = 200,
) -> web.Response:
    """The page, with a form as somebody left it and what became of it."""
    ports = ports_of(request)
    only = request.query.get("schedule", "")
    # A quarter of hourly turns is thousands of shifts.
    view = await asyncio.to_thread(_gather, ports, _first(request, words), only, words)
    return page(
        request,
        "oncall.html",
        words,
        title=words.said("oncall.title"),
        status=status,
        view=view,
        s=words.sayer("oncall"),
        b=words.sayer("board"),
        a=words.sayer("asked"),
        fields=fields or {},
        form=form,
        notice=notice,
        failed=status >= 400,
        may_act=visitor_of(request).may(Role.RESPONDER) and visitor_of(request).rights.every,
        most_lines=MOST_LINES,
        today=words.now.astimezone(words.zone).date(),
        zone=words.zone.key,
    )


def _first(request: web.Request, words: Words) -> date:
    """The Monday that the address names, or this week's."""
    try:
        asked = date.fromisoformat(request.query.get("from", ""))
    except ValueError:
        asked = words.now.astimezone(words.zone).date()
    return monday(min(max(asked, date(YEARS[0] + 1, 1, 1)), date(YEARS[1] - 1, 12, 1)))


def _gather(ports: Ports, first: date, only: str, words: Words) -> OnCallView:
    config, roster = ports.config(), ports.roster()
    names = list(roster.schedules)
    chosen = [only] if only in names else names[:MOST_SCHEDULES]
    duties = {each.name: each for each in schedule_duties(roster, config, words.now)}
    return OnCallView(
        first=first,
        calendars=_few([_calendar(roster.schedules[name], first, words, config, duties[name]) for name in chosen]),
        names=names,
        only=only if only in names else "",
        people=[(key, contact.name or key) for key, contact in config.contacts.items()],
        changes=[
            _change(each, config, words.now)
            for each in reversed(ports.oncall.all())
            if each.ends_at > words.now - AHEAD
        ],
        findings=_findings(roster, config, words.now),
    )


def _calendar(schedule: Schedule, first: date, words: Words, config: Config, duty: Duty) -> ScheduleCalendar:
    zone, contacts = words.zone, list(config.contacts)
    shifts = schedule.shifts(midnight(first, zone), midnight(first + timedelta(days=DAYS), zone))
    holes = gaps(schedule.shifts(words.now, words.now + AHEAD))
    return ScheduleCalendar(
        name=schedule.name,
        timezone=schedule.timezone,
        duty=duty,
        holes=holes[:MOST_GAPS],
        more=len(holes[MOST_GAPS:]),
        days=days_of(
            shifts,
            first,
            zone,
            words.now,
            lambda key: person(config, key) or key,
            lambda key: contacts.index(key) % COLOURS if key in contacts else 0,
        ),
    )


def _few(calendars: list[ScheduleCalendar]) -> list[ScheduleCalendar]:
    """As many as one page holds."""
    drawn, kept = 0, calendars[:1]
    for each in calendars[1:]:
        drawn += sum(len(day.pieces) for day in each.days)
        if drawn > MOST_PIECES:
            break
        kept.append(each)
    return kept


def _findings(roster: Roster, config: Config, now: datetime) -> list[LintFinding]:
    """What else the look ahead finds of schedules; gaps are told beside their calendar."""
    awake = {
        key
        for key, each in config.contacts.items()
        if any(scheme_of(url.get_secret_value()) != SILENT_CHANNEL for url in each.channels)
    }
    quiet = {
        key: each.quiet_hours.hours(each.timezone or config.timezone)
        for key, each in config.contacts.items()
        if each.quiet_hours is not None
    }
    return [each for each in lint(roster, (), (), awake, now, quiet=quiet) if each.flaw is not OnCallFlaw.GAP]


def _change(made: Override | Swap, config: Config, now: datetime) -> ChangeLine:
    people = made.contacts if isinstance(made, Override) else made.between
    return ChangeLine(
        id=made.id,
        schedule=made.schedule,
        swap=isinstance(made, Swap),
        names=tuple(person(config, each) or each for each in people),
        starts_at=made.starts_at,
        ends_at=made.ends_at,
        by=person(config, made.by) or made.by,
        reason=made.reason,
        over=made.ends_at <= now,
    )


ROUTES: tuple[web.RouteDef, ...] = (web.get(PATH, get_oncall),)
