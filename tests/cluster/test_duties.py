"""Duties: each is done by one process at a time, and by another soon after that one is gone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from functools import partial

import pytest

from sentinel.cluster.carried_journal import CarriedJournal
from sentinel.cluster.duties import ENDS_WITHIN, LOOK_EVERY, Duties
from sentinel.cluster.seen_beats import PATIENCE
from sentinel.engine.partitions import PartRouter
from sentinel.errors import DutyLost
from sentinel.store.duty_rows import DutyLook, DutyRows
from sentinel.store.health import StoreFailing
from tests.cluster.workshop import Workshop, breathe
from tests.fakes import FakeClock, settle

SOURCES = [f"source {each}" for each in ("agencia", "bluesky", "calle", "diario", "eco", "foro")]
Opened = Callable[..., Duties]


@pytest.fixture
async def opened(workshop: Workshop, clock: FakeClock) -> AsyncIterator[Opened]:
    """A process more of the same cluster."""
    rows: list[DutyRows] = []

    def process(name: str, *wanted: str) -> Duties:
        rows.append(DutyRows(workshop.database.address))
        return Duties(rows[-1], name, lambda: wanted, clock)

    yield process
    for each in rows:
        await each.close()


async def passes(clock: FakeClock, seconds: float, *living: Duties) -> None:
    """A while in which these look, as they do twice a second."""
    for _ in range(round(seconds / LOOK_EVERY)):
        await clock.advance(LOOK_EVERY)
        for each in living:
            await each.look()


async def test_one_process_has_all(opened: Opened) -> None:
    """Whoever is alone has every duty at once, and what nobody here can do it has not."""
    alone = opened("a", "digests", "reports")
    assert not alone.has("digests")
    await alone.look()
    assert alone.has("digests")
    assert alone.has("reports")
    assert not alone.has("source diario")
    assert alone.owners == {"digests": "a", "reports": "a"}


async def test_two_share(opened: Opened, clock: FakeClock) -> None:
    """Whoever comes is given its half, and never has a duty that the other one still has."""
    first, second = opened("a", *SOURCES), opened("b", *SOURCES)
    await first.look()
    assert all(map(first.has, SOURCES))
    for _ in range(6):
        await passes(clock, LOOK_EVERY, second, first)
        assert not any(first.has(each) and second.has(each) for each in SOURCES)
    assert [sum(map(each.has, SOURCES)) for each in (first, second)] == [3, 3]


async def test_a_duty_goes_to_who_can_do_it(opened: Opened, clock: FakeClock) -> None:
    """Sources to those that listen, digests to those that send."""
    listens, sends = opened("a", "source diario"), opened("b", "digests")
    await passes(clock, 1, listens, sends)
    assert (listens.has("source diario"), listens.has("digests")) == (True, False)
    assert (sends.has("source diario"), sends.has("digests")) == (False, True)


async def test_taken_over_when_a_beat_stands_still(opened: Opened, clock: FakeClock) -> None:
    """Not while its owner may live; four seconds after it was last seen another one has it."""
    gone, other = opened("a", "digests"), opened("b", "digests", "reports")
    await gone.look()
    await passes(clock, PATIENCE - LOOK_EVERY, other)
    assert not other.has("digests")
    assert other.has("reports")
    await passes(clock, 1.5, other)
    assert other.has("digests")
    assert other.owners["digests"] == "b"


async def test_whoever_wakes_up_writes_nothing(opened: Opened, clock: FakeClock, workshop: Workshop) -> None:
    """It knows by its own clock that it may count as gone, before it asks; what it writes is refused once it was."""
    frozen, other = opened("a", "digests"), opened("b", "digests")
    await frozen.look()
    async with workshop.database.write() as connection:
        await frozen.fence(connection, "digests")
    await passes(clock, 5, other)
    assert other.has("digests")
    assert not frozen.has("digests")
    with pytest.raises(DutyLost, match=r"digests.*epoch 1 is over"):
        async with workshop.database.write() as connection:
            await frozen.fence(connection, "digests")
    async with workshop.database.write() as connection:
        await other.fence(connection, "digests")


async def test_what_is_being_written_is_not_taken_over(opened: Opened, clock: FakeClock, workshop: Workshop) -> None:
    """A claim waits for nobody, and fails while its owner is in a transaction; afterwards it succeeds."""
    slow, other = opened("a", "digests"), opened("b", "digests")
    await slow.look()
    async with workshop.database.write() as connection:
        await slow.fence(connection, "digests")
        await passes(clock, 5, other)
        assert not other.has("digests")
    await passes(clock, LOOK_EVERY, other)
    assert other.has("digests")


async def test_let_go_at_a_stop(opened: Opened, clock: FakeClock) -> None:
    """The job ends first, then the duty is free, and the next one has it at its next look."""
    leaving, next_ = opened("a", "digests"), opened("b", "digests")
    stop, ran = asyncio.Event(), []

    async def job() -> None:
        ran.append("begun")
        try:
            await asyncio.Event().wait()
        finally:
            ran.append("ended")

    running = [asyncio.ensure_future(leaving.run(stop)), asyncio.ensure_future(leaving.while_held("digests", job))]
    await until(lambda: ran == ["begun"])
    stop.set()
    while not running[0].done():
        await clock.advance(0.05)
        await breathe()
    await running[0]
    assert ran == ["begun", "ended"]
    await next_.look()
    assert next_.has("digests")
    running[1].cancel()


class CountedRows(DutyRows):
    """Remembers what a process said that it can have, each time it showed itself."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.shown: list[Collection[str]] = []
        self.asking = False

    async def show(self, process: str, wanted: Collection[str]) -> DutyLook:
        self.asking = True
        try:
            return await super().show(process, wanted)
        finally:
            self.asking = False
            self.shown.append(tuple(wanted))


