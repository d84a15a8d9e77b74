"""How the engine hears a text, and what it heard where the truth is known."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sentinel.sentiment.learning_model import LearningModel, LessonOutcome
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.sentiment import Label, Sentiment

Hear = Callable[[str, str | None], tuple[str, Sentiment]]
"""A text and its declared language to its language and sentiment."""

REMEMBERED = 4_096
"""Answers kept, at the least; up to twice as many while the older half fades. About two megabytes of posts."""
LONGEST = 1_000
"""Characters of a text whose answer is kept: what is repeated word for word is short, and articles must not eat memory.
"""


@dataclass(frozen=True, slots=True)
class Graded:
    """What the model said of a text whose true label is known (stars, a correction): the prequential test of the
    model.
    """

    lang: str
    said: Label
    truth: Label


class Teacher(StrEnum):
    """Who gave a label."""

    PERSON = "person"
    STARS = "stars"


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson came, and what became of it."""

    by: Teacher
    outcome: LessonOutcome


class Classifier:
    """Asks the serving model about each text once: in a storm every other post repeats an earlier one word for word.

    Answers are those that the model would give: they are forgotten as soon as another version of it serves.
    """

    def __init__(self, learning: LearningModel) -> None:
        self._learning = learning
        self._young: dict[tuple[str, str | None, OwnWords | None], tuple[str, Sentiment]] = {}
        self._old: dict[tuple[str, str | None, OwnWords | None], tuple[str, Sentiment]] = {}
        self._version = 0

    def hear(self, text: str, lang: str | None, own: OwnWords | None = None) -> tuple[str, Sentiment]:
        """The text's language and sentiment, to a brand whose people mean some words otherwise."""
        if self._learning.versions[-1].number != self._version:
            self.forget()
        key = text, lang, own
        if (said := self._young.get(key)) is not None:
            return said
        said = self._old.get(key) or self._learning.serving.classify(text, lang, own)
        if len(text) <= LONGEST:
            if len(self._young) >= REMEMBERED:
                self._old, self._young = self._young, {}
            self._young[key] = said
        return said

    def forget(self) -> None:
        """The model is another one now."""
        self._young, self._old = {}, {}
        self._version = self._learning.versions[-1].number
