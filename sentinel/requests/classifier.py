"""Request classifier: what a text asks for, read by softmax regression and taught by what people choose.

To the last bit it is River's `SoftmaxRegression` with `optim.SGD`, whose weights stand apart by kind: adding a text up
in eight walks costs ten times as much as in one. To import it would load statistics that nobody asks for here: fifty
megabytes, and more than a second of every start.

It starts from a shipped seed. What it is taught afterwards is not kept here: whoever has the choices teaches them
again, in their order, at a start.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import repeat
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray
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
"""Features besides the seed's, before there is need of more room."""
_SURE: Final = 1e-15
"""A chance is taken for no nearer than this to none or to certainty."""


class RequestSeed(msgspec.Struct, frozen=True):
    """Weights to begin with: names of features, and for each name a half-precision number for each of `KINDS`."""

    names: tuple[str, ...]
    weights: bytes

    def rows(self) -> NDArray[np.float64]:
        """A row for each name.

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
        """What features weigh in each of `KINDS`."""
        if seed:
            self._table[1 : len(names) + 1] = seed.rows()

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
        chances = self.predict_proba_one(x)
        amiss = [min(max(chances[kind], _SURE), 1 - _SURE) - (kind is y) for kind in KINDS]
        places = [self._place(name) for name in x]
        self._table[places] -= STEP * (np.fromiter(x.values(), np.float64, len(x))[:, None] * np.array(amiss))

    def _place(self, name: str) -> int:
        """The row of a feature, made where it has none."""
        place = self._places.setdefault(name, len(self._places) + 1)
        if place >= len(self._table):
            self._table = np.concatenate((self._table, np.zeros_like(self._table)))
        return place

    def kind_of(self, text: str, language: str, mood: Sentiment) -> RequestKind:
        """The likeliest kind of a text; of equals the first of `KINDS`."""
        chances = self.predict_proba_one(request_features(text, language, mood))
        return max(KINDS, key=lambda kind: chances[kind])


@cache
def load_request_seed() -> RequestSeed:
    """The shipped weights."""
    packed = (files("sentinel.requests") / "seed.msgpack").read_bytes()
    return msgspec.msgpack.decode(packed, type=RequestSeed)
