"""Pages that ring on at their provider: stopped when the incident moves on, acknowledged here when they are there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.escalation.contact import Occasion
from sentinel.incidents.command import Action
from sentinel.notify.base import (
    Delivery,
    Feature,
    Message,
    MessageKind,
    Notifier,
    Ringing,
    SendOutcome,
    SendReason,
    Status,
    Urgency,
)
from sentinel.notify.pushover import PushoverNotifier
from sentinel.notify.receipts import AGAIN, EVERY, LONGEST, Receipts, RingingPage
from sentinel.notify.retry import after_send
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox
from tests.fakes import FakeClock
from tests.incidents.story import Story
from tests.notify.pushover_server import a_pushover, url_of


class Bell(Notifier):
    """Rings until told; keeps what it was asked, answers as set."""

    schemes = ("bell",)

    def __init__(self) -> None:
        self.says: dict[str, Ringing] = {}
        self.stubborn = 0
        self.asked: list[str] = []
        self.stopped: list[str] = []

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)

    def features(self, url: str) -> frozenset[Feature]:
        return frozenset((Feature.RECEIPTS,))

    def watch(self, url: str, receipt: str, *, timeout: float) -> Ringing:
        self.asked.append(receipt)
        return self.says.get(receipt, Ringing.ON)

    def cancel(self, url: str, receipt: str, *, timeout: float) -> bool:
        self.stopped.append(receipt)
        self.stubborn -= 1
        return self.stubborn < 0


@dataclass
class Tower:
    """An outbox on disk with a crisis in it, and whoever follows the receipts."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    bell: Bell = field(default_factory=Bell)
    people: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"ana": ("bell://ana",), "boss": ("log://", "bell://boss")}
    )
    acknowledged: list[tuple[str, int, str]] = field(default_factory=list)
    notifiers: dict[str, Notifier] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.outbox, self.incidents = Outbox(self.database), IncidentStore(self.database)
        self.story = Story().score(Level.CRISIS)
        self.notifiers = self.notifiers or {"bell": self.bell}
        self.restart()

    def restart(self) -> None:
        """As a new process: only the rows know."""
        self.receipts = Receipts(self.outbox, self, self.notifiers, self.heard, self.clock)

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        return self.people.get(contact, ())

    async def heard(self, incident: str, epoch: int, contact: str) -> None:
        self.acknowledged.append((incident, epoch, contact))
        await self.ask(Action.ACKNOWLEDGE)
        if isinstance(self.outbox, Slow):
            await self.outbox.read.wait()

    async def ask(self, action: Action) -> None:
        self.story.ask(action)
        await self.save()

    async def save(self) -> None:
        assert self.story.incident is not None
        async with self.database.write() as connection:
            await self.incidents.save(connection, self.story.incident)
        self.receipts.poke()

    async def rings(self, contact: str, receipt: str) -> Delivery:
        """A page of the incident that the contact's provider took."""
        assert self.story.incident is not None
        await self.save()
        page = Message(kind=MessageKind.PAGE, urgency=Urgency.CRISIS, language="es", title="t", body="b")
        await self.outbox.post(
            Delivery(
                id=0,
                key=f"{contact} {receipt}",
                incident=self.story.incident.id,
                epoch=self.story.incident.epoch,
                step=1,
                round=0,
                contact=contact,
                message=page,
                channel=0,
                attempts=0,
                ambiguous=False,
                created_at=self.clock.now(),
                tipped_at=None,
            )
        )
        row = next(each for each in await self.outbox.due(self.clock.now()) if each.contact == contact)
        taken = SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK, receipt=receipt)
        await self.outbox.record(row, after_send(row, taken, self.clock.now(), channels=1, max_attempts=3))
        return row

    async def ringing(self) -> list[str]:
        return [each.receipt for each in await self.outbox.ringing()]

    async def until(self, reached: Callable[[], bool], *, step: float = 1.0) -> None:
        """Let time pass until something is so."""
        async with asyncio.timeout(20):
            runner = asyncio.ensure_future(self.receipts.run())
            while not reached():
                await self.clock.advance(step)
                await asyncio.wait({runner}, timeout=0.005)
            for _ in range(5):  # what was begun is written down, also on a machine that is busy
                await asyncio.wait({runner}, timeout=0.05)
            runner.cancel()
            await asyncio.wait({runner})


class Slow(Outbox):
    """What it read while an acknowledgement was being taken in arrives once that one has ended."""

    def __init__(self, database: Database, tower: Tower) -> None:
        super().__init__(database)
        self.tower = tower
        self.read = asyncio.Event()

    async def ringing(self) -> list[RingingPage]:
        rows = await super().ringing()
        if self.tower.acknowledged and rows and not self.read.is_set():
            self.read.set()
            while await super().ringing():
                await self.tower.clock.sleep(1)
        return rows


@pytest.fixture
async def tower(tmp_path: Path) -> AsyncIterator[Tower]:
    database = await Database.open(f"sqlite:///{tmp_path / 'o.db'}")
    yield Tower(database)
    await database.close()


async def test_an_acknowledgement_here_stops_the_ringing_there(tower: Tower) -> None:
    """Two phones ring; somebody acknowledges on the page; both are told to stop, once, and the rows remember nothing
    more.
    """
    await tower.rings("ana", "r1")
    await tower.rings("boss", "r2")
    await tower.ask(Action.ACKNOWLEDGE)
    await tower.until(lambda: len(tower.bell.stopped) == 2)
    assert sorted(tower.bell.stopped) == ["r1", "r2"]
    assert (tower.bell.asked, await tower.ringing()) == ([], [])


