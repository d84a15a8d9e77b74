"""Several notifiers on one outbox: each page goes once, from whichever has it.

Whoever is gone is taken over; who was only frozen changes nothing any more.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from sentinel.escalation.budget import Budget
from sentinel.escalation.contact import Occasion
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.admission import Admission
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import MessageKind, Notifier, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.dispatcher import Dispatcher
from sentinel.notify.fellow_notifiers import PATIENCE, FellowNotifiers
from sentinel.notify.plan import Exhausted, Limits
from sentinel.notify.ports import SettledDelivery
from sentinel.notify.retry import after_send
from sentinel.notify.spent_budgets import SpentBudgets
from sentinel.store.database import Database
from sentinel.store.decision import Decision
from sentinel.store.health import StoreHealth
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import Outbox, RowState
from sentinel.store.schema import outbox
from sentinel.store.shared_outbox import SharedOutbox
from sentinel.store.shared_store import SharedStore
from tests.fakes import START, FakeClock
from tests.notify.providers import a_provider
from tests.notify.test_dispatcher import Scripted, a_delivery
from tests.postgres import PostgresServer
from tests.store.failing import FailingDisk

ACCEPTED = SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
NO_LIMITS = Limits()
GROUPS = Limits(group_wait=timedelta(seconds=30))


@dataclass
class Notifying:
    """One notifier: its own connections, memory and provider's account of it; a people's directory as all have it."""

    name: str
    hall: "Hall"
    database: Database
    limits: Limits
    notifier: Scripted = field(default_factory=Scripted)
    settled_: list[SettledDelivery] = field(default_factory=list)
    taken_over: list[tuple[int, int]] = field(default_factory=list)
    refusals: int = 0

    def __post_init__(self) -> None:
        fellows = FellowNotifiers(self.name, lambda: self.hall.living, self.hall.clock)
        self.outbox = SharedOutbox(self.database, fellows, self)
        self.store = SharedStore(self.database, IncidentStore(self.database), self.outbox)
        account = SpentBudgets(self.limits, self.route, lambda _: None)
        notifiers: dict[str, Notifier] = {"test": self.notifier, "": AppriseNotifier()}
        self.dispatcher = Dispatcher(
            self.store,
            self,
            notifiers,
            self,
            self.hall.clock,
            per_destination=2,
            timeout=60.0,
            max_attempts=3,
            admission=Admission(self.limits, self.route, account),
        )
        self.outbox.account, self.outbox.places = account, self.dispatcher.places

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        return self.hall.people.get(contact, ())

    async def line(self, settled: SettledDelivery) -> TimelineEntry | None:
        return None

    async def settled(self, settled: SettledDelivery) -> None:
        self.settled_.append(settled)

    async def exhausted(self, exhausted: Exhausted) -> None:
        """Budgets are not told of here."""

    def took_over(self, sending: int, waiting: int) -> None:
        self.taken_over.append((sending, waiting))

    def refused(self) -> None:
        self.refusals += 1

    async def stop(self, running: asyncio.Future[None]) -> None:
        """As a process does that is told to."""
        async with self.database.still():
            running.cancel()
            await asyncio.wait({running})

    @property
    def titles(self) -> list[str]:
        return [title for _, title in self.notifier.sent]


@dataclass
class Hall:
    """Where notifiers stand: a store, a clock that stands still, and who of them is seen living."""

    url: str
    clock: FakeClock
    stack: AsyncExitStack
    living: list[str] = field(default_factory=list)
    people: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"ana": ("test://ana",), "boss": ("test://boss",)}
    )

    async def enter(self, name: str, limits: Limits = NO_LIMITS) -> Notifying:
        """One notifier more."""
        database = await Database.open(self.url, StoreHealth(self.clock), shared=True)
        self.stack.push_async_callback(database.close)
        self.living.append(name)
        return Notifying(name, self, database, limits)

    def leaves(self, one: Notifying) -> None:
        """The others do not see it any more."""
        self.living.remove(one.name)

    async def run(self, *notifying: Notifying, until: Callable[[], bool], held: int | None = None) -> None:
        """These dispatch until something is so, and so many rows of Ana's wait for others, if that is said."""
        async with asyncio.timeout(60):
            running = [asyncio.ensure_future(each.dispatcher.run()) for each in notifying]
            while not until() or held not in (None, await self._held(*notifying)):
                for each in notifying:
                    each.dispatcher.poke()
                await self.clock.sleep(0)
                await asyncio.wait(running, timeout=0.01, return_when=asyncio.FIRST_COMPLETED)
            for each, task in zip(notifying, running, strict=True):
                await each.stop(task)

    async def _held(self, *notifying: Notifying) -> int:
        return sum([len(await each.store.held({"ana"}, self.clock.now())) for each in notifying])


