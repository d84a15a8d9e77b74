"""CalendarKeeper: looks at calendars of events now and then, keeps what they held and when, and hands it to the engine.

A version counts from between two entries of the journal on: what was folded before stays as it was, also when the
journal is folded again.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog
from aiohttp import ClientSession
from msgspec.structs import replace

from sentinel.backoff import Backoff
from sentinel.calendars.read_calendar import MOST_BYTES, ReadCalendar, read_calendar, read_file
from sentinel.clock import Clock
from sentinel.config.calendars import EventCalendarSettings
from sentinel.daemon.selfcheck.auditor import Complaint, ailing
from sentinel.errors import SentinelError, SourceError
from sentinel.scoring.event_calendar import LONGEST, CalendarVersion
from sentinel.sources.polling import Request, ask, open_session
from sentinel.store.calendars import KeptCalendar

PAUSE = 20.0
"""Seconds between looks at what is due."""
AHEAD, RENEWED = timedelta(days=120), timedelta(days=60)
"""How far events are read ahead, and how little of that may be left before a calendar is read again though it has not
changed.
"""
FIRST_RETRY = 900.0
FAILURES = 3
"""Failed looks in a row before anybody is told: a server may be away for half an hour."""
INSTANT = timedelta(microseconds=1)
ACCEPT = {"Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
log = structlog.get_logger(__name__)


class CalendarKeeping(Protocol):
    """Where versions are kept."""

    async def save(self, kept: KeptCalendar) -> None:
        """Returns once it is on disk."""
        ...

    async def all(self) -> Sequence[KeptCalendar]:
        """Every version, the oldest first."""
        ...

    async def drop(self, calendar: str, before: datetime) -> None:
        """Let go of one calendar's versions that began before then."""
        ...


@dataclass(slots=True)
class _Look:
    """How it stands with one address or file."""

    due: datetime
    backoff: Backoff
    failure: str = ""


@dataclass(frozen=True, slots=True)
class _Served:
    """What a calendar's server or file gives."""

    body: bytes
    etag: str | None = None
    modified: str | None = None


