"""Who teaches the sentiment model while the engine folds: people, stars and, where it is wanted, emoji that give a mood
away.

What each is worth is the apprentice's to say. Everything comes from the journal, mentions and teachings alike, at the
instant at which it was observed: a recovery and a replay learn the same.
"""

from datetime import datetime
from typing import Final

from sentinel.engine import ratings
from sentinel.engine.classification import Graded, Taught, Teacher
from sentinel.mention import Kind, Mention
from sentinel.sentiment.apprentice import HEARD, Apprentice, Lesson
from sentinel.sentiment.hint import hint_of
from sentinel.sentiment.language import LANGUAGES
from sentinel.sentiment.sentiment import Sentiment
from sentinel.sentiment.teaching import RollBack, Teaching

_NOT_OWN_WORDS: Final = frozenset({Kind.REPOST, Kind.ARTICLE})


class OnlineTraining:
    """Puts lessons before an apprentice.

    ``graded`` and ``taught`` fill as mentions and teachings come; whoever keeps the figures empties them.
    """

    def __init__(self, apprentice: Apprentice) -> None:
        self.apprentice = apprentice
        self.graded: list[Graded] = []
        self.taught: list[Taught] = []

    def rated(self, text: str, lang: str, said: Sentiment, mention: Mention, at: datetime) -> Sentiment:
        """Stars speak louder than words, and teach the model what the words meant."""
        truth = ratings.label_of(mention.rating or 0.0)
        self.graded.append(Graded(lang, said.label, truth))
        outcome = self.apprentice.take(Lesson(text, truth, f"stars of {mention.source}", lang), at)
        self.taught.append(Taught(Teacher.STARS, outcome))
        return ratings.SAID[truth]

    def told(self, teaching: Teaching, at: datetime) -> None:
        """A person says something; what is not believed grades nothing."""
        if isinstance(teaching, RollBack):
            self.apprentice.roll_back(teaching.version)
            return
        lang, said = self.apprentice.serving.classify(teaching.text, teaching.lang)
        outcome = self.apprentice.take(Lesson(teaching.text, teaching.label, teaching.by, lang), at)
        self.taught.append(Taught(Teacher.PERSON, outcome))
        if outcome in HEARD:
            self.graded.append(Graded(lang, said.label, teaching.label))

    def overheard(self, text: str, lang: str, mention: Mention, weight: float, at: datetime) -> None:
        """A mention that nobody labelled; it grades nothing, for a hint is too often wrong and was read with the emoji
        that gave it.
        """
        if mention.kind in _NOT_OWN_WORDS or lang not in LANGUAGES:
            return
        hint = hint_of(text)
        if hint is not None:
            outcome = self.apprentice.overhear(
                Lesson(hint.text, hint.label, f"emoji of {mention.source}", lang, weight), at
            )
            self.taught.append(Taught(Teacher.EMOJI, outcome))
