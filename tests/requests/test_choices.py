"""What people choose, over some weeks: a house's own words are learnt, and the rest of the language is left alone."""

import pytest

from benchmarks.request_choices import STREAMS, elsewhere, prequential
from benchmarks.request_kinds import CHOICES, macro_f1
from sentinel.requests import classifier as learning
from sentinel.requests.classifier import RequestClassifier, load_request_seed
from sentinel.requests.features import request_features
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.sentiment import Sentiment

CALM = Sentiment(0.2, 0.6, 0.2)
COMPLAINTS = (
    "otra noche con el Tarugo parado",
    "cuarto Tarugo y sigue igual de parado",
    "Tarugo parado a media tarde, en fin",
    "el Tarugo de mi madre, parado desde el lunes",
    "Tarugo y más Tarugo, todo el día parado",
)
SMALL_TALK = ("qué bonita la plaza hoy", "mi primo trabaja en la tienda", "cena con los del trabajo")


def teach(classifier: RequestClassifier, text: str, kind: RequestKind) -> None:
    """Somebody says what a text asks for."""
    classifier.learn_one(request_features(text, "es", CALM), kind)


def taught(*choices: tuple[str, RequestKind]) -> RequestClassifier:
    """A classifier after these choices."""
    classifier = RequestClassifier(load_request_seed())
    for text, kind in choices:
        teach(classifier, text, kind)
    return classifier


def test_the_name_of_a_product_that_stops_is_a_complaint_after_five_choices() -> None:
    """Nobody outside knows what a Tarugo is. Each complaint makes the next likelier, and after five of them the name
    is enough in words that were never seen beside it; small talk stays what it was.
    """
    classifier = taught()
    asked = request_features("vaya con el Tarugo", "es", CALM)
    chances = [classifier.predict_proba_one(asked)[RequestKind.COMPLAINT]]
    small_talk = [classifier.kind_of(text, "es", CALM) for text in SMALL_TALK]
    assert classifier.kind_of("vaya con el Tarugo", "es", CALM) is not RequestKind.COMPLAINT
    for text in COMPLAINTS:
        teach(classifier, text, RequestKind.COMPLAINT)
        chances.append(classifier.predict_proba_one(asked)[RequestKind.COMPLAINT])
    assert chances == sorted(chances)
    assert classifier.kind_of("vaya con el Tarugo", "es", CALM) is RequestKind.COMPLAINT
    assert [classifier.kind_of(text, "es", CALM) for text in SMALL_TALK] == small_talk


def test_the_same_choices_in_the_same_order_give_the_same_model() -> None:
    """What was learnt by day is learnt again at a start, to the last bit."""
    choices = [(text, RequestKind.COMPLAINT) for text in COMPLAINTS] + [(text, RequestKind.NONE) for text in SMALL_TALK]
    one, other = taught(*choices), taught(*choices)
    for text, _ in choices:
        features = request_features(text, "es", CALM)
        assert one.predict_proba_one(features) == other.predict_proba_one(features)


def test_a_changed_mind_is_not_argued_with() -> None:
    """A kind that was taken back is not learnt once more with later choices."""
    classifier = taught(("lo del Tarugo azul", RequestKind.PRAISE), ("lo del Tarugo azul", RequestKind.QUESTION))
    for number in range(20):
        teach(classifier, f"paseo número {number} por la plaza", RequestKind.NONE)
    assert classifier.kind_of("lo del Tarugo azul", "es", CALM) is RequestKind.QUESTION
    features = request_features("lo del Tarugo azul", "es", CALM)
    assert classifier.predict_proba_one(features)[RequestKind.PRAISE] < 0.1


def test_old_choices_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that chooses for years needs no more room than one of a thousand choices."""
    monkeypatch.setattr(learning, "KEPT", 3)
    classifier = taught(*((text, RequestKind.COMPLAINT) for text in COMPLAINTS))
    assert len(classifier._choices) == 3


@pytest.mark.parametrize("odd", ["", "🔥🔥", "\ud800", "?"])
def test_odd_texts_teach_too(odd: str) -> None:
    """Nothing in a text keeps it from being learnt from."""
    classifier = taught((odd, RequestKind.ABUSE), (odd, RequestKind.NONE))
    assert sum(classifier.predict_proba_one(request_features(odd, "es", CALM)).values()) == pytest.approx(1.0)


@pytest.mark.parametrize("house", ["en_grocer", "es_provider"])
def test_two_hundred_choices_of_a_house(house: str) -> None:
    """A house's weeks, each text asked before it is taught: the third hundred is told much better than by the seed, and
    the texts of every trade hardly lose.
    """
    classifier = taught()
    asked, _ = prequential(STREAMS / f"{house}.jsonl", classifier)
    late = asked[CHOICES:]
    assert len(late) == 100
    assert macro_f1([each.taught for each in late]) > macro_f1([each.untaught for each in late]) + 0.06
    right, before = (
        sum(t == s for t, s in pairs) for pairs in zip(*((e.taught, e.untaught) for e in late), strict=True)
    )
    assert right >= before + 10
    assert elsewhere(classifier) > elsewhere(taught()) - 0.03
