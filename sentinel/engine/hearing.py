"""How the engine hears a text, and what it heard where the truth is known."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sentinel.sentiment.apprentice import Outcome
from sentinel.sentiment.sentiment import Label, Sentiment

Hear = Callable[[str, str | None], tuple[str, Sentiment]]
"""A text and its declared language to its language and sentiment."""


@dataclass(frozen=True, slots=True)
class Graded:
    """What the model said of a text whose true label is known (stars, a correction): the prequential test of the model."""

    lang: str
    said: Label
    truth: Label


class Teacher(StrEnum):
    """Who gave a label."""

    PERSON = "person"
    STARS = "stars"
    EMOJI = "emoji"


@dataclass(frozen=True, slots=True)
class Taught:
    """A lesson came, and what became of it."""

    by: Teacher
    outcome: Outcome
