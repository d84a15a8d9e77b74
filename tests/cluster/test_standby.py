"""Who stands by, what is whose share, and who counts as gone."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from functools import partial
from math import ceil

import pytest
from prometheus_client import CollectorRegistry

from sentinel.assembly.config_in_force import ConfigInForce
from sentinel.assembly.worker_parts import WorkerParts
from sentinel.clock import SystemClock
from sentinel.cluster.partition_owner import PartitionFold, beat_on
from sentinel.cluster.seen_beats import GAP, PATIENCE, SeenBeats
from sentinel.cluster.shares import shares
from sentinel.cluster.worker import Worker
from sentinel.daemon.secret_keeper import SecretKeeper
from sentinel.metrics.metrics import Metrics
from sentinel.store.partition_rows import OwnedPart, PartRow
from sentinel.store.secret_store import SecretStore
from tests.cluster.nats_servers import CLOCK
from tests.cluster.test_partition_owner import ACME, storm, taken_up, ticked
from tests.cluster.workshop import Workshop, breathe
from tests.fakes import FakeClock


@pytest.mark.parametrize("count", [1, 4, 16, 61])
def test_nobody_has_more_than_an_equal_share(count: int) -> None:
    """Every partition is somebody's; whoever comes takes some of each, and most stay where they are."""
    names = [f"worker-{number}" for number in range(6)]
    before: dict[int, str] = {}
    for living in range(1, 7):
        found = shares(names[:living], count)
        assert sorted(found) == list(range(1, count + 1))
        assert max(list(found.values()).count(each) for each in names) <= ceil(count / living)
        if count == 61 and living > 1:
            stayed = sum(before[part] == name for part, name in found.items())
            assert stayed >= count * (living - 1) / living * 0.7
        before = found
    assert shares([], count) == {}


async def test_a_beat_that_stands_still_while_somebody_looks(clock: FakeClock) -> None:
    """After `PATIENCE` of looks its owner counts as gone; one more beat, and it lives."""
    seen = SeenBeats(clock)
    for _ in range(6):
        assert seen.still_for("part 1", 7) <= PATIENCE
        await clock.advance(PATIENCE / 5)
    assert seen.still_for("part 1", 7) > PATIENCE
    assert seen.still_for("part 1", 8) == 0


@pytest.mark.parametrize("away", [2 * PATIENCE, 3600.0])
async def test_nobody_is_gone_because_the_store_was_away(clock: FakeClock, away: float) -> None:
    """While nobody could look, or the looker's own machine stood still, nobody was seen beating: others have time to
    show themselves before their partitions are taken from them.
    """
    seen = SeenBeats(clock)
    seen.still_for("part 1", 7)
    await clock.advance(away)
    assert seen.still_for("part 1", 7) == GAP
    assert GAP < PATIENCE


class Swallowing(OwnedPart):
    """Its database driver swallows a cancellation that comes together with its answer."""

    async def beat(self) -> None:
        with suppress(asyncio.CancelledError):
            await CLOCK.sleep(0)


async def test_beats_end_although_a_cancellation_is_swallowed(workshop: Workshop) -> None:
    """Whoever waits for the end of them, as a take-over does, would wait for ever."""
    (row, *_) = await workshop.rows.look()
    over = asyncio.Event()
    beats = asyncio.ensure_future(beat_on(Swallowing(workshop.rows._engine, row), workshop.wall, over))
    await CLOCK.sleep(0)
    over.set()
    beats.cancel()
    await workshop.pass_time(1)
    assert beats.done()


async def test_a_take_over_waits_for_no_other(workshop: Workshop) -> None:
    """One partition is being built all the time: the others are taken up meanwhile, and what is built for keeps its
    beat.
    """
    worker, building = await workshop.worker("one"), asyncio.Event()
    plain = worker._build

    async def build(owned: OwnedPart) -> PartitionFold:
        if owned.id == 1:
            await building.wait()
        return await plain(owned)

    worker._build = build
    workshop.start(worker)
    await workshop.until(lambda: _owns(worker, {2, 3, 4}), "the others are owned")
    beats = [row.beat for row in await workshop.rows.look() if row.id == 1]
    await workshop.pass_time(2 * PATIENCE)
    assert [row.beat for row in await workshop.rows.look() if row.id == 1] > beats
    building.set()
    await workshop.until(lambda: _owns(worker, {1, 2, 3, 4}), "all are owned")


