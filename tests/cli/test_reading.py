"""Commands that read: JSON on each, times as the configuration's wall shows them, completion at the shell."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app


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
