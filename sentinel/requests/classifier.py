"""Request classifier: what a text asks for, read by River's softmax regression and taught by what people choose.

It starts from a shipped seed. What it is taught afterwards is not kept here: whoever has the choices teaches them
again, in their order, at a start.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import Any, Final

import msgspec
import numpy as np
from river import linear_model, optim
from river.base import Classifier
from river.utils.math import softmax

from sentinel.requests.features import request_features
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Sentiment

KINDS: Final = tuple(RequestKind)
"""Order of the columns of the seed's weights."""
STEP: Final = 0.05
"""Length of the step of one choice: of six lengths from 0.01 to 0.2 the one after which 200 texts of the shipped
corpus, left out of the seed, helped most on others left out as well.
"""

_ROOM: Final = 1_024
"""Features, before there is need of more room."""


class RequestSeed(msgspec.Struct, frozen=True):
    """Weights to begin with: names of features, and for each name a half-precision number for each of `KINDS`."""

    names: tuple[str, ...]
    weights: bytes

    def by_kind(self) -> dict[RequestKind, dict[str, float]]:
        """The weights of each kind by name.

        Raises
        ------
        ValueError
            When there is not one row for each name.
        """
        rows = np.frombuffer(self.weights, dtype="<f2").astype(float).reshape(len(self.names), len(KINDS))
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
        self._model = linear_model.SoftmaxRegression(optim.SGD(STEP))
        started: dict[RequestKind, dict[str, float]] = seed.by_kind() if seed else {kind: {} for kind in KINDS}
        for kind, weights in started.items():
            self._model.weights[kind].update(weights)
        self._places: dict[str, int] = {}
        """Of features, by name, the place of their row in the table; of those without any weight the first one."""
        self._table = np.zeros((_ROOM, len(KINDS)))
        """What features weigh in each of `KINDS`, as in the model: there they stand apart by kind, and adding a text up
        in eight walks costs ten times as much as in one.
        """
        self._note(dict.fromkeys(name for weights in started.values() for name in weights))

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
        """Move towards the kind that somebody chose."""
        self._model.learn_one(x, y)  # type: ignore[no-untyped-call]  # River's
        self._note(x)

    def _note(self, names: Iterable[str]) -> None:
        """Bring the rows of these features in line with the model."""
        by_kind = [self._model.weights[kind] for kind in KINDS]
        for name in names:
            place = self._places.get(name, len(self._places) + 1)
            if place >= len(self._table):
                self._table = np.concatenate((self._table, np.zeros_like(self._table)))
            self._table[place] = [weights.get(name, 0.0) for weights in by_kind]
            self._places[name] = place  # last of all: somebody may be asking in a thread

    def kind_of(self, text: str, language: str, mood: Sentiment) -> RequestKind:
        """The likeliest kind of a text; of equals the first of `KINDS`."""
        chances = self.predict_proba_one(request_features(text, language, mood))
        return max(KINDS, key=lambda kind: chances[kind])


@cache
def load_request_seed() -> RequestSeed:
    """The shipped weights."""
    packed = (files("sentinel.requests") / "seed.msgpack").read_bytes()
    return msgspec.msgpack.decode(packed, type=RequestSeed)
