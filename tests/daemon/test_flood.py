"""More mentions than are folded: the queue is bounded by the time it takes, and being busy is not being stopped."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from sentinel.daemon.fold_rate import FoldRate
from sentinel.daemon.journal_fold import BOUND, CHUNK, FOLDED
from sentinel.daemon.standstill import Standstill
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from tests.builders import a_mention
from tests.daemon.watchhouse import MINUTE, Watchhouse, storm
from tests.fakes import START, FakeClock


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Watchhouse]:
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    yield await Watchhouse(tmp_path, database, clock).again()
    await database.close()


async def test_the_queue_is_as_long_as_is_folded_in_three_seconds(house: Watchhouse) -> None:
    """Unmeasured a mention takes a millisecond: some three thousand may wait, whatever `max_queue` would allow."""
    await house.put([a_mention("nada") for _ in range(2_990)])
    assert not house.loop.pressed(20_000)
    await house.put([a_mention("nada") for _ in range(20)])
    assert house.loop.pressed(20_000)
    assert house.loop.pressed(100)
    await house.tick(1)
    assert not house.loop.pressed(100)


def test_the_bound_follows_the_machine() -> None:
    """On one that takes five milliseconds a mention six hundred are three seconds; a lone slow one says nothing."""
    rate = FoldRate()
    rate.took(1, seconds=2.0)
    assert rate.seconds(1000) == 1.0
    for _ in range(60):
        rate.took(200, seconds=1.0)
    assert rate.seconds(600) == pytest.approx(BOUND, rel=0.01)


async def test_a_crisis_amid_a_flood_is_paged_at_the_next_tick(house: Watchhouse) -> None:
    """A full queue of other things stands before it."""
    await house.put([a_mention("hola @zeta, buenos días") for _ in range(1500)])
    await house.put(storm(house.wall.now()))
    await house.put([a_mention("hola @zeta, buenas noches") for _ in range(1500)])
    await house.tick(1)
    assert "ana" in [who for who, title in house.sent if "Acme" in title]


async def test_others_have_turns_while_many_mentions_are_folded(house: Watchhouse) -> None:
    """What waits is read together, and whoever asks for a page in the middle of it does not wait for all of it."""
    await house.put([a_mention("hola @zeta, buenos días") for _ in range(CHUNK)])
    seen = set[int]()

    async def look() -> None:
        while house.loop.queue:
            seen.add(house.loop.position)
            await house.clock.sleep(0)

    before = house.loop.position
    looking = asyncio.ensure_future(look())
    await house.loop._catch_up(None)
    await looking
    assert {before + number for number in range(FOLDED, CHUNK, FOLDED)} <= seen


@pytest.mark.parametrize(("busy", "word"), [(True, "was_busy"), (False, "was_stopped")])
async def test_busy_is_not_stopped(house: Watchhouse, clock: FakeClock, busy: bool, word: str) -> None:
    """Two minutes without a tick: other tasks had their turns all the while, or nobody had."""
    await house.tick(1)
    for _ in range(24):
        if busy:
            await clock.advance(5)
            house.loop.standstill.look()
        else:
            clock.step_wall(timedelta(seconds=5))
    with capture_logs() as said:
        await house.loop.tick()
    assert [line["event"] for line in said if line["event"].startswith("was_")] == [word]


async def test_the_longest_time_without_a_look_counts(clock: FakeClock) -> None:
    """It is told once."""
    standstill = Standstill(clock)
    standstill.look()
    clock.step_wall(3 * MINUTE)
    standstill.look()
    await clock.advance(5)
    assert standstill.taken() == 3 * MINUTE
    assert standstill.taken() == timedelta(0)
    assert clock.now() == START + 3 * MINUTE + timedelta(seconds=5)


async def test_what_is_stamped_at_a_tick_is_judged_by_it(house: Watchhouse, clock: FakeClock) -> None:
    """A storm that arrives at the very instant of a tick opens an incident at that instant, not five seconds later."""
    await clock.advance(5)
    await house.put(storm(clock.now()))
    await house.loop.tick()
    assert house.incident is not None
    assert house.incident.opened_at == START + timedelta(seconds=5)


async def test_a_tick_that_takes_minutes_does_not_begin_a_look_at_all_brands(
    house: Watchhouse, clock: FakeClock
) -> None:
    """Else a slow machine would look at all of them at each tick, and never get on; after a gap it does look."""
    slow = [True]

    def take_a_while() -> None:
        if slow:
            slow.pop()
            for _ in range(18):
                clock.step_wall(timedelta(seconds=5))
                house.loop.standstill.look()

    await house.tick(1)
    await house.put([a_mention("hola @acme, buenos días")])
    house.slow = take_a_while
    await house.tick(1)
    with capture_logs() as said:
        await house.tick(1)
    assert [line["event"] for line in said if line["event"].startswith("was_")] == ["was_busy"]
    assert house.engine.assessments == []
    for _ in range(24):
        clock.step_wall(timedelta(seconds=5))
        house.loop.standstill.look()
    await house.tick(1)
    assert [each.brand for each in house.engine.assessments] == [each.name for each in house.engine.brands]
