"""``sentinel store`` on PostgreSQL: looked through, copied by PostgreSQL's own programs, moved into."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner, Result

from sentinel.cli.store import app
from sentinel.errors import BadInput, SentinelError
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from sentinel.store.schema import checkpoints, incidents
from tests.builders import a_mention
from tests.fakes import FakeClock
from tests.postgres import PostgresServer

SECRET = "hunter2"


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    """An empty database."""
    return asyncio.run(postgres.empty("store"))


@pytest.fixture
def config(tmp_path: Path, url: str) -> Path:
    """Names it, with a password."""
    path = tmp_path / "sentinel.yaml"
    named = url.replace("sentinel@", f"sentinel:{SECRET}@")
    path.write_text(f"brands: [{{name: Acme}}]\nstore: {{url: '{named}'}}\n", encoding="utf-8")
    return path


def _run(config: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "-c", str(config)])


async def _begun(url: str, *, broken: bool = False) -> None:
    database = await Database.open(url)
    await Journal(database, FakeClock()).append([a_mention(id="one")])
    if broken:
        async with database.write() as connection:
            row = {"id": "i", "brand": "Acme", "state": "open", "level": "crisis", "epoch": 1, "opened_at": 1}
            await connection.execute(insert(incidents), [row | {"updated_at": 1, "body": b"{}"}])
            ahead = {"position": 9, "at": 1, "version": 1, "body": b"x", "checksum": "y"}
            await connection.execute(insert(checkpoints), [ahead])
    await database.close()


def test_a_sound_store(config: Path, url: str) -> None:
    """Said with what is in it, and without the password."""
    asyncio.run(_begun(url))
    done = _run(config, "check")
    assert "store" in done.stdout
    assert done.stdout.endswith(": ok, 1 journal, 0 incidents, 0 outbox, 0 set_aside\n")
    assert SECRET not in done.output


def test_what_is_wrong_is_named(config: Path, url: str) -> None:
    """As of a file: table, row, and what becomes of it."""
    asyncio.run(_begun(url, broken=True))
    done = _run(config, "check")
    assert isinstance(done.exception, SentinelError)
    for said in (
        "incidents: 1 rows cannot be read and are passed over: i",
        "incidents: 1 open ones have no next step, the first is i",
        "checkpoints: the one at 9 is damaged",
        "checkpoints: 1 are ahead of the journal, the first is at 9",
    ):
        assert said in done.stderr


def test_copies_are_postgresql_s_own(config: Path) -> None:
    """What to type, without the password."""
    for words, program in ((("backup",), "pg_dump --format=custom"), (("restore", "x"), "pg_restore --clean")):
        done = _run(config, *words)
        assert isinstance(done.exception, BadInput)
        assert program in str(done.exception)
        assert "'postgresql://sentinel@/store?host=" in str(done.exception)
        assert SECRET not in str(done.exception)


def test_moved_from_a_file(tmp_path: Path, url: str, config: Path) -> None:
    """Told table by table; what cannot be a store is refused before anything is opened."""
    origin = f"sqlite:///{tmp_path / 'sentinel.db'}"
    asyncio.run(_begun(origin))
    refused = _run(config, "migrate", "--from", origin, "--to", f"mysql://u:{SECRET}@h/d")
    assert str(refused.exception).startswith("--to: mysql is no database that Sentinel knows")
    done = _run(config, "migrate", "--from", origin, "--to", url)
    assert "1 journal\n" in done.stdout
    assert "as many as before; name it in store.url and start" in done.stdout
    assert "ok, 1 journal" in _run(config, "check").stdout
