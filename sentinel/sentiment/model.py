"""The sentiment model: multinomial logistic regression over hashed features, learning online with River's verbs.

Reads every mention after matching; learns from operators' corrections. An estimator of our own and not River's
one-vs-rest logistic regression: over words, pairs and characters it predicts about six times as fast with its weights
in one flat array, and scores higher (River over words and pairs alone is as fast or faster, and weaker): ``python -m
benchmarks.sentiment``, one run.
"""

from collections.abc import Mapping, Sequence
from math import exp
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from river.base import Classifier, tags

from sentinel.errors import CheckpointError
from sentinel.sentiment.features import SLOTS, Features, features_of
from sentinel.sentiment.hashed_slots import WIDTH
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.sentiment.text_scores import COLUMNS, AskedText, TextScores

Weights: TypeAlias = NDArray[np.float32]
Plain: TypeAlias = dict[str, int | float | bytes]

LABELS: Final = (Label.NEGATIVE, Label.NEUTRAL, Label.POSITIVE)
"""Order of the columns of the weights."""
_COLUMN: Final = {label.value: column for column, label in enumerate(LABELS)}
_VERSION: Final = 1
_ONLINE_RATE: Final = 0.05
_ONLINE_STEADINESS: Final = 100.0


class SentimentModel(Classifier):
    """Softmax regression with AdaGrad steps, one adaptive rate a slot.

    ``x`` is the text itself. Weights start at zero, or at the shipped seed (`sentinel.sentiment.seed.load_seed`); what
    is learnt afterwards is a sparse difference from there, and that alone is stored.

    Parameters
    ----------
    learning_rate
        Length of the first step of a slot; later ones shrink with the root of the squared gradients the slot has seen.
    caution
        Squared gradient every slot is taken to have seen before the first: the larger, the more labels it takes to move
        the model.
    temperature
        Scores are divided by it before the softmax; fitted by training so that a probability of 0.8 is right 80 % of
        the time.
    temperatures
        The same for languages of which it is known apart.
    steadiness
        Squared gradient that measured features are taken to have seen before the first, more than others: people
        correct what is wrong and not what is right, and such one-sided labels should teach words before they shift the
        bias.
    smoothing
        Share of each label spread over the other classes, so that one wrong label cannot ask for infinite weights.

    References
    ----------
    Duchi, Hazan & Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", JMLR 12
    (2011).
    Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009.

    Examples
    --------
    >>> model = SentimentModel()
    >>> for _ in range(3):
    ...     model.learn_one("no funciona nada, qué vergüenza", "negative")
    ...     model.learn_one("gracias, todo perfecto", "positive")
    ...     model.learn_one("¿a qué hora abrís?", "neutral")
    >>> model.predict_one("qué vergüenza, nada funciona"), model.sentiment_of("todo perfecto").label.value
    ('negative', 'positive')
    """

    def __init__(
        self,
        learning_rate: float = 0.1,
        caution: float = 0.1,
        temperature: float = 1.0,
        smoothing: float = 0.05,
        steadiness: float = 0.0,
        temperatures: Mapping[str, float] | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.caution = caution
        self.temperature = temperature
        self.smoothing = smoothing
        self.steadiness = steadiness
        self.temperatures = temperatures
        self._by_language = dict(temperatures or {})
        self.learnt = 0
        """Labels learnt since the seed."""
        self.seed_mark = 0
        """Checksum of the seed the weights started from; 0 for none."""
        self._start: Weights | None = None
        self._weights: Weights = np.zeros((SLOTS, COLUMNS), dtype=np.float32)
        self._scores = TextScores(self._weights)
        self._seen: Weights = np.zeros(SLOTS, dtype=np.float32)
        self._sums = np.zeros(SLOTS, dtype=np.float64)  # zeros but while a step adds up slots that stand twice

    @classmethod
    def from_seed(
        cls, weights: Weights, mark: int, *, temperature: float, temperatures: Mapping[str, float]
    ) -> "SentimentModel":
        """A model that starts from trained weights of shape ``(SLOTS, 3)``; ``mark`` names them in snapshots.

        It learns with half the step of training, and steadily: it knows much already, and the labels to come are few
        and one-sided.
        """
        model = cls(_ONLINE_RATE, temperature=temperature, steadiness=_ONLINE_STEADINESS, temperatures=temperatures)
        model.seed_mark = mark
        model._weights[:, : len(LABELS)] = weights
        model._start = model._weights.copy()
        return model

    @property
    def _multiclass(self) -> bool:
        return True

    def _more_tags(self) -> set[str]:
        return {tags.TEXT_INPUT}

    def learn_one(  # type: ignore[override]  # River types x as a dict; its estimators of text take a string all the same
        self, x: str, y: Label | str, *, lang: str | None = None, w: float = 1.0
    ) -> None:
        """Learn that text ``x`` is ``y``; ``w`` is the label's weight, less than 1 for a label that is only likely.

        Raises
        ------
        ValueError
            When ``y`` is none of negative, neutral, positive.
        """
        if y not in _COLUMN:
            raise ValueError(f"label {y!r} is none of {', '.join(_COLUMN)}")
        self.learn_features(features_of(x, detect_language(x, lang)), _COLUMN[y], w)

    def predict_proba_one(  # type: ignore[override]  # as above
        self, x: str, *, lang: str | None = None, **_: Any
    ) -> dict[str, float]:
        """Label → probability; they sum to one. Another language than the detected one is asked for with ``lang``."""
        said = self.sentiment_of(x, lang)
        return {"negative": said.negative, "neutral": said.neutral, "positive": said.positive}

    def sentiment_of(self, text: str, lang: str | None = None) -> Sentiment:
        """What the model says of a text; ``lang`` is the tag its source gave, if any."""
        return self.classify(text, lang)[1]

    def classify(self, text: str, lang: str | None = None, own: OwnWords | None = None) -> tuple[str, Sentiment]:
        """The language a text is in (one of `READ`, or ``und``) and its sentiment, the one read for the other; ``own``
        are the words that a brand's people mean otherwise.
        """
        return self.classify_many([AskedText(text, detect_language(text, lang), own)])[0]

    def classify_many(self, asked: Sequence[AskedText]) -> list[tuple[str, Sentiment]]:
        """The same for many texts whose languages are known, at a third of the cost from some dozens on: to the last
        bit what `classify` says of each.
        """
        return [
            (each.language, Sentiment(*self._softmax(scores, each.language)))
            for each, scores in zip(asked, self._scores.of(asked), strict=True)
        ]

    def learn_features(self, features: Features, column: int, weight: float = 1.0) -> None:
        """One AdaGrad step on features already taken from a text; ``column`` counts in `LABELS`."""
        wanted = [self.smoothing / len(LABELS)] * len(LABELS)
        wanted[column] += 1.0 - self.smoothing
        self.learn_chances(features, wanted, weight)

    def learn_chances(self, features: Features, wanted: Sequence[float], weight: float = 1.0) -> None:
        """One AdaGrad step towards wanted probabilities of `LABELS`."""
        error = np.zeros(COLUMNS, dtype=np.float32)
        known = error[: len(LABELS)]
        known[:] = self.chances(features)
        known -= np.array(wanted, dtype=np.float32)
        known *= weight
        self._step(features, error)

    def _step(self, features: Features, error: Weights) -> None:
        """Move the weights of a text's slots against an error of its scores."""
        slots = features.slots
        np.add.at(self._sums, slots, features.values.astype(np.float64))
        values = self._sums.take(slots).astype(
            np.float32
        )  # a slot that stands twice has its sum at both, and is set twice to the same
        self._sums[slots] = 0.0
        seen = values * values
        seen *= np.float32(error[: len(LABELS)] @ error[: len(LABELS)])
        seen += self._seen.take(slots)
        self._seen[slots] = seen
        seen += np.where(slots < WIDTH, np.float32(self.caution), np.float32(self.caution + self.steadiness))
        values *= np.float32(-self.learning_rate)
        values /= np.sqrt(seen, out=seen)
        self._weights[slots] = self._weights.take(slots, axis=0) + np.multiply.outer(values, error)
        self._scores.changed()
        self.learnt += 1

    def chances(self, features: Features) -> tuple[float, float, float]:
        """The probabilities of `LABELS` for features already taken from a text."""
        scores = features.values.dot(self._weights.take(features.slots, axis=0)[:, : len(LABELS)])
        return self._softmax(scores.tolist(), features.language)

    def _softmax(self, scores: Sequence[float], language: str) -> tuple[float, float, float]:
        a, b, c = scores
        top, temperature = max(a, b, c), self._by_language.get(language, self.temperature)
        a, b, c = exp((a - top) / temperature), exp((b - top) / temperature), exp((c - top) / temperature)
        total = a + b + c
        return a / total, b / total, c / total

    def snapshot(self) -> Plain:
        """What was learnt since the seed, as plain values: 20 bytes for each slot that moved."""
        moved = self._seen > 0
        if self._start is not None:
            moved |= (self._weights != self._start).any(axis=1)
        slots = np.flatnonzero(moved)
        return {
            "version": _VERSION,
            "seed": self.seed_mark,
            "learnt": self.learnt,
            "temperature": self.temperature,
            "slots": slots.astype("<u4").tobytes(),
            "weights": self._weights[slots, : len(LABELS)].astype("<f4").tobytes(),
            "seen": self._seen[slots].astype("<f4").tobytes(),
        }

    def restore(self, plain: Plain) -> None:
        """Go back to a snapshot taken by a model with the same seed; the same probabilities to the last bit.

        Raises
        ------
        CheckpointError
            When the snapshot is of another version or seed, or its parts do not fit together; the model is then
            unchanged.
        """
        if plain.get("version") != _VERSION or plain.get("seed") != self.seed_mark:
            raise CheckpointError(
                f"sentiment snapshot of version {plain.get('version')!r} on seed {plain.get('seed')!r}, "
                f"this model is version {_VERSION} on seed {self.seed_mark}: learn again from the stored labels"
            )
        slots, weights, seen = (
            _array(plain, "slots", "<u4"),
            _array(plain, "weights", "<f4"),
            _array(plain, "seen", "<f4"),
        )
        if len(weights) != len(slots) * len(LABELS) or len(seen) != len(slots) or (len(slots) and slots.max() >= SLOTS):
            raise CheckpointError("sentiment snapshot is damaged: its slots, weights and gradients do not fit together")
        np.copyto(self._weights, 0.0 if self._start is None else self._start)
        self._seen.fill(0.0)
        self._weights[slots, : len(LABELS)] = weights.reshape(-1, len(LABELS))
        self._seen[slots] = seen
        self._scores.changed()
        self.learnt = int(plain["learnt"])
        self.temperature = float(plain["temperature"])

    def twin(self) -> "SentimentModel":
        """A model that knows the same and learns apart; the seed's weights are shared."""
        twin = SentimentModel(**self._get_params())
        twin.seed_mark, twin._start = self.seed_mark, self._start
        twin.become(self)
        return twin

    def become(self, other: "SentimentModel") -> None:
        """Know exactly what another model with the same seed knows."""
        np.copyto(self._weights, other._weights)
        np.copyto(self._seen, other._seen)
        self._scores.changed()
        self.learnt, self.temperature = other.learnt, other.temperature

    @property
    def weights(self) -> Weights:
        """The weights, a copy of shape ``(SLOTS, 3)``; columns as `LABELS`."""
        return self._weights[:, : len(LABELS)].copy()


def _array(plain: Plain, key: str, kind: str) -> NDArray[Any]:
    packed = plain.get(key)
    if not isinstance(packed, bytes) or len(packed) % 4:
        raise CheckpointError(f"sentiment snapshot is damaged: {key} is no array of four-byte numbers")
    return np.frombuffer(packed, dtype=kind)
