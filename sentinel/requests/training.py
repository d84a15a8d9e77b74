"""Request training: from labelled texts to the seed that is shipped."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
from river import linear_model, optim

from sentinel.requests.classifier import KINDS, RequestSeed
from sentinel.requests.cue_list import LANGUAGES
from sentinel.requests.features import request_features
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import SentimentModel

_PASSES: Final = 4
_RATE: Final = 0.3
_LEAST_TEXTS: Final = 2
"""A word that fewer texts hold says little and would fill the file."""
_ORDER: Final = 2026


@dataclass(frozen=True, slots=True)
class LabelledRequest:
    """A text, the language it was written in, and what it asks for."""

    text: str
    language: str
    kind: RequestKind


def request_corpus() -> Iterator[LabelledRequest]:
    """The texts that come with Sentinel."""
    for language in LANGUAGES:
        kind = RequestKind.NONE
        for line in (files("sentinel.requests") / "corpus" / f"{language}.txt").read_text("utf-8").splitlines():
            if line.startswith("["):
                kind = RequestKind(line.strip("[]"))
            elif line and not line.startswith("#"):
                yield LabelledRequest(line, language, kind)


def read_request(each: LabelledRequest, sentiment: SentimentModel) -> dict[str, float]:
    """What the classifier reads of a labelled text."""
    language = detect_language(each.text, each.language)
    return request_features(each.text, language, sentiment.sentiment_of(each.text, each.language))


def train_requests(read: Sequence[tuple[Mapping[str, float], RequestKind]]) -> RequestSeed:
    """A seed of read texts and their kinds; the same texts in the same order give the same seed."""
    model = linear_model.SoftmaxRegression(optim.AdaGrad(_RATE))
    for kind in KINDS:
        model.weights[kind].clear()
    texts = Counter(name for features, _ in read for name in features)
    kept = frozenset(name for name, times in texts.items() if times >= _LEAST_TEXTS)
    lessons = [({n: v for n, v in features.items() if n in kept}, kind) for features, kind in read]
    order = np.random.default_rng(_ORDER)
    for _ in range(_PASSES):
        for place in order.permutation(len(lessons)).tolist():
            model.learn_one(*lessons[place])  # type: ignore[no-untyped-call]  # River's
    names = tuple(sorted(kept))
    table = np.array([[model.weights[kind].get(name, 0.0) for kind in KINDS] for name in names], dtype="<f2")
    return RequestSeed(names, table.tobytes())
