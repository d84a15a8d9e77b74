"""The outbox and its dispatcher: what is due goes once, in the right order, to whoever still wants it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.escalation.contact import Occasion
from sentinel.incidents.command import Action
from sentinel.incidents.timeline import TimelineEntry
from sentinel.notify.apprise import AppriseNotifier
from sentinel.notify.base import Delivery, Message, MessageKind, Notifier, SendOutcome, SendReason, Status, Urgency
from sentinel.notify.dispatcher import IDLE, Dispatcher, SettledDelivery
from sentinel.notify.enclosure import Enclosures
from sentinel.notify.pools import STUCK, Pool
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.outbox import LOOK_AHEAD, Outbox, RowState, key_of
from tests.fakes import START, FakeClock
from tests.incidents.story import Story
from tests.notify.providers import a_provider


def a_delivery(
    contact: str = "ana",
    *,
    key: str | None = None,
    kind: MessageKind = MessageKind.PAGE,
    urgency: Urgency = Urgency.ALERT,
    step: int = 1,
    incident: str | None = None,
    epoch: int = 1,
    title: str = "title",
    at: timedelta = timedelta(0),
) -> Delivery:
    message = Message(kind=kind, urgency=urgency, language="es", title=title, body="body")
    return Delivery(
        id=0,
        key=key or f"{contact} {title} {step}",
        incident=incident,
        epoch=epoch,
        step=step,
        round=0,
        contact=contact,
        message=message,
        channel=0,
        attempts=0,
        ambiguous=False,
        created_at=START + at,
        tipped_at=None,
    )


class Scripted(Notifier):
    """Answers as told, in turn; keeps (url, title). Sends to an address in ``held`` wait until their event is set."""

    schemes = ("test",)

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.answers: dict[str, list[SendOutcome | Exception]] = {}
        self.held: dict[str, threading.Event] = {}

    def send(self, url: str, message: Message, *, timeout: float) -> SendOutcome:
        self.sent.append((url, message.title))
        if url in self.held:
            self.held[url].wait(20)
        answers = self.answers.get(url, [])
        answer = answers.pop(0) if answers else SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Office:
    """An outbox on disk, a dispatcher, a clock that stands still, people with channels."""

    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    people: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"ana": ("test://ana",), "boss": ("test://boss",)}
    )
    notifier: Scripted = field(default_factory=Scripted)
    settled_: list[SettledDelivery] = field(default_factory=list)
    timeout: float = 5.0
    enclosures: Enclosures | None = None

    def __post_init__(self) -> None:
        self.outbox = Outbox(self.database)
        self.incidents = IncidentStore(self.database)
        notifiers: dict[str, Notifier] = {"test": self.notifier, "": AppriseNotifier()}
        self.dispatcher = Dispatcher(
            self.outbox,
            self,
            notifiers,
            self,
            self.clock,
            per_destination=2,
            timeout=self.timeout,
            max_attempts=3,
            enclosures=self.enclosures,
        )

    def route(self, contact: str, occasion: Occasion) -> tuple[str, ...]:
        return self.people.get(contact, ())

    async def line(self, settled: SettledDelivery) -> TimelineEntry | None:
        return None

    async def settled(self, settled: SettledDelivery) -> None:
        self.settled_.append(settled)

    async def post(self, *deliveries: Delivery) -> None:
        for each in deliveries:
            await self.outbox.post(each)

    async def until(self, count: int) -> list[SettledDelivery]:
        """Dispatch until so many sends have ended."""
        return await self.while_not(lambda: len(self.settled_) >= count)

    async def while_not(self, reached: Callable[[], bool]) -> list[SettledDelivery]:
        """Dispatch until something is so, then stop as a process does that is told to."""
        async with asyncio.timeout(20):
            runner = asyncio.ensure_future(self.dispatcher.run())
            while not reached():
                self.dispatcher.poke()
                await self.clock.sleep(0)
                await asyncio.wait({runner}, timeout=0.01)
            runner.cancel()
            await asyncio.wait({runner})
        return self.settled_

    async def state(self, delivery: Delivery) -> RowState | None:
        found = await self.outbox.state_of(delivery.key)
        return found[0] if found else None


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    database = await Database.open(f"sqlite:///{tmp_path / 'o.db'}")
    yield Office(database)
    await database.close()


async def test_order(office: Office) -> None:
    """A crisis before an alert, a first page before a later one, pages before news."""
    news = a_delivery(kind=MessageKind.UPDATE, title="news", step=0)
    second = a_delivery(title="second", step=2)
    first = a_delivery(title="first")
    crisis = a_delivery(title="crisis", urgency=Urgency.CRISIS, step=2)
    await office.post(news, second, first, crisis)
    assert [each.message.title for each in await office.outbox.due(START)] == ["crisis", "first", "second", "news"]


async def test_the_same_decision_twice_is_one_page(office: Office) -> None:
    """A key that is there already adds nothing."""
    key = key_of("i", 1, 1, 0, "ana", "page")
    await office.post(a_delivery(key=key), a_delivery(key=key, title="again"))
    await office.until(1)
    assert office.notifier.sent == [("test://ana", "title")]
    assert key != key_of("i", 2, 1, 0, "ana", "page")


async def test_a_dead_first_channel_gives_way_at_once(office: Office) -> None:
    """Refused, down, too busy: the second channel has the page on the same second of the clock."""
    office.people["ana"] = ("test://one", "test://two")
    for reason in (SendReason.UNREACHABLE, SendReason.SERVER_ERROR, SendReason.RATE_LIMITED):
        office.notifier.answers["test://one"] = [SendOutcome(status=Status.RETRY, reason=reason, retry_after=60)]
        page = a_delivery(title=reason.value, urgency=Urgency.CRISIS)
        await office.post(page)
        await office.while_not(lambda: len(office.settled_) % 2 == 0 and bool(office.settled_))
        assert office.notifier.sent == [("test://one", reason.value), ("test://two", reason.value)]
        assert await office.state(page) is RowState.ACCEPTED
        office.notifier.sent.clear()
        office.settled_.clear()
    assert office.clock.now() == START


@pytest.mark.parametrize(("urgency", "most"), [(Urgency.CRISIS, 15), (Urgency.ALERT, 30)])
async def test_a_hanging_first_channel_gives_way_in_time(office: Office, urgency: Urgency, most: int) -> None:
    """It takes each send and says nothing for as long as it may: two such sends, then the second channel has it."""
    office.people["ana"] = ("test://one", "test://two")
    office.dispatcher._timeout = 300.0
    spent: list[float] = []

    def hang(url: str, message: Message, *, timeout: float) -> SendOutcome:
        office.notifier.sent.append((url, message.title))
        if url == "test://two":
            return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
        spent.append(timeout)
        return SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT)

    office.notifier.send = hang  # type: ignore[method-assign]
    await office.post(a_delivery(urgency=urgency))
    await office.until(1)
    await office.clock.advance(1)
    await office.until(3)
    assert [url for url, _ in office.notifier.sent] == ["test://one", "test://one", "test://two"]
    assert "(repetición)" in office.notifier.sent[-1][1]
    assert sum(spent) + (office.clock.now() - START).total_seconds() + IDLE <= most


async def test_a_provider_without_room_loses_a_page_to_the_next_channel(office: Office) -> None:
    """Its sends hang and fill its room: a crisis waits ten seconds for it, then goes over the other channel."""
    office.people = {"ana": ("test://one", "other://two"), "luis": ("test://luis",)}
    gate = threading.Event()
    office.notifier.held = {"test://luis": gate}
    office.dispatcher._notifiers = {**office.dispatcher._notifiers, "other": office.notifier}
    late = a_delivery(title="late", urgency=Urgency.CRISIS)

    async def walk() -> None:
        while len(office.notifier.sent) < 2:
            await office.clock.sleep(0)
        await office.post(late)
        for _ in range(9):
            await office.clock.advance(1)
        assert len(office.notifier.sent) == 2
        while len(office.notifier.sent) < 3:
            await office.clock.advance(1)
        gate.set()

    await office.post(*(a_delivery("luis", title=f"luis {n}", urgency=Urgency.CRISIS) for n in range(2)))
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(walk(), name="time passes")
        await office.until(3)
    channel, title = office.notifier.sent[2]
    assert (channel, title.partition(" (")[0]) == ("other://two", "late")  # how late, the machine's threads decide
    assert await office.state(late) is RowState.ACCEPTED


async def test_a_provider_that_says_when_is_heard(office: Office) -> None:
    """Retry-After wins when it is longer."""
    office.notifier.answers["test://ana"] = [
        SendOutcome(status=Status.RETRY, reason=SendReason.RATE_LIMITED, retry_after=90)
    ]
    await office.post(a_delivery())
    await office.until(1)
    await office.clock.advance(89)
    assert await office.outbox.due(office.clock.now()) == []
    await office.clock.advance(1)
    assert len(await office.outbox.due(office.clock.now())) == 1


async def test_refused_everywhere_is_told(office: Office) -> None:
    """Every channel refuses for good: at once to the next, then it failed and whoever keeps the ladder hears so."""
    office.people["ana"] = ("test://one", "test://two")
    for url in office.people["ana"]:
        office.notifier.answers[url] = [SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED)]
    await office.post(a_delivery())
    assert [each.state for each in await office.until(2)] == ["queued", "failed"]


async def test_nobody_to_send_to(office: Office) -> None:
    """A contact that a reload took away fails at once."""
    await office.post(a_delivery("gone"))
    settled = await office.until(1)
    assert (settled[0].state, settled[0].outcome and settled[0].outcome.reason) == ("failed", SendReason.BAD_CHANNEL)


async def test_what_may_have_arrived_goes_again_marked(office: Office) -> None:
    """An unknown page is repeated and says so; unknown news is not repeated."""
    unknown = SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT)
    office.notifier.answers["test://ana"] = [unknown]
    office.notifier.answers["test://boss"] = [unknown]
    news = a_delivery("boss", kind=MessageKind.RESOLVED, title="news", step=0)
    await office.post(a_delivery(), news)
    await office.until(2)
    await office.clock.advance(5)
    await office.until(3)
    assert ("test://ana", "title (repetición)") in office.notifier.sent
    assert await office.state(news) is RowState.UNKNOWN


async def test_a_crash_while_sending(office: Office) -> None:
    """What a dead process was sending: pages again, marked; news not."""
    page, news = a_delivery(), a_delivery("boss", kind=MessageKind.UPDATE, title="news", step=0)
    await office.post(page, news)
    await office.outbox.lease(await office.outbox.due(START))
    assert await office.outbox.recover() == 2
    await office.until(1)
    assert office.notifier.sent == [("test://ana", "title (repetición)")]
    assert await office.state(news) is RowState.UNKNOWN
    assert await office.outbox.recover() == 0


async def test_late_pages_say_so(office: Office) -> None:
    """Due two hours and ten minutes ago."""
    await office.post(a_delivery(at=-timedelta(hours=2, minutes=10)))
    await office.until(1)
    assert office.notifier.sent == [("test://ana", "title (con retraso de 2 h 10 min)")]
    assert await office.outbox.oldest_waiting(office.clock.now()) is None


async def test_a_plugin_that_raises_is_unknown_not_fatal(office: Office) -> None:
    """Whatever a plugin throws, the dispatcher goes on."""
    office.notifier.answers["test://ana"] = [RuntimeError("secret in the text")]
    await office.post(a_delivery(), a_delivery("boss", title="other"))
    settled = await office.until(2)
    crashed = next(each for each in settled if each.delivery.contact == "ana")
    assert crashed.outcome is not None
    assert (crashed.outcome.reason, crashed.outcome.detail) == (SendReason.CRASHED, "RuntimeError")


async def test_an_acknowledged_page_is_not_sent(office: Office) -> None:
    """The acknowledgement landed after the page was queued: it is dropped, with the reason."""
    story = Story().score(Level.ALERT)
    assert story.incident is not None
    queued = a_delivery(incident=story.incident.id, epoch=story.incident.epoch)
    story.ask(Action.ACKNOWLEDGE)
    async with office.database.write() as connection:
        await office.incidents.save(connection, story.incident)
    await office.post(queued)
    settled = await office.until(1)
    assert (settled[0].state, settled[0].outcome) == ("dropped", None)
    assert office.notifier.sent == []


async def test_an_acknowledgement_lands_while_the_page_waits_for_room(office: Office) -> None:
    """Two pages fill the provider's room, a third waits for it; it is acknowledged meanwhile and never sent."""
    story = Story().score(Level.ALERT)
    assert story.incident is not None
    waiting = a_delivery("boss", incident=story.incident.id, epoch=story.incident.epoch, title="third")
    async with office.database.write() as connection:
        await office.incidents.save(connection, story.incident)
    office.people = {name: (f"test://one/{name}",) for name in ("ana", "luis", "boss")}
    office.notifier.held = {f"test://one/{name}": threading.Event() for name in ("ana", "luis")}
    await office.post(a_delivery(urgency=Urgency.CRISIS), a_delivery("luis", urgency=Urgency.CRISIS), waiting)

    async def acknowledge() -> None:
        while len(office.notifier.sent) < 2:
            await office.clock.sleep(0)
        story.ask(Action.ACKNOWLEDGE)
        async with office.database.write() as connection:
            assert story.incident is not None
            await office.incidents.save(connection, story.incident)
        for event in office.notifier.held.values():
            event.set()

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        tasks.create_task(acknowledge(), name="ana acknowledges")
        settled = await office.until(3)
    assert [(each.delivery.contact, each.state) for each in settled if each.outcome is None] == [("boss", "dropped")]
    assert "third" not in {title for _, title in office.notifier.sent}
    assert await office.outbox.state_of(waiting.key) == (RowState.DROPPED, "stale_epoch")


