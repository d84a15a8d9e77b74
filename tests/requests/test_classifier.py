"""What a text asks for: from the seed, and after people have chosen."""

import pytest
from river import linear_model

from benchmarks.request_kinds import JUDGE, judging, macro_f1, told
from sentinel.requests.classifier import KINDS, RequestClassifier, load_request_seed
from sentinel.requests.cue_list import LANGUAGES, NAMES, cue_list
from sentinel.requests.features import request_features
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.training import read_request, request_corpus, train_requests
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Sentiment

CALM = Sentiment(0.2, 0.6, 0.2)


@pytest.mark.parametrize(
    ("text", "language", "kind"),
    [
        ("¿Abren los domingos en la sucursal de Córdoba?", "es", RequestKind.QUESTION),
        ("Please bring back the lemon one, or add a mango version", "en", RequestKind.IDEA),
        ("Não consigo entrar na minha conta, podem ajudar?", "pt", RequestKind.HELP),
        ("Sois unos payasos y unos ladrones", "es", RequestKind.ABUSE),
        ("Thank you so much, lovely staff", "en", RequestKind.PRAISE),
        ("O regulador multa a operadora em dois milhões", "pt", RequestKind.NEWS),
    ],
)
def test_plain_ones(text: str, language: str, kind: RequestKind) -> None:
    """Texts that nobody doubts, in each language."""
    said = load_seed().sentiment_of(text, language)
    assert RequestClassifier(load_request_seed()).kind_of(text, language, said) is kind


def test_many_at_once_are_what_each_is_by_itself() -> None:
    """Texts of every kind, odd ones, and one of which two kinds are as likely, asked in one go."""
    classifier = RequestClassifier(load_request_seed())
    texts = [*[each.text for each in request_corpus()][::7], "", "🔥🔥", "\ud800", "?", "a" * 5_000]
    asked = [(text, LANGUAGES[place % 3], Sentiment(0.1 * (place % 9), 0.1, 0.1)) for place, text in enumerate(texts)]
    assert classifier.kinds_of(asked) == [classifier.kind_of(*each) for each in asked]
    blank = RequestClassifier()
    assert blank.kinds_of(asked[:3]) == [blank.kind_of(*each) for each in asked[:3]] == [KINDS[0]] * 3
    assert classifier.kinds_of([]) == []


@pytest.mark.parametrize("text", ["", "🔥🔥", "\ud800", "a" * 5_000, "?", "¿¿¿???", "\x00\u202e"])
def test_odd_texts(text: str) -> None:
    """Any text has chances that sum to one."""
    chances = RequestClassifier(load_request_seed()).predict_proba_one(request_features(text, "und", CALM))
    assert sum(chances.values()) == pytest.approx(1.0)
    assert set(chances) == set(KINDS)


def test_a_word_of_the_house_is_learnt() -> None:
    """Nobody outside knows what "el bono" is; ten choices later it is a question."""
    classifier = RequestClassifier(load_request_seed())
    features = request_features("lo del bono amarillo", "es", CALM)
    before = classifier.predict_proba_one(features)[RequestKind.QUESTION]
    for _ in range(10):
        classifier.learn_one(features, RequestKind.QUESTION)
    assert classifier.kind_of("el bono amarillo", "es", CALM) is RequestKind.QUESTION
    assert classifier.predict_proba_one(features)[RequestKind.QUESTION] > 2 * before


def test_the_seed_is_what_its_corpus_teaches() -> None:
    """The shipped weights are those of the shipped texts; each kind stands in each language."""
    sentiment = load_seed()
    texts = list(request_corpus())
    assert {(each.language, each.kind) for each in texts} == {(lang, kind) for lang in LANGUAGES for kind in KINDS}
    trained = train_requests([(read_request(each, sentiment), each.kind) for each in texts])
    assert trained.names == load_request_seed().names
    for kind, weights in trained.by_kind().items():
        assert weights == pytest.approx(load_request_seed().by_kind()[kind], abs=0.02)


def test_texts_of_somebody_else() -> None:
    """Of 480 texts that it never saw, by a hand that has seen neither corpus nor cues, most are told right."""
    sentiment, classifier = load_seed(), RequestClassifier(load_request_seed())
    pairs = [(each.kind, told(classifier, read_request(each, sentiment))) for each in judging(JUDGE)]
    assert len(pairs) == 480
    assert macro_f1(pairs) > 0.7


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_has_a_list(language: str) -> None:
    """No language lacks one."""
    phrases, stems = cue_list(language).phrases, cue_list(language).stems
    assert {place for places in (*phrases.values(), *stems.values()) for place in places} == set(range(len(NAMES)))


def test_one_walk_over_the_features_adds_up_what_rivers_model_does() -> None:
    """The seed's chances are those of River's softmax regression to the last bit, also with words that it never met."""
    classifier, model = RequestClassifier(load_request_seed()), linear_model.SoftmaxRegression()
    for kind, weights in load_request_seed().by_kind().items():
        model.weights[kind].update(weights)
    for text in ("¿Tenéis tienda en Cádiz?", "zzyzx qwerty, gracias", "me cobraron dos veces"):
        features = request_features(text, "es", CALM)
        assert classifier.predict_proba_one(features) == model.predict_proba_one(features)
