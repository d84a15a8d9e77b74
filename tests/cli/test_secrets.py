"""``sentinel secrets rotate`` where no daemon runs, and what commands about copies say of the secrets."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.secrets import app
from sentinel.cli.store import app as store_app
from sentinel.errors import BadInput
from sentinel.store.database import Database
from sentinel.store.kept_secrets import KeptSecrets, read_secrets
from sentinel.store.secret_store import SecretStore, secrets_path


@pytest.fixture
async def home(tmp_path: Path) -> Path:
    """A store with its secrets, and a port at which nobody answers."""
    (tmp_path / "sentinel.yaml").write_text(
        f"brands: [{{name: Acme}}]\nweb: {{port: 9}}\nstore: {{url: 'sqlite:///{tmp_path}/s.db'}}\n", encoding="utf-8"
    )
    database = await Database.open(f"sqlite:///{tmp_path}/s.db")
    await SecretStore(database, tmp_path / "s.db").load()
    await database.close()
    return tmp_path


def kept(home: Path) -> KeptSecrets:
    return read_secrets(secrets_path(home / "s.db").read_bytes())


@pytest.mark.parametrize(
    ("words", "moved"),
    [
        ("--links", (True, False, False)),
        ("--forms", (False, True, False)),
        ("--push", (False, False, True)),
        ("--all", (True, True, True)),
    ],
)
def test_without_a_daemon(home: Path, words: str, moved: tuple[bool, bool, bool]) -> None:
    """What was asked for is another one, and nothing else."""
    before = kept(home)
    done = CliRunner().invoke(app, ["rotate", words, "-c", str(home / "sentinel.yaml")])
    assert done.exception is None
    after = kept(home)
    assert (after.links != before.links, after.forms != before.forms, after.push != before.push) == moved
    assert after.authors == before.authors
    assert ("the next start pages" in done.stdout) is moved[0]


def test_it_is_in_the_audit_log(home: Path) -> None:
    """By the account on the machine."""
    CliRunner().invoke(app, ["rotate", "--all", "-c", str(home / "sentinel.yaml")])
    with closing(sqlite3.connect(home / "s.db")) as connection:
        assert connection.execute("select what, about from audit").fetchall() == [
            ("secrets_rotate", "links forms push")
        ]


def test_a_secret_of_the_configuration_is_changed_there(home: Path) -> None:
    """And one must be named."""
    with (home / "sentinel.yaml").open("a") as file:
        file.write("access: {metrics: open}\n")
    text = (home / "sentinel.yaml").read_text().replace("port: 9", "port: 9, link_secret_file: key")
    (home / "sentinel.yaml").write_text(text)
    (home / "key").write_text("k" * 40)
    done = CliRunner().invoke(app, ["rotate", "--all", "-c", str(home / "sentinel.yaml")])
    assert isinstance(done.exception, BadInput)
    assert "change it there" in str(done.exception)
    assert isinstance(CliRunner().invoke(app, ["rotate", "-c", str(home / "sentinel.yaml")]).exception, BadInput)


def test_copies_tell_of_the_secrets(home: Path) -> None:
    """A backup is without them; restoring where there are none says what that means, and goes on."""
    config = ["-c", str(home / "sentinel.yaml")]
    done = CliRunner().invoke(store_app, ["backup", str(home / "b.db"), *config])
    assert f"the secrets are in {home}/s.db.secrets, not in the backup" in done.stderr
    assert kept(home).links.now.encode() not in (home / "b.db").read_bytes()
    secrets_path(home / "s.db").unlink()
    done = CliRunner().invoke(store_app, ["restore", str(home / "b.db"), *config])
    assert done.exception is None
    assert "the next start makes new secrets" in done.stderr