@pytest.fixture
async def hall(postgres: PostgresServer, clock: FakeClock) -> AsyncIterator[Hall]:
    async with AsyncExitStack() as stack:
        yield Hall(await postgres.empty("notifiers"), clock, stack)


async def states(one: Notifying) -> dict[str, str]:
    """Every row's state by its title."""
    async with one.database.read() as connection:
        rows = await connection.execute(select(outbox.c.title, outbox.c.state))
        return {row.title: row.state for row in rows}


async def test_two_share_the_work(hall: Hall) -> None:
    """Forty people at a real provider: each has one message, and both notifiers have sent some."""
    first, second = await hall.enter("a"), await hall.enter("b")
    with a_provider() as provider:
        hall.people = {f"c{n}": (provider.url("ok"),) for n in range(40)}
        for contact in hall.people:
            await first.outbox.post(a_delivery(contact, title=f"to {contact}"))
        await hall.run(first, second, until=lambda: len(first.settled_) + len(second.settled_) >= 40)
        assert sorted(title for _, title, _ in provider.sent) == sorted(f"to {each}" for each in hall.people)
    assert first.settled_
    assert second.settled_
    assert set((await states(first)).values()) == {"accepted"}


async def test_a_frozen_notifiers_page_goes_again_and_its_word_is_refused(hall: Hall) -> None:
    """It hangs in its provider when its beat stands still: the other one sends the page anew, marked, and what the
    first says of it later is not written.
    """
    first = await hall.enter("a")
    gate = first.notifier.held["test://ana"] = threading.Event()
    first.notifier.answers["test://ana"] = [SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)]
    await first.outbox.post(a_delivery(title="fire"))
    running = asyncio.ensure_future(first.dispatcher.run())
    while not first.notifier.sent:
        await asyncio.wait({running}, timeout=0.01)
    second = await hall.enter("b")
    hall.leaves(first)
    await second.outbox.due(START)  # it was never seen living here: it may have begun a moment ago
    assert second.taken_over == []
    await hall.clock.advance(PATIENCE)
    await hall.run(second, until=lambda: len(second.settled_) == 1)
    assert second.taken_over == [(1, 0)]
    assert second.titles == ["fire (repetición)"]
    gate.set()
    while first.dispatcher._taken:
        await asyncio.wait({running}, timeout=0.01)
    await first.stop(running)
    assert (first.settled_, first.refusals) == ([], 1)
    assert await states(second) == {"fire": "accepted"}


async def test_what_had_not_left_goes_unmarked(hall: Hall) -> None:
    """Rows that were only taken when their notifier froze; it can lease none of them when it wakes up."""
    first, second = await hall.enter("a"), await hall.enter("b")
    await first.outbox.post(a_delivery(title="one"))
    await hall.clock.advance(1)
    (taken,) = await first.store.due(hall.clock.now())
    await second.outbox.due(hall.clock.now())
    hall.leaves(first)
    await hall.run(second, until=lambda: len(second.settled_) == 1)
    assert (second.taken_over, second.titles) == ([(0, 1)], ["one"])
    hall.living.append("a")
    assert await first.store.lease([taken]) == []
    progress = after_send(taken, ACCEPTED, hall.clock.now(), channels=1, max_attempts=3)
    assert not await first.store.record(taken, progress)
    assert not await first.store.drop(taken, "stale_epoch", hall.clock.now())


async def test_whoever_stood_still_before_the_send_does_not_send(hall: Hall) -> None:
    """It leased the page and froze; when it wakes up it asks once more, and the page is another's."""
    first, second = await hall.enter("a"), await hall.enter("b")
    await first.outbox.post(a_delivery(title="one"))
    await hall.clock.advance(1)
    (leased,) = await first.store.lease(await first.store.due(hall.clock.now()))
    assert await first.store.is_current(leased)
    await second.outbox.due(hall.clock.now())
    hall.leaves(first)
    (again,) = await second.store.due(hall.clock.now())
    assert again.ambiguous
    assert not await first.store.is_current(leased)
    assert await second.store.is_current(again)


