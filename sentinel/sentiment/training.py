"""Trains the seed from labelled texts: a few passes of the model's own online step, averaged, then calibrated on texts
held out.

Three runs: the first, on labels alone, says what the model thinks of texts that another model gave probabilities for;
the second learns those too and is measured on what was held out of both; the third learns everything and is what ships.
Upstream of `sentinel.sentiment.seed`, which stores what comes out. The same examples in the same order give the same
weights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.features import SLOTS, Features, by_lexicon_alone, features_of
from sentinel.sentiment.hashed_slots import WIDTH
from sentinel.sentiment.language import BY_LEXICON, LANGUAGES, detect_language
from sentinel.sentiment.model import LABELS, SentimentModel, Weights
from sentinel.sentiment.quality import Quality, measure
from sentinel.sentiment.sentiment import Label, Sentiment

PASSES: Final = 4
_SMOOTHING: Final = 0.05
"""Share of each label spread over the other classes, as `SentimentModel` does."""
_ORDER: Final = 2026
"""Seed of the order in which examples are shown."""
_HELD_OUT: Final = 5
"""Every fifth example of full weight is held out to fit the temperature and to measure."""
_LEAST_TEXTS: Final = 2
"""A hashed slot that fewer examples touch is left at zero: it would fill the file and say little."""
_TEMPERATURES: Final = tuple(round(0.5 + 0.05 * step, 2) for step in range(51))


@dataclass(frozen=True, slots=True)
class Example:
    """A text with its label; ``lang`` is its source's tag, ``weight`` less than 1 for made-up, doubtful or
    over-plentiful ones.

    Instead of a label it may have ``chances``, probabilities of negative, neutral and positive by another model: it is
    then taught as the mean of those and of what this model thinks of it.
    """

    text: str
    label: Label | None
    lang: str | None = None
    weight: float = 1.0
    chances: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights of shape ``(SLOTS, 3)``, the temperature of all and of each language, and the quality on what was
    held out, by language.
    """

    weights: Weights
    temperature: float
    temperatures: dict[str, float]
    held_out: dict[str, Quality]


@dataclass(frozen=True, slots=True)
class _Prepared:
    features: Features
    wanted: tuple[float, ...]
    weight: float
    column: int | None
    """Of its label; ``None`` for one that another model judged."""


