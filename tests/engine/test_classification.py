"""What was said word for word before is heard as before, for as long as the same model serves."""

from datetime import timedelta
from pathlib import Path

from sentinel.engine.classification import LONGEST, REMEMBERED, Classifier
from sentinel.sentiment.learning_model import LearningModel
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction, RollBack
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.fakes import START

LIMBO = "el pedido de acme lleva tres semanas en un limbo azul"


def test_a_repeated_text_is_heard_with_the_model_that_serves(tmp_path: Path) -> None:
    """Ten corrections change what the very same words are heard as; going back to the seed brings the first answer
    back.
    """
    engine = an_engine(tmp_path)
    lesson = Correction(text=LIMBO, label=Label.NEGATIVE, by="ana", lang="es")
    first = engine.observe(a_mention(LIMBO), START)[0].sentiment
    assert engine.observe(a_mention(LIMBO), START)[0].sentiment == first
    for minute in range(10):
        engine.teach(lesson, START + timedelta(minutes=minute))
    taught = engine.observe(a_mention(LIMBO), START + timedelta(minutes=10))[0].sentiment
    assert taught.negative > first.negative
    engine.teach(RollBack(version=0, by="ana"), START + timedelta(minutes=11))
    assert engine.observe(a_mention(LIMBO), START + timedelta(minutes=12))[0].sentiment == first


def test_a_restored_engine_hears_with_its_restored_model(tmp_path: Path) -> None:
    """What was remembered of another life of the model is not said in this one."""
    taught, other = an_engine(tmp_path), an_engine(tmp_path)
    for engine, label in ((taught, Label.NEGATIVE), (other, Label.NEUTRAL)):
        for minute in range(10):
            engine.teach(Correction(text=LIMBO, label=label, by="ana", lang="es"), START + timedelta(minutes=minute))
    before = other.observe(a_mention(LIMBO), START + timedelta(hours=1))[0].sentiment
    assert [engine.learning.versions[-1].number for engine in (taught, other)] == [1, 1]
    other.restore(taught.snapshot())
    heard = other.observe(a_mention(LIMBO), START + timedelta(hours=2))[0].sentiment
    assert heard == taught.observe(a_mention(LIMBO), START + timedelta(hours=2))[0].sentiment
    assert heard != before


def test_answers_are_kept_in_bounded_room() -> None:
    """The same text in another language is another question; what was long ago, and what is long, is asked anew."""
    ear = Classifier(LearningModel(load_seed()))
    first = ear.hear("acme funciona", "es")
    assert ear.hear("acme funciona", "es") is first
    assert ear.hear("acme funciona", "en") is not first
    article = "acme informa. " * LONGEST
    assert ear.hear(article, "es") is not ear.hear(article, "es")
    for number in range(2 * REMEMBERED):
        ear.hear(f"{number}", "es")
    again = ear.hear("acme funciona", "es")
    assert again == first
    assert again is not first
