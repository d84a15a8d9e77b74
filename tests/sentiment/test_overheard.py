"""Hints are taught in passing: apart from people's lessons, both moods alike, words alone, behind the same exam."""

from datetime import timedelta

import msgspec
import numpy as np

from sentinel.sentiment.apprentice import BATCH, OVERHEARD_A_DAY, Apprentice, Lesson, Outcome
from sentinel.sentiment.exam import Exam, Question, load_exam
from sentinel.sentiment.features import WIDTH, features_of
from sentinel.sentiment.overheard import A_SIDE
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.standing import SUSPENDED_DAYS
from tests.sentiment.test_apprentice import HOUR, MONDAY, TURNED, apprentice, corpus, taught

POST = "el pedido de acme lleva tres semanas en un limbo azul"
SPANISH = [(text, label) for text, label in corpus("es") if label is not Label.NEUTRAL]


def overhear(
    pupil: Apprentice, lessons: list[tuple[str, Label]], by: str = "emoji of bluesky", every: timedelta = HOUR
) -> list[Outcome]:
    """The pupil after hints, one every so often."""
    return [
        pupil.overhear(Lesson(text, label, by, "es", 0.3), MONDAY + every * n)
        for n, (text, label) in enumerate(lessons)
    ]


def balanced(sides: int) -> list[tuple[str, Label]]:
    """Right labels, as many complaints as praise."""
    complaints = [post for post in SPANISH if post[1] is Label.NEGATIVE][:sides]
    praise = [post for post in SPANISH if post[1] is Label.POSITIVE][:sides]
    return [post for pair in zip(complaints, praise, strict=True) for post in pair]


def limbo(pupil: Apprentice) -> float:
    return pupil.serving.sentiment_of(POST, "es").negative


def test_they_wait_for_the_other_mood() -> None:
    """A hundred complaints teach nothing while nobody praises; with as much praise they pass the exam and serve."""
    pupil = apprentice()
    before = limbo(pupil)
    assert set(overhear(pupil, [(POST, Label.NEGATIVE)] * OVERHEARD_A_DAY, every=timedelta(minutes=1))) == {
        Outcome.TAKEN
    }
    assert limbo(pupil) == before
    outcomes = overhear(pupil, [post for post in SPANISH if post[1] is Label.POSITIVE][:A_SIDE], "emoji of reddit")
    assert outcomes[-1] is Outcome.PASSED
    assert limbo(pupil) > before
    assert [(version.number, version.lessons) for version in pupil.versions] == [(0, 0), (1, 2 * A_SIDE)]


def test_only_words_and_only_which_way_they_lean() -> None:
    """What is measured of any text keeps its weights, and so do the scores of neutral."""
    model = load_seed()
    before = model.weights
    model.learn_leaning(features_of(POST, "es"), 0, 1.0)
    moved = (model.weights != before).any(axis=1)
    assert moved[:WIDTH].any()
    assert not moved[WIDTH:].any()
    assert np.array_equal(model.weights[:, 1], before[:, 1])
    assert model.sentiment_of(POST, "es").negative > load_seed().sentiment_of(POST, "es").negative


def test_so_many_a_day() -> None:
    """Anybody can post an emoji: beyond the day's number a source is not heard until tomorrow."""
    pupil = apprentice()
    outcomes = overhear(pupil, [(POST, Label.NEGATIVE)] * (OVERHEARD_A_DAY + 3), every=timedelta(seconds=1))
    assert outcomes[-4:] == [Outcome.TAKEN] + [Outcome.LIMITED] * 3
    assert pupil.overhear(Lesson(POST, Label.NEGATIVE, "emoji of bluesky", "es"), MONDAY + 24 * HOUR) is Outcome.TAKEN


