"""The series detector against River's own, with the same hold, on labelled series; needs SENTINEL_SHARED with data/nab
and tools.

    SENTINEL_SHARED=... python -m benchmarks.detection

What its constants are worth on series that did not choose them: `python -m benchmarks.left_out`.
"""

import csv
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from statistics import quantiles

from river.anomaly import GaussianScorer, HalfSpaceTrees

from sentinel.detectors.hold import Hold
from sentinel.detectors.multiscale_peaks import MultiscalePeaks


def ours(values: list[float]) -> Iterator[float]:
    peaks = MultiscalePeaks()
    for value in values:
        yield peaks.score_one({"value": value})
        peaks.learn_one({"value": value})


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


if __name__ == "__main__":
    if "SENTINEL_SHARED" not in os.environ:
        print("SENTINEL_SHARED is not set: it names the folder with data/nab; nothing measured")
        sys.exit(0)
    for name, detector, threshold in (
        ("MultiscalePeaks", ours, Hold().threshold),
        ("River GaussianScorer", gaussian, None),
        ("River HalfSpaceTrees", trees, None),
    ):
        print(
            f"-- {name}, with the same hold\n{score(Path(os.environ['SENTINEL_SHARED']), detector, threshold)}", end=""
        )