async def test_news_that_was_being_sent_is_not_told_twice(hall: Hall) -> None:
    """Its end is unknown, and counts as sent."""
    first, second = await hall.enter("a"), await hall.enter("b")
    await first.outbox.post(a_delivery(title="news", kind=MessageKind.UPDATE, urgency=Urgency.QUIET, step=0))
    await hall.clock.advance(1)
    await first.store.lease(await first.store.due(hall.clock.now()))
    await second.outbox.due(hall.clock.now())
    hall.leaves(first)
    assert await second.store.due(hall.clock.now()) == []
    assert second.taken_over == [(1, 0)]
    assert await states(second) == {"news": "unknown"}
    assert len(await second.outbox.sent_since(START)) == 1


async def test_whoever_is_not_seen_takes_nothing(hall: Hall) -> None:
    """It would be taken from it at once."""
    first = await hall.enter("a")
    await first.outbox.post(a_delivery())
    hall.leaves(first)
    await hall.clock.advance(5)
    assert await first.store.due(hall.clock.now()) == []


async def test_a_storm_is_one_message_more(hall: Hall) -> None:
    """Twenty brands, two notifiers: one page at once, the nineteen others together half a minute later."""
    notifying = [await hall.enter("a", GROUPS), await hall.enter("b", GROUPS)]
    for n in range(20):
        await notifying[0].outbox.post(a_delivery(title=f"b{n:02}"))

    def sent() -> int:
        return sum(len(each.notifier.sent) for each in notifying)

    await hall.run(*notifying, until=lambda: sum(len(each.settled_) for each in notifying) == 1, held=19)
    await hall.clock.advance(29)
    for each in notifying:
        assert await each.store.due(hall.clock.now()) == []
    await hall.clock.advance(1)
    await hall.run(*notifying, until=lambda: sum(len(each.settled_) for each in notifying) == 20)
    assert sent() == 2
    assert [each.titles for each in notifying].count([]) == 1, "all of one contact go from one notifier"


async def test_pages_wait_for_those_that_another_sent(hall: Hall) -> None:
    """One notifier sent a page and is gone; the next page is the other's, and waits to go with more all the same."""
    first, second = await hall.enter("a", GROUPS), await hall.enter("b", GROUPS)
    hall.leaves(second)
    await first.outbox.post(a_delivery(title="one"))
    await hall.run(first, until=lambda: len(first.settled_) == 1)
    hall.leaves(first)
    hall.living.append("b")
    await hall.clock.advance(10)
    await first.outbox.post(a_delivery(title="two", at=timedelta(seconds=10)))
    await first.outbox.post(a_delivery(title="three", at=timedelta(seconds=10)))
    await hall.run(second, until=lambda: True, held=2)
    assert second.notifier.sent == []
    await hall.clock.advance(20)
    await hall.run(second, until=lambda: len(second.settled_) == 2)
    assert len(second.notifier.sent) == 1


async def test_a_budget_holds_across_notifiers(hall: Hall) -> None:
    """Three messages in ten minutes: two went from one notifier, so one more goes from the other, and one waits."""
    limits = Limits(contact=Budget(messages=3, per=timedelta(minutes=10)))
    first, second = await hall.enter("a", limits), await hall.enter("b", limits)
    hall.leaves(second)
    for n in range(1, 3):
        await first.outbox.post(a_delivery(title=f"first {n}"))
        await hall.run(first, until=lambda: len(first.settled_) == n)  # noqa: B023
        await hall.clock.advance(1)
    hall.leaves(first)
    hall.living.append("b")
    for n in range(2):
        await first.outbox.post(a_delivery(title=f"second {n}", at=timedelta(seconds=2)))
    await hall.run(second, until=lambda: len(second.settled_) == 1)
    assert second.titles == ["second 0"]
    assert (await states(second))["second 1"] == "queued"


async def test_a_providers_budget_holds_across_notifiers(hall: Hall) -> None:
    """Two requests a minute to one provider: they went from one notifier, and the other one waits."""
    limits = Limits(provider=Budget(messages=2, per=timedelta(minutes=1)))
    first, second = await hall.enter("a", limits), await hall.enter("b", limits)
    hall.people = {each: (f"test://provider/{each}",) for each in ("boss", "luis", "ana")}
    hall.leaves(second)
    for contact in ("boss", "luis"):
        await first.outbox.post(a_delivery(contact))
    await hall.run(first, until=lambda: len(first.settled_) == 2)
    hall.living.append("b")
    hall.leaves(first)
    await first.outbox.post(a_delivery("ana"))
    await hall.run(second, until=lambda: True, held=1)
    assert second.notifier.sent == []


