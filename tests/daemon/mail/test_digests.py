"""Digests through the store: one a day and person, over restarts, downtime and the days on which clocks change."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.config.loader import load
from sentinel.daemon.mail.digests import Digests
from sentinel.daemon.messages.builder import MessageBuilder
from sentinel.escalation.budget import BudgetKind
from sentinel.escalation.contact import Contact, Occasion
from sentinel.escalation.digest import DailyDigest
from sentinel.incidents.change import Event, EventName
from sentinel.incidents.command import Action
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.notify.base import Delivery, MessageKind
from sentinel.playbooks.reader import read_playbooks
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.digests import DigestStore
from sentinel.store.failover import FailoverStore
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from tests.fakes import FakeClock
from tests.incidents.story import Story

NINE = DailyDigest(zone="Europe/Madrid", at=time(9))
SATURDAY = datetime(2026, 3, 28, 12, tzinfo=UTC)
"""The clocks of Madrid go forward in the night that follows."""
CONFIG = """
brands: [{name: Acme}]
contacts: {ana: {name: Ana, channels: ["log://"], language: es}, boss: {channels: ["log://"]}}
"""


@dataclass
class Newsroom:
    """A store, a clock, and digests that look when told."""

    database: Database
    briefing: MessageBuilder
    clock: FakeClock = field(default_factory=lambda: FakeClock(SATURDAY))
    contacts: dict[str, Contact] = field(default_factory=lambda: {"ana": Contact(channels=("log",), digest=NINE)})
    pokes: int = 0

    def __post_init__(self) -> None:
        self.incidents = IncidentStore(self.database)
        self.outbox = Outbox(self.database)
        self.store = DigestStore(self.database)
        self.restart()

    def restart(self) -> None:
        """A new process on the same store."""
        self.digests = Digests(
            FailoverStore(self.database, self.incidents, self.outbox),
            self.store,
            lambda: self.briefing,
            lambda: self.contacts,
            self._committed,
            self.clock,
        )

    def _committed(self) -> None:
        self.pokes += 1

    async def at(self, instant: datetime) -> list[Delivery]:
        """Time goes on to this instant, one look there; every digest in the outbox so far."""
        await self.clock.advance(instant - self.clock.now())
        await self.digests.look()
        return [row for row in await self.outbox.due(instant) if row.message.kind is MessageKind.DIGEST]

    async def trouble(self, brand: str, level: Level = Level.ALERT, *, lines: tuple[TimelineEntry, ...] = ()) -> str:
        """An incident opens now."""
        story = Story(now=self.clock.now()).score(level)
        story.ask(Action.ACKNOWLEDGE, by="ana")
        assert story.incident is not None
        incident = msgspec.structs.replace(story.incident, id=f"i-{brand}", brand=brand)
        written = [line for change in story.changes for line in change.timeline]
        async with self.database.write() as connection:
            await self.incidents.save(connection, incident)
            await self.incidents.append(connection, incident.id, [*written, *lines])
        return incident.id

    def kept(self, why: Why, contact: str | None = "ana", what: What = What.NOT_SENT) -> TimelineEntry:
        return TimelineEntry(at=self.clock.now(), what=what, why=why, level=Level.ALERT, contact=contact)


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    path = tmp_path / "s.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    database = await Database.open(f"sqlite:///{tmp_path / 'd.db'}")
    yield Newsroom(database, MessageBuilder(load(path), read_playbooks(None), "http://s.example"))
    await database.close()


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """UTC, in March 2026."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


async def test_once_a_day_at_nine_in_madrid(newsroom: Newsroom) -> None:
    """The first look begins the count; on Sunday nine o'clock comes an hour earlier, and the digest with it, once."""
    assert await newsroom.at(SATURDAY) == []
    await newsroom.trouble("Acme")
    assert await newsroom.at(on(29, 6, 59)) == []
    (sunday,) = await newsroom.at(on(29, 7))
    assert "🟠 Acme: llegó a ALERTA (65 de 100), hay alguien al cargo; se encargó Ana" in sunday.message.body
    assert newsroom.pokes == 1
    newsroom.restart()
    assert await newsroom.at(on(29, 7, 1)) == [sunday]
    assert await newsroom.at(on(30, 7)) == [sunday]
    await newsroom.trouble("Zeta")
    assert len(await newsroom.at(on(31, 7))) == 2


async def test_nothing_is_told_twice_and_nothing_left_out(newsroom: Newsroom) -> None:
    """What happens in the minute after a digest is in the next one."""
    await newsroom.at(SATURDAY)
    await newsroom.trouble("Acme")
    await newsroom.at(on(29, 7))
    await newsroom.trouble("Zeta")
    _, monday = await newsroom.at(on(30, 7))
    assert "Zeta" in monday.message.body
    assert "Acme" not in monday.message.body