@dataclass(slots=True)
class CalendarKeeper:
    """Every calendar of the configuration.

    Parameters
    ----------
    calendars, zone
        Of the configuration in force, asked anew each time.
    turn
        Keeps the engine still while its block runs, and gives the instant.
    folded_at
        The newest instant that is folded.
    changed
        Told of all versions whenever there is another, and since when it counts, in the engine's turn.
    looked
        Told of each look: calendar, outcome, events that are to come.
    retention
        How long the journal is kept, and so what it is folded with again.
    """

    store: CalendarKeeping
    turn: Callable[[], AbstractAsyncContextManager[datetime]]
    clock: Clock
    user_agent: str
    calendars: Callable[[], Sequence[EventCalendarSettings]]
    zone: Callable[[], ZoneInfo]
    folded_at: Callable[[], datetime | None]
    changed: Callable[[Sequence[CalendarVersion], datetime], None]
    looked: Callable[[str, str, int], None]
    retention: timedelta
    _kept: list[KeptCalendar] = field(default_factory=list)
    _looks: dict[tuple[str, str], _Look] = field(default_factory=dict)

    async def start(self) -> None:
        """Take up what the store holds; before anything is folded."""
        self._kept = list(await self.store.all())
        async with self.turn() as now:
            self._tell(now)

    async def refresh(self) -> None:
        """Another process may have read one.

        Raises
        ------
        StoreFailing
            When the store cannot be read; those that are known stay.
        """
        async with self.turn() as now:
            if (kept := list(await self.store.all())) != self._kept:
                self._kept = kept
                self._tell(now)

    async def run(self) -> None:
        """Look at what is due, for as long as the daemon runs."""
        async with open_session(self.user_agent, ACCEPT) as session:
            while True:
                await self.look(session)
                await self.clock.sleep(PAUSE)

    async def look(self, session: ClientSession) -> None:
        """One look at every calendar that is due."""
        now, wanted = self.clock.now(), {_place(each): each for each in self.calendars()}
        self._looks = {place: look for place, look in self._looks.items() if place in wanted}
        for place, calendar in wanted.items():
            cap = calendar.every.total_seconds()
            look = self._looks.setdefault(place, _Look(now, Backoff(FIRST_RETRY, max(FIRST_RETRY, cap))))
            if look.due <= now:
                await self._look(session, calendar, look, now)

    async def _look(self, session: ClientSession, calendar: EventCalendarSettings, look: _Look, now: datetime) -> None:
        try:
            outcome = await self._take_in(session, calendar, now)
        except SentinelError as error:
            asked = error.retry_after if isinstance(error, SourceError) else None
            look.failure = str(error)
            look.due = now + timedelta(seconds=look.backoff.next(at_least=max(60.0, asked or 0.0)))
            log.warning("calendar_failed", calendar=calendar.name, reason=look.failure, again_at=look.due.isoformat())
            outcome = "failed"
        except Exception:  # whatever a stranger's file does to what reads it, people are paged all the same
            look.failure = "it cannot be taken in; the log says why"
            look.due = now + timedelta(seconds=look.backoff.next(at_least=60.0))
            log.exception("calendar_failed", calendar=calendar.name, again_at=look.due.isoformat())
            outcome = "failed"
        else:
            look.backoff.reset()
            look.failure, look.due = "", now + calendar.every
        self.looked(calendar.name, outcome, self.coming(calendar.name, now))

    async def _take_in(self, session: ClientSession, calendar: EventCalendarSettings, now: datetime) -> str:
        """Gives ``changed`` or ``unchanged``."""
        last, zone = self._last(calendar.name), self.zone()
        renew = last is None or last.until - now < RENEWED
        served = await self._served(session, calendar, None if renew else last)
        if served is None:
            return "unchanged"
        digest = sha256(b"\n".join((zone.key.encode(), *map(str.encode, _place(calendar)), served.body))).hexdigest()
        if last is not None and digest == last.digest and not renew:
            return "unchanged"
        read = await asyncio.to_thread(read_calendar, served.body, calendar.name, zone, now - LONGEST, now + AHEAD)
        for odd in read.odd:
            log.warning("calendar_oddity", calendar=calendar.name, reason=odd)
        await self._keep(calendar.name, read, served, digest, last, now)
        return "changed"

    async def _served(
        self, session: ClientSession, calendar: EventCalendarSettings, last: KeptCalendar | None
    ) -> _Served | None:
        """``None`` when nothing changed."""
        if (url := calendar.url) is None:
            return _Served(await asyncio.to_thread(read_file, calendar.name, calendar.file or ""))
        conditions = {"If-None-Match": last.etag, "If-Modified-Since": last.modified} if last is not None else {}
        name = f"calendar {calendar.name!r}"
        answer = await ask(session, Request(url=url, name=name, conditions=conditions), most=MOST_BYTES)
        if answer.body is None:
            return None
        return _Served(answer.body, answer.said("ETag"), answer.said("Last-Modified"))

    async def _keep(
        self, name: str, read: ReadCalendar, served: _Served, digest: str, last: KeptCalendar | None, now: datetime
    ) -> None:
        """A new version where its events differ from the last one's; else only how to ask for the next."""
        kept = KeptCalendar(
            version=CalendarVersion(calendar=name, since=now, events=read.events),
            until=now + AHEAD,
            digest=digest,
            etag=served.etag,
            modified=served.modified,
        )
        if last is not None and last.until - now >= RENEWED and _same(last, read, now):
            await self._save(replace(kept, version=last.version, until=last.until))
            return
        async with self.turn() as at:
            folded = self.folded_at()
            since = at if folded is None else max(at, folded + INSTANT)
            await self._save(replace(kept, version=replace(kept.version, since=since)))
            self._tell(since)
        log.info("calendar_read", calendar=name, events=len(read.events))
        await self._prune(name, now)

    async def _save(self, kept: KeptCalendar) -> None:
        await self.store.save(kept)
        version = kept.version
        self._kept = [
            each
            for each in self._kept
            if (each.version.calendar, each.version.since) != (version.calendar, version.since)
        ]
        self._kept.append(kept)

    async def _prune(self, name: str, now: datetime) -> None:
        """The newest version that counted when the journal begins is still needed, those before it are not."""
        own = [each.version.since for each in self._kept if each.version.calendar == name]
        if old := [since for since in own if since <= now - self.retention]:
            await self.store.drop(name, max(old))
            self._kept = [
                each for each in self._kept if each.version.calendar != name or each.version.since >= max(old)
            ]

    def _tell(self, since: datetime) -> None:
        self.changed([each.version for each in self._kept], since)

    def _last(self, name: str) -> KeptCalendar | None:
        own = [each for each in self._kept if each.version.calendar == name]
        return max(own, key=lambda each: each.version.since, default=None)

    def coming(self, name: str, now: datetime) -> int:
        """Events of a calendar that are not over."""
        last = self._last(name)
        return sum(each.ends_at > now for each in last.version.events) if last is not None else 0

    def complaints(self) -> list[Complaint]:
        """Calendars that could not be read for a while; what they last held stands."""
        found = []
        for (name, _), look in self._looks.items():
            if look.backoff.failures >= FAILURES:
                last = self._last(name)
                until = f"{last.until:%Y-%m-%d}" if last is not None else "-"
                key = "calendar_stale" if last is not None else "calendar_unread"
                found.append(ailing(key, name=name, error=look.failure, until=until))
        return found


def _place(calendar: EventCalendarSettings) -> tuple[str, str]:
    return calendar.name, calendar.url or calendar.file or ""


def _same(last: KeptCalendar, read: ReadCalendar, now: datetime) -> bool:
    """Whether both say the same of what is to come, as far as the earlier one reached: writers stamp every answer."""
    earlier, later = (
        {each for each in events if each.ends_at > now and each.starts_at < last.until}
        for events in (last.version.events, read.events)
    )
    return earlier == later
