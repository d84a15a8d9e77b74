"""Budgets and groups through the real outbox and the real dispatcher: on disk, over restarts, onto timelines and
figures.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from sentinel.daemon.delivery_log import DeliveryLog
from sentinel.escalation.budget import Budget, BudgetKind, NightBudget
from sentinel.escalation.contact import Contact
from sentinel.escalation.digest import DailyDigest
from sentinel.incidents.command import StepFailed
from sentinel.incidents.lifecycle import step_failed
from sentinel.incidents.timeline import TimelineEntry, What, Why
from sentinel.metrics.metrics import Metrics
from sentinel.notify.admission import Admission
from sentinel.notify.base import Delivery, MessageKind, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.dispatcher import Dispatcher, SettledDelivery
from sentinel.notify.plan import Exhausted, Limits
from sentinel.notify.spent_budgets import SpentBudgets
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.digests import DigestStore, Position
from sentinel.store.failover import FailoverStore
from sentinel.store.outbox import RowState
from tests.fakes import START
from tests.incidents.story import Story, a_policy
from tests.notify.desk import seconds
from tests.notify.test_dispatcher import Office, a_delivery

GROUPS = Limits(group_wait=timedelta(seconds=30))


@dataclass
class Floor(Office):
    """An office whose dispatcher knows budgets and whose ledger writes timelines and figures."""

    limits: Limits = GROUPS
    contacts: dict[str, Contact] = field(default_factory=dict)
    failed: list[StepFailed] = field(default_factory=list)

    def __post_init__(self) -> None:
        Office.__post_init__(self)
        self.metrics = Metrics(CollectorRegistry())
        self.digests = DigestStore(self.database)
        self.ledger = DeliveryLog(
            FailoverStore(self.database, self.incidents, self.outbox),
            self.incidents,
            self.digests,
            self.metrics,
            self._step_failed,
        )
        self.restart()

    def restart(self) -> None:
        """A new dispatcher with nothing in memory, on the same outbox."""
        admission = Admission(self.limits, self.route, SpentBudgets(self.limits, self.route, self.contacts.get))
        self.dispatcher = Dispatcher(
            self.outbox,
            self,
            {"": self.notifier},
            self,
            self.clock,
            per_destination=2,
            timeout=5.0,
            max_attempts=3,
            admission=admission,
        )

    async def line(self, settled: SettledDelivery) -> TimelineEntry | None:
        return await self.ledger.line(settled)

    async def settled(self, settled: SettledDelivery) -> None:
        await self.ledger.settled(settled)
        self.settled_.append(settled)

    async def exhausted(self, exhausted: Exhausted) -> None:
        await self.ledger.exhausted(exhausted)

    async def _step_failed(self, failed: StepFailed) -> None:
        self.failed.append(failed)

    async def opened(self, brand: str, **rest: object) -> Delivery:
        """An incident of this brand, in the store, and its first page in the outbox."""
        story = Story(policy=a_policy(catch_all=("boss",))).score(Level.ALERT)
        assert story.incident is not None
        incident = msgspec.structs.replace(story.incident, id=f"i-{brand}", brand=brand)
        async with self.database.write() as connection:
            await self.incidents.save(connection, incident)
        row = a_delivery(incident=incident.id, epoch=incident.epoch, title=brand, at=self.clock.now() - START)
        row = replace(
            row,
            message=replace(row.message, brief=f"{brand} 65", link=f"https://s.example/{brand}", language="en"),
            **rest,
        )
        await self.post(row)
        return row

    async def until_held(self, count: int) -> None:
        """Dispatch until so many of Ana's rows wait for others and one was sent, then stop."""
        async with asyncio.timeout(20):
            runner = asyncio.ensure_future(self.dispatcher.run())
            while not self.settled_ or len(await self.outbox.held({"ana"}, self.clock.now())) != count:
                self.dispatcher.poke()
                await asyncio.wait({runner}, timeout=0.01)
            runner.cancel()
            await asyncio.wait({runner})

    def exhausted_figure(self, budget: str) -> float | None:
        return self.metrics.registry.get_sample_value("sentinel_budget_exhausted_total", {"budget": budget})


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(f"sqlite:///{tmp_path / 'o.db'}")
    yield database
    await database.close()


@pytest.fixture
def floor(database: Database) -> Floor:
    return Floor(database)


