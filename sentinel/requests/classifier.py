"""Request classifier: what a text asks for, by softmax regression that is taught by what people choose.

It starts from a shipped seed. What it is taught afterwards is not kept here: whoever has the choices teaches them
again, in their order, at a start.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from river.base import Classifier
from river.utils.math import softmax

from sentinel.requests.features import EVERY_TEXT, OF_WORDS, request_features
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Sentiment

KINDS: Final = tuple(RequestKind)
"""Order of the columns of the seed's weights."""
OWN_STEP: Final = 4.0
"""Length of the step of one choice for words that the seed does not have: the house's own, which say most there."""
STEP: Final = 0.2
"""The same for words of the seed. A house hears many complaints; that must not make every common word complain."""
SIGN_STEP: Final = 0.01
"""The same for phrases that show what is asked, signs and mood, which mean much the same in every house."""
REPLAYS: Final = 4
"""Earlier choices that are learnt once more with each new one; without them the newest texts count most."""
KEPT: Final = 1_000
"""Newest choices of which those are drawn."""

_ROOM: Final = 1_024
"""Features, before there is need of more room."""
_DRAW: Final = 2026
_SURE: Final = 1e-9
"""Of two scores further apart the greater one is it, in whatever order they were added up."""


class _ChosenKind(NamedTuple):
    """A text that somebody chose a kind for: the places of its features, their lengths, and the kind's column."""

    places: NDArray[np.intp]
    lengths: NDArray[np.float64]
    column: int


class RequestSeed(msgspec.Struct, frozen=True):
    """Weights to begin with: names of features, and for each name a half-precision number for each of `KINDS`."""

    names: tuple[str, ...]
    weights: bytes

    def rows(self) -> NDArray[np.float64]:
        """The weights, a row for each name.

        Raises
        ------
        ValueError
            When there is not one row for each name.
        """
        return np.frombuffer(self.weights, dtype="<f2").astype(np.float64).reshape(len(self.names), len(KINDS))

    def by_kind(self) -> dict[RequestKind, dict[str, float]]:
        """The weights of each kind by name."""
        rows = self.rows()
        return {kind: dict(zip(self.names, rows[:, column].tolist(), strict=True)) for column, kind in enumerate(KINDS)}


