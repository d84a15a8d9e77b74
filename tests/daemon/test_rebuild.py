"""A start that has to read the whole journal: the door is open meanwhile, it goes on from where it was killed, and
nobody is paged for the past.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from sentinel.daemon.rebuild import Rebuild
from sentinel.engine.engine import VERSION
from sentinel.incidents.incident import State
from sentinel.scoring.level import Level
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.signals.baseline import REMEMBERS
from sentinel.store.database import Database
from sentinel.store.health import StoreHealth
from sentinel.store.schema import checkpoints
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.daemon.watchhouse import HOUR, Killed, Watchhouse, calm, storm
from tests.fakes import FakeClock


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Watchhouse]:
    """A crisis of half a day ago, on a store whose checkpoints nobody can read; the next life begins now."""
    database = await Database.open(f"sqlite:///{tmp_path / 's.db'}", StoreHealth(clock))
    house = await Watchhouse(tmp_path, database, clock).again()
    await house.put(calm(clock.now()))
    await house.tick(2)
    await house.put(storm(clock.now()))
    await house.tick(2)
    assert [who for who, _ in house.sent] == ["ana"]
    clock.step_wall(8 * HOUR)
    await house.tick(35, seconds=60)
    clock.step_wall(3 * HOUR)
    await house.tick(2)
    assert house.incident is not None
    assert house.incident.state is State.CLOSED
    house.sent.clear()
    async with database.write() as connection:
        await connection.execute(delete(checkpoints))
    yield house
    await database.close()


async def test_nobody_is_paged_for_the_past(house: Watchhouse) -> None:
    """The crisis of half a day ago is folded again and wakes nobody."""
    await house.again()
    assert house.engine.brands[0].observed_at is not None
    await house.tick(3)
    assert house.sent == []


async def test_a_crisis_of_now_is_paged(house: Watchhouse) -> None:
    """The door takes a storm while the journal is read: whoever is on call hears of it as soon as it is read."""
    await house.again(start=False)
    await house.loop.prepare()
    await house.put(storm(house.wall.now(), seed=7))
    await house.loop.read_journal()
    await house.tick(1)
    assert house.level is Level.CRISIS
    assert [who for who, _ in house.sent] == ["ana"]


async def test_killed_half_way_it_goes_on_from_there(house: Watchhouse) -> None:
    """Three times it is killed in the middle: each time it goes on behind where it was, still pages nobody for the
    past, and ends where a start that was left alone ends.
    """
    await house.again()
    whole = house.engine.snapshot()
    async with house.database.write() as connection:
        await connection.execute(delete(checkpoints))
    reached = [0]
    for _ in range(3):
        await house.again(start=False, checkpoint_every=timedelta(0), chunks=1)
        await house.loop.prepare()
        assert house.loop.position == reached[-1]
        assert house.loop.rebuild is not None
        assert house.loop.rebuild.whole
        with pytest.raises(Killed):
            await house.loop.read_journal()
        found = await house.checkpoints.newest(VERSION)
        assert found is not None
        reached.append(found.position)
    assert reached == sorted(set(reached)), "each life got further than the one before"
    await house.again()
    assert house.engine.snapshot()["model"] == whole["model"]
    assert house.engine.brands[0].watch.snapshot() == whole["brands"]["Acme"]["watch"]  # type: ignore[index]
    await house.tick(2)
    assert house.sent == []


async def test_no_more_than_the_baseline_remembers(house: Watchhouse) -> None:
    """A year later, with a month of nothing behind it, only what is remembered is read; what people taught stays."""
    taught = Correction(text="menuda joya de @acme", lang="es", label=Label.NEGATIVE, by="ana")
    await house.journal.append([], teachings=[taught])
    last = await house.journal.last()
    house.wall.step_wall(REMEMBERS + HOUR)
    await house.again(start=False)
    await house.put([a_mention("hola @acme", at=house.wall.now())])
    await house.loop.prepare()
    assert house.loop.position == last
    assert house.loop.rebuild is not None
    assert house.loop.rebuild.total == 1
    assert house.engine.learning.snapshot() != an_engine(house.folder).learning.snapshot()


async def test_the_door_takes_what_comes_while_it_lasts(house: Watchhouse) -> None:
    """However much there is to read, mentions are taken up to `max_queue`; people are answered."""
    await house.again(start=False)
    await house.loop.prepare()
    assert house.loop.queue > 100
    assert not house.loop.pressed(100)
    await house.put([a_mention("hola @acme", at=house.wall.now()) for _ in range(101)])
    assert house.loop.pressed(100)
    assert house.loop.timer is None
    assert house.loop.overdue_since is None


def test_what_it_says() -> None:
    """How far it is, of how much, and how long the rest takes."""
    rebuild = Rebuild(True, first=100, last=1_234_100, began=0.0)
    assert rebuild.said("en") == "rebuilding, 0 % of 1.2 M"
    rebuild.reached(100 + 419_560, monotonic=124.0)
    assert rebuild.said("en") == "rebuilding, 34 % of 1.2 M, 4 min left"
    assert rebuild.said("es") == "Se está reconstruyendo el estado: 34 % de 1,2 M; faltan 4 min"
    assert rebuild.left is not None
    assert rebuild.left > timedelta(minutes=4)
    assert Rebuild(False, first=5, last=5, began=0.0).said("en") == "starting, 100 % of 0 read"
