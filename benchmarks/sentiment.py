"""Compares the sentiment model with River's own one-vs-rest logistic regression: quality and speed, same texts, same run.

``python -m benchmarks.sentiment FOLDER`` where FOLDER holds ``umsab_{es,en,pt}_{train,val}.jsonl``. Five folds over train + val of
each language; both sides learn online with River's verbs and are asked text by text. River gets two passes, plain counts and one
setting that was not tuned, and no lexicon or negation marks: its rows are a plain baseline, not the best River could do. Figures of
the last run stand in the model card.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from river import compose, feature_extraction, linear_model, multiclass, optim
from river.base import Classifier

from sentinel.sentiment.quality import measure
from sentinel.sentiment.seed import pack_seed, unpack_seed
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.sentiment.training import Example, Training

FOLDS = 5
RIVER_PASSES = 2
Say = Callable[[Example], Sentiment]


def main() -> None:
    """Run every contestant over every language and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many of the five folds to run")
    options = parser.parse_args()
    posts = {language: _read(options.folder, language) for language in ("es", "en", "pt")}
    print(f"{'model':34} {'lang':4} {'macro-F1':>8} {'AUC neg':>8} {'ECE':>6} {'predict/s':>10} {'learn/s':>9}")
    for name, contestant in (("River, words + pairs", _river_words), ("River, words + pairs + characters", _river_all)):
        for language, examples in posts.items():
            _row(name, language, examples, contestant, [], options.folds)
    for language, examples in posts.items():
        others = [example for other, texts in posts.items() if other != language for example in texts]
        _row("Sentinel, one language", language, examples, _sentinel, [], options.folds)
        _row("Sentinel, three languages", language, examples, _sentinel, others, options.folds)


def _row(
    name: str, language: str, examples: list[Example], learn: Callable[[list[Example]], tuple[Say, int]], more: list[Example], folds: int
) -> None:
    truths: list[Label] = []
    said: list[Sentiment] = []
    learning = saying = 0.0
    shown = 0
    for train, test in _folds(examples, folds):
        started = time.perf_counter()
        say, count = learn(train + more)
        learning += time.perf_counter() - started
        shown += count
        started = time.perf_counter()
        said += [say(example) for example in test]
        saying += time.perf_counter() - started
        truths += [example.label for example in test]
    quality = measure(truths, said)
    print(
        f"{name:34} {language:4} {quality.macro_f1:8.3f} {quality.negative_auc or 0:8.3f} {quality.calibration_error:6.3f} "
        f"{len(said) / saying:10,.0f} {shown / learning:9,.0f}",
        flush=True,
    )


def _folds(examples: list[Example], folds: int) -> Iterator[tuple[list[Example], list[Example]]]:
    order = np.random.default_rng(0).permutation(len(examples)).tolist()
    for fold in range(folds):
        test = set(order[fold::FOLDS])
        yield [examples[i] for i in order if i not in test], [examples[i] for i in sorted(test)]


def _sentinel(examples: list[Example]) -> tuple[Say, int]:
    training = Training(examples)
    for _ in training.passes():
        pass
    model = unpack_seed(pack_seed(training.trained.weights, training.trained.temperature))
    return lambda example: model.sentiment_of(example.text, example.lang), len(examples) * training.total


def _river_words(examples: list[Example]) -> tuple[Say, int]:
    return _river(feature_extraction.BagOfWords(lowercase=True, ngram_range=(1, 2)), examples)


def _river_all(examples: list[Example]) -> tuple[Say, int]:
    words = feature_extraction.BagOfWords(lowercase=True, ngram_range=(1, 2))
    characters = feature_extraction.BagOfWords(lowercase=True, strip_accents=True, tokenizer=list, ngram_range=(3, 5))
    return _river(compose.TransformerUnion(words, characters), examples)


def _river(features: object, examples: list[Example]) -> tuple[Say, int]:
    model: Classifier = features | multiclass.OneVsRestClassifier(linear_model.LogisticRegression(optim.AdaGrad(0.1), l2=1e-4))  # type: ignore[operator]  # a pipeline
    for _ in range(RIVER_PASSES):
        for example in examples:
            model.learn_one(example.text, example.label.value)

    def say(example: Example) -> Sentiment:
        told = model.predict_proba_one(example.text)
        return Sentiment(told.get("negative", 0.0), told.get("neutral", 0.0), told.get("positive", 0.0))

    return say, RIVER_PASSES * len(examples)


def _read(folder: Path, language: str) -> list[Example]:
    rows = [
        json.loads(line)
        for part in ("train", "val")
        for line in (folder / f"umsab_{language}_{part}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    return [Example(row["text"], Label(row["label"]), language) for row in rows]


if __name__ == "__main__":
    main()