class RequestClassifier(Classifier):
    """Chances of the eight kinds for a text, and learning from one choice at a time.

    ``x`` is what `sentinel.requests.features.request_features` gives.

    Parameters
    ----------
    seed
        Where the weights start; at zero without one.

    Examples
    --------
    >>> from sentinel.sentiment.sentiment import Sentiment
    >>> classifier, calm = RequestClassifier(load_request_seed()), Sentiment(0.2, 0.7, 0.1)
    >>> classifier.kind_of("¿Tenéis tienda en Cádiz?", "es", calm).value
    'question'
    >>> classifier.kind_of("me cobraron dos veces y nadie contesta", "es", Sentiment(0.9, 0.1, 0.0)).value
    'complaint'
    """

    def __init__(self, seed: RequestSeed | None = None) -> None:
        self.seed = seed
        names = seed.names if seed else ()
        self._places = {name: place for place, name in enumerate(names, 1)}
        """Of features, by name, the place of their row in the table; of those without any weight the first one."""
        self._table = np.zeros((len(names) + _ROOM, len(KINDS)))
        """What features weigh in each of `KINDS`. River's regression keeps that apart by kind, and adding a text up in
        eight walks costs ten times as much as in one.
        """
        self._steps = np.zeros(len(self._table))
        if seed:
            self._table[1 : len(names) + 1] = seed.rows()
            self._steps[1 : len(names) + 1] = [_step(name, STEP) for name in names]
        self._choices: dict[bytes, _ChosenKind] = {}
        self._draw = np.random.default_rng(_DRAW)  # alike at each start: the same choices, the same model

    @property
    def _multiclass(self) -> bool:
        return True

    def predict_proba_one(self, x: Mapping[str, float], **kwargs: Any) -> dict[RequestKind, float]:  # type: ignore[override]  # River's base has any dict
        """The chances of each kind; they sum to one."""
        places = list(map(self._places.get, x, repeat(0)))
        terms = self._table.take(places, axis=0)
        terms *= np.fromiter(x.values(), np.float64, len(x))[:, None]
        scores: list[float] = np.add.reduce(terms, axis=0).tolist()  # term by term, as the model adds them up
        return dict(softmax(dict(zip(KINDS, scores, strict=True))))

    def learn_one(self, x: Mapping[str, float], y: RequestKind, **kwargs: Any) -> None:  # type: ignore[override]  # as above
        """Move towards the kind that somebody chose, and again towards some that were chosen before.

        Who changes their mind about a text has its earlier kind forgotten there.
        """
        places = np.fromiter(map(self._place, x), np.intp, len(x))
        choice = _ChosenKind(places, np.fromiter(x.values(), np.float64, len(x)), KINDS.index(y))
        text = places.tobytes()
        self._choices.pop(text, None)
        self._move(choice)
        earlier = list(self._choices.values())
        for place in self._draw.permutation(len(earlier))[:REPLAYS].tolist():
            self._move(earlier[place])
        self._choices[text] = choice
        if len(self._choices) > KEPT:
            del self._choices[next(iter(self._choices))]

    def _move(self, choice: _ChosenKind) -> None:
        """One step of gradient descent."""
        scores = choice.lengths @ self._table[choice.places]
        slope = np.exp(scores - scores.max())
        slope /= slope.sum()
        slope[choice.column] -= 1.0
        self._table[choice.places] -= np.outer(choice.lengths * self._steps[choice.places], slope)

    def _place(self, name: str) -> int:
        """The place of a feature's row; a new one for what the seed does not have."""
        if (place := self._places.get(name)) is None:
            place = len(self._places) + 1
            if place >= len(self._table):
                self._table = np.concatenate((self._table, np.zeros_like(self._table)))
                self._steps = np.concatenate((self._steps, np.zeros_like(self._steps)))
            self._steps[place] = _step(name, OWN_STEP)
            self._places[name] = place  # last of all: somebody may be asking in a thread
        return place

    def kind_of(self, text: str, language: str, mood: Sentiment) -> RequestKind:
        """The likeliest kind of a text; of equals the first of `KINDS`."""
        chances = self.predict_proba_one(request_features(text, language, mood))
        return max(KINDS, key=lambda kind: chances[kind])

    def kinds_of(self, asked: Sequence[tuple[str, str, Sentiment]]) -> list[RequestKind]:
        """The likeliest kinds of texts, each with its language and mood: what `kind_of` gives of each, at once."""
        if not asked:
            return []
        features = [request_features(*each) for each in asked]
        places = [place for x in features for place in map(self._places.get, x, repeat(0))]
        lengths = np.fromiter((length for x in features for length in x.values()), np.float64, len(places))
        begins = np.cumsum([0, *map(len, features[:-1])])
        scores = np.add.reduceat(self._table.take(places, axis=0) * lengths[:, None], begins, axis=0)
        likeliest: list[int] = scores.argmax(axis=1).tolist()
        ahead: list[float] = np.diff(np.partition(scores, -2, axis=1)[:, -2:], axis=1)[:, 0].tolist()
        # Sums in another order differ in their last digits: where that could decide, the text is asked by itself.
        return [
            KINDS[column] if gap > _SURE else self.kind_of(*one)
            for one, column, gap in zip(asked, likeliest, ahead, strict=True)
        ]


def _step(name: str, of_words: float) -> float:
    if name == EVERY_TEXT:  # people choose where the answer was wrong: that says nothing of how often a kind comes
        return 0.0
    return of_words if name.startswith(OF_WORDS) else SIGN_STEP


@cache
def load_request_seed() -> RequestSeed:
    """The shipped weights."""
    packed = (files("sentinel.requests") / "seed.msgpack").read_bytes()
    return msgspec.msgpack.decode(packed, type=RequestSeed)
