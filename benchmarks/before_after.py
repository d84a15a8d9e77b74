"""What a change does to speed: this tree and another one measured in turns, so that a busy machine is as busy for both.

    git worktree add --detach /tmp/before COMMIT
    python benchmarks/before_after.py /tmp/before [--rounds 3] [--texts FILE.jsonl] [--only NAME ...]

Processor time of the quickest round of each; only the ratios carry over to another machine or hour. ``--texts`` is one
JSON object with a ``text`` a line, such as real posts in English, for the replay of texts that nobody said before, and
for the bare rate of VADER on them where it can be imported (`pip install --target FOLDER vaderSentiment`, with
that folder on PYTHONPATH; nothing here depends on it).
"""

import argparse
import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parents[1]
END = datetime(2026, 3, 2, 9, tzinfo=UTC)
ONE_BRAND = "brands: [{name: Acme}]\n"


def replay(mentions: list, config: str = ONE_BRAND) -> tuple[float, int]:
    """Seconds, and mentions. A short one before it loads what is loaded when it is first needed."""
    replayed(made(timedelta(0), timedelta(seconds=30), "en"), config)
    gc.collect()
    gc.set_threshold(50_000, 50, 100)  # as the command `sentinel replay` does
    return replayed(mentions, config), len(mentions)


def replayed(mentions: list, config: str) -> float:
    """Seconds."""
    from sentinel.assembly.build import build_engine
    from sentinel.config.loader import load
    from sentinel.engine.replay import Replay

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_text(config, encoding="utf-8")
        run = Replay(build_engine(load(path, {})))
    begun = time.process_time()
    for _ in run.run(mentions):
        pass
    return time.process_time() - begun


def made(calm: timedelta, storm: timedelta, language: str, per_hour: float = 120) -> list:
    from sentinel.simulation.history import Story, history

    story = Story(
        brand="Acme", language=language, end=END, calm=calm, storm=storm, per_hour=per_hour, storm_per_minute=600
    )
    return list(history(story))


def unique(texts: Path) -> list:
    from sentinel.mention import Mention

    with texts.open(encoding="utf-8") as lines:
        said = [json.loads(line)["text"] for line, _ in zip(lines, range(3_000), strict=False)]
    return [
        Mention(source="x", id=str(n), text=f"{text} acme", published_at=END + timedelta(seconds=n / 5), lang="en")
        for n, text in enumerate(said)
    ]


def peer(texts: Path) -> tuple[float, int]:
    """Seconds of VADER alone on the same texts, and how many they are."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer, mentions = SentimentIntensityAnalyzer(), unique(texts)
    begun = time.process_time()
    for each in mentions:
        analyzer.polarity_scores(each.text)
    return time.process_time() - begun, len(mentions)


async def journal() -> dict[str, tuple[float, int]]:
    from sentinel.clock import SystemClock
    from sentinel.store.database import Database
    from sentinel.store.journal import Journal

    mentions = made(timedelta(0), timedelta(minutes=8), "es")[:2_000]
    with tempfile.TemporaryDirectory() as folder:
        database = await Database.open(f"sqlite:///{folder}/s.db")
        kept = Journal(database, SystemClock())
        follow = getattr(kept, "follow", kept.read)
        await kept.append(mentions[:1])
        position = await kept.last()
        begun = time.process_time()
        for start in range(0, 1_500, 500):
            await kept.append(mentions[start : start + 500])
        written = time.process_time() - begun
        begun = time.process_time()
        while entries := await follow(position, 200):
            position = entries[-1].seq
        followed = time.process_time() - begun
        begun = time.process_time()
        async with asyncio.TaskGroup() as tasks:
            for each in mentions[1_500:]:
                tasks.create_task(kept.append([each]))
        alone = time.process_time() - begun
        await database.close()
    return {
        "journal: write, 500 at once": (written, 1_500),
        "journal: follow": (followed, 1_500),
        "journal: write, posted alone at the same time": (alone, len(mentions) - 1_500),
    }


def brands(count: int) -> tuple[float, int]:
    from sentinel.assembly.build import engine_setup
    from sentinel.config.loader import load

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        rows = (f"  - {{name: Marca {n}, match: {{any: [marca{n}, casa{n}x]}}}}\n" for n in range(count))
        path.write_text("brands:\n" + "".join(rows), encoding="utf-8")
        settings = load(path, {})
    begun = time.process_time()
    engine_setup(settings)
    return time.process_time() - begun, count


def measure(texts: Path | None, only: list[str]) -> dict[str, float]:
    """Microseconds a mention (or brand), by what was done."""
    hour = timedelta(hours=1)
    work: dict[str, Callable[[], tuple[float, int]]] = {
        "replay: dense": lambda: replay(made(hour, timedelta(minutes=8), "es")),
        "replay: one in half a minute": lambda: replay(made(20 * hour, timedelta(0), "en")),
        "configuration of 3,000 brands": lambda: brands(3_000),
    }
    if texts is not None:
        work["replay: texts never said before"] = lambda: replay(unique(texts))
        if find_spec("vaderSentiment") is not None:
            work["VADER alone on these texts"] = lambda: peer(texts)
    found = {name: one() for name, one in work.items() if not only or any(each in name for each in only)}
    if not only or any("journal" in each for each in only):
        found |= asyncio.run(journal())
    return {name: seconds / count * 1e6 for name, (seconds, count) in found.items()}


def measured_in(tree: Path, arguments: list[str]) -> dict[str, float]:
    command = [sys.executable, str(Path(__file__)), "--here", *arguments]
    path = os.pathsep.join([str(tree), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, cwd=tree, capture_output=True, check=True)
    return json.loads(ended.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, nargs="?", help="another tree of the same project")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.texts is not None and find_spec("vaderSentiment") is None and not asked.here:
        print("VADER is not installed, and is left out")
    if asked.here:
        print(json.dumps(measure(asked.texts, asked.only)))
        return
    arguments = [
        *(("--texts", str(asked.texts.absolute())) if asked.texts else ()),
        *(("--only", *asked.only) if asked.only else ()),
    ]
    least: list[dict[str, float]] = [{}, {}]
    for _ in range(asked.rounds):
        for best, tree in zip(least, (asked.before.absolute(), ROOT), strict=True):
            for name, each in measured_in(tree, arguments).items():
                best[name] = min(best.get(name, each), each)
    print(f"{'':46} {'before':>9} {'now':>9}   (µs of processor time each)")
    for name, now in least[1].items():
        print(f"{name:46} {least[0][name]:9.1f} {now:9.1f}   {least[0][name] / now:5.2f} times as fast")


if __name__ == "__main__":
    main()