async def test_while_it_is_open_the_provider_is_asked_each_twenty_seconds(tower: Tower) -> None:
    """Not sooner, and nothing is stopped."""
    await tower.rings("ana", "r1")
    begun = tower.clock.monotonic()
    await tower.until(lambda: len(tower.bell.asked) == 3)
    assert tower.clock.monotonic() - begun >= 3 * EVERY
    assert (tower.bell.stopped, await tower.ringing()) == ([], ["r1"])


async def test_an_acknowledgement_there_is_one_here(tower: Tower) -> None:
    """Ana acknowledges in the provider's application: the incident is hers, and the other phone falls silent."""
    page = await tower.rings("ana", "r1")
    await tower.rings("boss", "r2")
    tower.bell.says["r1"] = Ringing.ACKNOWLEDGED
    await tower.until(lambda: tower.bell.stopped == ["r2"])
    assert tower.acknowledged == [(page.incident, page.epoch, "ana")]
    assert await tower.ringing() == []


async def test_what_ended_while_the_rows_were_read_is_not_told_to_stop(tower: Tower) -> None:
    """The provider says it is over while a look at the rows is under way: the look saw it ring still."""
    await tower.rings("ana", "r1")
    tower.bell.says["r1"] = Ringing.ACKNOWLEDGED
    tower.outbox = slow = Slow(tower.database, tower)
    tower.restart()
    await tower.until(lambda: slow.read.is_set() and tower.clock.monotonic() > 100)
    assert (tower.bell.stopped, await tower.ringing()) == ([], [])


async def test_a_late_acknowledgement_of_an_older_epoch_says_nothing(tower: Tower) -> None:
    """It was acknowledged there while the level rose here: the page of the new epoch is not hers."""
    await tower.rings("ana", "r1")
    tower.bell.says["r1"] = Ringing.ACKNOWLEDGED
    await tower.ask(Action.ESCALATE)
    await tower.until(lambda: tower.bell.stopped == ["r1"])
    assert tower.acknowledged == []


async def test_a_provider_that_is_away_is_told_again(tower: Tower) -> None:
    """Each few seconds until it listens."""
    tower.bell.stubborn = 3
    await tower.rings("ana", "r1")
    await tower.ask(Action.RESOLVE)
    begun = tower.clock.monotonic()
    await tower.until(lambda: len(tower.bell.stopped) == 4)
    assert tower.clock.monotonic() - begun >= 3 * AGAIN
    assert await tower.ringing() == []


async def test_there_is_an_end_to_it(tower: Tower) -> None:
    """By then it rings no more by itself, whatever the provider answers."""
    tower.bell.stubborn = 10**6
    await tower.rings("ana", "r1")
    await tower.ask(Action.RESOLVE)
    await tower.clock.advance(LONGEST + timedelta(seconds=1))
    looks = len(tower.bell.stopped)
    await tower.until(lambda: tower.clock.monotonic() > LONGEST.total_seconds() + 30)
    assert len(tower.bell.stopped) == looks
    assert await tower.ringing() == []


async def test_a_restart_goes_on(tower: Tower) -> None:
    """Killed while two phones rang, and acknowledged meanwhile: the next process stops them."""
    await tower.rings("ana", "r1")
    await tower.until(lambda: tower.bell.asked == ["r1"])
    await tower.ask(Action.ACKNOWLEDGE)
    tower.restart()
    await tower.until(lambda: tower.bell.stopped == ["r1"])
    assert await tower.ringing() == []


async def test_what_a_provider_says_is_over_is_over(tower: Tower) -> None:
    """It expired there; nobody is asked again."""
    await tower.rings("ana", "r1")
    tower.bell.says["r1"] = Ringing.OVER
    await tower.until(lambda: tower.bell.asked == ["r1"])
    await tower.until(lambda: tower.clock.monotonic() > 100)
    assert tower.bell.asked == ["r1"]


async def test_a_reload_that_moved_the_channel_or_took_it_away(tower: Tower) -> None:
    """The contact's other channel that gives receipts knows the way; without one there is nothing to be done."""
    await tower.rings("boss", "r2")
    await tower.rings("ana", "r1")
    del tower.people["ana"]
    await tower.ask(Action.ACKNOWLEDGE)
    await tower.until(lambda: tower.bell.stopped == ["r2"])
    assert await tower.ringing() == []


async def test_with_pushover(tmp_path: Path) -> None:
    """The whole way: a crisis is sent, rings, is acknowledged on the phone, and the other phone is told to stop."""
    database = await Database.open(f"sqlite:///{tmp_path / 'o.db'}")
    with a_pushover() as (pushover, receiver):
        url, notifier = url_of(receiver), PushoverNotifier()
        tower = Tower(database, people={"ana": (url,), "boss": (url,)}, notifiers={"pover": notifier})
        crisis = Message(kind=MessageKind.PAGE, urgency=Urgency.CRISIS, language="es", title="t", body="b")
        receipts = [notifier.send(url, replace(crisis, title=who), timeout=5.0).receipt for who in ("ana", "boss")]
        for who, receipt in zip(("ana", "boss"), receipts, strict=True):
            await tower.rings(who, receipt or "")
        pushover.acknowledged.add(receipts[0] or "")
        await tower.until(lambda: pushover.cancelled == [receipts[1]])
        assert [contact for _, _, contact in tower.acknowledged] == ["ana"]
        assert (await tower.ringing(), receiver.wrong) == ([], [])
    await database.close()
