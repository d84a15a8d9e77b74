"""Our cumulative sum against River's drift detectors on slow burns: hours to the alarm, and alarms in quiet weeks.

python -m benchmarks.drift [SEEDS] [FIRST]     default 4 seeds from 700 on, both languages
"""

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from river.drift import ADWIN, PageHinkley

from sentinel.detectors.drift import Drift
from sentinel.detectors.mean_shift import MeanShift
from sentinel.sentiment.seed import load_seed
from sentinel.signals.memory import LAG
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import scenario

END = datetime(2026, 3, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEARNING = 72
"""Hours before an alarm counts, as for a brand that is known."""
Hours = list[tuple[int, float]]
"""Voices and their summed mood, hour by hour."""


def hours_of(kind: ScenarioKind, language: str, seed: int) -> tuple[Hours, int]:
    """The history by hours, and the hour of its onset (its length where there is none)."""
    made, truth = scenario(kind, brand="Acme", language=language, end=END, seed=seed)
    model, begin = load_seed(), made[0].published_at
    hours = [(0, 0.0)] * ((made[-1].published_at - begin) // HOUR + 1)
    for mention in made:
        _, said = model.classify(mention.text, mention.lang)
        number, mood = hours[at := (mention.published_at - begin) // HOUR]
        hours[at] = (number + 1, mood + said.negative - said.positive)
    return hours, (truth.crises[0] - begin) // HOUR if truth.crises else len(hours)


def ours(height: float) -> Callable[[Hours], Iterator[bool]]:
    def run(hours: Hours) -> Iterator[bool]:
        shift, drift = MeanShift(), Drift()
        for at, (count, mood) in enumerate(hours):
            drift.learn_one({"z": shift.score_one({"count": count, "sum": mood, "hours": float(at)})})
            yield drift.score_one({}) >= height
            if at >= LAG:
                known, learnt = hours[at - LAG]
                shift.learn_one({"count": known, "sum": learnt, "flagged": float(drift.score_one({}) > 4.0)})

    return run


def page_hinkley(threshold: float) -> Callable[[Hours], Iterator[bool]]:
    def run(hours: Hours) -> Iterator[bool]:
        test = PageHinkley(mode="up", delta=0.05, threshold=threshold, min_instances=24)
        for count, mood in hours:
            if count:
                test.update(mood / count)
            yield test.drift_detected

    return run


def adwin(delta: float) -> Callable[[Hours], Iterator[bool]]:
    def run(hours: Hours) -> Iterator[bool]:
        test = ADWIN(delta=delta, clock=1)
        for count, mood in hours:
            before = test.estimation
            if count:
                test.update((1 + mood / count) / 2)
            yield test.drift_detected and test.estimation > before  # it tells of every change; only worse is asked for

    return run


def alarms(found: Iterator[bool]) -> list[int]:
    """Hours at which an alarm begins."""
    said = [False, *found]
    return [at for at in range(len(said) - 1) if said[at + 1] and not said[at] and at >= LEARNING]


def main(seeds: int, first: int) -> None:
    each = [(language, seed) for seed in range(first, first + seeds) for language in ("es", "en")]
    burns = [hours_of(ScenarioKind.SLOW_BURN, *which) for which in each]
    quiet = [hours_of(ScenarioKind.QUIET_WEEKS, *which)[0] for which in each]
    weeks = sum(len(hours) - LEARNING for hours in quiet) / 168
    for name, make, settings in (
        ("Drift", ours, (4.0, 6.0, 8.0, 12.0)),
        ("River PageHinkley", page_hinkley, (0.3, 0.5, 1.0, 2.0)),
        ("River ADWIN", adwin, (0.2, 0.05, 0.01, 0.002)),
    ):
        for setting in settings:
            delays = [
                next((at - onset for at in alarms(make(setting)(hours)) if at >= onset), None) for hours, onset in burns
            ]
            caught = [delay for delay in delays if delay is not None and delay <= 30]
            false = sum(len(alarms(make(setting)(hours))) for hours in quiet)
            print(
                f"{name:18s} {setting:6g}  found in 30 h {len(caught)} of {len(burns)}, "
                f"median {median(caught) if caught else 0:4.1f} h; "
                f"{false} false in {weeks:.0f} quiet weeks ({false / weeks:.2f} a week)"
            )


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    main(numbers[0] if numbers else 4, numbers[1] if len(numbers) > 1 else 700)