async def test_one_drip_feeding_provider_delays_nobody_else(office: Office) -> None:
    """Thirty pages wait for a provider that answers a byte at a time; one to another provider goes through
    meanwhile.
    """
    with a_provider() as provider:
        office.people["slow"] = (provider.url("drip"),)
        await office.post(
            *(a_delivery("slow", title=f"slow {n}") for n in range(30)), a_delivery("boss", title="quick")
        )
        settled = await office.until(1)
        assert settled[0].delivery.contact == "boss"
        assert len(provider.sent) <= 2
        provider.over.set()


async def test_a_stop_leaves_what_only_waited_as_it_was(office: Office) -> None:
    """Told to stop with two sends under way and one waiting for room: the two may have arrived, the third certainly has
    not.
    """
    office.people = {name: (f"test://one/{name}",) for name in ("ana", "luis", "boss")}
    gate = threading.Event()
    office.notifier.held = {f"test://one/{name}": gate for name in ("ana", "luis")}
    news = a_delivery("boss", kind=MessageKind.RESOLVED, title="news", step=0)
    await office.post(a_delivery(), a_delivery("luis"), news)
    await office.while_not(lambda: len(office.notifier.sent) == 2)
    gate.set()
    assert await office.outbox.recover() == 2
    assert {each.contact: each.ambiguous for each in await office.outbox.due(START)} == {
        "ana": True,
        "luis": True,
        "boss": False,
    }


