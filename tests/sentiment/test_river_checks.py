"""The model keeps River's promises: its own checks, over a stream of texts where River would bring numbers."""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from river.checks import clf, common, yield_checks

from sentinel.sentiment.model import SentimentModel

STREAM = [
    ("nadie responde, qué vergüenza", "negative"),
    ("¿a qué hora abrís mañana?", "neutral"),
    ("gracias, todo perfecto 😍", "positive"),
    ("still waiting, this is a joke", "negative"),
    ("new store opens in Leeds on Monday", "neutral"),
    ("best coffee in town!!", "positive"),
] * 4


def _general_checks() -> list[Callable[[SentimentModel], None]]:
    found: list[Callable[[SentimentModel], None]] = []
    stream = yield_checks(SentimentModel())
    while True:
        try:
            check = next(stream)
        except (
            ModuleNotFoundError,
            StopIteration,
        ):  # from here on River's checks bring data sets of numbers, which need scikit-learn
            return found
        if isinstance(check, functools.partial):
            return found
        found.append(check)


@pytest.mark.parametrize("check", _general_checks(), ids=lambda check: check.__name__)
def test_general_check(check: Callable[[SentimentModel], None]) -> None:
    """What River asks of every estimator: repr, clone, parameters, pickling, documentation."""
    if check.__name__ not in SentimentModel()._unit_test_skips():
        check(SentimentModel().clone())


@pytest.mark.parametrize(
    "check",
    [
        common.check_learn_one,
        common.check_pickling,
        common.check_predict_one_pure,
        common.check_predict_one_before_any_learn,
        common.check_clone_is_independent,
        clf.check_predict_proba_one,
        clf.check_classifier_tracks_seen_labels,
    ],
    ids=lambda check: check.__name__,
)
def test_stream_check(check: Callable[[SentimentModel, Any], None]) -> None:
    """What River asks of every classifier, over a stream of texts."""
    check(SentimentModel(), STREAM)


def test_general_checks_were_found() -> None:
    """River still hands out its general checks the way this file takes them."""
    assert len(_general_checks()) >= 12