async def test_a_storm_of_forty_brands_is_two_messages(floor: Floor) -> None:
    """All forty rows are accepted, every timeline says with how many others; the auditor sees nothing ageing
    meanwhile.
    """
    rows = [await floor.opened(f"b{n:02}") for n in range(40)]
    await floor.until_held(39)
    await floor.clock.advance(29)
    assert await floor.outbox.oldest_waiting(floor.clock.now()) is None
    assert [title for _, title in floor.notifier.sent] == ["b00"]
    await floor.clock.advance(1)
    await floor.until(40)
    assert len(floor.notifier.sent) == 2
    assert floor.notifier.sent[1][1].startswith("🟠 39 incidents: b01 65, b02 65")
    assert [await floor.state(row) for row in rows] == [RowState.ACCEPTED] * 40
    for brand, said in (("b00", "test: accepted"), ("b39", "test: accepted, 39 in one message")):
        assert [line.detail for line in await floor.incidents.timeline(f"i-{brand}")] == [said]


async def test_a_restart_in_the_middle_of_a_window(floor: Floor) -> None:
    """What waited still waits, until the same instant; then it goes, once."""
    await floor.opened("b0")
    await floor.until(1)
    await floor.clock.advance(10)
    await floor.opened("b1")
    await floor.until_held(1)
    floor.restart()
    await floor.clock.advance(10)
    await floor.opened("b2")
    await floor.until_held(2)
    await floor.clock.advance(9)
    assert await floor.outbox.due(floor.clock.now()) == []
    await floor.clock.advance(1)
    await floor.until(3)
    assert [title for _, title in floor.notifier.sent] == ["b0", "🟠 2 incidents: b1 65, b2 65"]


async def test_a_crash_while_a_bundle_leaves(floor: Floor) -> None:
    """All its rows may have arrived: they go again together, at once, and the message says so."""
    for brand in ("b0", "b1", "b2"):
        await floor.opened(brand)
    await floor.outbox.lease(await floor.outbox.due(START))
    assert await floor.outbox.recover() == 3
    await floor.until(3)
    assert floor.notifier.sent == [("test://ana", "🟠 3 incidents: b0 65, b1 65, b2 65 (repeat)")]


async def test_acknowledged_while_it_waits_for_others(floor: Floor) -> None:
    """Of three that wait one is taken by somebody: the message is about the other two."""
    rows = [await floor.opened(f"b{n}") for n in range(4)]
    await floor.until_held(3)
    async with floor.database.write() as connection:
        incident = await floor.incidents.get("i-b2")
        assert incident is not None
        await floor.incidents.save(connection, msgspec.structs.replace(incident, epoch=incident.epoch + 1))
    await floor.clock.advance(30)
    await floor.until(4)
    assert [title for _, title in floor.notifier.sent] == ["b0", "🟠 2 incidents: b1 65, b3 65"]
    assert await floor.state(rows[2]) is RowState.DROPPED


async def test_a_bundle_that_is_refused_goes_on_together(floor: Floor) -> None:
    """The first channel is down for it: the same message over the second, all rows with it."""
    floor.people["ana"] = ("test://one", "test://two")
    rows = [await floor.opened(f"b{n}") for n in range(3)]
    await floor.until_held(2)
    floor.notifier.answers["test://one"] = [SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)]
    await floor.clock.advance(30)
    await floor.until(5)
    assert [url for url, _ in floor.notifier.sent] == ["test://one", "test://one", "test://two"]
    assert [await floor.state(row) for row in rows] == [RowState.ACCEPTED] * 3


async def test_a_night_s_last_page_passes_on_to_the_next_person(database: Database) -> None:
    """Ana has had her one page: the second incident is not hers, the ladder hears so at once and pages the boss, with
    the reason.
    """
    nights = NightBudget(zone="UTC", begins=time(0), ends=time(23, 59), pages=1)
    floor = Floor(database, contacts={"ana": Contact(channels=("test",), nights=nights)})
    first, second = await floor.opened("b0"), await floor.opened("b1")
    await floor.until(2)
    assert [await floor.state(row) for row in (first, second)] == [RowState.ACCEPTED, RowState.DROPPED]
    assert await floor.outbox.state_of(second.key) == (RowState.DROPPED, "night_budget")
    assert [(each.incident, each.contact, each.why) for each in floor.failed] == [("i-b1", "ana", Why.BUDGET)]
    incident = await floor.incidents.get("i-b1")
    assert incident is not None
    change = step_failed(incident, floor.failed[0], Story().rules, floor.clock.now())
    assert change is not None
    assert [(line.what, line.why, line.contact) for line in change.timeline] == [
        (What.NOT_SENT, Why.BUDGET, "ana"),
        (What.PAGE, Why.LADDER, "boss"),
    ]
    assert [notice.contact for notice in change.notices] == ["boss"]
    assert [floor.exhausted_figure(budget) for budget in ("contact", "provider", "night")] == [0, 0, 1]


