"""What-if over a recording: how often somebody would have been paged, and what verdicts say of signals and
thresholds.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sentinel.cli.main import app
from sentinel.config.loader import load
from sentinel.errors import BadInput
from sentinel.mention import Mention, encode_mention
from sentinel.scoring.level import Level
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import scenario
from sentinel.sources.lines import BadLine, read_mentions
from sentinel.store.database import Database
from sentinel.store.journal import Journal
from sentinel.tuning.outcome import PagedIncident, WhatIfOutcome
from sentinel.tuning.verdicts import PageVerdict, believed, judged, proposed, read_verdicts
from tests.fakes import START, FakeClock

runner = CliRunner()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A brand's first day, with a crisis in its last hours."""
    folder = tmp_path_factory.mktemp("tune")
    made, truth = scenario(
        ScenarioKind.COLD_START, brand="Acme", language="en", end=datetime(2026, 3, 9, tzinfo=UTC), seed=1
    )
    kept = [m for m in made if m.published_at < truth.crises[0] + timedelta(hours=1)]
    (folder / "m.jsonl").write_bytes(b"".join(encode_mention(m) + b"\n" for m in kept))
    (folder / "c.yaml").write_text("brands: [{name: Acme}]\n", encoding="utf-8")
    (folder / "deaf.yaml").write_text("brands: [{name: Acme}]\nscoring: {min_mentions: 100000}\n", encoding="utf-8")
    at = (truth.crises[0] + timedelta(minutes=40)).isoformat()
    (folder / "v.jsonl").write_text(f'{{"brand": "Acme", "at": "{at}", "verdict": "real"}}\n', encoding="utf-8")
    return folder


def test_tune_tells_pages_for_these_thresholds_and_others(recorded: Path) -> None:
    """One crisis, paged; rows for thresholds above and below, a chart, and lines to paste; verdicts are counted by
    signal.
    """
    told = runner.invoke(
        app,
        ["tune", str(recorded / "m.jsonl"), "-c", str(recorded / "c.yaml"), "--verdicts", str(recorded / "v.jsonl")],
    )
    assert told.exit_code == 0, told.output
    assert "for 1 incidents, first on 2026-03-0" in told.output
    assert "scoring: {thresholds: {watch: 35, alert: 65, crisis: 85}}" in told.output
    assert "^" in told.output
    assert "1 of 1 verdicts" in told.output
    assert "100%" in told.output


def test_tune_against_another_configuration(recorded: Path) -> None:
    """A configuration that hears nothing pages nobody, and says so."""
    told = runner.invoke(
        app,
        ["tune", str(recorded / "m.jsonl"), "-c", str(recorded / "deaf.yaml"), "--against", str(recorded / "c.yaml")],
    )
    assert told.exit_code == 0, told.output
    assert "would not have been paged at all" in told.output
    assert "against" in told.output
    assert "never" in told.output


def test_tune_prints_json(recorded: Path) -> None:
    """The rows of its table, and what the verdicts say."""
    asked = ["-c", str(recorded / "deaf.yaml"), "--against", str(recorded / "c.yaml"), "--json"]
    told = runner.invoke(app, ["tune", str(recorded / "m.jsonl"), "--verdicts", str(recorded / "v.jsonl"), *asked])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert [(each["label"], each["pages"] > 0) for each in found["rows"]] == [("now", False), ("against", True)]
    assert found["rows"][1]["first"].startswith("2026-03-0")
    assert found["verdicts"] == {"given": 1, "found": 0, "signals": []}


def test_tune_wants_a_file_it_can_read_again(recorded: Path) -> None:
    """Standard input is read once only."""
    assert isinstance(runner.invoke(app, ["tune", "-", "-c", str(recorded / "c.yaml")]).exception, BadInput)


@pytest.mark.parametrize(("name", "begins"), [("t.svg", b"<?xml"), ("t.png", b"\x89PNG")])
def test_tune_draws(recorded: Path, tmp_path: Path, name: str, begins: bytes) -> None:
    """The picture is written in the form that its name says."""
    asked = ["tune", str(recorded / "m.jsonl"), "-c", str(recorded / "c.yaml"), "--chart", str(tmp_path / name)]
    told = runner.invoke(app, asked)
    assert told.exit_code == 0, told.output
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_tune_refuses_a_picture_it_cannot_draw(recorded: Path) -> None:
    """Before any work is done."""
    told = runner.invoke(app, ["tune", str(recorded / "m.jsonl"), "-c", str(recorded / "c.yaml"), "--chart", "t.gif"])
    assert isinstance(told.exception, BadInput)


def test_tune_reads_the_daemons_own_history(recorded: Path, tmp_path: Path) -> None:
    """Without a file, what the journal holds: the same crisis as in the recording."""
    url = f"sqlite:///{tmp_path / 's.db'}"
    (tmp_path / "c.yaml").write_text(f"brands: [{{name: Acme}}]\nstore: {{url: '{url}'}}\n", encoding="utf-8")
    empty = runner.invoke(app, ["tune", "-c", str(tmp_path / "c.yaml")])
    assert isinstance(empty.exception, BadInput)
    mentions = [m for m in read_mentions(str(recorded / "m.jsonl")) if not isinstance(m, BadLine)]
    asyncio.run(heard(load(tmp_path / "c.yaml", {}).store.url.get_secret_value(), mentions))
    told = runner.invoke(app, ["tune", "-c", str(tmp_path / "c.yaml")])
    assert told.exit_code == 0, told.output
    assert "for 1 incidents, first on 2026-03-0" in told.output


async def heard(url: str, mentions: list[Mention]) -> None:
    """A daemon's journal."""
    database = await Database.open(url)
    try:
        journal = Journal(database, FakeClock())
        await journal.append(mentions)
        await journal.flush()
    finally:
        await database.close()


def an_incident(hour: float, peak: float, **contributions: float) -> PagedIncident:
    at = START + timedelta(hours=hour)
    return PagedIncident("Acme", at, at + timedelta(hours=1), peak, Level.ALERT, contributions)


def test_verdicts_weigh_signals_and_part_the_real_from_the_false() -> None:
    """Volume spoke for both, severity for the real one only; a threshold between the two peaks keeps the real one."""
    outcome = WhatIfOutcome(
        "now", incidents={"a": an_incident(0, 64, volume=40.0), "b": an_incident(30, 90, volume=30.0, severity=25.0)}
    )
    lines = [
        f'{{"brand": "Acme", "at": "{(START + timedelta(hours=h)).isoformat()}", "verdict": "{v}"}}'.encode()
        for h, v in ((0, "false"), (30, "real"), (500, "false"))
    ]
    found = judged(outcome, read_verdicts(enumerate(lines, 1), "v"))
    assert [verdict for _, verdict in found] == [PageVerdict.FALSE, PageVerdict.REAL]
    assert [(each.signal, each.spoke, each.real) for each in believed(found)] == [("severity", 1, 1), ("volume", 2, 1)]
    alert = proposed(found)
    assert alert is not None
    assert 64 < alert < 90
    assert proposed(found[:1]) is None


def test_a_bad_verdict_is_named() -> None:
    """The line and what is allowed."""
    with pytest.raises(BadInput, match="v:1: .*expected brand, at, and verdict real or false"):
        read_verdicts([(1, b'{"brand": "Acme"}')], "v")
