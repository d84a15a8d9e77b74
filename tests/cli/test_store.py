"""``sentinel store``: the store looked through, copied while it is written to, and put back."""

import os
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.store import app
from sentinel.clock import SystemClock
from sentinel.errors import BadInput, SentinelError, StoreHeld
from sentinel.store.database import Database
from sentinel.store.file_lock import FileLock
from sentinel.store.journal import Journal
from tests.builders import a_mention
from tests.fakes import FakeClock


@pytest.fixture
async def home(tmp_path: Path, clock: FakeClock) -> Path:
    """A store with one mention, and the configuration that names it."""
    (tmp_path / "sentinel.yaml").write_text(
        f"brands: [{{name: Acme}}]\nstore: {{url: 'sqlite:///{tmp_path}/sentinel.db'}}\n", encoding="utf-8"
    )
    database = await Database.open(f"sqlite:///{tmp_path}/sentinel.db")
    await Journal(database, clock).append([a_mention(id="one")])
    await database.close()
    return tmp_path


def _run(home: Path, *words: str) -> str:
    """What it prints; a mistake is raised, as `main` gets it."""
    done = CliRunner().invoke(app, [*words, "-c", str(home / "sentinel.yaml")])
    if done.exception is not None:
        raise done.exception
    return done.stdout


def _ids(store: Path) -> list[str]:
    connection = sqlite3.connect(store)
    found = [row[0] for row in connection.execute("select id from journal order by seq")]
    connection.close()
    return found


def test_a_sound_store(home: Path) -> None:
    """Said with what is in it."""
    assert _run(home, "check") == f"{home}/sentinel.db: ok, 1 journal, 0 incidents, 0 outbox, 0 set_aside\n"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("update journal set body = 'x'", "journal: 1 rows cannot be read and are passed over: 1"),
        (
            "insert into incidents (id, brand, state, level, epoch, opened_at, updated_at, next_at, body)"
            " values ('i', 'Acme', 'open', 'crisis', 1, 1, 1, null, '{}')",
            "incidents: 1 rows cannot be read and are passed over: i",
        ),
        (
            "insert into incidents (id, brand, state, level, epoch, opened_at, updated_at, next_at, body)"
            " values ('i', 'Acme', 'open', 'crisis', 1, 1, 1, null, '{}')",
            "incidents: 1 open ones have no next step, the first is i",
        ),
        (
            "insert into checkpoints (position, at, version, body, checksum) values (9, 1, 1, 'x', 'y')",
            "checkpoints: 1 are ahead of the journal, the first is at 9",
        ),
        ("update meta set value = '999' where key = 'schema'", "schema 999: this Sentinel knows"),
    ],
)
def test_what_is_wrong_is_named(home: Path, damage: str, said: str) -> None:
    """Table, row and what becomes of it; exit 1."""
    connection = sqlite3.connect(home / "sentinel.db")
    connection.execute(damage)
    connection.commit()
    connection.close()
    done = CliRunner().invoke(app, ["check", "-c", str(home / "sentinel.yaml")])
    assert said in done.stderr
    assert isinstance(done.exception, SentinelError)


async def test_backed_up_while_it_is_written_to(home: Path, clock: FakeClock) -> None:
    """What is committed, the write-ahead log too, for its owner's eyes only; a second one of that name is refused."""
    database = await Database.open(f"sqlite:///{home}/sentinel.db")
    await Journal(database, clock).append([a_mention(id="two")])
    copy = home / "copy.db"
    assert str(copy) in _run(home, "backup", str(copy))
    assert (_ids(copy), oct(os.stat(copy).st_mode & 0o777)) == (["one", "two"], "0o600")
    with pytest.raises(BadInput, match="exists already"):
        _run(home, "backup", str(copy))
    assert "sentinel-2" in _run(home, "backup")
    assert "ok, 2 journal" in _run(home, "check", str(copy))
    await database.close()


async def test_restored(home: Path, clock: FakeClock) -> None:
    """The backup stands in the store's place, the former store beside it; never under a daemon."""
    _run(home, "backup", str(home / "copy.db"))
    database = await Database.open(f"sqlite:///{home}/sentinel.db")
    await Journal(database, clock).append([a_mention(id="two")])
    await database.close()
    lock = FileLock.take(home / "sentinel.db", SystemClock())
    with pytest.raises(StoreHeld, match="is held by another Sentinel"):
        _run(home, "restore", str(home / "copy.db"))
    await lock.release()
    assert _ids(home / "sentinel.db") == ["one", "two"]
    assert "the former store is" in _run(home, "restore", str(home / "copy.db"))
    assert _ids(home / "sentinel.db") == ["one"]
    (aside,) = home.glob("sentinel.db.before-restore-*Z")
    assert _ids(aside) == ["one", "two"]


@pytest.mark.parametrize("body", [b"", b"no store", b"SQLite format 3\x00" + b"\xa5" * 9000])
def test_what_is_no_backup_is_refused(home: Path, body: bytes) -> None:
    """The store is as it was."""
    (home / "bad.db").write_bytes(body)
    with pytest.raises(BadInput):
        _run(home, "restore", str(home / "bad.db"))
    assert _ids(home / "sentinel.db") == ["one"]
    with pytest.raises(BadInput, match="no such store"):
        _run(home, "restore", str(home / "nowhere.db"))
