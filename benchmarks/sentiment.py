"""Compares the sentiment model with River's own one-vs-rest logistic regression and with VADER: quality and speed, same
texts, same run.

``python -m benchmarks.sentiment FOLDER`` where FOLDER holds ``umsab_{es,en,pt}_{train,val}.jsonl`` and, in ``more/``,
what the seed's recipe adds. Five folds over train + val of each language, near copies of a fold's texts left out of
what is added; both sides learn online with River's verbs and are asked text by text. River gets two passes, plain
counts and one setting that was not tuned, and no lexicon or negation marks: its rows are a plain baseline, not the best
River could do. VADER is measured where it is installed (``pip install vaderSentiment``; Sentinel does not depend on
it), on English alone, the language it knows. Figures of the last run stand in the model card.
"""

import argparse
import gzip
import json
import math
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from river import compose, feature_extraction, linear_model, multiclass, optim

from benchmarks.near_copies import NearCopies
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.quality import Quality, measure
from sentinel.sentiment.seed import load_seed, pack_seed, unpack_seed
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.sentiment.training import Example, Training

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

CORPUS = Path(__file__).parents[1] / "sentinel" / "sentiment" / "corpus"
ADDED = ("semeval_2013_2016_en.jsonl.gz", "emo50k_es_use_softlabels.jsonl.gz")
FOLDS = 5
RIVER_PASSES = 2
TURN = 200
Say = Callable[[Example], Sentiment]


