"""The start on a store that something happened to: found, said, and gone on without."""

import os
import signal
import sqlite3
from pathlib import Path

import pytest

from sentinel.errors import StoreError
from sentinel.store.database import Database
from sentinel.store.file_lock import FileLock, lock_path
from sentinel.store.findings import Found
from sentinel.store.health import StoreHealth
from sentinel.store.journal import Journal
from sentinel.store.opening import open_held
from sentinel.store.wal import damaged_tail
from tests.builders import a_mention
from tests.fakes import FakeClock

FRAME = 24 + 4096


async def _start(folder: Path, clock: FakeClock) -> tuple[Database, list[Found]]:
    """As the daemon starts; the lock is let go of at once, for these tests stop and start."""
    path = folder / "sentinel.db"
    lock, health = FileLock.take(path, clock), StoreHealth(clock)
    try:
        return await open_held(f"sqlite:///{path}", lock, health, Database.open), [
            each.what for each in health.findings
        ]
    finally:
        await lock.release()


async def _a_store(folder: Path, clock: FakeClock) -> Path:
    """One mention, stopped in order."""
    database, found = await _start(folder, clock)
    assert found == []
    await Journal(database, clock).append([a_mention(id="kept")])
    await database.close()
    return folder / "sentinel.db"


async def _ids(database: Database, clock: FakeClock) -> list[str]:
    found = [entry.id for entry in await Journal(database, clock).read(0)]
    await database.close()
    return found


async def test_a_first_start_finds_nothing(tmp_path: Path, clock: FakeClock) -> None:
    """No file, or an empty one that somebody made for us, where no store ever was."""
    (tmp_path / "sentinel.db").touch()
    await _a_store(tmp_path, clock)
    database, found = await _start(tmp_path, clock)
    assert (found, await _ids(database, clock)) == ([], ["kept"])


@pytest.mark.parametrize("how", ["deleted", "emptied"])
async def test_there_was_a_store(tmp_path: Path, clock: FakeClock, how: str) -> None:
    """A new one is begun and it is said, once; the start after it has nothing to say."""
    path = await _a_store(tmp_path, clock)
    if how == "deleted":
        path.unlink()
    else:
        os.truncate(path, 0)
    database, found = await _start(tmp_path, clock)
    assert (found, await _ids(database, clock)) == ([Found.EMPTIED], [])
    database, found = await _start(tmp_path, clock)
    assert (found, await _ids(database, clock)) == ([], [])


@pytest.mark.parametrize("damage", [b"no database at all" * 400, b"\x00" * 8192])
async def test_the_file_is_no_database_any_more(tmp_path: Path, clock: FakeClock, damage: bytes) -> None:
    """Ours is put aside under another name, and a new one begun."""
    path = await _a_store(tmp_path, clock)
    path.write_bytes(damage)
    database, found = await _start(tmp_path, clock)
    assert (found, await _ids(database, clock)) == ([Found.SET_ASIDE], [])
    (aside,) = tmp_path.glob("sentinel.db.damaged-*Z")
    assert aside.read_bytes() == damage


async def test_damaged_all_over(tmp_path: Path, clock: FakeClock) -> None:
    """The first page says that it is a database; nothing in it can be read."""
    path = await _a_store(tmp_path, clock)
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + b"\xa5" * (len(whole) - 100))
    database, found = await _start(tmp_path, clock)
    assert (found, await _ids(database, clock)) == ([Found.SET_ASIDE], [])


async def test_another_program_s_file_is_left_alone(tmp_path: Path, clock: FakeClock) -> None:
    """store.url names what never was a store: the start ends and says so, the file is as it was."""
    (tmp_path / "sentinel.db").write_bytes(b"somebody's letters" * 400)
    with pytest.raises(StoreError, match="cannot be opened: file is not a database"):
        await _start(tmp_path, clock)
    assert (tmp_path / "sentinel.db").read_bytes() == b"somebody's letters" * 400


def _killed(path: Path) -> int:
    """A store whose writer was killed, so that its log stands; gives the number of frames."""
    if (child := os.fork()) == 0:
        connection = sqlite3.connect(path, isolation_level=None)
        for number in range(20):
            connection.execute(
                "insert into journal (source, id, op, observed_at) values ('x', ?, 'create', ?)", (str(number), number)
            )
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)
    return (path.with_name(path.name + "-wal").stat().st_size - 32) // FRAME


@pytest.mark.parametrize("with_index", [True, False])
async def test_a_damaged_end_of_the_log(tmp_path: Path, clock: FakeClock, with_index: bool) -> None:
    """Commits behind the damage are missing: said, with a copy of the log; what stands before it is read."""
    path = await _a_store(tmp_path, clock)
    frames = _killed(path)
    log = path.with_name("sentinel.db-wal")
    if not with_index:
        path.with_name("sentinel.db-shm").unlink()
    assert damaged_tail(path) is None
    body = bytearray(log.read_bytes())
    body[32 + (frames - 3) * FRAME + 100] ^= 0xFF
    log.write_bytes(body)
    database, found = await _start(tmp_path, clock)
    ids = await _ids(database, clock)
    assert found == [Found.TAIL]
    assert "0" in ids
    assert "19" not in ids
    (copy,) = tmp_path.glob("sentinel.db-wal.damaged-*")
    assert copy.read_bytes() == body


@pytest.mark.parametrize(
    ("how", "missing"), [("cut", True), ("emptied", True), ("deleted", True), ("header", True), ("begun", False)]
)
def test_what_the_log_tells(tmp_path: Path, how: str, missing: bool) -> None:
    """A log that was cut, emptied, deleted or has a damaged head misses commits; a frame only begun misses none."""
    path = tmp_path / "s.db"
    connection = sqlite3.connect(path)
    connection.execute("pragma journal_mode=wal")
    connection.execute("create table journal (source, id, op, observed_at)")
    connection.commit()
    connection.close()
    _killed(path)
    log = path.with_name("s.db-wal")
    body = bytearray(log.read_bytes())
    match how:
        case "cut":
            log.write_bytes(body[: -FRAME - 10])
        case "emptied":
            log.write_bytes(b"")
        case "deleted":
            log.unlink()
        case "header":
            body[5] ^= 0xFF
            log.write_bytes(body)
        case "begun":
            log.write_bytes(body + body[-FRAME:-500])
    assert (damaged_tail(path) is not None) is missing


async def test_the_lock_remembers(tmp_path: Path, clock: FakeClock) -> None:
    """Deleting the lock, too, makes it a first start."""
    path = await _a_store(tmp_path, clock)
    path.unlink()
    lock_path(path).unlink()
    database, found = await _start(tmp_path, clock)
    assert found == []
    await database.close()
