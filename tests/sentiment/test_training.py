"""Training: repeatable, bounded by what it is given, and over the bar on real posts."""

import json
from itertools import product
from pathlib import Path

import pytest

from sentinel.sentiment.language import BY_LEXICON, detect_language
from sentinel.sentiment.quality import measure
from sentinel.sentiment.seed import load_seed, pack_seed, unpack_seed
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.sentiment.training import Example, Trained, Training

POSTS = [
    Example("qué desastre de servicio", Label.NEGATIVE, "es"),
    Example("todo perfecto, gracias", Label.POSITIVE, "es"),
    Example("abren a las nueve", Label.NEUTRAL, "es"),
    Example("what a terrible day", Label.NEGATIVE, "en"),
    Example("lovely staff, thank you", Label.POSITIVE, "en", weight=0.5),
    Example("open from nine to five", Label.NEUTRAL, "en"),
    Example("on my way to the shop", Label.NEUTRAL, "en"),
] * 6


def train(examples: list[Example]) -> Trained:
    """Train to the end."""
    training = Training(examples)
    assert list(training.passes()) == list(range(1, training.total + 1))
    return training.trained


def packed(trained: Trained) -> bytes:
    """The file of what was trained."""
    return pack_seed(trained.weights, trained.temperature, trained.temperatures)


def test_same_examples_same_bytes() -> None:
    """Training twice gives the same file, byte for byte."""
    one, two = train(POSTS), train(POSTS)
    assert packed(one) == packed(two)


def test_learns_its_examples() -> None:
    """It gets right what it was shown, and measures what it held out for each language."""
    trained = train(POSTS)
    model = unpack_seed(packed(trained))
    assert [model.sentiment_of(each.text, each.lang).label for each in POSTS] == [each.label for each in POSTS]
    assert set(trained.held_out) == {"en", "es"}


def test_each_language_has_its_temperature() -> None:
    """Languages that are measured on have one each; those that are read by their lexicon alone have one together."""
    trained = train(POSTS)
    assert set(trained.temperatures) == {"es", "en", *BY_LEXICON}
    assert len({trained.temperatures[language] for language in BY_LEXICON}) == 1


def test_another_models_opinion_is_met_halfway() -> None:
    """Texts with probabilities instead of a label teach what lies between them and what the labels alone say."""
    judged = [Example("el azulejo rechina", None, "es", chances=(0.9, 0.08, 0.02))] * 6
    with_them, without = (unpack_seed(packed(train(posts))) for posts in (POSTS + judged, POSTS))
    asked = ("el azulejo rechina", "es")
    assert without.sentiment_of(*asked).negative < with_them.sentiment_of(*asked).negative < 0.9


def test_a_text_without_label_or_chances_is_refused() -> None:
    """Training names the text that says nothing."""
    with pytest.raises(ValueError, match="'hola' has neither a label nor chances"):
        Training([Example("hola", None)])


def test_languages_read_by_lexicon_are_trained_too() -> None:
    """What words are worth carries over to a language of which no text was seen."""
    model = load_seed()
    assert model.sentiment_of("une honte, service nul, je suis furieux", "fr").label is Label.NEGATIVE
    assert model.sentiment_of("merci, service parfait, je suis ravie", "fr").label is Label.POSITIVE


def test_doubtful_examples_are_not_measured_on() -> None:
    """With no example of full weight nothing is held out and the temperature stays 1."""
    trained = train([Example(each.text, each.label, each.lang, weight=0.5) for each in POSTS])
    assert trained.temperature == 1.0
    assert trained.held_out == {}


def _read(file: Path) -> list[Example]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Example(row["text"], Label(row["label"]), row["lang"]) for row in rows]


@pytest.mark.parametrize("language", ["es", "en", "pt"])
def test_bar_on_real_posts(shared: Path, language: str) -> None:
    """Trained on the train part of one language alone, macro-F1 on its validation part is above a half."""
    folder = shared / "data" / "sentiment"
    trained = train(_read(folder / f"umsab_{language}_train.jsonl"))
    model = unpack_seed(packed(trained))
    test = _read(folder / f"umsab_{language}_val.jsonl")
    quality = measure(
        [each.label for each in test if each.label], [model.sentiment_of(each.text, each.lang) for each in test]
    )
    assert quality.macro_f1 >= 0.53
    assert quality.negative_auc is not None
    assert quality.negative_auc >= 0.75


def test_corpus_is_sound() -> None:
    """Our own posts are many, in the language they say, of every class, and none stands twice."""
    folder = Path(__file__).parents[2] / "sentinel" / "sentiment" / "corpus"
    texts: list[str] = []
    for kind, language in product(("brand", "kinds"), ("es", "en")):
        rows = [
            json.loads(line) for line in (folder / f"{kind}_{language}.jsonl").read_text(encoding="utf-8").splitlines()
        ]
        assert {row["label"] for row in rows} == set(Label)
        told = [detect_language(row["text"]) for row in rows]
        least = {"brand": 0.95, "kinds": 0.85}[kind]  # headlines and outcries of three words tell no language
        assert told.count(language) / len(told) > least
        texts += [row["text"] for row in rows]
    assert len(texts) == len(set(texts)) >= 8_000


def test_the_exam_is_not_in_the_corpus() -> None:
    """No question of the exam is trained on, and it asks as much of each class in each language."""
    folder = Path(__file__).parents[2] / "sentinel" / "sentiment" / "corpus"
    exam = [json.loads(line) for line in (folder / "exam.jsonl").read_text(encoding="utf-8").splitlines()]
    trained = {
        json.loads(line)["text"].casefold()
        for kind, language in product(("brand", "kinds"), ("es", "en"))
        for line in (folder / f"{kind}_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    }
    assert trained.isdisjoint(row["text"].casefold() for row in exam)
    asked = [(row["lang"], row["label"]) for row in exam]
    assert {asked.count((language, label)) for language in ("es", "en") for label in Label} == {20}


def test_quality_by_hand() -> None:
    """Figures worked out by hand: one of two negatives found, one neutral taken for negative."""
    truths = [Label.NEGATIVE, Label.NEGATIVE, Label.NEUTRAL, Label.POSITIVE]
    said = [Sentiment(0.8, 0.1, 0.1), Sentiment(0.2, 0.6, 0.2), Sentiment(0.6, 0.2, 0.2), Sentiment(0.0, 0.0, 1.0)]
    quality = measure(truths, said)
    assert (quality.negative_f1, quality.neutral_f1, quality.positive_f1) == (0.5, 0.0, 1.0)
    assert quality.macro_f1 == pytest.approx(0.5)
    assert quality.negative_auc == pytest.approx(0.75)
    assert quality.calibration_error == pytest.approx((0.2 + 1.2 + 0.0) / 4)


def test_quality_of_nothing() -> None:
    """No text, or one class alone: figures that cannot be told are None or 0."""
    assert measure([], []).calibration_error == 0.0
    alone = measure([Label.NEGATIVE], [Sentiment(1.0, 0.0, 0.0)])
    assert alone.negative_auc is None
    assert alone.macro_f1 == pytest.approx(1 / 3)