class Training:
    """One run of training, a pass at a time so that the caller can show progress.

    Examples
    --------
    >>> training = Training([Example("qué desastre", Label.NEGATIVE), Example("qué maravilla", Label.POSITIVE)] * 10)
    >>> for _ in training.passes():
    ...     pass
    >>> training.trained.weights.shape[1]
    3
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        prepared = [_prepare(example) for example in examples]
        self._labelled = [each for each in prepared if each.column is not None]
        self._judged = [each for each in prepared if each.column is None]
        self.trained: Trained
        self.total = (3 if self._judged else 2) * PASSES
        """How many passes there will be."""

    def passes(self) -> Iterator[int]:
        """Run; yields the number of passes done. `trained` is set after the last."""
        full = [place for place, example in enumerate(self._labelled) if example.weight >= 1.0]
        held = frozenset(full[::_HELD_OUT])
        kept = [each for place, each in enumerate(self._labelled) if place not in held]
        test = [self._labelled[place] for place in sorted(held)]
        done = 0
        judged = self._judged
        if judged:
            first = _Run(kept)
            for _ in range(PASSES):
                first.learn()
                done += 1
                yield done
            judged = _meet_halfway(first.weights, judged)
        tried, final = _Run(kept + judged), _Run(self._labelled + judged)
        for run in (tried, final):
            for _ in range(PASSES):
                run.learn()
                done += 1
                yield done
        self.trained = Trained(final.weights, *_calibrate(tried.weights, test))


class _Run:
    """Passes over examples; ``weights`` is the mean over the later half of the passes, which steadies what single steps
    shook.

    Labelled examples of full weight are learnt a second time as if they were in a language that is read by its lexicon
    alone.
    """

    def __init__(self, examples: Sequence[_Prepared]) -> None:
        self._examples = _drop_rare(examples)
        self._alone = [
            replace(each, features=by_lexicon_alone(each.features))
            for each in examples
            if each.weight >= 1.0 and each.column is not None
        ]
        self._model = SentimentModel()
        self._order = np.random.default_rng(_ORDER)
        self._sum = np.zeros((SLOTS, len(LABELS)), dtype=np.float64)
        self._passes = 0

    def learn(self) -> None:
        for examples in (self._examples, self._alone):
            for place in self._order.permutation(len(examples)).tolist():
                example = examples[place]
                self._model.learn_chances(example.features, example.wanted, example.weight)
        self._passes += 1
        if self._passes > PASSES // 2:
            self._sum += self._model.weights

    @property
    def weights(self) -> Weights:
        return (self._sum / (PASSES - PASSES // 2)).astype(np.float32)


def _prepare(example: Example) -> _Prepared:
    features = features_of(example.text, detect_language(example.text, example.lang))
    if example.label is None:
        if example.chances is None:
            raise ValueError(f"{example.text[:40]!r} has neither a label nor chances: give it one")
        return _Prepared(features, example.chances, example.weight, None)
    column = LABELS.index(example.label)
    wanted = tuple(_SMOOTHING / len(LABELS) + (1.0 - _SMOOTHING) * (column == each) for each in range(len(LABELS)))
    return _Prepared(features, wanted, example.weight, column)


def _meet_halfway(weights: Weights, judged: Sequence[_Prepared]) -> list[_Prepared]:
    """What another model judged, each with the mean of its chances and of those that these weights give."""
    own = _softmax(_scores(weights, judged))
    return [
        replace(each, wanted=tuple((a + b) / 2 for a, b in zip(each.wanted, row, strict=True)))
        for each, row in zip(judged, own.tolist(), strict=True)
    ]


def _drop_rare(examples: Sequence[_Prepared]) -> list[_Prepared]:
    texts = np.zeros(SLOTS, dtype=np.int64)
    for example in examples:
        texts[np.unique(example.features.slots)] += 1
    common = texts >= _LEAST_TEXTS
    common[WIDTH:] = True
    kept: list[_Prepared] = []
    for example in examples:
        slots, values, language = example.features
        keep = common[slots]
        kept.append(replace(example, features=Features(slots[keep], values[keep], language)))
    return kept


def _scores(weights: Weights, examples: Sequence[_Prepared]) -> NDArray[np.float64]:
    return np.array([e.features.values @ weights[e.features.slots] for e in examples], dtype=np.float64).reshape(
        -1, len(LABELS)
    )


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    normed: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return normed


def _calibrate(weights: Weights, test: Sequence[_Prepared]) -> tuple[float, dict[str, float], dict[str, Quality]]:
    """The temperature of all, of each language, and the quality with them, on labelled examples that the weights
    were not trained on.
    """
    parts = {language: [e for e in test if e.features.language == language] for language in LANGUAGES}
    temperatures = {language: _fit_temperature(weights, part) for language, part in parts.items() if part}
    alone = [replace(each, features=by_lexicon_alone(each.features)) for each in test]
    if alone:
        temperatures |= dict.fromkeys(BY_LEXICON, _fit_temperature(weights, alone))
    quality = {language: _measure(weights, temperatures[language], part) for language, part in parts.items() if part}
    return _fit_temperature(weights, test), temperatures, quality


def _fit_temperature(weights: Weights, examples: Sequence[_Prepared]) -> float:
    """The temperature with the least log loss on examples not trained on; 1 when there are none."""
    if not examples:
        return 1.0
    scores = _scores(weights, examples)
    truth = np.array([example.column for example in examples])
    rows = np.arange(len(truth))
    losses = [float(-np.log(_softmax(scores / t)[rows, truth] + 1e-12).mean()) for t in _TEMPERATURES]
    return _TEMPERATURES[losses.index(min(losses))]


def _measure(weights: Weights, temperature: float, examples: Sequence[_Prepared]) -> Quality:
    rows = _softmax(_scores(weights, examples) / temperature).tolist()
    return measure([LABELS[e.column] for e in examples if e.column is not None], [Sentiment(*row) for row in rows])
