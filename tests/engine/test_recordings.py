"""Real recordings through the command line: airlines on a bad week, made histories, damaged files."""

import gzip
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from sentinel.mention import encode_mention
from sentinel.simulation.history import Story, history
from tests.daemon.setups import CONFIG
from tests.fakes import START
from tests.forks.children import Ended, run_command

ROOT = Path(__file__).parents[2]


def replay(
    recording: Path | str, config: Path, folder: Path, stdin: bytes | None = None
) -> tuple[int, str, list[dict[str, object]]]:
    """Exit code, what was said, events."""
    events, scores = folder / "events.jsonl", folder / "scores.csv"
    words = ("replay", str(recording), "-c", str(config), "--events", str(events), "--scores", str(scores))
    if stdin is None:
        ended = run_command(*words)
    else:  # a pipe wants a process from the shell
        whole = subprocess.run(
            [sys.executable, "-m", "sentinel", *words], capture_output=True, input=stdin, check=False
        )
        ended = Ended(status=whole.returncode, out=whole.stdout.decode(), err=whole.stderr.decode())
    lines = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()] if events.exists() else []
    assert ended.out == ""
    return ended.status, ended.err, lines


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_six_airlines_on_a_real_week(shared: Path, tmp_path: Path) -> None:
    """Ten thousand real posts: no line refused, each airline is heard, bad days are found, every score explains
    itself.
    """
    code, said, events = replay(
        shared / "data/streams/airline_2015_first70.jsonl.gz", ROOT / "config/examples/airlines.yaml", tmp_path
    )
    assert code == 0
    assert " 0 refused" in said.replace("\n", " ")
    assert {event["brand"] for event in events} >= {"United", "US Airways"}
    for event in events:
        contributions = event["contributions"]
        assert isinstance(contributions, dict)
        assert event["score"] is None or round(sum(contributions.values()), 2) == event["score"]


def test_the_same_bytes_twice(config: Path, tmp_path: Path) -> None:
    """From a file, gzipped, and from standard input: the same events and scores to the byte."""
    lines = b"".join(
        encode_mention(m) + b"\n"
        for m in history(Story(brand="Acme", language="es", end=START, calm=timedelta(hours=12), storm_per_minute=20))
    )
    plain, packed = tmp_path / "m.jsonl", tmp_path / "m.jsonl.gz"
    plain.write_bytes(lines)
    packed.write_bytes(gzip.compress(lines))
    seen = set()
    for recording, stdin in ((plain, None), (packed, None), ("-", lines)):
        code, _, events = replay(recording, config, tmp_path, stdin)
        assert code == 0
        assert events
        seen.add(((tmp_path / "events.jsonl").read_bytes(), (tmp_path / "scores.csv").read_bytes()))
    assert len(seen) == 1


def test_damaged_lines_cost_only_themselves(config: Path, tmp_path: Path) -> None:
    """Every kind of bad line is named with its number and reason; the good ones between them count."""
    good = [encode_mention(m) for m in history(Story(brand="Acme", language="es", end=START, calm=timedelta(hours=2)))][
        :8
    ]
    bad = [
        b"{not json",
        b'{"source":"x","id":[7],"text":"a","published_at":"2026-01-01T00:00:00Z"}',
        b'{"source":"x","id":"1","text":"' + b"a" * 10_000_000 + b'","published_at":"2026-01-01T00:00:00Z"}',
        b'{"source":"x","id":"a\\u0000b","text":"a","published_at":"2026-01-01T00:00:00Z"}',
        b'{"source":"x","id":"1","text":"\\ud800","published_at":"2026-01-01T00:00:00Z"}',
        b'{"source":"x","id":"1","text":"a","published_at":"1970-01-01T00:00:00Z"}',
        b'{"source":"x","id":"1","text":"a","published_at":"2100-01-01T00:00:00Z"}',
        b"\xff\xfe\x00",
    ]
    path = tmp_path / "m.jsonl"
    path.write_bytes(
        b"\n".join(line for pair in zip(good, bad, strict=True) for line in pair) + b"\n" + good[0] + b"\n"
    )
    code, said, _ = replay(path, config, tmp_path)
    flat = " ".join(said.split())
    assert code == 0
    assert "8 mentions" in flat
    assert "1 duplicates" in flat
    assert "8 refused" in flat
    for number in range(2, 17, 2):
        assert f"m.jsonl:{number}:" in flat.replace(" ", ""), number


def test_an_empty_file_and_a_missing_one(config: Path, tmp_path: Path) -> None:
    """Nothing in, nothing out; no such file is bad usage."""
    (tmp_path / "empty.jsonl").touch()
    assert replay(tmp_path / "empty.jsonl", config, tmp_path)[0] == 0
    code, said, _ = replay(tmp_path / "missing.jsonl", config, tmp_path)
    assert code == 2
    assert "no such file" in said