async def test_whoever_has_room_takes_what_another_has_none_for(hall: Hall) -> None:
    """One notifier's sends to a provider hang; the other one sends what is left, after a second at most."""
    first, second = await hall.enter("a"), await hall.enter("b")
    gate = threading.Event()
    hall.people = {f"c{n}": (f"test://provider/{n}",) for n in range(6)}
    first.notifier.held = {url: gate for (url,) in hall.people.values()}
    for contact in hall.people:
        await first.outbox.post(a_delivery(contact, title=contact))
    await hall.clock.advance(1)
    running = asyncio.ensure_future(first.dispatcher.run())
    while len(first.notifier.sent) < 2:
        await asyncio.wait({running}, timeout=0.01)
    await hall.run(second, until=lambda: len(second.settled_) == 4)
    gate.set()
    while len(first.settled_) < 2:
        await asyncio.wait({running}, timeout=0.01)
    await first.stop(running)
    assert sorted(first.titles + second.titles) == sorted(hall.people)


async def test_what_was_called_off_is_not_leased(hall: Hall) -> None:
    """The question was answered while its reminder was taken already."""
    first = await hall.enter("a")
    await first.outbox.post(a_delivery(title="reminder"))
    taken = await first.store.due(START)
    async with first.database.write() as connection:
        await connection.execute(text("UPDATE outbox SET state = 'dropped' WHERE state = 'queued'"))
    assert await first.store.lease(taken) == []


async def test_what_a_process_that_sent_alone_left_is_taken_up(hall: Hall) -> None:
    """Before the store was divided; what a notifier is sending is left alone."""
    first = await hall.enter("a")
    await first.outbox.post(a_delivery(title="alone"))
    alone = Outbox(first.database)
    await alone.lease(await alone.due(START))
    await first.outbox.post(a_delivery("boss", title="ours"))
    await first.store.lease(await first.store.due(START))
    assert await first.store.recover() == 1
    (found,) = await first.store.due(START)
    assert (found.message.title, found.ambiguous) == ("alone", True)
    assert (await states(first))["ours"] == RowState.LEASED.value


async def test_no_lease_no_send(hall: Hall) -> None:
    """A store that fails may still answer others, who take us for gone: nothing leaves until it says that the page is
    ours, and then it goes.
    """
    first = await hall.enter("a")
    disk = FailingDisk(first.database)
    await first.outbox.post(a_delivery(title="one"))
    (row,) = await first.store.due(START)
    disk.fails()
    assert await first.store.lease([row]) == []
    assert await first.store.due(START) == []
    disk.works()
    assert await first.store.mend()
    await hall.run(first, until=lambda: len(first.settled_) == 1)
    assert first.titles == ["one"]


async def test_a_result_waits_for_the_store(hall: Hall) -> None:
    """What became of a send is written once the store takes it; it stands though the answer to a first try was lost."""
    first = await hall.enter("a")
    disk = FailingDisk(first.database)
    await first.outbox.post(a_delivery(title="one"))
    (row,) = await first.store.lease(await first.store.due(START))
    accepted = after_send(row, ACCEPTED, START, channels=1, max_attempts=3)
    disk.fails()
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(first.store.record(row, accepted))
        while not first.store.failing:
            await asyncio.wait({writing}, timeout=0.01)
        await hall.clock.advance(1)
        disk.works()
        await first.outbox.record(row, accepted)  # as if the first try had come through
        while not writing.done():
            await hall.clock.advance(1)
            await asyncio.wait({writing}, timeout=0.01)
    assert writing.result()
    assert await states(first) == {"one": "accepted"}


async def test_word_of_a_failing_store_goes_out_from_memory(hall: Hall) -> None:
    """To the operators, from whoever noticed; what others may have is not touched when the store is mended."""
    first, second = await hall.enter("a"), await hall.enter("b")
    disk = FailingDisk(first.database)
    await first.outbox.post(a_delivery(title="page"))
    (row,) = await first.store.due(START)
    disk.fails()
    await first.store.commit(Decision(rows=(a_delivery("boss", title="the store fails"),)))
    await hall.run(first, until=lambda: len(first.settled_) == 1)
    hall.leaves(first)
    await second.outbox.due(START)
    await hall.clock.advance(PATIENCE)
    await hall.run(second, until=lambda: len(second.settled_) == 1)
    disk.works()
    assert await first.store.mend()
    assert (first.titles, second.titles) == (["the store fails"], ["page"])
    assert await states(first) == {"page": "accepted", "the store fails": "accepted"}
    assert not await first.store.record(row, after_send(row, ACCEPTED, START, channels=1, max_attempts=3))
