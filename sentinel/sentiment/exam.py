"""The exam: posts with known answers that no model is ever trained on; a model that learnt on the job sits it before it
may serve.

Written for this project; stands in ``corpus/exam.jsonl``. `sentinel.sentiment.learning_model` sets it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from math import log
from typing import Final

import msgspec

from sentinel.sentiment.features import Features, features_of
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import LABELS, SentimentModel
from sentinel.sentiment.sentiment import Label

_LESS_RIGHT: Final = 0.02
"""Share of the questions that a candidate may get wrong beyond those that the seed got wrong ..."""
_MORE_SURPRISED: Final = 1.02
"""... and factor by which it may be more surprised at the answers than the seed was."""
_LESS_RIGHT_IN_ONE: Final = 0.05
"""The same in any one language, whose questions are a third as many: what is learnt in one must not be paid for in
another.
"""
_MORE_SURPRISED_IN_ONE: Final = 1.05


class ExamQuestion(msgspec.Struct, frozen=True):
    """A post and its label."""

    text: str
    label: Label
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """How a model did: share of questions it got right, and the mean surprise (log loss) at the right answers; in
    all, and by language.
    """

    right: float
    surprise: float
    languages: Mapping[str, "Marks"] = field(default_factory=dict)

    def suffice(self, bar: "Marks") -> bool:
        """Whether they are hardly worse than a bar, in all and in each language that the bar knows."""
        return self._reach(bar, _LESS_RIGHT, _MORE_SURPRISED) and all(
            self.languages[language]._reach(each, _LESS_RIGHT_IN_ONE, _MORE_SURPRISED_IN_ONE)
            for language, each in bar.languages.items()
        )

    def _reach(self, bar: "Marks", less_right: float, more_surprised: float) -> bool:
        return self.right >= bar.right - less_right and self.surprise <= bar.surprise * more_surprised


class Exam:
    """A fixed set of questions, read once.

    Examples
    --------
    >>> from sentinel.sentiment.seed import load_seed
    >>> marks = load_exam().sat_by(load_seed())
    >>> marks.right > 0.7, marks.surprise < 0.8
    (True, True)
    """

    def __init__(self, questions: Iterable[ExamQuestion]) -> None:
        self._sheets: dict[str, list[tuple[Features, int]]] = {}
        for each in questions:
            language = detect_language(each.text, each.lang)
            self._sheets.setdefault(language, []).append((features_of(each.text, language), LABELS.index(each.label)))

    def sat_by(self, model: SentimentModel) -> Marks:
        """The marks of a model; a millisecond for two hundred questions."""
        languages = {language: _marks(model, sheet) for language, sheet in self._sheets.items()}
        whole = sum(map(len, self._sheets.values()))
        return Marks(
            sum(marks.right * len(self._sheets[language]) for language, marks in languages.items()) / whole,
            sum(marks.surprise * len(self._sheets[language]) for language, marks in languages.items()) / whole,
            languages,
        )


def _marks(model: SentimentModel, sheet: list[tuple[Features, int]]) -> Marks:
    right, surprise = 0, 0.0
    for features, answer in sheet:
        chances = model.chances(features)
        right += chances[answer] == max(chances)
        surprise -= log(max(chances[answer], 1e-9))
    return Marks(right / len(sheet), surprise / len(sheet))


@cache
def load_exam() -> Exam:
    """The shipped exam."""
    lines = (files("sentinel.sentiment") / "corpus" / "exam.jsonl").read_bytes().splitlines()
    return Exam(msgspec.json.decode(line, type=ExamQuestion) for line in lines)
