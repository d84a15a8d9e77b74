"""Six airlines, each a brand, in a real week: the highest score of each hour as a chart, and what was paged; needs
SENTINEL_SHARED.

SENTINEL_SHARED=… python -m benchmarks.airlines [CHART.svg]
"""

import os
import sys
from datetime import timedelta
from pathlib import Path

from sentinel.assembly.build import engine_setup
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.sentiment.seed import load_seed
from sentinel.sources.lines import BadLine, read_mentions
from sentinel.tuning.outcome import WhatIfOutcome, outcome_of


def story(shared: Path) -> WhatIfOutcome:
    path = shared / "data/streams/airline_2015_first70.jsonl.gz"
    setup = engine_setup(load(Path("config/examples/airlines.yaml"), {}))
    return outcome_of(
        "airlines",
        Engine(setup, load_seed()),
        lambda: (m for m in read_mentions(str(path)) if not isinstance(m, BadLine)),
    )


def chart(outcome: WhatIfOutcome, path: str) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "sentinel"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(len(outcome.line), 1, sharex=True, sharey=True, figsize=(9, 1.3 * len(outcome.line)))
    for axis, (brand, line) in zip(axes, sorted(outcome.line.items()), strict=True):
        axis.fill_between(
            [at for at, _ in line], [score for _, score in line], step="post", color="#4477aa", alpha=0.7, linewidth=0
        )
        axis.axhline(60, color="#cc3311", linewidth=0.8)
        for paged in outcome.incidents.values():
            if paged.brand == brand:
                axis.axvline(paged.first, color="#cc3311", linewidth=1.2, linestyle=":")
        axis.set_ylim(0, 100)
        axis.set_ylabel(brand, rotation=0, ha="right", va="center")
        axis.set_yticks([60])
    figure.suptitle("Score by brand; line: alert, dots: first page")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    if "SENTINEL_SHARED" not in os.environ:
        print("SENTINEL_SHARED is not set: it names the folder with data/streams; nothing measured")
        sys.exit(0)
    found = story(Path(os.environ["SENTINEL_SHARED"]))
    for paged in sorted(found.incidents.values(), key=lambda each: each.first):
        ranked = sorted(paged.contributions.items(), key=lambda part: -part[1])
        parts = " + ".join(f"{name} {points:.0f}" for name, points in ranked if points >= 1)
        length = (paged.last - paged.first) / timedelta(hours=1)
        print(
            f"{paged.first:%a %d %H:%M} UTC  {paged.brand:14s} {paged.level.value:6s} "
            f"peak {paged.peak:3.0f}  {length:4.1f} h  {parts}"
        )
    if len(sys.argv) > 1:
        chart(found, sys.argv[1])
