"""``sentinel who``, by the file alone: wall time in, instants out, and mistakes that say what to write."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app

CONFIG = """timezone: Europe/Madrid
brands: [{name: Acme}]
contacts:
  ana: {channels: ["json://127.0.0.1:9/ana"], quiet_hours: {begin: "22:00", end: "08:00"}}
  boss: {channels: ["json://127.0.0.1:9/boss", "mailto://u:p@example.com"], use: {alert: [mailto]}}
policies:
  default: {steps: [{notify: [ana]}, {notify: [boss], after: 10m, authority: holding_statement}], repeat: 0}
"""


def who(folder: Path, *options: str) -> tuple[int, str, str]:
    path = folder / "s.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    ended = CliRunner().invoke(app, ["who", "-c", str(path), "--offline", *options])
    return ended.exit_code, ended.stdout, str(ended.exception or "")


def test_at_night_the_next_person_is_paged_at_once(tmp_path: Path) -> None:
    """Ana sleeps at eleven; the boss is paged over the channel she has for alerts, and may publish the statement."""
    code, out, _ = who(tmp_path, "--brand", "Acme", "--level", "alert", "--at", "2026-12-24T23:00", "--json")
    found = json.loads(out)
    assert (code, found["at"]) == (0, "2026-12-24T22:00:00Z")
    assert [(call["contact"], call["why"]) for call in found["calls"]][:2] == [("ana", "quiet_hours"), ("boss", None)]
    assert (found["calls"][1]["channels"], found["calls"][1]["authority"]) == (["mailto"], "holding_statement")


def test_a_table_for_people(tmp_path: Path) -> None:
    """A crisis wakes Ana too."""
    code, out, _ = who(tmp_path, "--brand", "Acme", "--at", "2026-12-24T23:00")
    assert code == 0
    assert "Acme at crisis, 2026-12-24 23:00 (Europe/Madrid)" in out
    assert "ana" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--brand", "Acne"), "did you mean 'Acme'"),
        (("--brand", "Acme", "--level", "calm"), "watch, alert or crisis"),
        (("--brand", "Acme", "--at", "9999-12-31T23:59"), "not between the years 2000 and 2100"),
        (("--brand", "Acme", "--at", "noon"), "--at 'noon' is no RFC 3339 instant"),
    ],
)
def test_mistakes_say_what_to_write(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    """Nothing is guessed."""
    code, _, error = who(tmp_path, *options)
    assert code != 0
    assert said in error
