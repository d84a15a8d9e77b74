"""What a health check takes: half a minute apart, for as long as the container runs, it is to cost next to nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from sentinel.cli.address import base_of, written_in
from sentinel.config.loader import load
from sentinel.config.schema import Web

ROOT = Path(__file__).parents[2]
SLIM = "brands: [{name: Acme}]\n"


def a_file(folder: Path, web: str) -> Path:
    path = folder / "sentinel.yaml"
    path.write_text(f"{SLIM}{web}\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("command", [["healthy"], ["--help"], ["--version"]], ids=" ".join)
def test_nothing_heavy_is_imported(command: list[str]) -> None:
    """No configuration is built, no plugin is looked for: what a start takes is not taken to ask how the daemon is."""
    code = (
        "import sys\nfrom sentinel.cli.main import main\n"
        f"sys.argv = ['sentinel', *{command!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'river', 'apprise', 'aiohttp', 'sqlalchemy', 'numpy', 'scipy', 'matplotlib', 'structlog', 'jinja2',\n"
        "    'sentinel.config.schema', 'sentinel.registry'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    told = {"SENTINEL_URL": "http://127.0.0.1:9", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_check_of_the_file_leaves_statistics_alone() -> None:
    """The plugins are looked for; what only a lone command computes with is not imported for that."""
    code = (
        "import sys\nfrom sentinel.cli.main import main\n"
        "sys.argv = ['sentinel', 'check-config', '-c', 'config/sentinel.yaml']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'river.stats', 'scipy.stats', 'scipy.special', 'matplotlib', 'feedparser'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "web",
    [
        "",
        "web: {}",
        "web: {port: 9}",
        "web: {host: '::1', port: 8081}",
        "web: {host: '${WHERE}', port: '${PORT:-8082}'}",
        "web: {host: '0.0.0.0', tokens: [abcdefghijklmnopqrstuvwxyz]}",
    ],
)
def test_the_address_is_the_one_that_the_daemon_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web: str
) -> None:
    """Read by itself, it is what the whole file gives."""
    monkeypatch.setenv("WHERE", "127.0.0.2")
    path = a_file(tmp_path, web.replace("0.0.0.0", "127.0.0.3"))
    loaded = load(path).web
    assert written_in(path) == (loaded.host, loaded.port)


@pytest.mark.parametrize("web", ["web: 3", "web: {port: much}", "web: {port: 70000}", "web: {host: '${NOWHERE}'}"])
def test_what_is_odd_is_left_to_a_closer_look(tmp_path: Path, web: str) -> None:
    """Which says what is wrong with it, and where."""
    assert written_in(a_file(tmp_path, web)) is None


def test_a_mistake_elsewhere_is_no_ailment(tmp_path: Path) -> None:
    """Whoever is editing the file does not have the daemon restarted that runs with what stood there before."""
    path = a_file(tmp_path, "web: {port: 8083}\nnonsense: ${NOWHERE}\nweb: {}")
    assert written_in(path) == (Web().host, 8083)


@pytest.mark.parametrize(
    ("host", "asked"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("10.0.0.7", "10.0.0.7")]
)
def test_where_all_addresses_are_listened_on_this_machine_is_asked(host: str, asked: str) -> None:
    """And an address of IPv6 stands in brackets."""
    assert base_of(host, 8080) == f"http://{asked}:8080"
