"""The exam: posts with known answers that no model is ever trained on; a model that learnt on the job sits it before it may serve.

Written for this project; stands in ``corpus/exam.jsonl``. `sentinel.sentiment.apprentice` sets it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log

import msgspec

from sentinel.sentiment.features import Features, features_of
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.model import LABELS, SentimentModel
from sentinel.sentiment.sentiment import Label


class Question(msgspec.Struct, frozen=True):
    """A post and its label."""

    text: str
    label: Label
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """How a model did: share of questions it got right, and the mean surprise (log loss) at the right answers."""

    right: float
    surprise: float


class Exam:
    """A fixed set of questions, read once.

    Examples
    --------
    >>> from sentinel.sentiment.seed import load_seed
    >>> marks = load_exam().sat_by(load_seed())
    >>> marks.right > 0.7, marks.surprise < 0.8
    (True, True)
    """

    def __init__(self, questions: Iterable[Question]) -> None:
        self._sheet: list[tuple[Features, int]] = [
            (features_of(each.text, detect_language(each.text, each.lang)), LABELS.index(each.label)) for each in questions
        ]

    def sat_by(self, model: SentimentModel) -> Marks:
        """The marks of a model; half a millisecond for a hundred questions."""
        right, surprise = 0, 0.0
        for features, answer in self._sheet:
            chances = model.chances(features)
            right += chances[answer] == max(chances)
            surprise -= log(max(chances[answer], 1e-9))
        return Marks(right / len(self._sheet), surprise / len(self._sheet))


@cache
def load_exam() -> Exam:
    """The shipped exam."""
    lines = (files("sentinel.sentiment") / "corpus" / "exam.jsonl").read_bytes().splitlines()
    return Exam(msgspec.json.decode(line, type=Question) for line in lines)
