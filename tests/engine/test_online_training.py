"""What the engine teaches the sentiment model by itself, and that whoever folds the same mentions teaches the same."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.engine.classification import Taught, Teacher
from sentinel.engine.engine import Engine
from sentinel.engine.replay import Replay
from sentinel.mention import Kind, Mention
from sentinel.sentiment.apprentice import Outcome
from sentinel.sentiment.overheard import A_SIDE
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction, RollBack
from tests.builders import a_mention
from tests.daemon.setups import CONFIG, a_setup, an_engine
from tests.fakes import START

ON = CONFIG + "learning: {emoji_weight: 0.3}\n"
CORPUS = Path(__file__).parents[2] / "sentinel" / "sentiment" / "corpus" / "brand_es.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
COMPLAINT = "acme lleva tres semanas con el pedido en un limbo azul 😡"


def posts(sign: dict[str, str]) -> list[Mention]:
    """Posts about Acme that carry the sign of their mood, a minute apart."""
    rows = [(n, row) for n, row in enumerate(ROWS) if row["label"] in sign]
    return [
        a_mention(f"acme {row['text']} {sign[row['label']]}", id=f"p{n}", at=timedelta(minutes=minute))
        for minute, (n, row) in enumerate(rows[:150])
    ]


POSTS = posts({"negative": "😡", "positive": "😍"})


def heard(engine: Engine, mentions: list[Mention]) -> Counter[Outcome]:
    """What became of the hints in mentions, each observed when it was published."""
    for mention in mentions:
        engine.observe(mention, mention.published_at)
    assert all(each.by is Teacher.EMOJI for each in engine.school.taught)
    return Counter(each.outcome for each in engine.school.taught)


def test_off_unless_it_is_wanted(tmp_path: Path) -> None:
    """As shipped, emoji teach nothing."""
    engine = an_engine(tmp_path)
    assert heard(engine, POSTS) == {}
    assert engine.apprentice.snapshot() == an_engine(tmp_path).apprentice.snapshot()


def test_turned_on_it_comes_to_serve_and_grades_nothing(tmp_path: Path) -> None:
    """Twenty of each mood make a version; the accuracy shown is of labels that somebody meant."""
    engine = an_engine(tmp_path, ON)
    outcomes = heard(engine, POSTS)
    assert outcomes[Outcome.PASSED] >= 1
    assert outcomes[Outcome.LIMITED] > 0
    assert engine.apprentice.versions[-1].lessons == outcomes[Outcome.PASSED] * 2 * A_SIDE
    assert engine.school.graded == []


@pytest.mark.parametrize(
    "mention",
    [
        a_mention(COMPLAINT, kind=Kind.REPOST),
        a_mention(COMPLAINT, kind=Kind.ARTICLE),
        a_mention(COMPLAINT, at=-timedelta(hours=1)),
        a_mention(COMPLAINT.replace("acme", "otra")),
        a_mention("acme wartet seit drei Wochen auf die Bestellung 😡", lang="de"),
        a_mention("acme lleva tres semanas con el pedido en un limbo azul 😂"),
    ],
    ids=["repost", "article", "late", "of no brand", "in a language it does not know", "no clear sign"],
)
def test_what_teaches_nothing(tmp_path: Path, mention: Mention) -> None:
    """Others' words, old ones, and those of which it cannot tell."""
    engine = an_engine(tmp_path, ON)
    engine.observe(mention, START)
    assert engine.school.taught == []


def test_a_thousand_copies_teach_once(tmp_path: Path) -> None:
    """A bot flood is one voice here as elsewhere."""
    engine = an_engine(tmp_path, ON)
    assert heard(engine, [a_mention(COMPLAINT, at=timedelta(seconds=n)) for n in range(50)]) == {Outcome.TAKEN: 1}


def test_stars_go_before_emoji(tmp_path: Path) -> None:
    """A review says by its stars how it is meant; it is one lesson, by its stars."""
    engine = an_engine(tmp_path, ON)
    engine.observe(a_mention("acme llegó ayer por la tarde 😍", rating=1), START)
    assert engine.school.taught == [Taught(Teacher.STARS, Outcome.TAKEN)]
    assert engine.school.graded[0].truth is Label.NEGATIVE


def test_a_recovery_and_a_replay_learn_the_same(tmp_path: Path) -> None:
    """From a checkpoint in the middle of a batch, from the start, and from a recording: the same model to the last
    bit.
    """
    through, resumed, replayed = (an_engine(tmp_path, ON) for _ in range(3))
    heard(through, POSTS[:25])
    resumed.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(through.snapshot())))
    for engine in (through, resumed):
        heard(engine, POSTS[25:])
    for _ in Replay(replayed).run(POSTS):
        pass
    assert through.apprentice.versions[-1].number >= 1
    assert through.apprentice.snapshot() == resumed.apprentice.snapshot() == replayed.apprentice.snapshot()
    assert replayed.school.taught == []


def test_a_reload_turns_it_on_and_off(tmp_path: Path) -> None:
    """The next mention counts as the new configuration says; what was learnt stays."""
    engine = an_engine(tmp_path)
    engine.reconfigure(a_setup(tmp_path, ON), START)
    taken = heard(engine, POSTS[:10])[Outcome.TAKEN]
    assert taken > 0
    engine.reconfigure(replace(engine.setup, emoji_weight=0.0), START)
    assert heard(engine, POSTS[10:20]) == {Outcome.TAKEN: taken}
    assert len(engine.apprentice.snapshot()["overheard"]) == taken


def test_people_can_undo_it(tmp_path: Path) -> None:
    """Rolled back to the seed, the model says again what it said as shipped; a correction is counted as a person's."""
    engine = an_engine(tmp_path, ON)
    heard(engine, POSTS)
    assert engine.model.classify(COMPLAINT) != an_engine(tmp_path).model.classify(COMPLAINT)
    engine.teach(RollBack(version=0, by="ana"), START + timedelta(hours=3))
    assert engine.model.classify(COMPLAINT) == an_engine(tmp_path).model.classify(COMPLAINT)
    engine.teach(Correction(text=COMPLAINT, label=Label.NEGATIVE, by="ana", lang="es"), START + timedelta(hours=3))
    assert engine.school.taught[-1] == Taught(Teacher.PERSON, Outcome.TAKEN)
