"""Mention reader: which brands a mention is about, in which language and mood, and what it means to each of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sentinel.engine.brand_state import BrandState
from sentinel.engine.classification import Classifier, Hear, questions_of
from sentinel.engine.mentioned_brands import MentionedBrands
from sentinel.engine.mentioned_elsewhere import MentionedElsewhere
from sentinel.engine.online_training import OnlineTraining
from sentinel.engine.read_mention import NOTHING_READ, ReadMention
from sentinel.engine.setup import EngineSetup
from sentinel.matching.author_ignore import AuthorIgnore
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.sentiment.learning_model import LearningModel
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.sentiment import Sentiment
from sentinel.signals.base import Observation


class MentionReader:
    """Reads one mention after the other; a copy of the model learns from ratings and corrections as they come.

    Parameters
    ----------
    model
        Fresh from its seed.
    """

    def __init__(self, model: SentimentModel) -> None:
        self.learning = LearningModel(model)
        self.training = OnlineTraining(self.learning)
        self._classifier = Classifier(self.learning)
        self.hear: Hear = self._classifier.hear
        """Text and declared language to language and sentiment; whoever folds a recording again may let it hear what it
        heard.
        """
        self.latest = NOTHING_READ
        """What the latest mention was read as."""

    def configure(
        self,
        setup: EngineSetup,
        brands: Sequence[BrandState],
        ignores: Iterable[AuthorIgnore],
        matcher: Matcher | None = None,
    ) -> None:
        """These are the brands from now on, and who does not count; ``matcher`` of them, where it is made already."""
        self._setup, self._brands = setup, brands
        self._own_words = [each.scoring.words for each in setup.brands]
        self._mentioned = MentionedBrands(setup.brands, brands, matcher)
        self._elsewhere = MentionedElsewhere(setup.elsewhere)
        self.ignore(ignores)

    def ignore(self, ignores: Iterable[AuthorIgnore]) -> None:
        """These accounts do not count, each from its beginning to its end."""
        known = tuple(ignores)
        self._mentioned.ignore(known)
        self._elsewhere.ignore(known)

    def wants(self, mention: Mention) -> bool:
        """Whether any brand is spoken of, or answered."""
        return self._mentioned.wants(mention)

    def expect(self, mentions: Sequence[Mention]) -> None:
        """These come next, most likely in this order: what costs less for many at once is done now. No answer changes
        for it, whatever comes.
        """
        self._classifier.expect(
            (question, mention.rating is not None)
            for mention, matches in self._mentioned.expect(mentions)
            for question in questions_of(mention, self._words(mention, matches))
        )

    def _words(self, mention: Mention, matches: Sequence[int]) -> list[OwnWords | None]:
        """Of each brand that it will be read for; of another engine's brand it is read as plain text, for its stars."""
        if not matches and self._elsewhere.is_rated(mention):
            return [None]
        return [self._own_words[index] for index in matches]

    def read(
        self, mention: Mention, observed_at: datetime, behind: timedelta
    ) -> tuple[Sequence[int], list[tuple[int, Observation]]]:
        """The places of the brands that spoke themselves, and what the mention means to which of the others."""
        matches, spoke = self._mentioned.find(mention, observed_at)
        if not matches:
            self.latest = ReadMention(self._mentioned.named)
            if self._elsewhere.is_rated(mention, observed_at):
                lang, said = self.hear(mention.whole_text, mention.lang)
                self.training.rated(mention.whole_text, lang, said, mention, observed_at)
            return spoke, []
        text = mention.whole_text
        lang, said = self.hear(text, mention.lang)
        sentiment = said if mention.rating is None else self.training.rated(text, lang, said, mention, observed_at)
        self.latest = ReadMention(self._mentioned.named, lang, said)
        at, grace, lag = mention.event_at(observed_at, behind), self._setup.grace, self._setup.lags.get(mention.source)
        late = observed_at - at > (grace if lag is None or lag < grace else lag)
        observations = []
        for index in matches:
            state, own = self._brands[index], self._own_words[index]
            meant = sentiment if own is None or mention.rating is not None else self._meant(text, mention.lang, own)
            observation = Observation(
                mention=mention,
                brand=state.name,
                at=at,
                observed_at=observed_at,
                lang=lang,
                sentiment=meant,
                late=late,
                copy=state.voices.is_copy(text, at),
            )
            observations.append((index, observation))
        return spoke, observations

    def _meant(self, text: str, lang: str | None, own: OwnWords) -> Sentiment:
        """What it says to a brand with words of its own."""
        return self._classifier.hear(text, lang, own)[1]

    def restore(self, plain: object) -> None:
        """Go back to what the model had learnt."""
        assert isinstance(plain, dict), "a snapshot is a mapping"
        self.learning.restore(plain)
        self._classifier.forget()
