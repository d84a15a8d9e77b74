"""What this machine does: every stage is measured, in bounded time; and the shape of it, which no machine changes."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
from typer.testing import CliRunner

from sentinel.assembly.build import engine_setup
from sentinel.assembly.machine_speed import LANGUAGES, made_mentions
from sentinel.cli.main import app
from sentinel.config.loader import load
from sentinel.matching.brand import Brand
from sentinel.matching.matcher import Matcher
from tests.daemon.setups import an_engine

LITTLE = 0.05
"""Seconds of processor time that no noise of the machine fills."""


def test_it_measures_every_stage(tmp_path: Path) -> None:
    """One JSON object a stage; nothing is left behind where the store was."""
    ended = CliRunner().invoke(app, ["bench", "--seconds", "0.1", "--folder", str(tmp_path), "--json"])
    assert ended.exit_code == 0, ended.output
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    stages = [row["stage"] for row in rows]
    assert stages[:8] == ["door", "decode", "journal write", "match", "classify", "fold", "assess", "end to end"]
    assert all(row["mentions"] > 0 and row["mentions_per_second"] > 0 for row in rows)
    assert list(tmp_path.iterdir()) == []


def test_the_made_mentions_are_the_same_each_time() -> None:
    """Of every brand, in three languages, the oldest first."""
    made = made_mentions(300, ["Acme", "Zeta", "Omega"])
    assert made == made_mentions(300, ["Acme", "Zeta", "Omega"])
    assert {each.lang for each in made} == set(LANGUAGES)
    assert [each.published_at for each in made] == sorted(each.published_at for each in made)
    assert len({each.key for each in made}) == 300


def spent(work: Callable[[], object]) -> float:
    """Processor time of the quickest of three."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def test_a_start_takes_time_in_proportion_to_the_brands(tmp_path: Path) -> None:
    """Four times as many brands: some four times the work to read the file's meaning and to find terms, not sixteen."""
    few, many = (tmp_path / f"{count}.yaml" for count in (250, 1_000))
    for path in (few, many):
        rows = (f"  - {{name: Marca {n}, match: {{any: [marca{n}, casa{n}x]}}}}\n" for n in range(int(path.stem)))
        path.write_text("brands:\n" + "".join(rows), encoding="utf-8")
    small, large = load(few, {}), load(many, {})
    assert spent(lambda: engine_setup(large)) <= 10 * max(spent(lambda: engine_setup(small)), LITTLE / 4)
    brands = [[Brand(name=f"Marca {n}", any=(f"marca{n}",)) for n in range(count)] for count in (500, 2_000)]
    assert spent(lambda: Matcher(brands[1])) <= 10 * max(spent(lambda: Matcher(brands[0])), LITTLE / 4)


def test_a_mention_costs_the_same_after_days(tmp_path: Path) -> None:
    """Eighty hours of texts that nobody said before: those of the last twenty take the time that the second twenty
    took.
    """
    engine, spans = an_engine(tmp_path), []
    mentions = made_mentions(400, ["Acme"])
    first, begun = mentions[0].published_at, time.process_time()
    for number, mention in enumerate(mentions, 1):
        at = first + timedelta(minutes=12 * number)
        engine.observe(msgspec.structs.replace(mention, text=f"{mention.text} {number} {number * 7}"), at)
        if number % 20 == 0:
            engine.assess(at)
        if number % 100 == 0:
            spans.append(time.process_time() - begun)
            begun = time.process_time()
    assert spans[3] <= 3 * max(spans[1], LITTLE)
