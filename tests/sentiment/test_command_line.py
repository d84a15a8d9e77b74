"""The commands: a stream of posts in, verdicts out; training to a folder; figures as table and as JSON."""

import gzip
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sentinel.cli.sentiment import classify, evaluate, train
from sentinel.errors import BadInput
from sentinel.sentiment.seed import FILE_NAME, unpack_seed

app = typer.Typer()
for command in (classify, train, evaluate):
    app.command(command.__name__)(command)
run = CliRunner()

LABELLED = [
    {"text": "qué desastre de servicio", "label": "negative", "lang": "es"},
    {"text": "todo perfecto, gracias", "label": "positive", "lang": "es-MX"},
    {"text": "we open at nine in the morning", "label": "neutral"},
] * 5


def lines(path: Path, rows: list[dict[str, object]]) -> Path:
    """A JSON Lines file of rows."""
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_classify_keeps_order_and_ids(tmp_path: Path) -> None:
    """One verdict a line, in order, with the id it came with."""
    file = lines(
        tmp_path / "in.jsonl",
        [
            {"id": "a", "text": "estafa, qué asco de empresa"},
            {"text": "love it, thanks!", "lang": "en"},
            {"id": 7, "text": ""},
        ],
    )
    result = run.invoke(app, ["classify", str(file)])
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [row["id"] for row in rows] == ["a", None, 7]
    assert [row["lang"] for row in rows] == ["es", "en", "und"]
    assert [row["label"] for row in rows[:2]] == ["negative", "positive"]
    assert all(row["negative"] + row["neutral"] + row["positive"] == pytest.approx(1, abs=1e-5) for row in rows)
    assert list(rows[0]) == ["id", "lang", "label", "negative", "neutral", "positive"]


def test_classify_goes_on_after_bad_lines() -> None:
    """A bad line is named on standard error with its number; the others are answered; the exit code is 1."""
    given = (
        b'{"id":1,"text":"hola"}\nnonsense\n\n{"id":2}\n{"id":3,"text":5}\n{"id":4,"text":"half \\ud83d"}\n\xff\xfe\n'
        + b"[" * 100_000
        + b"\n"
    )
    result = run.invoke(app, ["classify"], input=given)
    assert result.exit_code == 1
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [1, 4]
    named = [line.split(":")[1] for line in result.stderr.splitlines()]
    assert named == ["2", "4", "5", "7", "8"]


def test_classify_reads_gzip(tmp_path: Path) -> None:
    """A gzipped file is read as it is."""
    file = tmp_path / "in.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id":1,"text":"hola"}\n' * 600))
    result = run.invoke(app, ["classify", str(file)])
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 600


def test_train_then_evaluate(tmp_path: Path) -> None:
    """Training writes a seed that loads; evaluating with it gives a table, or JSON, for each language and all."""
    file = lines(tmp_path / "labelled.jsonl", LABELLED)
    trained = run.invoke(app, ["train", str(file), "--output", str(tmp_path / "new" / "seed")])
    assert trained.exit_code == 0
    written = tmp_path / "new" / "seed" / FILE_NAME
    assert unpack_seed(written.read_bytes()).seed_mark
    figures = run.invoke(app, ["evaluate", str(file), "--model", str(written), "--json"])
    quality = json.loads(figures.stdout)
    assert list(quality) == ["en", "es", "all"]
    assert quality["all"]["macro_f1"] == 1.0
    assert quality["en"]["negative_auc"] is None
    table = run.invoke(app, ["evaluate", str(file)])
    assert "macro" in table.stdout


def test_probabilities_do_for_a_label(tmp_path: Path) -> None:
    """A line may bring three probabilities; measuring leaves it out; ones that do not sum to one are refused."""
    soft = {"text": "ni fu ni fa", "lang": "es", "soft": [0.2, 0.6, 0.2]}
    file = lines(tmp_path / "labelled.jsonl", [*LABELLED, soft])
    assert run.invoke(app, ["train", str(file), "--output", str(tmp_path)]).exit_code == 0
    assert json.loads(run.invoke(app, ["evaluate", str(file), "--json"]).stdout)["all"]["texts"] == len(LABELLED)
    bad = lines(tmp_path / "bad.jsonl", [*LABELLED, soft | {"soft": [0.9, 0.9, 0.1]}])
    refused = run.invoke(app, ["train", str(bad), "--output", str(tmp_path)])
    assert "sums to 1.9" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["classify", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
        (["classify", "empty.jsonl", "--model", "nowhere.bin"], "nowhere.bin: cannot be read"),
        (["evaluate", "empty.jsonl"], "no labelled text"),
        (["train", "empty.jsonl", "--output", "out"], "training wants texts of all of negative, neutral, positive"),
        (["train", "bad.jsonl", "--output", "out"], "1 lines cannot be read"),
    ],
)
def test_bad_usage_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], reason: str
) -> None:
    """Files that are missing, empty or hold lines without label stop the command, with the file named."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.jsonl").touch()
    lines(tmp_path / "bad.jsonl", [*LABELLED, {"text": "no label"}])
    result = run.invoke(app, arguments)
    assert isinstance(result.exception, BadInput)
    assert reason in str(result.exception)
    assert not (tmp_path / "out").exists()