async def test_after_three_days_down_only_the_newest(newsroom: Newsroom) -> None:
    """One digest tells of all the days that were missed."""
    await newsroom.at(SATURDAY)
    await newsroom.trouble("Acme")
    (row,) = await newsroom.at(on(31, 15))
    assert "Acme" in row.message.body
    assert await newsroom.at(on(31, 16)) == [row]
    assert len(await newsroom.incidents.events_after()) == 1


async def test_the_event_is_published(newsroom: Newsroom) -> None:
    """A page of kind digest, as the outside reads it."""
    await newsroom.at(SATURDAY)
    await newsroom.trouble("Acme")
    await newsroom.at(on(29, 7))
    ((_, body),) = await newsroom.incidents.events_after()
    event = msgspec.json.decode(body)
    assert (event["event"], event["contact"], event["kind"], event["channels"]) == ("page", "ana", "digest", ["log"])


async def test_what_was_held_back(newsroom: Newsroom) -> None:
    """From this person, with the reason; from somebody else it is none of hers. A silence holds back from everybody."""
    newsroom.contacts["boss"] = Contact(channels=("log",), digest=NINE)
    await newsroom.at(SATURDAY)
    await newsroom.trouble(
        "Acme", Level.WATCH, lines=(newsroom.kept(Why.QUIET_HOURS), newsroom.kept(Why.BUDGET, "boss"))
    )
    await newsroom.trouble(
        "Zeta", lines=(newsroom.kept(Why.SILENCED, None, What.SILENCED), newsroom.kept(Why.LEVEL_TOO_LOW))
    )
    hers, his = sorted(await newsroom.at(on(29, 7)), key=lambda row: row.contact)
    assert "No te avisamos por tus horas de descanso: Acme" in hers.message.body
    assert "demasiados" not in hers.message.body
    assert "Not sent to you because you had had too many messages: Acme" in his.message.body
    assert "Silenced at somebody's request: Zeta" in his.message.body


async def test_blind_sources_and_empty_budgets(newsroom: Newsroom) -> None:
    """They are worth a digest by themselves; a source that came back in time was silent all the same."""
    await newsroom.at(SATURDAY)
    events = [
        Event(
            event=name,
            at=newsroom.clock.now(),
            brand="Acme",
            incident=None,
            level=None,
            score=None,
            contributions={},
            source="bluesky",
        )
        for name in (EventName.SOURCE_STALE, EventName.SOURCE_RECOVERED)
    ]
    await newsroom.clock.advance(timedelta(minutes=1))
    async with newsroom.database.write() as connection:
        await newsroom.incidents.publish(
            connection, [msgspec.structs.replace(each, at=newsroom.clock.now()) for each in events]
        )
    assert await newsroom.store.fell_short(BudgetKind.CONTACT.value, "ana", "slot", newsroom.clock.now())
    (row,) = await newsroom.at(on(29, 7))
    assert row.message.body.splitlines()[1:] == [
        "Veces que llegaste a tu máximo de mensajes: 1",
        "Fuentes que dejaron de enviar: bluesky",
    ]


async def test_drills_are_not_told(newsroom: Newsroom) -> None:
    """Nothing happened."""
    await newsroom.at(SATURDAY)
    incident = await newsroom.incidents.get(await newsroom.trouble("Acme"))
    assert incident is not None
    async with newsroom.database.write() as connection:
        await newsroom.incidents.save(connection, msgspec.structs.replace(incident, drill=True))
    assert await newsroom.at(on(29, 7)) == []


async def test_who_has_no_channel_for_news_gets_none(newsroom: Newsroom) -> None:
    """Nor one whose file says nothing of a digest."""
    newsroom.contacts = {
        "ana": Contact(channels=("log",), digest=NINE, use={Occasion.NEWS: ()}),
        "boss": Contact(channels=("log",)),
    }
    await newsroom.at(SATURDAY)
    await newsroom.trouble("Acme")
    assert await newsroom.at(on(29, 7)) == []


async def test_it_looks_by_itself(newsroom: Newsroom) -> None:
    """Every twenty seconds, until cancelled."""
    await newsroom.at(on(29, 6, 59))
    await newsroom.trouble("Acme")
    async with asyncio.timeout(20):
        running = asyncio.ensure_future(newsroom.digests.run())
        while not newsroom.pokes:
            await newsroom.clock.advance(20)
            await asyncio.wait({running}, timeout=0.01)
        running.cancel()
        await asyncio.wait({running})
    assert newsroom.pokes == 1
