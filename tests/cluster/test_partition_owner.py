"""One owner after the other: what the last one had is gone on with, and who lost it writes nothing any more."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from sentinel.cluster.asked import AskedDrill, read_answer, write_asked
from sentinel.cluster.carried_entry import of_mention
from sentinel.cluster.partition_owner import PartitionOwner
from sentinel.cluster.table_carrier import TableCarrier
from sentinel.cluster.worker import Worker
from sentinel.errors import BadInput, PartitionLost
from sentinel.incidents.change import Change
from sentinel.incidents.command import Action, Command, Refusal
from sentinel.incidents.incident import State
from sentinel.mention import Mention
from sentinel.scoring.level import Level
from sentinel.simulation.history import Story, history
from sentinel.store.commands import CommandRows
from sentinel.store.divided import divided_into
from tests.builders import a_mention
from tests.cluster.workshop import Workshop
from tests.fakes import START, FakeClock

ACME = 3


def storm(brand: str = "Acme", seed: int = 1, end: datetime = START) -> list[Mention]:
    story = Story(
        brand=brand, language="es", end=end, seed=seed, calm=timedelta(0), per_hour=0, storm=timedelta(minutes=6)
    )
    return list(history(story))


async def taken_up(owner: PartitionOwner) -> PartitionOwner:
    """Its journal is read."""
    await owner.prepare()
    await owner.fold.loop.read_journal()
    return owner


async def ticked(owner: PartitionOwner, seconds: float = 5) -> None:
    """A while later."""
    clock = owner._clock
    assert isinstance(clock, FakeClock)
    await clock.advance(seconds)
    await owner.fold.loop.tick()


async def test_two_claims_of_one_partition(workshop: Workshop) -> None:
    """By the same look only the first succeeds, and the epoch rises by one."""
    (seen, *_) = await workshop.rows.look()
    first, second = await workshop.rows.claim(seen, "a"), await workshop.rows.claim(seen, "b")
    assert first is not None
    assert (first.epoch, second) == (seen.epoch + 1, None)
    await first.beat()
    assert await workshop.rows.claim((await workshop.rows.look())[0]._replace(beat=1), "c") is None


async def test_another_number_of_partitions(workshop: Workshop) -> None:
    """A brand's history stands in its partition: the number stays, and whoever writes another one is told which."""
    with pytest.raises(BadInput, match=r"cluster.partitions is 5, and the store was divided into 4; write 4"):
        await divided_into(workshop.database, 5)
    with pytest.raises(BadInput, match=r"cluster.partitions is 0, and the store was divided into 4"):
        await divided_into(workshop.database, 0)


async def test_carried_committed_and_let_go_of(workshop: Workshop) -> None:
    """What was put in twice stands in the journal once; the carrier keeps nothing that is committed."""
    owner = await taken_up(await workshop.owner(ACME, "a"))
    posts = [a_mention("acme", id=name) for name in ("1", "2")]
    await workshop.put(posts)
    await workshop.put(posts)
    batch = await anext(workshop.carrier.take(ACME, 0))
    await owner._take_in(batch)
    await workshop.put(posts)  # the carrier has forgotten them by now
    await owner._take_in(await anext(workshop.carrier.take(ACME, batch.last)))
    assert await workshop.journal_of(ACME) == ["1", "2"]
    (row,) = [row for row in await workshop.rows.look() if row.id == ACME]
    assert row.last_seq > batch.last


async def test_a_zombie_writes_nothing(workshop: Workshop) -> None:
    """Frozen before it could decide, woken after it was taken over: no mention, no page, no checkpoint of it is
    written, and the next owner pages once.
    """
    zombie = await taken_up(await workshop.owner(ACME, "zombie"))
    await workshop.put(storm())
    batch = await anext(workshop.carrier.take(ACME, 0))
    await zombie._take_in(batch)
    heir = await taken_up(await workshop.owner(ACME, "heir"))
    await ticked(heir)
    assert [each.level for each in await workshop.incidents()] == [Level.CRISIS]
    paged = await workshop.pages()
    assert paged == [("ana", "Acme")]
    with pytest.raises(PartitionLost):
        await ticked(zombie)
    with pytest.raises(PartitionLost):
        await zombie.fold.journal.append([a_mention("acme", id="late")], taken=batch.last + 1)
    with pytest.raises(PartitionLost):
        await zombie.fold.loop.checkpoint()
    with pytest.raises(PartitionLost):
        await zombie.owned.beat()
    assert await workshop.pages() == paged
    assert "late" not in await workshop.journal_of(ACME)


async def test_taken_up_where_it_was_left(workshop: Workshop) -> None:
    """A crisis was paged; whoever takes over knows it, pages nobody for it again, and goes on with its ladder."""
    first = await taken_up(await workshop.owner(ACME, "a"))
    await workshop.put(storm())
    await first._take_in(await anext(workshop.carrier.take(ACME, 0)))
    await ticked(first)
    second = await taken_up(await workshop.owner(ACME, "b"))
    assert await workshop.pages() == [("ana", "Acme")]
    while len(await workshop.pages()) == 1:
        await ticked(second, 55)
    assert await workshop.pages() == [("ana", "Acme"), ("boss", "Acme")]


