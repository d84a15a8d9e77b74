"""Shows what learning on the job brings, and what lies can do: a stream of real posts, asked first and taught after.

``python -m benchmarks.learning STREAM.jsonl.gz [LABELLED.jsonl ...]``: a stream in order (text, lang, label,
published_at), never trained on, and labelled texts from which an attacker takes theirs. The shipped seed reads the
stream alone; then with corrections by three people, through the exam and the limits; then attacked. Last it is tried
with other steps and steadiness: chosen by the first half of the days, the second half tells what they are worth.
Figures of the last run stand in the model card.
"""

import argparse
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import numpy as np

from sentinel.sentiment.learning_model import LearningModel, Lesson, LessonOutcome
from sentinel.sentiment.quality import measure
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label, Sentiment

LIES = 10_000
TURNED = {Label.NEGATIVE: Label.POSITIVE, Label.POSITIVE: Label.NEGATIVE, Label.NEUTRAL: Label.NEGATIVE}
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Post:
    """One labelled post."""

    text: str
    lang: str
    label: Label
    at: datetime


def main() -> None:
    """The stream with and without corrections, then the attacks."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("stream", type=Path)
    parser.add_argument("labelled", type=Path, nargs="*")
    options = parser.parse_args()
    posts = list(_read(options.stream))
    print(f"macro-F1 by fifths of {len(posts):,} posts, overall, F1 and AUC of negative, calibration error")
    _follow("the seed alone", posts, lambda number, right: False)
    _follow("1 % of the labels", posts, lambda number, right: number % 100 == 0)
    _follow("5 %, the first 500 labels", posts, lambda number, right: number % 20 == 0 and number < 10_000)
    _follow("5 %, of its mistakes alone", posts, lambda number, right: number % 20 == 0 and not right)
    _follow("every label", posts, lambda number, right: True)
    _halves(posts)
    sources = {"this stream": posts} | {path.name: list(_read(path)) for path in options.labelled}
    for name, source in sources.items():
        for lie, pause in (
            (f"turned labels of {name}, one a second", 1.0),
            (f"turned labels of {name}, 250 a day", 345.6),
        ):
            _attack(lie, source, posts, lambda post: TURNED[post.label], pause)
        _attack(f"positive for all of {name}, 250 a day", source, posts, lambda post: Label.POSITIVE, 345.6)
        _attack(f"neutral for all of {name}, 250 a day", source, posts, lambda post: Label.NEUTRAL, 345.6)


def _follow(name: str, posts: list[Post], taught: Callable[[int, bool], bool]) -> None:
    learning = LearningModel(load_seed())
    said, labels = _learn(learning, posts, taught)
    truths = [post.label for post in posts]
    fifths = [_f1(truths[part], said[part]) for part in _fifths(len(posts))]
    whole = measure(truths, said)
    print(
        f"{name:28} {' '.join(f'{figure:.3f}' for figure in fifths)}  {whole.macro_f1:.3f}  {whole.negative_f1:.3f} "
        f"{whole.negative_auc or 0:.3f}  {whole.calibration_error:.3f}  ({labels:,} labels, "
        f"version {learning.versions[-1].number}, {learning.failures} batches failed)",
        flush=True,
    )


def _learn(
    learning: LearningModel, posts: list[Post], taught: Callable[[int, bool], bool]
) -> tuple[list[Sentiment], int]:
    """What was said of each post before it was taught, and how many labels there were."""
    said: list[Sentiment] = []
    labels = 0
    for number, post in enumerate(posts):
        answer = learning.serving.sentiment_of(post.text, post.lang)
        said.append(answer)
        if taught(number, answer.label is post.label):
            labels += 1
            learning.take(Lesson(post.text, post.label, f"person {labels % 3}", post.lang), post.at)
    return said, labels


def _halves(posts: list[Post]) -> None:
    """Steps and steadiness for 5 % of the labels: the best of the first half of the days, beside what ships, on the
    second half.
    """
    days = sorted({post.at.date() for post in posts})
    middle = days[len(days) // 2]
    halves = [[post for post in posts if (post.at.date() >= middle) is late] for late in (False, True)]
    tried: dict[tuple[float, float], list[float]] = {}
    for rate, steadiness in product((0.025, 0.05, 0.1), (0.0, 30.0, 100.0, 300.0)):
        for half in halves:
            seed = load_seed()
            seed.learning_rate, seed.steadiness = rate, steadiness
            said, _ = _learn(LearningModel(seed), half, lambda number, right: number % 20 == 0)
            tried.setdefault((rate, steadiness), []).append(_f1([post.label for post in half], said))
    seed = load_seed()
    best = max(tried, key=lambda setting: tried[setting][0])
    for late, name in zip((0, 1), (f"until {middle}", f"from {middle}"), strict=True):
        alone = _f1(
            [post.label for post in halves[late]], [seed.sentiment_of(post.text, post.lang) for post in halves[late]]
        )
        shipped = tried[seed.learning_rate, seed.steadiness][late]
        print(
            f"{name}, 5 % of the labels: seed alone {alone:.4f}, as shipped {shipped:.4f}, "
            f"step {best[0]:g} and steadiness {best[1]:g}, the first half's best, {tried[best][late]:.4f}; "
            f"all that were tried {min(each[late] for each in tried.values()):.4f} "
            f"to {max(each[late] for each in tried.values()):.4f}",
            flush=True,
        )


def _attack(name: str, source: list[Post], held_out: list[Post], lie: Callable[[Post], Label], pause: float) -> None:
    learning, order = LearningModel(load_seed()), np.random.default_rng(1)
    before = _accuracy(learning, held_out)
    outcomes = dict.fromkeys(LessonOutcome, 0)
    for number in range(LIES):
        post = source[int(order.integers(len(source)))]
        outcomes[
            learning.take(Lesson(post.text, lie(post), "mallory", post.lang), BEGIN + timedelta(seconds=pause * number))
        ] += 1
    told = ", ".join(f"{outcome} {count:,}" for outcome, count in outcomes.items() if count)
    print(f"{name:60} accuracy {before:.4f} -> {_accuracy(learning, held_out):.4f}  ({told})", flush=True)


def _accuracy(learning: LearningModel, posts: list[Post]) -> float:
    model = learning.serving
    return sum(model.sentiment_of(post.text, post.lang).label is post.label for post in posts[::3]) / len(posts[::3])


def _f1(truths: list[Label], said: list[Sentiment]) -> float:
    return measure(truths, said).macro_f1


def _fifths(count: int) -> list[slice]:
    return [slice(count * part // 5, count * (part + 1) // 5) for part in range(5)]


def _read(path: Path) -> Iterator[Post]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            at = datetime.fromisoformat(row["published_at"]) if "published_at" in row else BEGIN
            yield Post(row["text"], row["lang"], Label(row["label"]), at)


if __name__ == "__main__":
    main()
