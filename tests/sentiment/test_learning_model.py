"""Learning on the job: good lessons come to serve, bad ones do not, and every step can be undone and told again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sentinel.errors import CheckpointError
from sentinel.sentiment.exam import load_exam
from sentinel.sentiment.label_trust import A_DAY, SUSPENDED_DAYS, LabelTrusts, LabelWorth
from sentinel.sentiment.learning_model import BATCH, LearningModel, Lesson, LessonOutcome
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
POST = "el pedido de acme lleva tres semanas en un limbo azul"
TURNED = {Label.NEGATIVE: Label.POSITIVE, Label.POSITIVE: Label.NEGATIVE, Label.NEUTRAL: Label.NEGATIVE}


def learning_model() -> LearningModel:
    """One fresh from the shipped seed."""
    return LearningModel(load_seed())


def corpus(language: str) -> list[tuple[str, Label]]:
    """Our own posts, with labels that are right."""
    folder = Path(__file__).parents[2] / "sentinel" / "sentiment" / "corpus"
    rows = map(json.loads, (folder / f"brand_{language}.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["text"], Label(row["label"])) for row in rows]


def taught(pupil: LearningModel, lessons: int, by: str = "ana") -> list[LessonOutcome]:
    """The pupil after lessons that are right, one an hour."""
    posts = corpus("es")[:lessons]
    return [
        pupil.take(Lesson(text, label, by, "es"), MONDAY + HOUR * number) for number, (text, label) in enumerate(posts)
    ]


def test_lessons_serve_after_the_exam() -> None:
    """Nothing that is asked changes until a batch is full and the candidate has passed; then a new version serves."""
    pupil = learning_model()
    before = pupil.serving.sentiment_of(POST, "es").negative
    outcomes = [pupil.take(Lesson(POST, Label.NEGATIVE, "ana", "es"), MONDAY) for _ in range(BATCH)]
    assert outcomes == [LessonOutcome.TAKEN] * (BATCH - 1) + [LessonOutcome.PASSED]
    assert pupil.serving.sentiment_of(POST, "es").negative > before
    assert [version.number for version in pupil.versions] == [0, 1]
    assert pupil.versions[-1].lessons == BATCH


def test_a_candidate_that_fails_is_unlearnt() -> None:
    """One-sided lessons that would ruin the rest never come to serve."""
    pupil = learning_model()
    said = pupil.serving.sentiment_of(POST, "es")
    texts = [
        text
        for text, label in corpus("en")
        if label is not Label.NEUTRAL and pupil.serving.sentiment_of(text, "en").neutral > 0.15
    ]
    outcomes = [
        pupil.take(Lesson(text, Label.NEUTRAL, f"teacher {n % 50}", "en", 1.0), MONDAY)
        for n, text in enumerate(texts * 3)
    ]
    assert LessonOutcome.FAILED in outcomes
    assert pupil.failures == outcomes.count(LessonOutcome.FAILED)
    assert load_exam().sat_by(pupil.serving).right >= load_exam().sat_by(load_seed()).right - 0.02
    assert pupil.serving.sentiment_of(POST, "es").label is said.label


def test_ten_thousand_lies_move_nothing() -> None:
    """Labels turned around by one teacher, at once or over weeks, leave accuracy within a point of what it was."""
    exam = load_exam()
    for pause in (timedelta(seconds=1), timedelta(minutes=6)):
        pupil = learning_model()
        before = exam.sat_by(pupil.serving).right
        posts = corpus("es") + corpus("en")
        outcomes = set()
        for number in range(10_000):
            text, label = posts[number * 7919 % len(posts)]
            outcomes.add(pupil.take(Lesson(text, TURNED[label], "mallory"), MONDAY + pause * number))
        assert abs(exam.sat_by(pupil.serving).right - before) < 0.01
        assert LessonOutcome.SUSPENDED in outcomes


def test_a_suspension_unlearns_what_was_taught_meanwhile() -> None:
    """The version that served before the lies began serves again."""
    pupil = learning_model()
    taught(pupil, 2 * BATCH)
    good = pupil.serving.snapshot()
    number = pupil.versions[-1].number
    posts = [post for post in corpus("en") if post[1] is Label.NEGATIVE]
    for hour, (text, _) in enumerate(posts[:200]):
        pupil.take(Lesson(text, Label.POSITIVE, "mallory", "en"), MONDAY + HOUR * hour)
    assert pupil.versions[-1].number == number
    assert pupil.serving.snapshot() == good


def test_a_day_holds_so_many_lessons() -> None:
    """Beyond the day's number a teacher is not heard; the next day they are."""
    trusts = LabelTrusts()
    verdicts = [trusts.judge("ana", 0.5, MONDAY, version=0) for _ in range(A_DAY + 1)]
    assert verdicts == [LabelWorth.BELIEVED] * A_DAY + [LabelWorth.LIMITED]
    assert trusts.judge("ana", 0.5, MONDAY + 24 * HOUR, version=0) is LabelWorth.BELIEVED


def test_honest_corrections_are_not_taken_for_lies() -> None:
    """One label in twelve that hardly anybody would give is an honest person's share; one in three is not, for
    thirty days.
    """
    trusts = LabelTrusts()
    for number in range(280):
        assert trusts.judge("ana", 0.05 if number % 12 == 0 else 0.3, MONDAY, version=0) in (
            LabelWorth.BELIEVED,
            LabelWorth.DOUBTED,
        )
    verdicts = [trusts.judge("mallory", 0.05 if number % 3 == 0 else 0.3, MONDAY, version=0) for number in range(60)]
    assert LabelWorth.SUSPENDED_NOW in verdicts
    assert trusts.judge("mallory", 0.5, MONDAY + timedelta(days=SUSPENDED_DAYS - 1), version=0) is LabelWorth.SUSPENDED
    assert trusts.judge("mallory", 0.5, MONDAY + timedelta(days=SUSPENDED_DAYS), version=0) is LabelWorth.BELIEVED


def test_going_back() -> None:
    """An earlier version that is kept serves again to the last bit; one that is not kept is refused."""
    pupil = learning_model()
    taught(pupil, BATCH)
    first = pupil.serving.snapshot()
    taught(pupil, 12 * BATCH, "luis")
    assert pupil.versions[0].number == 0
    assert len(pupil.versions) <= 5
    kept = {version.number for version in pupil.versions}
    assert not pupil.roll_back(max(kept) + 1)
    assert not pupil.roll_back(next(number for number in range(1, max(kept)) if number not in kept))
    assert pupil.roll_back(0)
    assert pupil.serving.snapshot() == load_seed().snapshot() != first
    assert pupil.candidate.snapshot() == load_seed().snapshot()


def test_the_same_lessons_leave_the_same_models() -> None:
    """A snapshot in the middle, stored and read back, changes nothing of what comes after."""
    one, two = learning_model(), learning_model()
    taught(one, 35)
    taught(two, 35)
    assert one.snapshot() == two.snapshot()
    three = learning_model()
    three.restore(msgspec.msgpack.decode(msgspec.msgpack.encode(one.snapshot())))
    assert taught(one, 35, "luis") == taught(three, 35, "luis")
    assert one.serving.predict_proba_one(POST) == three.serving.predict_proba_one(POST)
    assert one.candidate.snapshot() == three.candidate.snapshot()


def test_damaged_state_is_refused() -> None:
    """A part that is missing is named, and nothing is taken over."""
    pupil = learning_model()
    plain = pupil.snapshot()
    del plain["trusts"]
    with pytest.raises(CheckpointError, match="trusts"):
        pupil.restore(plain)
