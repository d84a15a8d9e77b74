"""How well requests are told apart: ``python -m benchmarks.request_kinds [FILE] [--write]``.

Five folds over the shipped corpus say what its texts say of each other. FILE has other texts, a JSON object a line with
``text``, ``lang`` and ``kind``: it judges the shipped seed, and says what 200 choices teach. Without one it is
``request_kinds.jsonl`` beside this file, written by somebody who has seen neither corpus nor cues, and never trained
on. ``--write`` trains the seed anew.
"""

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sentinel.requests import __file__ as room
from sentinel.requests.classifier import KINDS, RequestClassifier, load_request_seed
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.training import LabelledRequest, read_request, request_corpus, train_requests
from sentinel.sentiment.seed import load_seed

FOLDS = 5
CHOICES = 200
JUDGE = Path(__file__).with_suffix(".jsonl")
Pair = tuple[RequestKind, RequestKind]


def macro_f1(pairs: Iterable[Pair]) -> float:
    """The mean over the kinds of F1; pairs of (true, told)."""
    told = Counter(pairs)
    total = 0.0
    for kind in KINDS:
        right = told[kind, kind]
        wrong = sum(times for (truth, said), times in told.items() if (truth == kind) != (said == kind))
        total += 2 * right / max(1, 2 * right + wrong)
    return total / len(KINDS)


def confusion(pairs: Iterable[Pair]) -> str:
    """Rows are true, columns told."""
    told = Counter(pairs)
    head = " ".join(f"{kind.value[:9]:>9}" for kind in KINDS)
    rows = (f"{truth.value:>9} " + " ".join(f"{told[truth, said]:>9}" for said in KINDS) for truth in KINDS)
    return "\n".join((f"{'':>9} {head}", *rows))


def main(arguments: list[str]) -> None:
    """Measure, and write if asked."""
    sentiment = load_seed()
    rows = [(read_request(each, sentiment), each) for each in request_corpus()]
    if "--write" in arguments:
        seed = train_requests([(features, each.kind) for features, each in rows])
        (Path(room).parent / "seed.msgpack").write_bytes(msgspec.msgpack.encode(seed))
        load_request_seed.cache_clear()
    order = list(range(len(rows)))
    random.Random(7).shuffle(order)
    pairs: list[tuple[str, Pair]] = []
    for fold in range(FOLDS):
        out = frozenset(order[fold::FOLDS])
        trained = RequestClassifier(train_requests([(rows[i][0], rows[i][1].kind) for i in order if i not in out]))
        pairs += [(rows[i][1].language, (rows[i][1].kind, told(trained, rows[i][0]))) for i in sorted(out)]
    print("five folds of the shipped corpus", by_language(pairs))
    for path in [Path(name) for name in arguments if not name.startswith("--")] or [JUDGE]:
        judge(path)


def told(classifier: RequestClassifier, features: dict[str, float]) -> RequestKind:
    """The likeliest kind."""
    chances = classifier.predict_proba_one(features)
    return max(KINDS, key=lambda kind: chances[kind])


def by_language(pairs: list[tuple[str, Pair]]) -> str:
    """Macro-F1 of all and of each language."""
    languages = sorted({language for language, _ in pairs})
    each = (f"{name} {macro_f1([pair for of, pair in pairs if of == name]):.3f}" for name in languages)
    return f"macro-F1 {macro_f1([pair for _, pair in pairs]):.3f} ({', '.join(each)})"


def judging(file: Path) -> list[LabelledRequest]:
    """The texts of a file."""
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [LabelledRequest(each["text"], each["lang"], RequestKind(each["kind"])) for each in lines]


def judge(file: Path) -> None:
    """What the shipped seed says of other texts, and what is gained by choices: the first 200 of them, asked before
    they are taught, and the rest before and after.
    """
    sentiment = load_seed()
    rows = [(read_request(each, sentiment), each) for each in judging(file)]
    classifier = RequestClassifier(load_request_seed())
    begun = time.process_time()
    pairs = [(each.language, (each.kind, told(classifier, features))) for features, each in rows]
    cost = (time.process_time() - begun) / len(rows)
    print(f"{file.name}: {by_language(pairs)}, {cost * 1e6:.0f} µs a text beside reading it")
    print(confusion(pair for _, pair in pairs))
    random.Random(11).shuffle(rows)
    taught, rest = rows[:CHOICES], rows[CHOICES:]
    before = macro_f1((each.kind, told(classifier, features)) for features, each in rest)
    for features, each in taught:
        classifier.learn_one(features, each.kind)
    after = macro_f1((each.kind, told(classifier, features)) for features, each in rest)
    print(f"the other {len(rest)} before {len(taught)} choices {before:.3f}, after them {after:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