async def test_the_account_is_read_back(floor: Floor) -> None:
    """Two messages to one person, one of them for two rows; what failed or waits is none."""
    for brand in ("b0", "b1", "b2"):
        await floor.opened(brand)
    await floor.until_held(2)
    await floor.clock.advance(30)
    await floor.until(3)
    floor.notifier.answers["test://boss"] = [SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)]
    await floor.post(a_delivery("boss", at=floor.clock.now() - START))
    await floor.until(4)
    sent = await floor.outbox.sent_since(START)
    assert [(each.contact, each.page, each.channel, each.at - START) for each in sent] == [
        ("ana", True, 0, seconds(0)),
        ("ana", True, 0, seconds(30)),
    ]
    assert len(await floor.outbox.sent_since(START + seconds(1))) == 1


async def test_a_provider_that_has_had_enough_is_stood_in_for(database: Database) -> None:
    """The second channel takes the page; refuses it the second one, the first has its turn after all."""
    floor = Floor(database, limits=Limits(provider=Budget(messages=1, per=timedelta(hours=1))))
    floor.people["ana"] = ("test://one/ana", "other://two/ana")
    floor.notifier.answers["other://two/ana"] = [SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)]
    await floor.opened("b0")
    row = await floor.opened("b1")

    async def walk() -> None:
        while len(floor.settled_) < 3:
            await floor.clock.advance(1)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(walk(), name="time passes")
        await floor.until(3)
    *first, last = [url for url, _ in floor.notifier.sent]
    assert (sorted(first), last) == (["other://two/ana", "test://one/ana"], "test://one/ana"), "two providers at once"
    assert await floor.state(row) is RowState.ACCEPTED
    assert floor.exhausted_figure("provider") == 1


async def test_news_for_the_digest_says_so_on_the_timeline(database: Database) -> None:
    """Held back for want of room: dropped with the reason, and on the incident's timeline."""
    daily = Contact(channels=("test",), digest=DailyDigest(zone="UTC", at=time(9)))
    floor = Floor(database, limits=Limits(contact=Budget(messages=1, per=timedelta(hours=1))), contacts={"ana": daily})
    await floor.opened("b0")
    await floor.until(1)
    news = await floor.opened("b1", step=0)
    await floor.outbox.drop(replace(news, id=2), "not this one", START)
    row = a_delivery(
        incident="i-b1", epoch=news.epoch, title="news", kind=MessageKind.UPDATE, urgency=Urgency.QUIET, step=0
    )
    await floor.post(row)
    await floor.until(2)
    assert await floor.outbox.state_of(row.key) == (RowState.DROPPED, "digest")
    assert [(line.what, line.why, line.contact) for line in await floor.incidents.timeline("i-b1")] == [
        (What.NOT_SENT, Why.BUDGET, "ana")
    ]
    assert floor.exhausted_figure("contact") == 1


async def test_an_empty_budget_is_told_once_over_a_restart(floor: Floor) -> None:
    """The figure counts windows, not rows nor starts."""
    for window in ("one", "one", "two"):
        await floor.exhausted(Exhausted(budget=BudgetKind.CONTACT, contact="ana", window=window, at=START))
    assert floor.exhausted_figure("contact") == 2
    told = await floor.digests.position()
    assert await floor.digests.shortfalls("ana", Position(), told) == {"contact": 2}
    assert await floor.digests.shortfalls("boss", Position(), told) == {}
    assert await floor.digests.shortfalls("ana", told, told) == {}
    await floor.digests.prune(START + seconds(1))
    assert await floor.digests.shortfalls("ana", Position(), told) == {}