async def test_where_people_may_be_waited_for_goes_first(workshop: Workshop) -> None:
    """Of several that are free, one with an incident that is not over is begun with."""
    owner = await taken_up(await workshop.owner(ACME, "before"))
    await workshop.put(storm())
    await owner._take_in(await anext(workshop.carrier.take(ACME, 0)))
    await ticked(owner)
    worker, rows = await workshop.worker("one"), await workshop.rows.look()
    assert [row.id for row in await worker._urgent_first(rows)] == [ACME, 1, 2, 4]


async def test_let_go_of_while_it_is_built(workshop: Workshop) -> None:
    """The configuration was read anew meanwhile: what was built by the old one is let go of and taken up again."""
    worker, building = await workshop.worker("one"), asyncio.Event()
    plain = worker._build
    builds: list[int] = []

    async def build(owned: OwnedPart) -> PartitionFold:
        builds.append(owned.epoch)
        fold = await plain(owned)
        await building.wait()
        return replace(fold)

    worker._build = build
    workshop.start(worker)
    await workshop.until(lambda: _built(builds, 4), "four are built")
    worker.leave_all()
    building.set()
    await workshop.until(lambda: _built(builds, 8), "all are built again")
    await workshop.until(lambda: _owns(worker, {1, 2, 3, 4}), "all are owned")


async def test_claimed_while_it_stops(workshop: Workshop) -> None:
    """The claim was on its way when the worker was told to stop: the partition is free at once, and the worker ends."""
    worker, answered, stop = await workshop.worker("one"), asyncio.Event(), asyncio.Event()
    plain = worker._rows.claim

    async def claim(seen: PartRow, owner: str) -> OwnedPart | None:
        owned = await plain(seen, owner)
        await answered.wait()
        return owned

    worker._rows.claim = claim  # type: ignore[method-assign]
    running = workshop.start(worker, stop)
    await workshop.until(partial(_all_are, workshop, "one"), "all are claimed")
    stop.set()
    await workshop.pass_time(1)
    answered.set()
    await workshop.until(partial(_over, running), "it ends")
    assert await _all_are(workshop, "")


async def _all_are(workshop: Workshop, owner: str) -> bool:
    return {row.owner for row in await workshop.rows.look()} == {owner}


async def test_a_first_owner_leaves_a_checkpoint(workshop: Workshop) -> None:
    """Killed within its first minute, whoever comes next goes on from it: the past is no rebuilding in which nobody is
    paged.
    """
    worker = await workshop.worker("one")
    killed = workshop.start(worker)
    await workshop.until(lambda: _owns(worker, {1, 2, 3, 4}), "all are owned")

    async def saved() -> bool:
        return all(each.fold.loop.checkpointed_at is not None for each in worker.owners.values())

    await workshop.until(saved, "each is written down")
    killed.cancel()
    await asyncio.wait([killed])
    heir = await workshop.owner(ACME, "heir")
    await heir.fold.loop.prepare()
    assert heir.fold.loop.rebuild is not None
    assert not heir.fold.loop.rebuild.whole


async def _owns(worker: Worker, parts: set[int]) -> bool:
    return set(worker.owners) == parts


async def _built(builds: list[int], many: int) -> bool:
    return len(builds) >= many


async def test_nobody_counts_on_a_worker_that_is_not_warm(workshop: Workshop) -> None:
    """A process of all roles works as one that only folds does: it is seen once it has read what it folds with."""
    clock, kept = SystemClock.over(workshop.wall), SecretStore(workshop.database, None)
    secrets = SecretKeeper(kept, await kept.load(), {})
    in_force = ConfigInForce(workshop.file, clock)
    in_force.links = secrets.links
    in_force.reword()
    parts = WorkerParts(workshop.database, workshop.carrier, in_force, Metrics(CollectorRegistry()), clock, secrets)
    stop = asyncio.Event()
    running = asyncio.ensure_future(parts.run(stop))
    workshop.running.append(running)

    async def seen() -> bool:
        known, _ = await workshop.rows.look_round(None)
        return parts.worker.name in [name for name, _ in known]

    try:
        async with asyncio.timeout(120):
            while not await seen():
                await breathe()
        assert parts._folds.is_warm
        stop.set()
        await workshop.until(partial(_over, running), "it lets go of what it has")
        await running
    finally:
        running.cancel()
        await asyncio.wait([running])
        await parts.close()


async def _over(running: "asyncio.Future[None]") -> bool:
    return running.done()
