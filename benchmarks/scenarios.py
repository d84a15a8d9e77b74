"""Freshly made histories of every kind through the engine: crises paged in time, minutes to the first page, false pages
a week.

python -m benchmarks.scenarios [SEEDS] [FIRST] [KIND…]     default 4 seeds from 100 on, every kind, both languages
"""

import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from sentinel.assembly.build import engine_setup
from sentinel.config.loader import load
from sentinel.engine.engine import Engine
from sentinel.engine.replay import Replay
from sentinel.incidents.change import EventName
from sentinel.mention import Mention
from sentinel.sentiment.seed import load_seed
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import Truth, scenario

END = datetime(2026, 3, 11, tzinfo=UTC)
AFTERMATH = timedelta(days=2)
"""Pages that come this soon after an onset are about it."""
NIGHT = timedelta(hours=6)
"""Pages closer together are one disturbance."""


def lived(mentions: Iterable[Mention]) -> tuple[list[datetime], set[str]]:
    """When somebody would have been paged, and the levels reached."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "c.yaml"
        path.write_text("brands: [{name: Acme}]\n", encoding="utf-8")
        run = Replay(Engine(engine_setup(load(path, {})), load_seed()))
    pages, levels = [], set()
    for at, changes in run.run(mentions):
        for change in changes:
            levels.add(change.incident.level.value)
            pages += [at for event in change.events if event.event is EventName.PAGE and event.kind == "page"]
    return sorted(pages), levels


def score(pages: list[datetime], levels: set[str], truth: Truth) -> tuple[list[float], int, bool]:
    """Minutes to each crisis that was paged in time, false pages, and whether a forbidden level was reached."""
    minutes = []
    for onset in truth.crises:
        inside = [at for at in pages if onset <= at <= onset + truth.page_by]
        if inside:
            minutes.append((inside[0] - onset) / timedelta(minutes=1))
    pages = [at for at in pages if at >= truth.counts_from]
    outside = [at for at in pages if not any(onset <= at <= onset + AFTERMATH for onset in truth.crises)]
    false, last = 0, None
    for at in [] if truth.forbidden else outside:
        false += last is None or at - last > NIGHT
        last = at
    return minutes, false, truth.forbidden in levels


def main(seeds: int, first: int, kinds: list[ScenarioKind]) -> None:
    crises = caught = wrong = 0
    false, weeks, everything = 0, 0.0, []
    for kind in kinds:
        found: list[float] = []
        missed = []
        false_before = false
        for seed in range(first, first + seeds):
            for language in ("es", "en"):
                made, truth = scenario(kind, brand="Acme", language=language, end=END, seed=seed)
                minutes, wrongly, forbidden = score(*lived(made), truth)
                crises, caught, false, wrong = (
                    crises + len(truth.crises),
                    caught + len(minutes),
                    false + wrongly,
                    wrong + forbidden,
                )
                weeks += truth.days / 7
                found += minutes
                if len(minutes) < len(truth.crises) or wrongly or forbidden:
                    missed.append(f"{language} {seed}")
        everything += found
        middle = f"{median(found):5.0f}" if found else "    -"
        print(
            (
                f"{kind:16s} first page after {middle} min  false {false - false_before} "
                f" failures {', '.join(missed) or 'none'}"
            ),
            flush=True,
        )
    print(
        f"{caught} of {crises} crises in time, median {median(everything) if everything else 0:.0f} min; "
        f"{false} false pages in {weeks:.0f} brand-weeks ({false / weeks:.3f}); {wrong} forbidden levels"
    )


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    kinds = [ScenarioKind(each) for each in sys.argv[1:] if not each.isdigit()]
    main(numbers[0] if numbers else 4, numbers[1] if len(numbers) > 1 else 100, kinds or list(ScenarioKind))
