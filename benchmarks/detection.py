"""The series detector against River's own, with the same hold, on labelled series; needs SENTINEL_SHARED with data/nab
and tools.

SENTINEL_SHARED=... python benchmarks/detection.py
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import quantiles

from river.anomaly import GaussianScorer, HalfSpaceTrees

from sentinel.detectors.hold import THRESHOLD, Hold
from sentinel.detectors.multiscale_peaks import MultiscalePeaks


def ours(values: list[float]) -> Iterator[float]:
    tail = MultiscalePeaks()
    for value in values:
        yield tail.score_one({"value": value})
        tail.learn_one({"value": value})


def gaussian(values: list[float]) -> Iterator[float]:
    scorer = GaussianScorer(window_size=2000, grace_period=100)
    for value in values:
        yield min(0.999999, scorer.score_one(None, value))
        scorer.learn_one(None, value)


def trees(values: list[float]) -> Iterator[float]:
    top = max(values[:750]) * 2 or 1.0
    scorer = HalfSpaceTrees(seed=1, window_size=250, limits={"value": (0.0, 1.0)})
    for value in values:
        x = {"value": min(1.0, value / top)}
        yield scorer.score_one(x)
        scorer.learn_one(x)


def write(
    path: Path, folder: Path, detector: Callable[[list[float]], Iterator[float]], threshold: float | None
) -> None:
    """One series' rows as `sentinel detect` prints them."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    scores = remembered(path, detector, [float(row["value"]) for row in rows])
    hold = Hold(threshold=threshold if threshold is not None else quantiles(scores[100:750], n=1000)[-1])
    with (folder / path.name).open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["timestamp", "value", "anomaly_score", "alert"])
        for row, each in zip(rows, scores, strict=True):
            alert = int(hold.starts(datetime.fromisoformat(row["timestamp"]), min(each, 0.999999)))
            writer.writerow([row["timestamp"], row["value"], each, alert])


_SCORES: dict[tuple[str, str], list[float]] = {}


def remembered(path: Path, detector: Callable[[list[float]], Iterator[float]], values: list[float]) -> list[float]:
    """A detector's scores of a series, worked out once."""
    key = (path.name, getattr(detector, "__name__", ""))
    if key not in _SCORES:
        _SCORES[key] = list(detector(values))
    return _SCORES[key]


def score(shared: Path, detector: Callable[[list[float]], Iterator[float]], threshold: float | None) -> str:
    """The tool's verdict; without a threshold, each series' 99.9 % quantile of its first 750 scores stands in."""
    with tempfile.TemporaryDirectory() as folder:
        for path in sorted((shared / "data/nab").glob("*.csv")):
            write(path, Path(folder), detector, threshold)
        tool = [sys.executable, str(shared / "tools/nab_score.py"), str(shared / "data/nab/windows.json"), folder]
        return subprocess.run(tool, capture_output=True, text=True, check=True).stdout


def left_out(shared: Path) -> None:
    """Each series with the threshold that the other four would have chosen: what a constant fitted to few series is
    worth.
    """
    grid = [0.44 + 0.01 * step for step in range(15)]
    names = [path.stem for path in sorted((shared / "data/nab").glob("*.csv"))]
    table = {limit: by_series(shared, limit, names) for limit in [*grid, THRESHOLD]}
    print("-- Tail, threshold chosen without the series")
    for name in names:
        best = max(grid, key=lambda limit: sum(table[limit][other] for other in names if other != name))
        print(
            f"{name:24s} threshold {best:.2f}: {table[best][name]:5.1f}   "
            f"shipped {THRESHOLD:.2f}: {table[THRESHOLD][name]:5.1f}"
        )


def by_series(shared: Path, limit: float, names: list[str]) -> dict[str, float]:
    """Standard score of each series by itself."""
    windows = json.loads((shared / "data/nab/windows.json").read_text())
    found = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "windows.json").write_text(json.dumps({f"{name}.csv": windows[f"{name}.csv"]}))
            write(shared / f"data/nab/{name}.csv", Path(folder), ours, limit)
            tool = [sys.executable, str(shared / "tools/nab_score.py"), str(Path(folder) / "windows.json"), folder]
            found[name] = float(subprocess.run(tool, capture_output=True, text=True, check=True).stdout.split()[1])
    return found


if __name__ == "__main__":
    if "SENTINEL_SHARED" not in os.environ:
        print("SENTINEL_SHARED is not set: it names the folder with data/nab; nothing measured")
        sys.exit(0)
    shared = Path(os.environ["SENTINEL_SHARED"])
    for name, detector, threshold in (
        ("Tail", ours, Hold().threshold),
        ("River GaussianScorer", gaussian, None),
        ("River HalfSpaceTrees", trees, None),
    ):
        print(f"-- {name}, with the same hold\n{score(shared, detector, threshold)}", end="")
    left_out(shared)