def main() -> None:
    """Run every contestant over every language and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", type=int, default=FOLDS, help="how many of the five folds to run")
    parser.add_argument(
        "--without-river", action="store_true", help="leave River's rows out: they take most of the time"
    )
    parser.add_argument(
        "--recipe-alone", action="store_true", help="only what the shipped seed is, and its speed beside VADER's"
    )
    parser.add_argument("--language", choices=("es", "en", "pt"), nargs="+", default=("es", "en", "pt"))
    options = parser.parse_args()
    posts = {language: _read(options.folder, language) for language in ("es", "en", "pt")}
    _beside_vader(posts)  # first: afterwards the words of these texts are known
    print(f"{'model':34} {'lang':4} {'macro-F1':>8} {'AUC neg':>8} {'ECE':>6} {'predict/s':>10} {'learn/s':>9}")
    river = (("River, words + pairs", _river_words), ("River, words + pairs + characters", _river_all))
    for name, contestant in () if options.without_river or options.recipe_alone else river:
        for language in options.language:
            _row(name, language, posts[language], contestant, [], options.folds)
    for language in () if options.recipe_alone else options.language:
        examples = posts[language]
        others = [example for other, texts in posts.items() if other != language for example in texts]
        _row("Sentinel, one language", language, examples, _sentinel, [], options.folds)
        _row("Sentinel, three languages", language, examples, _sentinel, others, options.folds)
        _row("Sentinel, with our own posts", language, examples, _sentinel, others + _ours(), options.folds)
    _recipe(posts, _added(options.folder / "more"), options.folds)


def _recipe(posts: dict[str, list[Example]], added: list[Example], folds: int) -> None:
    """As the shipped seed is trained, with a fold of each language held out at once, and near copies of its texts
    with it.
    """
    copies = NearCopies(example.text for example in added)
    truths: dict[str, list[Label]] = {language: [] for language in posts}
    said: dict[str, list[Sentiment]] = {language: [] for language in posts}
    for parts in zip(*(_folds(examples, folds) for examples in posts.values()), strict=True):
        dropped = copies.of([example.text for _, test in parts for example in test])
        kept = [example for place, example in enumerate(added) if place not in dropped]
        say, _ = _sentinel([example for train, _ in parts for example in train] + kept + _ours())
        for language, (_, test) in zip(posts, parts, strict=True):
            truths[language] += _labels(test)
            said[language] += [say(example) for example in test]
    for language in posts:
        _show("Sentinel, the seed's recipe", language, measure(truths[language], said[language]), math.nan, math.nan)


def _row(
    name: str,
    language: str,
    examples: list[Example],
    learn: Callable[[list[Example]], tuple[Say, int]],
    more: list[Example],
    folds: int,
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
        truths += _labels(test)
    _show(name, language, measure(truths, said), len(said) / saying, shown / learning)


def _show(name: str, language: str, quality: Quality, asked: float, taught: float) -> None:
    print(
        f"{name:34} {language:4} {quality.macro_f1:8.3f} "
        f"{quality.negative_auc or 0:8.3f} {quality.calibration_error:6.3f} "
        f"{asked:10,.0f} {taught:9,.0f}",
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
    trained = training.trained
    model = unpack_seed(pack_seed(trained.weights, trained.temperature, trained.temperatures))
    return lambda example: model.sentiment_of(example.text, example.lang), len(examples) * training.total


def _ours() -> list[Example]:
    """Our own posts, with their weights, as the shipped seed is trained on them."""
    rows = [
        json.loads(line)
        for kind, language in product(("brand", "kinds"), ("en", "es"))
        for line in (CORPUS / f"{kind}_{language}.jsonl").read_text("utf-8").splitlines()
    ]
    return [Example(row["text"], Label(row["label"]), row["lang"], row["weight"]) for row in rows]


def _added(folder: Path) -> list[Example]:
    """What the shipped seed is trained on besides: labelled English posts, and Spanish ones that another model
    judged.
    """
    added: list[Example] = []
    for name in ADDED:
        with gzip.open(folder / name, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                label = Label(row["label"]) if "label" in row else None
                added.append(
                    Example(
                        row["text"],
                        label,
                        row["lang"],
                        row.get("weight", 1.0),
                        tuple(row["soft"]) if label is None else None,
                    )
                )
    return added


def _labels(examples: list[Example]) -> list[Label]:
    return [example.label for example in examples if example.label is not None]


def _beside_vader(posts: dict[str, list[Example]]) -> None:
    """Texts a second of processor time: VADER, the shipped model asked, the shipped model taught; cold first, then
    warm.

    All three take turns, two hundred texts each, so that whatever else the machine does meets all alike. VADER reads
    Spanish and Portuguese as words it does not know, which takes it no longer.
    """
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ModuleNotFoundError:
        print("VADER is not installed: not compared")
        return
    vader, model = SentimentIntensityAnalyzer(), load_seed()
    for language, state in product(posts, ("cold", "warm", "warm")):
        learner = load_seed()
        spent = [0.0, 0.0, 0.0]
        for start in range(0, len(posts[language]), TURN):
            turn = posts[language][start : start + TURN]
            for place, work in enumerate((partial(_read_by, vader), partial(_ask, model), partial(_teach, learner))):
                began = time.process_time()
                for example in turn:
                    work(example)
                spent[place] += time.process_time() - began
        reading, asking, learning = (len(posts[language]) / each for each in spent)
        print(
            f"{language} {state}: VADER {reading:,.0f}, classify {asking:,.0f} ({asking / reading:.2f}), "
            f"learn {learning:,.0f} ({learning / reading:.2f})",
            flush=True,
        )
    truths = _labels(posts["en"])
    said = [_of_vader(vader.polarity_scores(example.text)["compound"]) for example in posts["en"]]
    print(f"VADER, English: macro-F1 {measure(truths, said).macro_f1:.3f}")


def _read_by(vader: "SentimentIntensityAnalyzer", example: Example) -> None:
    vader.polarity_scores(example.text)


def _ask(model: SentimentModel, example: Example) -> None:
    model.sentiment_of(example.text, example.lang)


def _teach(model: SentimentModel, example: Example) -> None:
    if example.label is not None:
        model.learn_one(example.text, example.label, lang=example.lang)


def _of_vader(compound: float) -> Sentiment:
    """The thresholds that VADER's authors recommend."""
    return (
        Sentiment(0.0, 0.0, 1.0)
        if compound >= 0.05
        else Sentiment(1.0, 0.0, 0.0)
        if compound <= -0.05
        else Sentiment(0.0, 1.0, 0.0)
    )


def _river_words(examples: list[Example]) -> tuple[Say, int]:
    return _river(feature_extraction.BagOfWords(lowercase=True, ngram_range=(1, 2)), examples)


def _river_all(examples: list[Example]) -> tuple[Say, int]:
    words = feature_extraction.BagOfWords(lowercase=True, ngram_range=(1, 2))
    characters = feature_extraction.BagOfWords(lowercase=True, strip_accents=True, tokenizer=list, ngram_range=(3, 5))
    return _river(compose.TransformerUnion(words, characters), examples)


def _river(features: Any, examples: list[Example]) -> tuple[Say, int]:
    """A pipeline takes a text, whatever River's types say."""
    model: Any = features | multiclass.OneVsRestClassifier(linear_model.LogisticRegression(optim.AdaGrad(0.1), l2=1e-4))
    for _ in range(RIVER_PASSES):
        for example in examples:
            if example.label is not None:
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
