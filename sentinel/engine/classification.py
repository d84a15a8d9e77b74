"""How the engine hears a text, and what it heard where the truth is known."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from sentinel.mention import Mention
from sentinel.sentiment.language import detect_language
from sentinel.sentiment.learning_model import LearningModel, LessonOutcome
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.sentiment.text_scores import AskedText

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


class Question(NamedTuple):
    """A text with its declared language, as the people of a brand mean their own words."""

    text: str
    lang: str | None
    own: OwnWords | None = None


Answer = tuple[str, Sentiment]


def questions_of(mention: Mention, words: Sequence[OwnWords | None]) -> Iterator[Question]:
    """What is asked about a mention of brands with these words of their own; of what has stars only the language."""
    if words:
        text = mention.whole_text
        yield Question(text, mention.lang)
        if mention.rating is None:
            yield from (Question(text, mention.lang, own) for own in words if own is not None)


class Classifier:
    """Asks the serving model about each text once: in a storm every other post repeats an earlier one word for word.

    Answers are those that the model would give: they are forgotten as soon as another version of it serves. Texts that
    are known to come are read together with the first of them, which costs a third of reading each by itself.
    """

    def __init__(self, learning: LearningModel) -> None:
        self._learning = learning
        self._young: dict[Question, Answer] = {}
        self._old: dict[Question, Answer] = {}
        self._coming: Sequence[Question] = ()
        self._places: dict[Question, int] = {}
        """Where what comes is asked first."""
        self._lessons: Sequence[int] = ()
        """Places after which the model is taught."""
        self._ahead: dict[Question, Answer] = {}
        """What was read before it was asked."""
        self._version = 0

    def expect(self, coming: Iterable[tuple[Question, bool]]) -> None:
        """What will be asked, most likely in this order, and whether a lesson follows; it changes no answer."""
        expected = list(coming)
        self._coming = [question for question, _ in expected]
        self._lessons = [place for place, (_, teaches) in enumerate(expected) if teaches]
        self._places = {question: place for place, question in reversed(list(enumerate(self._coming)))}
        self._ahead = {}

    def hear(self, text: str, lang: str | None, own: OwnWords | None = None) -> tuple[str, Sentiment]:
        """The text's language and sentiment, to a brand whose people mean some words otherwise."""
        if self._learning.versions[-1].number != self._version:
            self.forget()
        question = Question(text, lang, own)
        if (said := self._young.get(question)) is not None:
            return said
        said = self._old.get(question) or self._ahead.get(question) or self._read(question)
        if len(text) <= LONGEST:
            if len(self._young) >= REMEMBERED:
                self._old, self._young = self._young, {}
            self._young[question] = said
        return said

    def _read(self, question: Question) -> Answer:
        """Read a text, and with it those that are expected next."""
        following = list(dict.fromkeys(self._following(question)))
        try:
            asked = [AskedText(each.text, detect_language(each.text, each.lang), each.own) for each in following]
            self._ahead = dict(zip(following, self._learning.serving.classify_many(asked), strict=True))
        except Exception:  # a text that cannot be read must not take those beside it with it: now each is by itself
            self._coming, self._places, self._ahead = (), {}, {}
        return self._ahead.get(question) or self._learning.serving.classify(*question)

    def _following(self, question: Question) -> Iterator[Question]:
        """What is expected from a question on and not known yet, up to the lesson after which another model may
        serve.
        """
        begin = self._places.get(question)
        if begin is None:
            return
        lessons = [place for place in self._lessons if place >= begin][: self._learning.until_exam]
        end = lessons[-1] + 1 if len(lessons) == self._learning.until_exam else len(self._coming)
        for each in self._coming[begin:end]:
            if each not in self._young and each not in self._old:
                yield each

    def forget(self) -> None:
        """The model is another one now."""
        self._young, self._old, self._ahead = {}, {}, {}
        self._version = self._learning.versions[-1].number
