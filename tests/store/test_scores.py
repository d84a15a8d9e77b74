"""Scores on disk: what the charts are drawn from after a restart, kept for good around incidents and for a while
elsewhere.
"""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

from sentinel.daemon.board_keeper import BoardKeeper
from sentinel.daemon.score_log import ScoreLog
from sentinel.engine.engine import Engine
from sentinel.scoring.level import Level
from sentinel.store.database import Database
from sentinel.store.incidents import IncidentStore
from sentinel.store.scores import ScoreStore
from tests.daemon.setups import an_engine
from tests.fakes import START, FakeClock, settle
from tests.incidents.story import Story, an_assessment
from tests.store.failing import FailingDisk

SLOT = timedelta(minutes=5)
DAY = timedelta(days=1)


def scored(engine: Engine, board: BoardKeeper, points: float | None, at: datetime) -> None:
    """A tick gives Acme this score."""
    engine.brands[0].assessment = an_assessment(Level.ALERT, at, score=points)
    board.note(at)


def a_log(database: Database, clock: FakeClock, folder: Path) -> tuple[ScoreLog, BoardKeeper, Engine]:
    engine = an_engine(folder)
    board = BoardKeeper(engine, lambda: (), lambda: 0, clock.now())
    return ScoreLog(ScoreStore(database), board, clock), board, engine


async def test_a_board_goes_on_where_the_last_run_left_it(database: Database, clock: FakeClock, tmp_path: Path) -> None:
    """Peaks of each five minutes come back, the unknown as unknown; of a slot that both runs saw, the higher."""
    log, board, engine = a_log(database, clock, tmp_path)
    for points in (20.0, 70.0, 40.0, None):
        scored(engine, board, points, clock.now())
        await log.write()
        await clock.advance(timedelta(minutes=2))
    again, later, engine = a_log(database, clock, tmp_path)
    scored(engine, later, 30.0, clock.now())
    await again.load()
    assert later.board().brands[0].history == ((START, 70.0), (START + SLOT, 30.0))
    assert await again.between("Acme", START - DAY, clock.now()) == [(START, 70.0), (START + SLOT, 30.0)]
    assert await again.between("Acme", START + SLOT, clock.now()) == [(START + SLOT, 30.0)]


async def test_scores_are_written_every_minute(database: Database, clock: FakeClock, tmp_path: Path) -> None:
    """Whoever is killed loses no more than that."""
    log, board, engine = a_log(database, clock, tmp_path)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(log.run(), name="scores")
        scored(engine, board, 61.0, clock.now())
        await clock.advance(61)
        while not (found := await ScoreStore(database).between("Acme", START, START)):
            await settle()
        running.cancel()
    assert found == [(START, 61.0)]


async def test_a_disk_that_takes_no_writes_costs_no_point(database: Database, clock: FakeClock, tmp_path: Path) -> None:
    """They stay on the board and are written when it works again; one that cannot be read shows what memory has."""
    log, board, engine = a_log(database, clock, tmp_path)
    disk = FailingDisk(database)
    disk.fails()
    for points in (50.0, 60.0):
        scored(engine, board, points, clock.now())
        await log.write()
        await clock.advance(SLOT)
    disk.works()
    disk.unreadable = True
    assert await log.between("Acme", START, clock.now()) == [(START, 50.0), (START + SLOT, 60.0)]
    await log.load()
    disk.works()
    await log.write()
    assert await ScoreStore(database).between("Acme", START, clock.now()) == [(START, 50.0), (START + SLOT, 60.0)]


async def test_old_points_go_but_those_around_an_incident_stay(database: Database, clock: FakeClock) -> None:
    """Its chart can be drawn years later; other brands' points of that time are let go."""
    store, incidents = ScoreStore(database), IncidentStore(database)
    story = Story().score(Level.ALERT).wait(60).score(Level.CALM)
    assert story.incident is not None
    async with database.write() as connection:
        await incidents.save(connection, story.incident)
    times = [START - 2 * DAY, START - DAY / 2, START, START + DAY / 2, START + 3 * DAY, START + 40 * DAY]
    await store.write([(brand, (at, 50.0)) for brand in ("Acme", "Zeta") for at in times])
    await store.prune(START + 30 * DAY)
    kept = {brand: [at for at, _ in await store.between(brand, times[0], times[-1])] for brand in ("Acme", "Zeta")}
    assert kept == {"Acme": [*times[1:4], times[-1]], "Zeta": [times[-1]]}
