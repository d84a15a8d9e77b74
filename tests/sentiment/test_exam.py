"""The exam: every language it is set in counts for itself."""

from collections import Counter
from importlib.resources import files

import msgspec
import pytest

from sentinel.sentiment.exam import Exam, ExamQuestion, Marks, load_exam
from sentinel.sentiment.features import Features, features_of
from sentinel.sentiment.hashed_slots import WIDTH
from sentinel.sentiment.language import LANGUAGES
from sentinel.sentiment.seed import load_seed
from sentinel.sentiment.sentiment import Label

QUESTIONS = [
    msgspec.json.decode(line, type=ExamQuestion)
    for line in (files("sentinel.sentiment") / "corpus" / "exam.jsonl").read_bytes().splitlines()
]


def test_each_language_has_as_many_questions_of_each_label() -> None:
    """Twenty a label in each language there is a lexicon for, none twice."""
    asked = Counter((each.lang, each.label) for each in QUESTIONS)
    assert asked == {(language, label): 20 for language in LANGUAGES for label in Label}
    assert len({each.text for each in QUESTIONS}) == len(QUESTIONS)


def test_marks_of_the_whole_are_those_of_its_parts() -> None:
    """Right answers and surprise of all questions are the mean over the languages, which have equally many."""
    marks = load_exam().sat_by(load_seed())
    assert set(marks.languages) == set(LANGUAGES)
    assert marks.right == pytest.approx(sum(each.right for each in marks.languages.values()) / 3)
    assert marks.surprise == pytest.approx(sum(each.surprise for each in marks.languages.values()) / 3)
    assert all(each.right > 0.6 for each in marks.languages.values())


@pytest.mark.parametrize(
    ("portuguese", "passes"),
    [(Marks(0.7, 0.8), True), (Marks(0.66, 0.83), True), (Marks(0.64, 0.8), False), (Marks(0.7, 0.85), False)],
)
def test_one_language_is_not_paid_for_by_another(portuguese: Marks, passes: bool) -> None:
    """As good in all and much worse in Portuguese is not good enough."""
    bar = Marks(0.7, 0.8, {"es": Marks(0.7, 0.8), "pt": Marks(0.7, 0.8)})
    assert Marks(0.7, 0.8, {"es": Marks(0.76, 0.7), "pt": portuguese}).suffice(bar) is passes
    assert not Marks(0.67, 0.8, {"es": Marks(0.7, 0.8), "pt": portuguese}).suffice(bar)


def test_who_unlearns_portuguese_fails() -> None:
    """Portuguese words taught wrong fail the exam in Portuguese, though Spanish and English are as before."""
    exam, model = load_exam(), load_seed()
    bar = exam.sat_by(model)
    for each in QUESTIONS:
        if each.lang == "pt":
            for _ in range(3):
                slots, values, _ = features_of(each.text, "pt")
                words = Features(slots[slots < WIDTH], values[slots < WIDTH], "pt")
                model.learn_features(words, 0 if each.label is Label.POSITIVE else 2)
    marks = exam.sat_by(model)
    assert not marks.suffice(bar)
    assert marks.languages["en"].surprise <= bar.languages["en"].surprise * 1.05
    assert Exam(QUESTIONS[:60]).sat_by(model).right >= bar.languages["es"].right - 0.07