async def test_a_burst_to_a_full_provider_hides_nothing(office: Office) -> None:
    """More crises than one look takes in wait for a provider that hangs; the one to another provider is sent
    nevertheless.
    """
    gate = threading.Event()
    office.people["slow"] = ("test://slow",)
    office.notifier.held = {"test://slow": gate}
    async with office.database.write() as connection:
        burst = [a_delivery("slow", title=f"slow {n}", urgency=Urgency.CRISIS) for n in range(LOOK_AHEAD + 20)]
        await office.outbox.enqueue(connection, burst)
    with a_provider() as provider:
        office.people["boss"] = (provider.url("ok"),)
        await office.post(a_delivery("boss", title="quick", step=3))
        settled = await office.until(1)
        gate.set()
        assert settled[0].delivery.contact == "boss"
        assert [title for _, title, _ in provider.sent] == ["quick"]


async def test_each_row_is_sent_once_however_often_the_dispatcher_looks(office: Office) -> None:
    """Sends that end while the outbox is being read are not taken up again."""
    office.people = {f"c{n}": (f"test://h{n % 7}/c{n}",) for n in range(60)}
    await office.post(*(a_delivery(f"c{n}") for n in range(60)))
    await office.until(60)
    assert sorted(url for url, _ in office.notifier.sent) == sorted(url for (url,) in office.people.values())