def test_lies_silence_a_source_and_cost_people_nothing() -> None:
    """Turned emoji: the source is not heard for thirty days, what waited is forgotten, what people taught serves on."""
    pupil = apprentice()
    overhear(pupil, balanced(A_SIDE // 2))
    taught(pupil, BATCH)
    served = pupil.serving.snapshot()
    outcomes = overhear(pupil, [(text, TURNED[label]) for text, label in SPANISH[:200]])
    assert Outcome.SUSPENDED in outcomes
    assert pupil.standings.suspended(MONDAY + 200 * HOUR) == ["emoji of bluesky"]
    assert pupil.serving.snapshot() == served
    assert pupil.snapshot()["overheard"] == []
    late = MONDAY + timedelta(days=SUSPENDED_DAYS + 10)
    assert pupil.overhear(Lesson(POST, Label.NEGATIVE, "emoji of bluesky", "es"), late) is Outcome.TAKEN


def test_a_batch_that_fails_leaves_peoples_lessons_alone() -> None:
    """Hints that ruin the exam are unlearnt by themselves; the corrections that wait beside them come to serve all the
    same.
    """
    questions = [Question(f"{POST} número {n}", Label.POSITIVE, "es") for n in range(40)]
    pupil = Apprentice(load_seed(), Exam(questions))
    taught(pupil, BATCH - 1)
    praise = [("todo perfecto, gracias", Label.POSITIVE)] * A_SIDE
    outcomes = overhear(pupil, [*praise, *[(POST, Label.NEGATIVE)] * A_SIDE])
    assert outcomes[-1] is Outcome.FAILED
    assert (pupil.failures, pupil.versions[-1].number) == (1, 0)
    assert pupil.candidate.learnt == BATCH - 1
    assert pupil.take(Lesson("gracias, muy amables", Label.POSITIVE, "ana", "es"), MONDAY) is Outcome.PASSED
    assert pupil.serving.learnt == BATCH


def test_people_build_on_what_was_overheard() -> None:
    """Corrections that were under way when hints came to serve are learnt on top of them."""
    pupil = apprentice()
    taught(pupil, BATCH - 1)
    overhear(pupil, balanced(A_SIDE))
    assert pupil.serving.learnt == 2 * A_SIDE
    pupil.take(Lesson(POST, Label.NEGATIVE, "ana", "es"), MONDAY)
    assert pupil.serving.learnt == 2 * A_SIDE + BATCH


def test_ten_thousand_lies_move_nothing() -> None:
    """Praise under every complaint and the reverse, for months, from twenty sources: accuracy stays within a point."""
    pupil, exam = apprentice(), load_exam()
    before = exam.sat_by(pupil.serving).right
    for number in range(10_000):
        text, label = SPANISH[number * 7919 % len(SPANISH)]
        pupil.overhear(
            Lesson(text, TURNED[label], f"emoji of {number % 20}", "es", 1.0), MONDAY + timedelta(minutes=20) * number
        )
    assert abs(exam.sat_by(pupil.serving).right - before) < 0.01


def test_going_back_forgets_what_waits() -> None:
    """After a roll-back nothing of before comes to serve by the back door."""
    pupil = apprentice()
    overhear(pupil, balanced(A_SIDE))
    overhear(pupil, balanced(A_SIDE - 1))
    assert pupil.roll_back(0)
    assert pupil.serving.snapshot() == load_seed().snapshot()
    assert pupil.snapshot()["overheard"] == []


def test_a_snapshot_in_the_middle_changes_nothing() -> None:
    """Stored and read back, the same hints lead to the same models; no text is in it; one of before hints existed is
    read too.
    """
    one, two = apprentice(), apprentice()
    posts = balanced(A_SIDE + 5)
    overhear(one, posts[:31])
    stored = msgspec.msgpack.encode(one.snapshot())
    assert all(text.encode() not in stored for text, _ in posts[:31])
    two.restore(msgspec.msgpack.decode(stored))
    assert overhear(one, posts[31:]) == overhear(two, posts[31:])
    assert one.versions[-1].number == 1
    assert one.snapshot() == two.snapshot()
    older = apprentice().snapshot()
    del older["overheard"]
    two.restore(older)
    assert two.snapshot() == apprentice().snapshot()


def test_at_the_edges_of_certainty() -> None:
    """A text of no words, and one the model takes for neutral beyond doubt, can be taught without harm to the
    numbers.
    """
    model = load_seed()
    for text in ("", "?", "reunión ordinaria del consejo " * 20):
        for column in (0, 2):
            for _ in range(50):
                model.learn_leaning(features_of(text, "es"), column, 1.0)
    assert np.isfinite(model.weights).all()
