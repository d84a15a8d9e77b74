"""What a brand costs: microseconds of taking in a mention and of one `assess`, one tick of ten thousand brands of which
5 % are active, bytes of one brand's state, and of the texts it knows copies by.

    python benchmarks/assess.py [BRANDS]     default 10000

Microseconds are of this machine now. Of another tree of the same project: PYTHONPATH=TREE before the same command.
"""

import sys
import time
from datetime import UTC, datetime, timedelta

import msgspec

from sentinel.engine.brand_state import COPIES_WITHIN
from sentinel.matching.duplicates import Voices
from sentinel.scoring.brand_scorer import BrandScorer
from sentinel.scoring.settings import ScoringSettings
from sentinel.sentiment.seed import load_seed
from sentinel.signals.base import Observation
from sentinel.simulation.kinds import ScenarioKind
from sentinel.simulation.scenario import scenario

END = datetime(2026, 3, 9, tzinfo=UTC)
LAST, ROUNDS = 1_000, 5


def heard(kind: ScenarioKind) -> list[Observation]:
    made, _ = scenario(kind, brand="Acme", language="en", end=END, seed=1)
    model, observations = load_seed(), []
    for mention in made:
        lang, sentiment = model.classify(mention.text, mention.lang)
        at = mention.published_at
        observations.append(
            Observation(
                mention=mention,
                brand="Acme",
                at=at,
                observed_at=at,
                lang=lang,
                sentiment=sentiment,
                late=False,
                copy=False,
            )
        )
    return observations


def one(kind: ScenarioKind) -> BrandScorer:
    """A brand's whole history, then its last thousand mentions with an assessment after each: each the least of
    `ROUNDS`, since whatever else the machine does only ever adds to it.
    """
    watch, observations = BrandScorer("Acme", ScoringSettings()), heard(kind)
    last = observations[-LAST:]
    for observation in observations[:-LAST]:
        watch.observe(observation)
    state = msgspec.msgpack.encode(watch.snapshot())
    taken, assessed = ([float("inf")] * len(last) for _ in range(2))
    for _ in range(ROUNDS):
        watch = BrandScorer("Acme", ScoringSettings())
        watch.restore(msgspec.msgpack.decode(state))
        for place, observation in enumerate(last):
            began = time.perf_counter()
            watch.observe(observation)
            started = time.perf_counter()
            watch.assess(observation.observed_at)
            assessed[place] = min(assessed[place], time.perf_counter() - started)
            taken[place] = min(taken[place], started - began)
    voices = Voices(window=COPIES_WITHIN)
    for observation in observations:
        voices.is_copy(observation.mention.text, observation.at)
    size, texts = (len(msgspec.msgpack.encode(each.snapshot())) / 1000 for each in (watch, voices))
    mention, assess = (sum(each) / len(last) * 1e6 for each in (taken, assessed))
    print(
        f"{kind:15s} {len(observations):7,d} mentions  {mention:5.0f} µs to take one in  {assess:5.0f} µs an assess  "
        f"{size:6.1f} + {texts:5.1f} kB of state"
    )
    return watch


def tick(brands: int) -> None:
    """As many brands in the middle of a firestorm as are active in one tick."""
    active = brands // 20
    state = one(ScenarioKind.FIRESTORM_MID).snapshot()
    watches = []
    for number in range(active):
        watches.append(BrandScorer(f"brand {number}", ScoringSettings()))
        watches[-1].restore(state)
    now = END + timedelta(seconds=5)
    started = time.process_time()
    for watch in watches:
        watch.assess(now)
    print(f"one tick, {brands:,d} brands, {active:,d} of them active: {time.process_time() - started:.3f} s of 5")


if __name__ == "__main__":
    for kind in (ScenarioKind.QUIET_WEEKS, ScenarioKind.FIRESTORM_SMALL, ScenarioKind.FIRESTORM_BIG):
        one(kind)
    tick(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