async def test_threads_that_hang_are_bounded() -> None:
    """A provider that never returns costs eight threads; then nothing is begun until one ends."""
    pool, gate, begun = Pool(2), threading.Event(), []

    def hang() -> SendOutcome:
        begun.append(1)
        gate.wait(20)
        return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)

    for _ in range(STUCK):
        assert (await pool.run(hang, 0.01)).status is Status.UNKNOWN
    refused = await pool.run(hang, 5.0)
    assert (refused.status, len(begun)) == (Status.RETRY, STUCK)
    gate.set()
    async with asyncio.timeout(10):
        while pool.stuck:
            await FakeClock().sleep(0)
    assert (await pool.run(hang, 5.0)).status is Status.ACCEPTED


async def test_a_plugin_that_asks_to_exit_ends_only_its_send() -> None:
    """Not even `SystemExit` in a sender's thread leaves a send without an end."""

    def leave() -> SendOutcome:
        raise SystemExit

    assert (await Pool(1).run(leave, 5.0)).reason is SendReason.CRASHED


async def test_the_timeline_of_what_ended_is_let_go(office: Office) -> None:
    """Rows that ended are pruned; those that wait are kept."""
    await office.post(a_delivery(), a_delivery("boss", title="later", at=timedelta(hours=5)))
    await office.until(1)
    assert await office.outbox.prune(START + timedelta(days=1)) == 1
    assert len(await office.outbox.due(START + timedelta(hours=6))) == 1


async def test_what_waits_for_room_is_not_taken_for_sent(office: Office) -> None:
    """News behind two hanging sends to one provider: a crash then must not lose what never began."""
    with a_provider() as provider:
        office.people["slow"] = (provider.url("silent"),)
        news = [a_delivery("slow", title=f"news {n}", kind=MessageKind.UPDATE, step=0) for n in range(6)]
        await office.post(*news, a_delivery("boss", title="quick"))
        await office.while_not(lambda: len(provider.sent) == 2 and len(office.settled_) == 1)
        await office.outbox.recover()
        states = [await office.state(each) for each in news]
        assert len(provider.sent) == states.count(RowState.UNKNOWN) == 2
        assert states.count(RowState.QUEUED) == 4
        provider.over.set()
