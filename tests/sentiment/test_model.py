"""The model: it learns from labels, stores what it learnt, and comes back to the same numbers."""

import msgspec
import numpy as np
import pytest

from sentinel.errors import CheckpointError
from sentinel.sentiment.features import SLOTS
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label, Sentiment
from tests.sentiment.test_features import BREAKERS

POST = "el pedido de acme lleva tres semanas en un limbo azul"


def taught(model: SentimentModel, times: int = 5) -> SentimentModel:
    """The model after the same correction a few times."""
    for _ in range(times):
        model.learn_one(POST, "negative", lang="es")
    return model


def test_knows_nothing_at_first() -> None:
    """Without seed or label all three classes are as likely."""
    assert SentimentModel().predict_proba_one("hola") == pytest.approx(
        {"negative": 1 / 3, "neutral": 1 / 3, "positive": 1 / 3}
    )


def test_learns_from_corrections() -> None:
    """A correction moves that text and its like, and is counted."""
    model = load_seed()
    before = model.sentiment_of(POST, "es").negative
    taught(model)
    assert model.sentiment_of(POST, "es").negative > before
    assert (
        model.sentiment_of("otro pedido en el limbo azul", "es").negative
        > load_seed().sentiment_of("otro pedido en el limbo azul", "es").negative
    )
    assert model.learnt == 5


def test_a_doubtful_label_moves_less() -> None:
    """A label of weight 0.1 teaches less than one of weight 1."""
    sure, doubtful = SentimentModel(), SentimentModel()
    sure.learn_one(POST, Label.NEGATIVE)
    doubtful.learn_one(POST, Label.NEGATIVE, w=0.01)
    assert 1 / 3 < doubtful.sentiment_of(POST).negative < sure.sentiment_of(POST).negative


def test_refuses_an_unknown_label() -> None:
    """A fourth class is a mistake that is named."""
    with pytest.raises(ValueError, match="label 'angry' is none of negative, neutral, positive"):
        SentimentModel().learn_one(POST, "angry")


def test_snapshot_round_trip_is_exact() -> None:
    """After msgpack and back a fresh model says the same to the last bit, and goes on learning the same."""
    one = taught(load_seed())
    two = load_seed()
    two.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.snapshot())))
    assert two.predict_proba_one(POST) == one.predict_proba_one(POST)
    assert two.snapshot() == one.snapshot() == taught(load_seed()).snapshot()
    taught(one)
    taught(two)
    assert two.snapshot() == one.snapshot()


def test_snapshot_holds_only_the_difference() -> None:
    """A model fresh from its seed stores nothing but its name; five labels of one post a few kilobytes."""
    assert load_seed().snapshot()["slots"] == b""
    assert len(msgspec.msgpack.encode(taught(load_seed()).snapshot())) < 8_000


def test_restore_forgets_what_came_after() -> None:
    """Going back to a snapshot undoes later labels: that is how a bad batch is rolled back."""
    for model in (load_seed(), SentimentModel()):
        start = model.snapshot()
        before = model.predict_proba_one(POST)
        taught(model)
        model.restore(start)
        assert model.predict_proba_one(POST) == before
        assert model.learnt == 0


@pytest.mark.parametrize(
    "damage",
    [
        {"version": 2},
        {"seed": 1},
        {"slots": b"abc"},
        {"slots": "text"},
        {"weights": b""},
        {"seen": b""},
        {"slots": np.full(5, SLOTS, dtype="<u4").tobytes(), "weights": bytes(60), "seen": bytes(20)},
    ],
)
def test_damaged_snapshot_is_refused(damage: dict[str, object]) -> None:
    """A snapshot of another version or seed, or with parts that do not fit, leaves the model as it was."""
    model = taught(load_seed())
    before = model.predict_proba_one(POST)
    with pytest.raises(CheckpointError, match="sentiment snapshot"):
        model.restore(taught(load_seed(), 1).snapshot() | damage)  # type: ignore[operator]  # damaged on purpose
    assert model.predict_proba_one(POST) == before


@pytest.mark.parametrize("text", BREAKERS.values(), ids=BREAKERS)
def test_a_probability_for_every_text(text: str) -> None:
    """However broken the text, three probabilities that sum to one, before and after learning it."""
    model = load_seed()
    for _ in range(2):
        said = model.sentiment_of(text)
        assert said.negative + said.neutral + said.positive == pytest.approx(1.0)
        model.learn_one(text, "negative")


def test_one_operator_cannot_blow_it_up() -> None:
    """A thousand times the same wrong label keeps probabilities finite and other texts where they were."""
    model = load_seed()
    other = "gracias por todo, sois los mejores"
    taught(model, 1000)
    assert 0.0 < model.sentiment_of(POST, "es").positive < 0.2
    assert model.sentiment_of(other).label is Label.POSITIVE


def test_classify_tells_the_language() -> None:
    """The language comes with the verdict."""
    language, said = load_seed().classify("nobody answers the phone, terrible service")
    assert (language, said.label) == ("en", Label.NEGATIVE)


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (Sentiment(0.5, 0.3, 0.2), Label.NEGATIVE),
        (Sentiment(0.2, 0.5, 0.3), Label.NEUTRAL),
        (Sentiment(0.2, 0.3, 0.5), Label.POSITIVE),
        (Sentiment(0.4, 0.4, 0.2), Label.NEGATIVE),
        (Sentiment(0.2, 0.4, 0.4), Label.NEUTRAL),
    ],
)
def test_label_is_the_likeliest(said: Sentiment, label: Label) -> None:
    """Ties go to the graver side."""
    assert said.label is label
