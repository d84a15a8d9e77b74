"""What the series detector's constants are worth on series that did not choose them: leave-one-out on labelled series;
needs SENTINEL_SHARED with data/nab and tools.

    SENTINEL_SHARED=... python -m benchmarks.left_out

For each series in turn, threshold, quantile, what of the scales is left out and what breaks a hold are chosen on the
other four, each of them as it is, thinned to a half and to a fifth, and begun a third and two thirds later; the fifth
series is then judged as it is. Coarser sums of the same series are judged with the shipped constants.
"""

import csv
import importlib.util
import json
import os
import random
import sys
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from sentinel.detectors.hold import BEATS, THRESHOLD, Hold
from sentinel.detectors.multiscale_peaks import HALFWAY, ONE_IN, MultiscalePeaks, agreed
from sentinel.detectors.peaks import QUANTILE

STEP = timedelta(minutes=5)
START = datetime(2026, 1, 1, tzinfo=UTC)
THRESHOLDS = [1.0 + 0.1 * step for step in range(21)]
QUANTILES = (0.98, QUANTILE)
TRIMMED = (False, True)
HOLDS = (2.0, BEATS)


class Choice(NamedTuple):
    """One value for each constant."""

    threshold: float
    quantile: float
    trimmed: bool
    beats: float


SHIPPED = Choice(THRESHOLD / (1 - THRESHOLD) * HALFWAY, QUANTILE, ONE_IN == 3, BEATS)


@dataclass(slots=True)
class Labelled:
    """Values a number of steps apart, the places where labelled windows begin and end, and what the tool gives for an
    alert at each place.
    """

    values: list[float]
    windows: list[tuple[int, int]]
    steps: int
    points: list[Any]

    def surprises(self, quantile: float) -> dict[bool, list[float]]:
        """Of each value, trimmed or not."""
        peaks, found = MultiscalePeaks(quantile), {False: list[float](), True: list[float]()}
        for value in self.values:
            row: dict[Hashable, float] = {"value": value, "minutes": self.steps * STEP / timedelta(minutes=1)}
            combined, each = peaks.surprise(row), peaks.surprises(row)
            found[True].append(combined)
            found[False].append(sum(each) / len(each) if combined and each else combined)
            assert not each or combined in (0.0, agreed(each))
            peaks.learn_one(row)
        return found

    def alerts(self, surprises: list[float], choice: Choice) -> list[int]:
        """The places at which alerts start."""
        hold = Hold(threshold=choice.threshold / (choice.threshold + HALFWAY), rows=0, beats=choice.beats)
        return [
            place
            for place, each in enumerate(surprises)
            if each >= choice.threshold and hold.starts(START + place * self.steps * STEP, each / (each + HALFWAY))
        ]

    def judged(self, alerts: list[int]) -> dict[str, Any]:
        """What the tool's `total` reads: the alerts, and each window once so that it is missed if nobody hit it."""
        first = {point[0]: point for point in self.points if point is not None and point[0] is not None}
        return {
            "points": [*[self.points[place] for place in alerts], *first.values()],
            "rows": [True] * len(alerts) + [False] * len(first),
            "wins": self.windows,
        }


def the_tool(shared: Path) -> ModuleType:
    """The scoring function as it lies in the folder."""
    found = importlib.util.spec_from_file_location("nab_score", shared / "tools/nab_score.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def labelled(tool: ModuleType, values: list[float], windows: list[tuple[int, int]], steps: int = 1) -> Labelled:
    """With the points that the tool gives."""
    places = list(range(len(values)))
    return Labelled(values, windows, steps, tool.points(places, windows))


def variants(tool: ModuleType, values: list[float], windows: list[tuple[int, int]]) -> dict[str, Labelled]:
    """The series as it is first; then as others of its kind might have been."""
    found, chance = {"as it is": labelled(tool, values, windows)}, random.Random(1)
    for share in (0.5, 0.2):
        thinned = [float(sum(chance.random() < share for _ in range(int(value)))) for value in values]
        found[f"thinned to {share}"] = labelled(tool, thinned, windows)
    for third in (1, 2):
        cut = len(values) * third // 3
        while any(begin - 5 <= cut <= end + 5 for begin, end in windows):
            cut += 50
        moved = sorted(((begin - cut) % len(values), (end - cut) % len(values)) for begin, end in windows)
        found[f"begun {third}/3 later"] = labelled(tool, values[cut:] + values[:cut], moved)
    return found


def coarser(tool: ModuleType, values: list[float], windows: list[tuple[int, int]], steps: int) -> Labelled:
    """Sums of so many values."""
    whole = range(0, len(values) - steps + 1, steps)
    summed = [sum(values[place : place + steps]) for place in whole]
    return labelled(tool, summed, [(begin // steps, end // steps) for begin, end in windows], steps)


def totals(tool: ModuleType, judged: Iterable[dict[str, Any]]) -> tuple[float, float]:
    """Standard, and reward low false positives."""
    files = list(judged)
    standard, low = (tool.total(files, profile, bool)[0] for profile in ("standard", "reward_low_FP"))
    return standard, low


def told(name: str, found: tuple[float, float], more: str = "") -> None:
    print(f"{name:34s} {found[0]:5.1f} {found[1]:5.1f}   {more}", flush=True)


def main(shared: Path) -> None:
    tool = the_tool(shared)
    series: dict[str, tuple[list[float], list[tuple[int, int]]]] = {}
    for file, windows in json.loads((shared / "data/nab/windows.json").read_text()).items():
        with (shared / "data/nab" / file).open() as read:
            rows = list(csv.DictReader(read))
        at = {row["timestamp"][:19]: place for place, row in enumerate(rows)}
        named = [(at[begin[:19]], at[end[:19]]) for begin, end in windows]
        series[Path(file).stem] = [float(row["value"]) for row in rows], named
    judged: dict[tuple[str, str, Choice], dict[str, Any]] = {}
    kinds = {name: variants(tool, *each) for name, each in series.items()}
    for name, made in kinds.items():
        for (kind, one), quantile in product(made.items(), QUANTILES):
            found = one.surprises(quantile)
            for threshold, trimmed, beats in product([*THRESHOLDS, SHIPPED.threshold], TRIMMED, HOLDS):
                choice = Choice(threshold, quantile, trimmed, beats)
                judged[name, kind, choice] = one.judged(one.alerts(found[trimmed], choice))
    choices = {choice for _, _, choice in judged}
    print("shipped constants, all series      standard, reward low false positives")
    for kind in next(iter(kinds.values())):
        told(kind, totals(tool, [judged[name, kind, SHIPPED] for name in series]))
    for steps in (3, 12):
        summed = [coarser(tool, *each, steps) for each in series.values()]
        found_all = [one.judged(one.alerts(one.surprises(QUANTILE)[True], SHIPPED)) for one in summed]
        told(f"every {steps * STEP.seconds // 60} minutes", totals(tool, found_all))
    print("constants chosen without the series")
    unseen = []
    for name in series:
        others = [(other, kind) for other in series if other != name for kind in kinds[other]]
        best = max(
            sorted(choices), key=lambda each: totals(tool, [judged[other, kind, each] for other, kind in others])
        )
        unseen.append(judged[name, "as it is", best])
        told(name, totals(tool, unseen[-1:]), str(best))
    told("all, each with its own", totals(tool, unseen))


if __name__ == "__main__":
    if "SENTINEL_SHARED" not in os.environ:
        print("SENTINEL_SHARED is not set: it names the folder with data/nab; nothing measured")
        sys.exit(0)
    main(Path(os.environ["SENTINEL_SHARED"]))
