"""Sentinel as those have it who have no checkout: the wheel in an empty environment, its first file, its daemon, the
store of the release before, backup, damage, restore, and the end.

The environment has the wheel alone. The packages that it needs are seen in the tests' own environment instead of being
fetched again, which takes minutes: pip finds the wheel's requirements met by them, or the install fails, since it may
ask no index. What that leaves untried: that an index has them, and that they unpack on this machine, which is how the
tests' own environment was made.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sentinel.store.migrations import VERSION
from tests.packaging.documents import ROOT
from tests.packaging.installed import BORROWED, InstalledSentinel, environment_at

EARLIER = ROOT / "tests" / "store" / "earlier" / "store_5.sql"
INCIDENT = "20261130-1612-f46875"
ANSWERS = "es\nEuropa/Madrid\nEurope/Madrid\nAcme\nacme\n\n\nAna\nlog://\n\nn\n\ns\nn\n"
"""What `init` asks, with one slip: language, zone, one brand, one person, no source but HTTP, no test page."""
MENTION = b'{"id": "m2", "source": "reviews", "text": "acme no contesta", "published_at": "2026-11-30T16:00:00Z"}'


@pytest.fixture
def sentinel(tmp_path: Path, wheel: Path) -> InstalledSentinel:
    """Installed by pip, to be run in an empty folder."""
    python = environment_at(tmp_path / "venv")
    pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-index", "--no-compile"]
    subprocess.run([*pip, str(wheel)], cwd=tmp_path, check=True, env=clean())
    (tmp_path / "empty").mkdir()
    return InstalledSentinel(tmp_path / "venv" / "bin" / "sentinel", tmp_path / "empty")


def clean() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_"))}


@pytest.mark.timeout(900)
def test_from_the_first_file_to_the_last_one(sentinel: InstalledSentinel, tmp_path: Path) -> None:
    """Written, checked, run; put on the store of the release before, whose incident is still there; backed up, broken,
    put back; removed, and what is hers stays.
    """
    folder = sentinel.folder
    assert "\nok\n" in sentinel.run("init", "-c", "sentinel.yaml", answers=ANSWERS)  # what check-config says of it
    settings = yaml.safe_load((folder / "sentinel.yaml").read_text(encoding="utf-8"))
    with sentinel.daemon(settings) as daemon:
        assert daemon.post("/api/v1/mentions", MENTION)[1]["accepted"] == 1
        assert daemon.stop() == 0
    _the_release_before(folder / "sentinel.db")

    with sentinel.daemon(settings) as daemon:
        assert [each["id"] for each in daemon.json("/api/v1/incidents?state=all")["incidents"]] == [INCIDENT]
        assert daemon.post("/api/v1/mentions", MENTION)[1] == {"accepted": 1, "duplicates": 0, "rejected": []}
        listed = json.loads(sentinel.run("incidents", "list", "--json", "-c", "sentinel.yaml"))
        assert {each["id"] for each in listed["incidents"]} <= {INCIDENT}, "by now its level may be left"
        assert "kept.db" in sentinel.run("store", "backup", "kept.db", "-c", "sentinel.yaml")
        assert daemon.stop() == 0
    assert _schema(folder / "sentinel.db") == str(VERSION)
    assert (folder / "sentinel.db.secrets").stat().st_mode & 0o777 == 0o600

    damaged = folder / "sentinel.db"
    damaged.write_bytes(damaged.read_bytes()[:8192] + b"\xa5" * 65536)
    assert "cannot be read as a store" in sentinel.run("store", "check", "-c", "sentinel.yaml", code=2)
    assert "kept.db now" in sentinel.run("store", "restore", "kept.db", "-c", "sentinel.yaml")
    with sentinel.daemon(settings) as daemon:
        found = daemon.json(f"/api/v1/incidents/{INCIDENT}")
        assert found["incident"]["told"] == ["ana"]
        assert "m2" in _mentions(folder / "sentinel.db")
        assert daemon.stop() == 0

    pip = [str(tmp_path / "venv" / "bin" / "python"), "-m", "pip", "uninstall", "-q", "-y", "sentinel"]
    subprocess.run(pip, cwd=tmp_path, check=True, env=clean())
    assert not sentinel.command.exists()
    assert [path for path in (tmp_path / "venv").rglob("*sentinel*") if path.name != BORROWED] == []
    left = {path.name for path in folder.iterdir()}
    assert {"sentinel.yaml", "sentinel.db", "sentinel.db.secrets", "kept.db"} <= left


def _the_release_before(path: Path) -> None:
    """Puts its store in the place of ours, with nothing beside it."""
    for each in path.parent.glob("sentinel.db*"):
        each.unlink()
    connection = sqlite3.connect(path)
    connection.executescript(EARLIER.read_text(encoding="utf-8"))
    connection.close()
    assert _schema(path) == "5"


def _schema(path: Path) -> str:
    connection = sqlite3.connect(path)
    (version,) = connection.execute("select value from meta where key = 'schema'").fetchone()
    connection.close()
    return str(version)


def _mentions(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {str(name) for (name,) in connection.execute("select id from journal")}
    connection.close()
    return found


@pytest.mark.timeout(900)
def test_by_pipx(tmp_path: Path, wheel: Path) -> None:
    """Installed, installed again over itself as an upgrade does, and uninstalled. pipx fetches a pip of its own first:
    without an index it cannot, and the test is skipped.
    """
    home, tools = tmp_path / "pipx", tmp_path / "bin"
    environment_at(home / "venvs" / "sentinel")  # pipx takes an environment that is there for its own, with --force
    places = {"PIPX_HOME": str(home), "PIPX_BIN_DIR": str(tools), "PIPX_MAN_DIR": str(tmp_path / "man")}

    def pipx(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pipx", *words],
            cwd=tmp_path,
            env=clean() | places | {"HOME": str(tmp_path), "USE_EMOJI": "0", "PIPX_DEFAULT_BACKEND": "pip"},
            capture_output=True,
            text=True,
            check=False,
        )

    for _ in ("first", "over itself"):
        done = pipx("install", "--force", "--pip-args=--no-deps", str(wheel))
        if "shared libraries" in done.stderr and done.returncode:
            pytest.skip("pipx cannot fetch the pip that it works with")
        assert done.returncode == 0, done.stderr
    missing = [each for each in pipx("runpip", "sentinel", "check").stdout.splitlines() if each.startswith("sentinel ")]
    assert missing == []
    installed = InstalledSentinel(tools / "sentinel", tmp_path)
    assert installed.run("--version").startswith("sentinel ")
    done = pipx("uninstall", "sentinel")
    assert done.returncode == 0, done.stderr
    assert not installed.command.exists()
    assert not (home / "venvs" / "sentinel").exists()
    assert shutil.which("sentinel", path=str(tools)) is None