async def test_a_command_is_done_once(workshop: Workshop) -> None:
    """Its answer is written with what it did; a second one is told that it was done; a drill is begun by its
    partition.
    """
    owner, rows = await taken_up(await workshop.owner(ACME, "a")), CommandRows(workshop.database)
    await workshop.put(storm())
    await owner._take_in(await anext(workshop.carrier.take(ACME, 0)))
    await ticked(owner)
    (incident,) = await workshop.incidents()
    assert await rows.part_of(incident.id) == ACME
    acknowledge = write_asked(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"))
    drill = write_asked(AskedDrill(brand="Acme", level=Level.ALERT, by="ana"))
    now = workshop.wall.now()
    numbers = [await rows.ask(ACME, body, now) for body in (acknowledge, acknowledge, drill, b"{}")]
    assert await rows.answer(numbers[0]) is None
    await owner.fold.desk.look()
    answers = [read_answer(await rows.answer(number) or "").value for number in numbers]
    assert isinstance(answers[0], Change)
    assert answers[0].incident.state is State.ACKNOWLEDGED
    assert answers[1] is Refusal.ALREADY_ACKNOWLEDGED
    assert isinstance(answers[2], Change)
    assert answers[2].incident.drill
    assert answers[3] is Refusal.UNKNOWN
    assert await rows.waiting(ACME) == []
    await workshop.wall.advance(7200)
    assert await rows.prune(now - timedelta(days=30)) == len(numbers)


async def test_an_owner_whose_clock_is_ahead(workshop: Workshop) -> None:
    """What people ask is done though by our clock they asked a minute ago; what has waited for long is not."""
    owner, rows = await taken_up(await workshop.owner(ACME, "a")), CommandRows(workshop.database)
    now = workshop.wall.now()
    owner.fold.clock.not_before(now + timedelta(minutes=1))
    drill = write_asked(AskedDrill(brand="Acme", level=Level.ALERT, by="ana"))
    fresh, stale = [await rows.ask(ACME, drill, at) for at in (now, now - timedelta(minutes=10))]
    await owner.fold.desk.look()
    assert isinstance(read_answer(await rows.answer(fresh) or "").value, Change)
    assert read_answer(await rows.answer(stale) or "").value is Refusal.UNKNOWN


async def test_a_command_of_a_lost_owner_is_left_to_the_next(workshop: Workshop) -> None:
    """Done by nobody who lost the partition; the one who has it does it, and nothing of the acknowledgement is lost."""
    zombie, rows = await taken_up(await workshop.owner(ACME, "zombie")), CommandRows(workshop.database)
    await workshop.put(storm())
    await zombie._take_in(await anext(workshop.carrier.take(ACME, 0)))
    await ticked(zombie)
    (incident,) = await workshop.incidents()
    heir = await taken_up(await workshop.owner(ACME, "heir"))
    asked = write_asked(Command(incident=incident.id, action=Action.ACKNOWLEDGE, by="ana"))
    number = await rows.ask(ACME, asked, workshop.wall.now())
    with pytest.raises(PartitionLost):
        await zombie.fold.desk.look()
    assert await rows.answer(number) is None
    await heir.fold.desk.look()
    assert read_answer(await rows.answer(number) or "").change is not None
    assert [each.state for each in await workshop.incidents()] == [State.ACKNOWLEDGED]


async def test_what_the_store_did_not_take_is_not_decided(workshop: Workshop) -> None:
    """The owner's engine is ahead of the store then: nothing more of it is written, though its epoch stands."""
    owner = await taken_up(await workshop.owner(ACME, "a"))
    await workshop.put(storm())
    await owner._take_in(await anext(workshop.carrier.take(ACME, 0)))
    owner.owned.lost = True
    with pytest.raises(PartitionLost):
        await ticked(owner)
    assert await workshop.incidents() == []
    again = await taken_up(await workshop.owner(ACME, "a"))
    await ticked(again)
    assert await workshop.pages() == [("ana", "Acme")]


async def test_a_body_nobody_can_read(workshop: Workshop) -> None:
    """It is passed over; those beside it are taken in."""
    owner = await taken_up(await workshop.owner(ACME, "a"))
    (good,) = of_mention(a_mention("acme", id="good"), [ACME])
    (bad,) = of_mention(a_mention("acme", id="bad"), [ACME])
    await workshop.carrier.publish([replace(bad, body=b"\xff"), good])
    await owner._take_in(await anext(workshop.carrier.take(ACME, 0)))
    assert await workshop.journal_of(ACME) == ["good"]


async def test_two_workers_and_one_is_killed(workshop: Workshop) -> None:
    """They share four partitions; when one dies the other has all of them, every mention stands in its journals once,
    and each brand's crisis is paged once.
    """
    one, two = await workshop.worker("one"), await workshop.worker("two")
    killed = workshop.start(one)
    workshop.start(two)
    await workshop.until(lambda: _own(2, one, two), "each owns half")
    assert sorted((*one.owners, *two.owners)) == [1, 2, 3, 4]
    brands = ("Acme", "Beta", "Gamma", "Zeta")
    posts = [each for seed, brand in enumerate(brands) for each in storm(brand, seed)]
    await workshop.put(posts[: len(posts) // 2])
    await workshop.pass_time(1)
    killed.cancel()
    await asyncio.wait([killed])
    await workshop.put(posts[len(posts) // 2 :])
    await workshop.until(lambda: _own(4, two), "the other owns all")

    async def all_burn() -> bool:
        return len(await workshop.incidents()) == len(brands)

    await workshop.until(all_burn, "four crises")
    found = [id for part in range(1, 5) for id in await workshop.journal_of(part)]
    assert sorted(found) == sorted(each.id for each in posts)
    assert sorted(each.brand for each in await workshop.incidents()) == sorted(brands)
    assert sorted(who for who in await workshop.pages() if who[0] == "ana") == sorted(("ana", each) for each in brands)


async def test_a_worker_that_stops_lets_go_at_once(workshop: Workshop) -> None:
    """Its partitions are taken up without waiting for a beat to stand still, and one that comes gets its share."""
    one, two, stop = await workshop.worker("one"), await workshop.worker("two"), asyncio.Event()
    stopped = workshop.start(one, stop)
    await workshop.until(lambda: _own(4, one), "one owns all")
    workshop.start(two)
    await workshop.until(lambda: _own(2, one, two), "each owns half")
    stop.set()
    await workshop.until(lambda: _own(4, two), "the other owns all")
    assert stopped.done()


async def _own(count: int, *workers: Worker) -> bool:
    """Each has so many, taken up."""
    return all(
        len(worker.owners) == count and all(each.fold.loop.rebuild is None for each in worker.owners.values())
        for worker in workers
    )


class Deaf(TableCarrier):
    """A carrier that can be out of reach although the store is not."""

    heard = True

    @property
    def reachable(self) -> bool:
        return self.heard


async def test_a_worker_that_does_not_hear_the_carrier_lets_go(workshop: Workshop) -> None:
    """Cut off from it and not from the store, it would keep its partitions and get nothing; the other has them soon."""
    carriers = [Deaf(workshop.database, workshop.wall) for _ in range(2)]
    workers = [await workshop.worker(name, carrier) for name, carrier in zip("ab", carriers, strict=True)]
    for worker in workers:
        workshop.start(worker)

    async def owned(*counts: int) -> bool:
        return [len(worker.owners) for worker in workers] == list(counts)

    await workshop.until(partial(owned, 2, 2), "each owns half")
    carriers[0].heard = False
    await workshop.until(partial(owned, 0, 4), "the other owns all")
    carriers[0].heard = True
    await workshop.until(partial(owned, 2, 2), "each owns half again")


async def test_workers_none_of_which_hears_the_carrier_keep_what_they_have(workshop: Workshop) -> None:
    """Nobody else would do better, and ladders climb without mentions."""
    carriers = [Deaf(workshop.database, workshop.wall) for _ in range(2)]
    workers = [await workshop.worker(name, carrier) for name, carrier in zip("ab", carriers, strict=True)]

    async def look(tasks: asyncio.TaskGroup, times: int) -> None:
        for _ in range(times):
            for worker in workers:
                await worker.look(tasks)
            await workshop.pass_time(0.5)

    async with asyncio.TaskGroup() as tasks:
        while [len(worker.owners) for worker in workers] != [2, 2]:
            await look(tasks, 1)
        owners = [owner for worker in workers for owner in worker.owners.values()]
        for carrier in carriers:
            carrier.heard = False
        await look(tasks, 20)
        assert [owner for worker in workers for owner in worker.owners.values()] == owners
        for worker in workers:
            worker.leave_all()
        await workshop.pass_time(2)


async def test_a_cancellation_that_is_swallowed(workshop: Workshop) -> None:
    """The database's answer comes in the instant in which an owner is to let go, and its driver forgets that it was
    told to end: the partition is let go of all the same.
    """
    worker = await workshop.worker("a")
    workshop.start(worker)

    async def owns_all() -> bool:
        return len(worker.owners) == len(await workshop.rows.look())

    await workshop.until(owns_all, "it owns all")
    owner = worker.owners[ACME]
    swallowed = asyncio.Event()

    async def answered(*_: object, **__: object) -> None:
        if not swallowed.is_set():
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                swallowed.set()

    owner.fold.shared.look = answered  # type: ignore[method-assign]
    await workshop.pass_time(3)
    epoch = owner.owned.epoch
    owner.leave()

    async def let_go() -> bool:
        return next(row for row in await workshop.rows.look() if row.id == ACME).epoch > epoch

    await workshop.until(let_go, "it is let go of, and taken up anew")
    assert swallowed.is_set()
