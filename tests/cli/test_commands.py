"""The command line as people and scripts use it."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app
from tests.fakes import START
from tests.notify.providers import a_provider
from tests.stories.daemon import RunningDaemon, a_crisis, eventually, settings_for

runner = CliRunner()


def a_series(folder: Path, *rows: str, header: str = "timestamp,value") -> str:
    path = folder / "series.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return str(path)


def ordinary(count: int) -> list[str]:
    return [f"{START + timedelta(minutes=5 * n):%Y-%m-%d %H:%M:%S},{20 + (n * 7919) % 13}" for n in range(count)]


def test_detect_marks_the_row_where_an_alert_starts(tmp_path: Path) -> None:
    """One alert for one peak; a row's score does not depend on the rows after it."""
    rows = [*ordinary(400), *[f"{START + timedelta(minutes=5 * n):%Y-%m-%d %H:%M:%S},300" for n in range(400, 410)]]
    whole = runner.invoke(app, ["detect", a_series(tmp_path, *rows)])
    read = list(csv.DictReader(io.StringIO(whole.stdout)))
    assert [n for n, row in enumerate(read) if row["alert"] == "1"][0] == 400
    assert sum(row["alert"] == "1" for row in read) <= 3
    assert all(0 <= float(row["anomaly_score"]) <= 1 for row in read)
    part = runner.invoke(app, ["detect", a_series(tmp_path, *rows[:405])])
    assert whole.stdout.startswith(part.stdout)


def test_detect_names_bad_rows_and_goes_on(tmp_path: Path) -> None:
    """Each with its line; the others are scored; the exit code says so."""
    rows = [
        *ordinary(3),
        "2026-03-02 09:20:00,nan",
        "2026-03-02 09:25:00,",
        "never,5",
        "2026-03-01 00:00:00,5",
        "2026-03-02 10:00:00Z,5",
    ]
    ended = runner.invoke(app, ["detect", a_series(tmp_path, *rows)])
    assert ended.exit_code == 1
    assert len(ended.stdout.splitlines()) == len(rows) + 1
    for line, word in ((5, "not finite"), (6, "no number"), (7, "no date and time"), (8, "earlier"), (9, "zone")):
        assert any(f":{line}:" in each and word in each for each in ended.stderr.splitlines()), (line, ended.stderr)


@pytest.mark.parametrize(("header", "said"), [("time,count", "expected timestamp,value"), ("", "the header is")])
def test_detect_wants_its_header(tmp_path: Path, header: str, said: str) -> None:
    """Bad usage names what is there and what is wanted."""
    ended = runner.invoke(app, ["detect", a_series(tmp_path, *ordinary(2), header=header)])
    assert said in str(ended.exception)


def test_detect_of_one_row_and_none(tmp_path: Path) -> None:
    """Too short to say anything is no error."""
    assert (
        runner.invoke(app, ["detect", a_series(tmp_path, *ordinary(1))]).stdout.splitlines()[1].endswith(",0.000000,0")
    )
    assert runner.invoke(app, ["detect", a_series(tmp_path)]).stdout == "timestamp,value,anomaly_score,alert\n"


def test_simulate_prints_mentions(tmp_path: Path) -> None:
    """The same seed and end, the same lines."""
    command = ["simulate", "--brand", "Zeta", "--lang", "en", "--days", "0.2", "--end", "2026-03-02T09:00:00Z"]
    once, again = runner.invoke(app, command), runner.invoke(app, command)
    assert once.stdout == again.stdout
    assert all("Zeta" in json.loads(line)["text"] for line in once.stdout.splitlines())
    for end in ("yesterday", "2026-03-02T09:00:00"):
        assert "--end" in str(runner.invoke(app, ["simulate", "--end", end]).exception)


def test_plugins_lists_what_there_is() -> None:
    """Sources, signals and notifiers by name."""
    shown = runner.invoke(app, ["plugins"]).stdout
    for name in ("bluesky", "feeds", "file", "http", "volume", "negativity", "spread", "persistence", "apprise", "log"):
        assert name in shown


def test_every_command_explains_itself() -> None:
    """--help on each, --version on all."""
    assert runner.invoke(app, ["--version"]).stdout.startswith("sentinel ")
    for command in (
        "run",
        "replay",
        "detect",
        "classify",
        "train",
        "evaluate",
        "check-config",
        "notify-test",
        "simulate",
        "incidents",
        "schedules",
        "healthy",
    ):
        assert runner.invoke(app, [command, "--help"]).exit_code == 0, command


def test_notify_test_reaches_the_phone(tmp_path: Path) -> None:
    """One line a channel; exit 1 when one of them did not take it."""
    with a_provider() as provider:
        config = tmp_path / "s.yaml"
        channels = json.dumps([provider.url("ok"), provider.url("404")])
        config.write_text(
            f"language: es\nbrands: [{{name: A}}]\ncontacts: {{ana: {{channels: {channels}}}}}\n", encoding="utf-8"
        )
        ended = runner.invoke(app, ["notify-test", "ana", "-c", str(config)])
        assert ended.exit_code == 1
        assert "accepted" in ended.stdout
        assert "failed" in ended.stdout
        assert provider.sent[0][1] == "🔔 Aviso de prueba de Sentinel"
        assert "did you mean" in str(runner.invoke(app, ["notify-test", "anna", "-c", str(config)]).exception)


def test_incidents_from_a_terminal(tmp_path: Path) -> None:
    """List, show, acknowledge, snooze, hand back, escalate, end; a refusal is told; no daemon is told."""
    with RunningDaemon(tmp_path, settings_for("log://")) as daemon:
        daemon.send(a_crisis(3))
        incident = eventually(lambda: daemon.json("/api/v1/incidents")["incidents"], "an incident")[0]["id"]
        at = ["-c", str(daemon.config)]
        assert incident in runner.invoke(app, ["incidents", "list", "--json", *at]).stdout
        assert "Acme" in runner.invoke(app, ["incidents", "list", *at]).stdout
        assert "opened" in runner.invoke(app, ["incidents", "show", incident, *at]).stdout
        for action, more in (
            ("ack", []),
            ("snooze", ["--minutes", "5"]),
            ("unack", []),
            ("escalate", []),
            ("false-alarm", ["--reason", "over"]),
        ):
            ended = runner.invoke(app, ["incidents", action, incident, "--by", "ana", *more, *at])
            assert ended.exit_code == 0, (action, ended.exception)
        assert "409" in str(runner.invoke(app, ["incidents", "resolve", incident, "--by", "ana", *at]).exception)
        assert "404" in str(runner.invoke(app, ["incidents", "show", "nope", *at]).exception)
        assert (
            runner.invoke(app, ["incidents", "note", incident, "Era una campaña.", "--by", "ana", *at]).exit_code == 0
        )
        assert '"verdict":"false"' in runner.invoke(app, ["incidents", "verdicts", *at]).stdout
        assert runner.invoke(app, ["incidents", "judge", incident, "real", "--by", "ana", *at]).exit_code == 0
        assert '"verdict":"real"' in runner.invoke(app, ["incidents", "verdicts", *at]).stdout
        assert "Era una campaña." in runner.invoke(app, ["incidents", "show", incident, *at]).stdout
        eventually(lambda: runner.invoke(app, ["healthy", *at]).stdout == "healthy\n", "it is healthy")
        assert daemon.stop() == 0
        assert "no daemon answers" in str(runner.invoke(app, ["incidents", "list", *at]).exception)
        assert "no daemon answers" in str(runner.invoke(app, ["healthy", *at]).exception)
