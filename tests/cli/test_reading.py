"""Commands that read: JSON on each, times as the configuration's wall shows them, completion at the shell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sentinel.cli.healthy import _json
from sentinel.cli.main import COMMANDS, Commands, app

SPEAKS_FOR_ITSELF = {
    "replay": "writes JSON lines and CSV where it is told to",
    "detect": "reads CSV and prints CSV",
    "classify": "prints a JSON object a line",
    "simulate": "prints a JSON object a line",
    "config-schema": "prints JSON",
    "incidents verdicts": "prints a JSON object a line",
    "person export": "prints JSON",
    "schedules export": "writes a calendar for calendar programs",
    "report incident": "--format json",
    "report daily": "--format json",
    "report weekly": "--format json",
    "report monthly": "--format json",
}
"""Commands that read and need no ``--json``, with what programs read instead."""
ACTS = {
    "init", "run", "train", "drill", "notify-test",
    "model teach", "model rollback", "model label",
    "incidents ack", "incidents unack", "incidents snooze", "incidents escalate", "incidents resolve",
    "incidents false-alarm", "incidents note", "incidents judge",
    "silence make", "silence end", "sources reset", "person erase",
    "schedules override", "schedules swap", "schedules undo",
    "store backup", "store restore", "store migrate", "secrets rotate",
    "devices link", "user hash", "user sign-out", "user recover",
}  # fmt: skip
"""Commands that change something, and say in a line what they did."""


def a_file(folder: Path, text: str = "brands: [{name: Acme}]\n") -> str:
    path = folder / "s.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def asked(*words: str) -> tuple[int, object]:
    done = CliRunner().invoke(app, [*words, "--json"])
    return done.exit_code, json.loads(done.stdout)


def test_what_a_configuration_is_like(tmp_path: Path) -> None:
    """Right, with warnings and the files that counted; or each mistake."""
    (tmp_path / "more.yaml").write_text("brands: [{name: Sol}]\n", encoding="utf-8")
    code, found = asked("check-config", "-c", a_file(tmp_path, "include: [more.yaml]\n"))
    assert (code, isinstance(found, dict) and found["included"]) == (0, [f"{tmp_path}/more.yaml"])
    assert isinstance(found, dict)
    assert found["ok"]
    assert any("everyday word" in each for each in found["warnings"])
    code, found = asked("check-config", "-c", a_file(tmp_path, "brands: []\n"))
    assert (code, found) == (2, {"ok": False, "problems": [f"{tmp_path}/s.yaml:1:1: brands: must not be empty"]})


def test_what_there_is(tmp_path: Path) -> None:
    """Sources with what they ask, and plugins with what they are for."""
    code, found = asked("sources", "list", "-c", a_file(tmp_path))
    assert isinstance(found, dict)
    assert (code, [(each["name"], each["type"], each["enabled"]) for each in found["sources"]]) == (
        0,
        [("http", "http", True)],
    )
    code, found = asked("plugins")
    assert isinstance(found, dict)
    assert {"kind": "signal", "name": "volume"} in [
        {key: each[key] for key in ("kind", "name")} for each in found["plugins"]
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("sentinel check-c", "check-config"), ("sentinel incidents sh", "show"), ("sentinel who --off", "--offline")],
)
def test_the_shell_completes(typed: str, expected: str) -> None:
    """Commands, those of a group, and options; a command is imported for its own alone."""
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_SENTINEL_COMPLETE": "complete_bash"}
    code = "import sys; sys.argv[0] = 'sentinel'; from sentinel.cli.main import app; app(prog_name='sentinel')"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **words}, capture_output=True, text=True, check=False
    )
    assert expected in done.stdout.split(), done.stderr


def _walked(command: object, name: str) -> Iterator[tuple[str, set[str]]]:
    """Each command below this one, with its options."""
    if isinstance(command, typer.core.TyperGroup):
        for below, each in command.commands.items():
            yield from _walked(each, f"{name} {below}")
    elif isinstance(command, typer.core.TyperCommand):
        yield name, {option for each in command.params for option in each.opts}


def test_every_command_that_reads_prints_json() -> None:
    """A new one has the option, or stands on one of the lists with its reason; none stands there that has it."""
    options = {name: found for each in COMMANDS for name, found in _walked(Commands()._imported(each), each)}
    without = {name for name, found in options.items() if "--json" not in found}
    assert without == set(SPEAKS_FOR_ITSELF) | ACTS
    for name, instead in SPEAKS_FOR_ITSELF.items():
        assert not instead.startswith("--") or instead.split()[0] in options[name]


def test_how_the_daemon_is() -> None:
    """What a health check says of a daemon that is well, and of one that is stuck."""
    assert json.loads(_json(200, "healthy")) == {"healthy": True, "said": []}
    assert json.loads(_json(503, "the engine does not tick\nx\n")) == {
        "healthy": False,
        "said": ["the engine does not tick", "x"],
    }
