"""What the engine teaches the sentiment model by itself, and that whoever folds the same mentions teaches the same."""

import json
from datetime import timedelta
from pathlib import Path

import msgspec

from sentinel.engine.classification import Taught, Teacher
from sentinel.engine.engine import Engine
from sentinel.engine.replay import Replay
from sentinel.mention import Mention
from sentinel.sentiment.learning_model import LessonOutcome
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction, RollBack
from tests.builders import a_mention
from tests.daemon.setups import an_engine
from tests.fakes import START

CORPUS = Path(__file__).parents[2] / "sentinel" / "sentiment" / "corpus" / "brand_es.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
COMPLAINT = "acme lleva tres semanas con el pedido en un limbo azul"
STARS = {"negative": 1.0, "positive": 5.0}
REVIEWS = [
    a_mention(f"acme {row['text']}", id=f"p{n}", at=timedelta(minutes=n), rating=STARS[row["label"]])
    for n, row in enumerate([row for row in ROWS if row["label"] in STARS][:60])
]


def observe(engine: Engine, mentions: list[Mention]) -> None:
    """Let an engine observe mentions, each as it is published."""
    for mention in mentions:
        engine.observe(mention, mention.published_at)


def test_emoji_teach_nothing(tmp_path: Path) -> None:
    """A sign that gives a mood away is no label: nobody meant it as one."""
    engine = an_engine(tmp_path)
    observe(engine, [a_mention(f"{COMPLAINT} 😡", id=f"e{n}", at=timedelta(minutes=n)) for n in range(60)])
    assert engine.training.taught == []
    assert engine.learning.snapshot() == an_engine(tmp_path).learning.snapshot()


def test_stars_teach_and_grade(tmp_path: Path) -> None:
    """A review says by its stars how it is meant: one lesson, and one grade of what the model said."""
    engine = an_engine(tmp_path)
    engine.observe(a_mention("acme llegó ayer por la tarde", rating=1), START)
    assert engine.training.taught == [Taught(Teacher.STARS, LessonOutcome.TAKEN)]
    assert engine.training.graded[0].truth is Label.NEGATIVE


def test_a_recovery_and_a_replay_learn_the_same(tmp_path: Path) -> None:
    """From a checkpoint between two exams, from the start, and from a recording: the same model to the last bit."""
    through, resumed, replayed = (an_engine(tmp_path) for _ in range(3))
    observe(through, REVIEWS[:25])
    resumed.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(through.snapshot())))
    for engine in (through, resumed):
        observe(engine, REVIEWS[25:])
    for _ in Replay(replayed).run(REVIEWS):
        pass
    assert through.learning.versions[-1].number >= 1
    assert through.learning.snapshot() == resumed.learning.snapshot() == replayed.learning.snapshot()
    assert replayed.training.taught == []


def test_people_can_undo_it(tmp_path: Path) -> None:
    """Rolled back to the seed, the model says again what it said as shipped; a correction is counted as a person's."""
    engine = an_engine(tmp_path)
    observe(engine, REVIEWS)
    assert engine.model.classify(COMPLAINT) != an_engine(tmp_path).model.classify(COMPLAINT)
    engine.teach(RollBack(version=0, by="ana"), START + timedelta(hours=3))
    assert engine.model.classify(COMPLAINT) == an_engine(tmp_path).model.classify(COMPLAINT)
    engine.teach(Correction(text=COMPLAINT, label=Label.NEGATIVE, by="ana", lang="es"), START + timedelta(hours=3))
    assert engine.training.taught[-1] == Taught(Teacher.PERSON, LessonOutcome.TAKEN)
