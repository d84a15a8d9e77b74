"""Trains the seed from labelled texts: a few passes of the model's own online step, averaged, then calibrated on texts
held out.

Upstream of `sentinel.sentiment.seed`, which stores what comes out. The same examples in the same order give the same
weights.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.features import SLOTS, WIDTH, Features, features_of
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import LABELS, SentimentModel, Weights
from sentinel.sentiment.quality import Quality, measure
from sentinel.sentiment.sentiment import Label, Sentiment

PASSES: Final = 4
_ORDER: Final = 2026
"""Seed of the order in which examples are shown."""
_HELD_OUT: Final = 5
"""Every fifth example of full weight is held out to fit the temperature and to measure."""
_LEAST_TEXTS: Final = 2
"""A hashed slot that fewer examples touch is left at zero: it would fill the file and say little."""
_TEMPERATURES: Final = tuple(round(0.5 + 0.05 * step, 2) for step in range(51))


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text; ``lang`` is its source's tag, ``weight`` less than 1 for made-up or doubtful ones."""

    text: str
    label: Label
    lang: str | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Trained:
    """Weights of shape ``(SLOTS, 3)``, the temperature, and the quality on what was held out, for each language."""

    weights: Weights
    temperature: float
    held_out: dict[str, Quality]


@dataclass(frozen=True, slots=True)
class _Prepared:
    features: Features
    column: int
    weight: float
    language: str


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
        self._examples = [_prepare(example) for example in examples]
        self.trained: Trained
        self.total = 2 * PASSES
        """How many passes there will be."""

    def passes(self) -> Iterator[int]:
        """Run; yields the number of passes done. `trained` is set after the last."""
        full = [place for place, example in enumerate(self._examples) if example.weight >= 1.0]
        held = frozenset(full[::_HELD_OUT])
        tried = _Run([e for place, e in enumerate(self._examples) if place not in held])
        for done in range(PASSES):
            tried.learn()
            yield done + 1
        test = [self._examples[place] for place in sorted(held)]
        temperature = _fit_temperature(tried.weights, test)
        final = _Run(self._examples)
        for done in range(PASSES):
            final.learn()
            yield PASSES + done + 1
        self.trained = Trained(final.weights, temperature, _measure(tried.weights, temperature, test))


class _Run:
    """Passes over examples; ``weights`` is the mean over the later half of the passes, which steadies what single steps
    shook.
    """

    def __init__(self, examples: Sequence[_Prepared]) -> None:
        self._examples = _drop_rare(examples)
        self._model = SentimentModel()
        self._order = np.random.default_rng(_ORDER)
        self._sum = np.zeros((SLOTS, len(LABELS)), dtype=np.float64)
        self._passes = 0

    def learn(self) -> None:
        for place in self._order.permutation(len(self._examples)).tolist():
            example = self._examples[place]
            self._model.learn_features(example.features, example.column, example.weight)
        self._passes += 1
        if self._passes > PASSES // 2:
            self._sum += self._model.weights

    @property
    def weights(self) -> Weights:
        return (self._sum / (PASSES - PASSES // 2)).astype(np.float32)


def _prepare(example: Example) -> _Prepared:
    language = detect_language(example.text, example.lang)
    return _Prepared(features_of(example.text, language), LABELS.index(example.label), example.weight, language)


def _drop_rare(examples: Sequence[_Prepared]) -> list[_Prepared]:
    texts = np.zeros(SLOTS, dtype=np.int64)
    for example in examples:
        texts[np.unique(example.features.slots)] += 1
    common = texts >= _LEAST_TEXTS
    common[WIDTH:] = True
    kept: list[_Prepared] = []
    for example in examples:
        keep = common[example.features.slots]
        features = Features(example.features.slots[keep], example.features.values[keep])
        kept.append(_Prepared(features, example.column, example.weight, example.language))
    return kept


def _scores(weights: Weights, examples: Sequence[_Prepared]) -> NDArray[np.float64]:
    return np.array([e.features.values @ weights[e.features.slots] for e in examples], dtype=np.float64).reshape(
        -1, len(LABELS)
    )


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    normed: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return normed


def _fit_temperature(weights: Weights, examples: Sequence[_Prepared]) -> float:
    """The temperature with the least log loss on examples not trained on; 1 when there are none."""
    if not examples:
        return 1.0
    scores = _scores(weights, examples)
    truth = np.array([example.column for example in examples])
    rows = np.arange(len(truth))
    losses = [float(-np.log(_softmax(scores / t)[rows, truth] + 1e-12).mean()) for t in _TEMPERATURES]
    return _TEMPERATURES[losses.index(min(losses))]


def _measure(weights: Weights, temperature: float, examples: Sequence[_Prepared]) -> dict[str, Quality]:
    quality: dict[str, Quality] = {}
    for language in sorted({example.language for example in examples}):
        chosen = [example for example in examples if example.language == language]
        rows = _softmax(_scores(weights, chosen) / temperature).tolist()
        quality[language] = measure([LABELS[e.column] for e in chosen], [Sentiment(*row) for row in rows])
    return quality
