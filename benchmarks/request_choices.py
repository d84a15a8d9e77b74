"""What a house's choices teach the request classifier: ``python -m benchmarks.request_choices [FILE ...]``.

Each FILE is what one house hears over some weeks, in its order: a JSON object a line with ``text``, ``lang``, ``kind``
and ``theme`` (true where it is one of the own themes that recur). Each text is asked, then taught. Beside what is
taught stands the shipped seed, which never is. Without FILE they are those of ``request_streams``: two invented houses,
written by somebody who had seen neither corpus nor cues nor the 480 texts of ``request_kinds.jsonl``. The lengths of
steps and the replays were chosen on the Spanish one and on left-out quarters of the corpus; the English one chose
nothing. At the end stands what the 480, of every trade, lose by one house's 300 choices.
"""

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.request_kinds import CHOICES, JUDGE, Pair, judging, macro_f1, told
from sentinel.requests.classifier import RequestClassifier, load_request_seed
from sentinel.requests.training import read_request
from sentinel.sentiment.seed import load_seed

STREAMS = Path(__file__).with_name("request_streams")
SPAN = 100


@dataclass(frozen=True, slots=True)
class AskedThenTaught:
    """A text of a stream, as the seed and the taught classifier told it before it was taught."""

    untaught: Pair
    taught: Pair
    theme: bool


def prequential(file: Path, taught: RequestClassifier) -> tuple[list[AskedThenTaught], float]:
    """Each text of a stream asked, then taught; and the seconds that one lesson takes."""
    sentiment, seed = load_seed(), RequestClassifier(load_request_seed())
    themes = [json.loads(line).get("theme", False) for line in file.read_text("utf-8").splitlines() if line.strip()]
    asked: list[AskedThenTaught] = []
    spent = 0.0
    for each, theme in zip(judging(file), themes, strict=True):
        features = read_request(each, sentiment)
        asked.append(AskedThenTaught((each.kind, told(seed, features)), (each.kind, told(taught, features)), theme))
        begun = time.process_time()
        taught.learn_one(features, each.kind)
        spent += time.process_time() - begun
    return asked, spent / len(asked)


def elsewhere(classifier: RequestClassifier) -> float:
    """Macro-F1 on texts that no house of these wrote."""
    sentiment = load_seed()
    return macro_f1((each.kind, told(classifier, read_request(each, sentiment))) for each in judging(JUDGE))


def right(pairs: Sequence[Pair]) -> float:
    """The share of pairs that agree."""
    return sum(truth == said for truth, said in pairs) / max(1, len(pairs))


def line(name: str, asked: Sequence[AskedThenTaught]) -> str:
    """Accuracy and macro-F1, untaught and taught."""
    untaught, taught = [each.untaught for each in asked], [each.taught for each in asked]
    return (
        f"{name:>22} ({len(asked):>3}): right {right(untaught):.3f} -> {right(taught):.3f}, "
        f"macro-F1 {macro_f1(untaught):.3f} -> {macro_f1(taught):.3f}"
    )


def main(arguments: list[str]) -> None:
    """Every stream, by spans of a hundred texts, and what comes after 200 choices by theme."""
    for file in [Path(name) for name in arguments] or sorted(STREAMS.glob("*.jsonl")):
        taught = RequestClassifier(load_request_seed())
        asked, lesson = prequential(file, taught)
        print(f"{file.name}: {lesson * 1e6:.0f} µs a lesson beside reading it")
        for start in range(0, len(asked), SPAN):
            print(line(f"texts {start + 1}-{start + SPAN}", asked[start : start + SPAN]))
        late = asked[CHOICES:]
        print(line(f"after {CHOICES}: own themes", [each for each in late if each.theme]))
        print(line(f"after {CHOICES}: the others", [each for each in late if not each.theme]))
        print(f"  480 of every trade: macro-F1 {elsewhere(RequestClassifier(load_request_seed())):.3f}", end=" -> ")
        print(f"{elsewhere(taught):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