async def test_whoever_leaves_is_seen_until_it_is_gone(opened: Opened, clock: FakeClock, workshop: Workshop) -> None:
    """What it sends is on its way for as long as it may be: nobody takes it for gone meanwhile, and nobody gives it a
    duty. Then it is gone at once.
    """
    rows, other, stop = CountedRows(workshop.database.address), opened("b", "digests"), asyncio.Event()
    leaving = Duties(rows, "a", lambda: ("digests",), clock)
    await leaving.look()
    leaving.busy = lambda: True
    running = asyncio.ensure_future(leaving.run(stop))
    stop.set()
    while not running.done():
        await clock.advance(0.05)
        await breathe(0.001)
        await until(lambda: not rows.asking)
    await running
    assert rows.shown.count(()) >= 3, "once each half second, for two and a half"
    await other.look()
    assert not other.lives("a")
    assert other.has("digests")
    await rows.close()


async def test_a_job_that_does_not_end(opened: Opened, clock: FakeClock, workshop: Workshop) -> None:
    """It swallows its cancellation: it is named and counted, writes nothing, and is cancelled again until it ends."""
    ours, other = opened("a", "digests"), opened("b", "digests")
    ran: list[str] = []
    ours.ran_on = ran.append

    async def job() -> None:
        for _ in range(2):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                ran.append("cancelled")
        with pytest.raises(DutyLost):
            async with workshop.database.write() as connection:
                await ours.fence(connection, "digests")
        ran.append("refused")

    await ours.look()
    running = asyncio.ensure_future(ours.while_held("digests", job))
    await until(lambda: ours._jobs["digests"] == 1)
    await passes(clock, 5, other)
    await ours.look()
    await until(lambda: ran == ["cancelled"])
    while ran.count("cancelled") < 2:
        await clock.advance(ENDS_WITHIN)
    await until(lambda: ran[-1] == "refused")
    assert ran == ["cancelled", "digests", "cancelled", "refused"]
    running.cancel()


