"""The wall clock is set back and ahead, under a running fold and between two runs: a crisis is seen, calm is doubted,
and nobody is woken by an absence.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.incidents.command import Action, Command
from sentinel.incidents.incident import State
from sentinel.incidents.timeline import What, Why
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from tests.daemon.watchhouse import HOUR, MINUTE, Watchhouse, calm, storm
from tests.fakes import FakeClock

DAY = 24 * HOUR


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Watchhouse]:
    """Two calm days are known, and the fold runs."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = await Watchhouse(tmp_path, database, clock).again()
    await house.put(calm(clock.now()))
    await house.tick(2)
    yield house
    await database.close()


async def a_storm(house: Watchhouse) -> None:
    """Five minutes of it are posted, dated by the wall clock."""
    await house.put(storm(house.wall.now()))
    await house.tick(2)


@pytest.mark.parametrize("back", [HOUR, DAY], ids=["an_hour", "a_day"])
@pytest.mark.parametrize("restarted", [False, True], ids=["running", "between_runs"])
async def test_a_crisis_after_it_is_paged(house: Watchhouse, back: timedelta, restarted: bool) -> None:
    """What is posted by the wall that was set back is as fresh as ever; before the crisis nobody calls it calm."""
    await house.loop.checkpoint()
    house.wall.step_wall(-back)
    if restarted:
        await house.again()
    await house.tick(2)
    assert house.score is None, "calm is unknown while the clock is doubted"
    assert house.clock.behind >= back - MINUTE
    assert house.sent == []
    await a_storm(house)
    assert house.level is Level.CRISIS
    assert [who for who, _ in house.sent] == ["ana"]
    assert "100" in house.sent[0][1] or "9" in house.sent[0][1]


async def test_timers_fire_through_it(house: Watchhouse) -> None:
    """Ana was paged, an hour is taken off the clock and the daemon starts anew: the boss is paged in time."""
    await a_storm(house)
    house.wall.step_wall(-HOUR)
    await house.loop.checkpoint()
    await house.again()
    for _ in range(6):  # a crisis climbs at twice the pace: five minutes
        await house.put(storm(house.wall.now(), minutes=1, seed=house.wall.now().minute))
        await house.tick(12)
    assert [who for who, _ in house.sent] == ["ana", "boss"]


async def test_stamps_and_recovery(house: Watchhouse) -> None:
    """Event time never falls in the journal, and a start that folds the tail again sees the same crisis."""
    house.wall.step_wall(-HOUR)
    await a_storm(house)
    seen, level = house.score, house.level
    stamps = [entry.observed_at for entry in await house.journal.read(0, 10_000)]
    assert stamps == sorted(stamps)
    await house.again()
    assert house.level is level
    assert house.score == pytest.approx(seen, abs=3)


async def test_it_catches_up(house: Watchhouse) -> None:
    """After an hour at full speed our clock goes a tenth slower, and ten hours later nothing is doubted any more."""
    house.wall.step_wall(-HOUR)
    await house.tick(2)
    assert house.engine.clock_doubted
    await house.tick(70, seconds=600)
    assert house.clock.behind == timedelta(0)
    assert not house.engine.clock_doubted
    assert house.score is not None


async def test_a_few_seconds_are_nothing(house: Watchhouse) -> None:
    """A time server corrects the clock by forty seconds: nobody doubts it."""
    house.wall.step_wall(timedelta(seconds=-40))
    await house.tick(2)
    assert house.score is not None


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "killed"])
async def test_ahead_wakes_nobody_for_a_score_of_nothing(house: Watchhouse, restarted: bool) -> None:
    """The machine slept for eight hours over a crisis, or Sentinel was killed and started as late: the boss's page
    was due, the score is nothing now, nobody is woken, and the timeline says why.
    """
    await a_storm(house)
    house.wall.step_wall(8 * HOUR)
    if restarted:
        await house.again()
    await house.tick(3)
    assert [who for who, _ in house.sent] == ["ana"]
    assert house.incident is not None
    assert house.incident.state is State.OPEN
    assert house.incident.next_at is not None
    assert house.incident.next_at > house.clock.now()
    async with house.database.read() as connection:
        lines = (await connection.exec_driver_sql("select body from timeline")).scalars().all()
    assert sum(What.NOT_SENT.encode() in line and b'"unseen"' in line for line in lines) == 1
    assert Why.UNSEEN.value == "unseen"
    await house.tick(35, seconds=60)
    assert [who for who, _ in house.sent] == ["ana"], "the level was left meanwhile"
    assert house.incident.state is State.RESOLVED


@pytest.mark.parametrize("restarted", [False, True], ids=["running", "between_runs"])
async def test_ahead_and_the_crisis_goes_on(house: Watchhouse, restarted: bool) -> None:
    """As the machine wakes up the storm is still there: the present step is paged once, within two ticks of it."""
    await a_storm(house)
    await house.loop.checkpoint()
    house.wall.step_wall(8 * HOUR)
    if restarted:
        await house.again()
    await house.tick(2)
    assert [who for who, _ in house.sent] == ["ana"]
    await a_storm(house)
    assert len(house.sent) == 2, house.sent
    assert " 0 " not in house.sent[1][1]


@pytest.mark.parametrize("recovers", [False, True], ids=["silent", "recovers"])
async def test_ahead_beside_a_silent_source(house: Watchhouse, recovers: bool) -> None:
    """The clock jumps over a crisis whose newspaper has gone silent: no page says "at least 0". It waits as long as the
    level would take to be left; then, as nobody can see, it says that the score is unknown, or nobody is woken.
    """
    await a_storm(house)
    await house.loop.source_changed("prensa", False)
    house.wall.step_wall(8 * HOUR)
    await house.tick(3)
    assert house.score is None
    assert [who for who, _ in house.sent] == ["ana"]
    await house.tick(20, seconds=60)
    assert [who for who, _ in house.sent] == ["ana"]
    if recovers:
        await house.loop.source_changed("prensa", True)
    await house.tick(15, seconds=60)
    assert not any(" 0" in title for _, title in house.sent), house.sent
    assert [who for who, _ in house.sent] == (["ana"] if recovers else ["ana", "boss"])
    if recovers:
        await house.tick(25, seconds=60)
        assert house.incident is not None
        assert house.incident.state is State.RESOLVED
        assert [who for who, _ in house.sent] == ["ana"]


@pytest.mark.parametrize("taken", [False, True], ids=["open", "acknowledged"])
@pytest.mark.parametrize("silent", [False, True], ids=["seen", "beside_a_silent_source"])
async def test_killed_while_a_page_waits_for_the_score(house: Watchhouse, taken: bool, silent: bool) -> None:
    """After the clock jumped over a crisis its page waits; killed in that, it goes on waiting, and no longer for it."""
    await a_storm(house)
    if taken:
        assert house.incident is not None
        await house.loop.command(Command(incident=house.incident.id, action=Action.ACKNOWLEDGE, by="ana"))
    if silent:
        await house.loop.source_changed("prensa", False)
    house.wall.step_wall(8 * HOUR)
    await house.tick(3)
    for _ in range(2):
        await house.tick(10, seconds=60)
        await house.loop.checkpoint()
        await house.again(start=False)
        if silent:
            house.engine.source_changed("prensa", False, house.clock.now())
        await house.loop.start()
        await house.tick(1)
        assert [who for who, _ in house.sent] == ["ana"]
    await house.tick(14, seconds=60)
    assert not any(" 0" in title for _, title in house.sent), house.sent
    assert (len(house.sent) > 1) is silent, house.sent
