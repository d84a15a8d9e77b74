"""``sentinel schedules``: who is on call, without a daemon."""

import json
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from sentinel.cli.main import app

AT = ["--at", "2026-03-02T09:00:00Z"]


@pytest.fixture
def config(tmp_path: Path) -> list[str]:
    path = tmp_path / "s.yaml"
    path.write_text(
        """brands: [{name: A}]
timezone: Europe/Madrid
contacts: {ana: {name: Ana, channels: ["log://"]}, luis: {channels: ["log://"]}}
schedules: {guardia: {layers: [{people: [ana, luis], starts: 2026-03-02}]}, solo: {layers: [{people: [luis]}]}}
""",
        encoding="utf-8",
    )
    return ["-c", str(path)]


def run(*arguments: str) -> str:
    ended = CliRunner(env={"COLUMNS": "160"}).invoke(app, ["schedules", *arguments])
    assert ended.exit_code == 0, ended.exception
    return ended.stdout


def test_list_says_who_is_on_call_now_and_next(config: list[str]) -> None:
    """In wall time, a line a schedule; for programs as JSON."""
    lines = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in run("list", *config, *AT).splitlines()
        if "│" in line
    ]
    assert lines == [
        ["guardia", "ana", "Mon 2026-03-09 09:00", "luis", "Mon 2026-03-09 09:00", "Europe/Madrid"],
        ["solo", "luis", "", "", "", "Europe/Madrid"],
    ]
    first, second = json.loads(run("list", "--json", *config, *AT))["schedules"]
    assert (first["now"]["contacts"], first["next"]["starts_at"], second["next"]) == (
        ["ana"],
        "2026-03-09T08:00:00Z",
        None,
    )


def test_no_schedules(tmp_path: Path) -> None:
    """Said, not an empty table."""
    path = tmp_path / "s.yaml"
    path.write_text("brands: [{name: A}]\n", encoding="utf-8")
    assert run("list", "-c", str(path)) == "no schedules\n"


def test_show_prints_shifts(config: list[str]) -> None:
    """From now on, across the change of the clocks."""
    out = run("show", "guardia", "--days", "30", *config, "--at", "2026-03-20T09:00:00+01:00")
    assert "Mon 2026-03-30 09:00" in out
    shifts = json.loads(run("show", "guardia", "--days", "30", "--json", *config, "--at", "2026-03-20T09:00:00+01:00"))[
        "shifts"
    ]
    assert [each["starts_at"] for each in shifts][:3] == [
        "2026-03-20T08:00:00Z",
        "2026-03-23T08:00:00Z",
        "2026-03-30T07:00:00Z",
    ]


def test_export_prints_a_calendar(config: list[str]) -> None:
    """As iCalendar, nothing else on standard output."""
    events = Calendar.from_ical(run("export", "guardia", *config, *AT)).events
    assert [str(each["SUMMARY"]) for each in events][:2] == ["Ana", "luis"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "guardai"], "unknown schedule 'guardai'; did you mean 'guardia'?"),
        (["export", "x"], "unknown schedule 'x'; allowed: guardia, solo"),
        (["list", "--at", "noon"], "--at 'noon' is no RFC 3339 instant"),
        (["list", "--at", "2026-03-02T09:00:00"], "has no time zone"),
    ],
)
def test_bad_usage(config: list[str], arguments: list[str], said: str) -> None:
    """Named, with what is there."""
    assert said in str(CliRunner().invoke(app, ["schedules", *arguments, *config]).exception)
