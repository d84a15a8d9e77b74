"""Calendars that are followed while the daemon runs: served well, badly, or not at all."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sentinel.config.calendars import EventCalendarSettings
from sentinel.daemon.calendar_keeper import AHEAD, FAILURES, RENEWED, CalendarKeeper
from sentinel.scoring.event_calendar import CalendarVersion
from sentinel.sources.polling import open_session
from sentinel.store.calendars import CalendarStore
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from tests.fakes import START, FakeClock

DAY = timedelta(days=1)


@dataclass
class Club:
    """Serves a calendar, and remembers what it was asked with."""

    days: list[int] = field(default_factory=lambda: [3])
    stamp: str = "20260301T000000Z"
    refusal: int | None = None
    padding: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.headers))
        if self.refusal is not None:
            return web.Response(status=self.refusal)
        tag = f'"{self.days}{self.stamp}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(body=self.text(), headers={"ETag": tag}, content_type="text/calendar")

    def text(self) -> bytes:
        entries = [
            f"BEGIN:VEVENT\r\nUID:{day}\r\nDTSTAMP:{self.stamp}\r\nSUMMARY:Match\r\n"
            f"DTSTART:{START + day * DAY:%Y%m%dT%H%M%SZ}\r\nDURATION:PT2H\r\nEND:VEVENT\r\n"
            for day in self.days
        ]
        return f"BEGIN:VCALENDAR\r\n{''.join(entries)}END:VCALENDAR\r\n".encode() + b" " * self.padding


@dataclass
class Follower:
    """A daemon's keeper, and what it told the engine."""

    database: Database
    clock: FakeClock
    calendars: list[EventCalendarSettings]
    told: list[Sequence[CalendarVersion]] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)

    def keeper(self) -> CalendarKeeper:
        @asynccontextmanager
        async def turn() -> AsyncIterator[datetime]:
            yield self.clock.now()

        return CalendarKeeper(
            CalendarStore(self.database),
            turn,
            self.clock,
            "Sentinel/test",
            calendars=lambda: self.calendars,
            zone=lambda: ZoneInfo("Europe/Madrid"),
            folded_at=self.clock.now,
            changed=lambda versions, _: self.told.append(tuple(versions)),
            looked=lambda _, outcome, __: self.outcomes.append(outcome),
            retention=30 * DAY,
        )

    async def look(self, keeper: CalendarKeeper, after: timedelta = timedelta(0)) -> None:
        await self.clock.advance(after)
        async with open_session("Sentinel/test") as session:
            await keeper.look(session)

    @property
    def events(self) -> list[datetime]:
        """Of the newest version."""
        newest = max(self.told[-1], key=lambda each: each.since)
        return [each.starts_at for each in newest.events]


@pytest.fixture
async def club() -> AsyncIterator[tuple[Club, str]]:
    """With the address of its calendar, which holds a secret."""
    served = Club()
    app = web.Application()
    app.router.add_get("/secret-7f3a/x.ics", served.answer)
    async with TestServer(app) as server:
        yield served, str(server.make_url("/secret-7f3a/x.ics"))


@pytest.fixture
async def follower(tmp_path: Path, clock: FakeClock, club: tuple[Club, str]) -> AsyncIterator[Follower]:
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    yield Follower(database, clock, [EventCalendarSettings.model_validate({"name": "club", "address": club[1]})])
    await database.close()


async def test_a_calendar_is_fetched_told_and_kept_through_a_restart(
    club: tuple[Club, str], follower: Follower
) -> None:
    """The engine hears of its match after everything that is folded; another daemon goes on, and asks conditionally."""
    await follower.look(follower.keeper())
    assert follower.events == [START + 3 * DAY]
    assert follower.told[-1][0].since > follower.clock.now()
    again = follower.keeper()
    await again.start()
    assert follower.events == [START + 3 * DAY]
    await follower.look(again)
    assert "If-None-Match" in club[0].asked[-1]
    assert follower.outcomes == ["changed", "unchanged"]


async def test_only_what_is_due_is_asked_and_only_other_events_are_a_version(
    club: tuple[Club, str], follower: Follower
) -> None:
    """An hour later nobody asks; seven hours later another stamp is no news, and another match is."""
    keeper = follower.keeper()
    await follower.look(keeper)
    await follower.look(keeper, timedelta(hours=1))
    assert len(club[0].asked) == 1
    club[0].stamp = "20260302T000000Z"
    await follower.look(keeper, timedelta(hours=6))
    assert (len(club[0].asked), len(follower.told)) == (2, 1)
    club[0].days.append(5)
    await follower.look(keeper, timedelta(hours=7))
    assert follower.events == [START + 3 * DAY, START + 5 * DAY]
    assert len(follower.told[-1]) == 2


async def test_an_address_that_fails_is_a_complaint_and_the_last_good_copy_stands(
    club: tuple[Club, str], follower: Follower
) -> None:
    """After three failures the watcher complains, without the address; what was known stands; it mends by itself."""
    keeper = follower.keeper()
    await follower.look(keeper)
    club[0].refusal = 503
    for _ in range(FAILURES):
        assert keeper.complaints() == []
        await follower.look(keeper, timedelta(hours=7))
    said = keeper.complaints()[0].said("en")
    assert said.startswith("the calendar club cannot be read (calendar 'club' answers 503")
    assert "secret-7f3a" not in said
    assert follower.events == [START + 3 * DAY]
    club[0].refusal = None
    await follower.look(keeper, timedelta(hours=7))
    assert keeper.complaints() == []


async def test_five_megabytes_are_refused_before_they_are_read_whole(
    club: tuple[Club, str], follower: Follower
) -> None:
    """The reason says how large a calendar may be."""
    club[0].padding = 5 * 2**20
    keeper = follower.keeper()
    for _ in range(FAILURES):
        await follower.look(keeper, timedelta(hours=7))
    assert "never been read (calendar 'club' is larger than 2097152 bytes" in keeper.complaints()[0].said("en")


async def test_a_calendar_that_never_changes_is_read_further_ahead_in_time(
    club: tuple[Club, str], follower: Follower
) -> None:
    """Before what was read runs out it is fetched whole, and versions that no fold needs any more are let go."""
    club[0].days = list(range(0, 400, 7))
    keeper = follower.keeper()
    await follower.look(keeper)
    first = follower.events[-1]
    await follower.look(keeper, AHEAD - RENEWED + DAY)
    assert "If-None-Match" not in club[0].asked[-1]
    assert follower.events[-1] > first
    await follower.look(keeper, AHEAD - RENEWED + DAY)
    assert len(await CalendarStore(follower.database).all()) == 2


async def test_a_file_is_followed_as_an_address_is(follower: Follower, tmp_path: Path) -> None:
    """One that is missing is a complaint with its name."""
    path = tmp_path / "x.ics"
    follower.calendars[:] = [EventCalendarSettings.model_validate({"name": "own", "file": str(path)})]
    keeper = follower.keeper()
    for _ in range(FAILURES):
        await follower.look(keeper, timedelta(hours=7))
    assert "x.ics' cannot be read (No such file" in keeper.complaints()[0].said("en")
    path.write_bytes(Club(days=[4]).text())
    await follower.look(keeper, timedelta(hours=7))
    assert follower.events == [START + 4 * DAY]
