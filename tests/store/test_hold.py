"""One store, one daemon: who comes second is told who holds it, and touches nothing."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel.errors import StoreHeld
from sentinel.store.database import Database
from sentinel.store.file_lock import FileLock, lock_path
from sentinel.store.hold import hold_store
from sentinel.store.holder import Unshared
from sentinel.store.lease import PATIENCE, Lease
from tests.fakes import FakeClock, settle
from tests.postgres import PostgresServer


async def test_the_second_is_told_who_and_since_when(tmp_path: Path, clock: FakeClock) -> None:
    """Process, machine and instant; it may come once the first has let go."""
    url = f"sqlite:///{tmp_path / 'sentinel.db'}"
    first = await hold_store(url, clock)
    with pytest.raises(StoreHeld, match=rf"process {os.getpid()} on \S+, since 2026-03-02T09:00:00\+00:00; stop that"):
        await hold_store(url, clock)
    assert [path.name for path in tmp_path.iterdir()] == ["sentinel.db.lock"]
    await first.release()
    await (await hold_store(url, clock)).release()


def test_the_lock_dies_with_its_process(tmp_path: Path, clock: FakeClock) -> None:
    """SIGKILL leaves the lock's file and no lock."""
    store = tmp_path / "sentinel.db"
    script = (
        "import sys; from pathlib import Path; from sentinel.clock import SystemClock;"
        "from sentinel.store.file_lock import FileLock; lock = FileLock.take(Path(sys.argv[1]), SystemClock());"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreHeld, match=f"process {other.pid} "):
            FileLock.take(store, clock)
        other.send_signal(signal.SIGKILL)
        other.wait()
    FileLock.take(store, clock)


async def test_a_lock_that_is_deleted_is_made_again(tmp_path: Path, clock: FakeClock) -> None:
    """Whoever empties the folder of a running daemon does not let a second one in."""
    store = tmp_path / "sentinel.db"
    first = FileLock.take(store, clock)
    lock_path(store).unlink()
    await first.renew()
    with pytest.raises(StoreHeld):
        FileLock.take(store, clock)
    lock_path(store).unlink()
    second = FileLock.take(store, clock)
    with pytest.raises(StoreHeld):
        await first.renew()
    await second.release()


async def test_where_no_lock_can_be_made_the_store_itself_is_locked(tmp_path: Path, clock: FakeClock) -> None:
    """A disk that takes no file: SQLite goes on reading, a second daemon is kept out."""
    store = tmp_path / "sentinel.db"
    sqlite3.connect(store).execute("create table x (y)").connection.close()
    lock_path(store).symlink_to(tmp_path / "nowhere" / "x")  # a disk that takes no file
    first = FileLock.take(store, clock)
    with pytest.raises(StoreHeld, match="left no name"):
        FileLock.take(store, clock)
    await first.renew()
    with sqlite3.connect(store) as connection:
        connection.execute("insert into x values (1)")
    await first.release()


async def test_memory_is_nobody_elses(clock: FakeClock) -> None:
    """Two stores in memory are two stores."""
    assert isinstance(await hold_store("sqlite://", clock), Unshared)


@pytest.fixture
async def server(postgres: PostgresServer) -> str:
    """A database that is no file to us."""
    return await postgres.empty("store")


async def _taking(url: str, clock: FakeClock) -> Lease:
    """Takes it while time passes."""
    task = asyncio.ensure_future(Lease.take(url, "postgresql://db/sentinel", clock))
    while not task.done():
        await clock.advance(0.1)
        await settle()
    return task.result()


async def test_a_lease_that_beats_is_held(server: str, clock: FakeClock) -> None:
    """The second sees the beat move, and is told who holds it; its password is in no message."""
    first = await Lease.take(server, "postgresql://db/sentinel", clock)
    second = asyncio.ensure_future(_taking(server, clock))
    while not second.done():
        await first.renew()
        await settle()
    with pytest.raises(StoreHeld, match=rf"store postgresql://db/sentinel is held .* process {os.getpid()} on"):
        second.result()
    await first.release()


async def test_a_lease_let_go_of_is_free_at_once(server: str, clock: FakeClock) -> None:
    """An orderly stop keeps nobody waiting."""
    await (await Lease.take(server, "s", clock)).release()
    await (await Lease.take(server, "s", clock)).release()


async def test_a_lease_whose_holder_died_runs_out(server: str, clock: FakeClock) -> None:
    """After a while without a beat the next one has it; the dead one, if it was only stopped, is fenced off."""
    stopped = await Lease.take(server, "s", clock)
    before = clock.monotonic()
    heir = await _taking(server, clock)
    assert clock.monotonic() - before >= PATIENCE.total_seconds()
    with pytest.raises(StoreHeld):
        await stopped.renew()
    other = await Database.open(server)
    other.fence = stopped.fence
    with pytest.raises(StoreHeld):
        async with other.write():
            pytest.fail("a store that was lost is not written to")
    other.fence = heir.fence
    async with other.write():
        pass
    await other.close()
    await stopped.release()
    await heir.renew()
    await heir.release()
