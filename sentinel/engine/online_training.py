"""Who teaches the sentiment model while the engine folds: people and stars.

What each is worth is the learning's to say. Everything comes from the journal, mentions and teachings alike, at the
instant at which it was observed: a recovery and a replay learn the same.
"""

from datetime import datetime

from sentinel.engine import ratings
from sentinel.engine.classification import Graded, Taught, Teacher
from sentinel.mention import Mention
from sentinel.sentiment.learning_model import HEARD, LearningModel, Lesson
from sentinel.sentiment.sentiment import Sentiment
from sentinel.sentiment.teaching import RollBack, Teaching


class OnlineTraining:
    """Puts lessons before a learning model.

    ``graded`` and ``taught`` fill as mentions and teachings come; whoever keeps the figures empties them.
    """

    def __init__(self, learning: LearningModel) -> None:
        self.learning = learning
        self.graded: list[Graded] = []
        self.taught: list[Taught] = []

    def rated(self, text: str, lang: str, said: Sentiment, mention: Mention, at: datetime) -> Sentiment:
        """Stars speak louder than words, and teach the model what the words meant."""
        truth = ratings.label_of(mention.rating or 0.0)
        self.graded.append(Graded(lang, said.label, truth))
        outcome = self.learning.take(Lesson(text, truth, f"stars of {mention.source}", lang), at)
        self.taught.append(Taught(Teacher.STARS, outcome))
        return ratings.SAID[truth]

    def told(self, teaching: Teaching, at: datetime) -> None:
        """A person says something; what is not believed grades nothing."""
        if isinstance(teaching, RollBack):
            self.learning.roll_back(teaching.version)
            return
        lang, said = self.learning.serving.classify(teaching.text, teaching.lang)
        outcome = self.learning.take(Lesson(teaching.text, teaching.label, teaching.by, lang), at)
        self.taught.append(Taught(Teacher.PERSON, outcome))
        if outcome in HEARD:
            self.graded.append(Graded(lang, said.label, teaching.label))
