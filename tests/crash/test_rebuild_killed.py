"""A start without a usable checkpoint is killed half-way three times, asked to reload, told to stop: the door is open
all the while, each life goes on where the one before was, and nobody is paged for the past.
"""

import asyncio
import re
import signal
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.clock import SystemClock
from sentinel.mention import Mention
from sentinel.simulation.history import Story, history
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from tests.crash.store import kept
from tests.crash.verdict import timers
from tests.forks.patience import eventually
from tests.stories.daemon import RunningDaemon, a_crisis, just_now, settings_for
from tests.stories.phone import a_phone

PERCENT = re.compile(rb"rebuilding, (\d+) %")


def a_month(folder: Path) -> set[str]:
    """A journal of calm days and a storm of this morning, and no checkpoint of it; gives the ids."""

    async def write() -> set[str]:
        clock = SystemClock()
        database = await Database.open(f"sqlite:///{folder / 'sentinel.db'}")
        mentions = [*_calm(), *_storm()]
        for start in range(0, len(mentions), 2000):
            await Journal(database, clock).append(mentions[start : start + 2000])
        await database.close()
        return {mention.id for mention in mentions}

    return asyncio.run(write())


def _calm() -> list[Mention]:
    calm = timedelta(days=10)
    end = just_now() - timedelta(hours=12)
    return list(history(Story(brand="Acme", language="es", end=end, calm=calm, storm=timedelta(0), per_hour=50)))


def _storm() -> list[Mention]:
    end = just_now() - timedelta(hours=11)
    return list(history(Story(brand="Acme", language="es", end=end, calm=timedelta(0), seed=3)))


@pytest.mark.timeout(900)
def test_killed_half_way_three_times(tmp_path: Path) -> None:
    """In the end a crisis of now is paged, once, and all that was ever posted is there."""
    with a_phone() as phone:
        daemon = RunningDaemon(tmp_path, settings_for(phone.url("ana"), phone.url("boss"), language="en"))
        promised = a_month(tmp_path)
        reached: list[int] = []
        try:
            for number in range(3):
                daemon.start(wait=False)
                eventually(lambda: _saved(tmp_path) > (reached[-1] if reached else 0), "a checkpoint on the way")
                extra = a_crisis(20 + number, days=0, minutes=1)[:3]
                assert daemon.send(extra)[0] == 202, "the door is open"
                promised |= {mention.id for mention in extra}
                if (found := PERCENT.search(daemon.get("/-/healthy")[1])) is not None:
                    assert 0 <= int(found.group(1)) <= 100
                    assert daemon.get("/-/healthy")[0] == 200
                assert daemon.process is not None
                daemon.process.send_signal(signal.SIGHUP)
                reached.append(_saved(tmp_path))
                daemon.kill()
            assert reached == sorted(set(reached)), "each life got further than the one before"
            daemon.start(wait=False)
            assert daemon.stop() == 0, "within the minute of its life that `eventually` waits"
            daemon.start()
            assert phone.pages == [], "nobody is paged for the past"
            crisis = a_crisis(40, days=0)
            daemon.send(crisis)
            eventually(lambda: phone.pages, "a crisis of now is paged")
            daemon.kill()
        finally:
            if daemon.process is not None and daemon.process.poll() is None:
                daemon.kill()
        store = kept(tmp_path / "sentinel.db")
        ids = [id for _, id, _ in store.journal]
        assert promised | {mention.id for mention in crisis} <= set(ids)
        assert len(ids) == len(set(ids))
        assert list(timers(store)) == []


def _saved(folder: Path) -> int:
    """The position of the newest checkpoint."""
    with closing(sqlite3.connect(f"file:{folder / 'sentinel.db'}?mode=ro", uri=True, timeout=20)) as connection:
        return int(connection.execute("select coalesce(max(position), 0) from checkpoints").fetchone()[0])