async def test_a_job_runs_while_its_duty_is_held(opened: Opened, clock: FakeClock, workshop: Workshop) -> None:
    """Cancelled when the duty is lost, begun again when it is back; a refused write ends it as well."""
    ours, other = opened("a", "digests"), opened("b", "digests")
    ran: list[str] = []
    write = asyncio.Event()

    async def job() -> None:
        ran.append("begun")
        try:
            await write.wait()
            async with workshop.database.write() as connection:
                await ours.fence(connection, "digests")
        finally:
            ran.append("ended")

    await ours.look()
    running = asyncio.ensure_future(ours.while_held("digests", job))
    await until(lambda: ran == ["begun"])
    await passes(clock, 5, other)
    assert other.has("digests")
    write.set()
    await until(lambda: ran == ["begun", "ended"])
    assert not running.done()
    write.clear()
    await passes(clock, 5, ours)  # the other one is gone by now
    await clock.advance(1)
    await ours.look()
    await until(lambda: ran == ["begun", "ended", "begun"])
    write.set()
    await running


async def test_a_store_that_is_away(opened: Opened, clock: FakeClock) -> None:
    """We have what we had until others may have taken us for gone; once it is back, nobody's stillness counts."""
    ours, other = opened("a", "digests"), opened("b", "digests", "reports")
    await passes(clock, 1, ours, other)
    both = {each.name: [duty for duty in ("digests", "reports") if each.has(duty)] for each in (ours, other)}
    there, nowhere = [each._rows for each in (ours, other)], DutyRows("postgresql://sentinel@/none?host=/nowhere")
    for each in (ours, other):
        each._rows = nowhere
    await clock.advance(2)
    with pytest.raises(StoreFailing):
        await ours.look()
    assert [duty for duty in ("digests", "reports") if ours.has(duty)] == both["a"]
    await clock.advance(8)
    assert not any(each.has(duty) for each in (ours, other) for duty in ("digests", "reports"))
    for each, rows in zip((ours, other), there, strict=True):
        each._rows = rows
    await ours.look()
    assert {each.name: [d for d in ("digests", "reports") if each.has(d)] for each in (ours,)} == {"a": both["a"]}
    await other.look()
    assert {each.name: [d for d in ("digests", "reports") if each.has(d)] for each in (ours, other)} == both
    await nowhere.close()


async def test_what_is_not_wanted_any_more(opened: Opened, clock: FakeClock, workshop: Workshop) -> None:
    """A source that a reload took away is let go of."""
    wanted = {"source diario", "source foro"}
    rows = DutyRows(workshop.database.address)
    ours = Duties(rows, "a", lambda: wanted, clock)
    await ours.look()
    wanted.discard("source foro")
    await ours.look()
    assert ours.has("source diario")
    assert not ours.has("source foro")
    assert (await rows.look()).duties["source foro"].owner == ""
    await rows.close()


async def test_a_position_is_written_under_its_own_duty(opened: Opened, workshop: Workshop) -> None:
    """Two sources are read as far as here at the same moment. The one that is another process's by now stays where that
    one has it; the other one moves.
    """
    database, ours = workshop.database, opened("a", "source diario", "source foro")
    router = PartRouter(workshop.config.setup, workshop.partitions)
    journal = CarriedJournal(database, workshop.wall, workshop.carrier, lambda: router)
    refused: list[str] = []

    async def listen(name: str) -> None:
        try:
            await journal.append([], cursor=(name, b"here"))
        except DutyLost:
            refused.append(name)

    await ours.look()
    database.fence = ours.guard
    others = DutyRows(database.address)
    (row,) = [each for name, each in (await others.look()).duties.items() if name == "source foro"]
    assert await others.claim("source foro", row, "b") == 2
    await others.close()
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        for each in ("diario", "foro"):
            tasks.create_task(ours._do(f"source {each}", partial(listen, each)))
    assert refused == ["foro"]
    assert [await journal.cursor(each) for each in ("diario", "foro")] == [b"here", None]


async def until(so: Callable[[], bool]) -> None:
    """Real tasks over a real store have had their turns."""
    async with asyncio.timeout(30):
        while not so():
            await settle()
            await breathe()
