"""Hears mentions of the journal once more for whoever looks for them: what each is to which brand, and whether it
counts.

As the engine does, and with what it made of them where that is known; but for what it remembers: what is a copy is told
by what came since this process began.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sentinel.engine import ratings
from sentinel.engine.read_mention import ReadMention
from sentinel.matching.account import AccountSet
from sentinel.matching.author_ignore import AuthorIgnore, AuthorIgnoreSet
from sentinel.matching.brand import Brand
from sentinel.matching.duplicates import Voices
from sentinel.matching.matcher import Matcher
from sentinel.mention import Mention
from sentinel.requests.classifier import RequestClassifier
from sentinel.requests.priority import Priority, priority_of
from sentinel.requests.request_kind import RequestKind
from sentinel.sentiment.language import UNDETERMINED
from sentinel.sentiment.model import SentimentModel
from sentinel.sentiment.sentiment import Label, Sentiment
from sentinel.signals.traits import traits_of
from sentinel.store.heard_mention import HeardAs, HeardMention, Hearing, Standing
from sentinel.store.journal_entry import JournalEntry

REMEMBERED = 256
"""Voices of a brand that are known again: the engine has its own."""


class EntryWords(NamedTuple):
    """What an entry's words are about: the places of brands, and, of none, no language and mood."""

    entry: JournalEntry
    mention: Mention
    matches: tuple[int, ...] = ()
    lang: str = ""
    said: Sentiment | None = None


class MentionListener:
    """Hears for these brands.

    Parameters
    ----------
    model, classifier
        Ones that nobody else touches.
    known
        What the fold made of an entry's mention, where that is remembered.
    """

    def __init__(
        self,
        brands: Sequence[Brand],
        model: SentimentModel,
        classifier: RequestClassifier,
        known: Callable[[int], ReadMention | None] = lambda _: None,
    ) -> None:
        self.brands = tuple(brands)
        self.model = model
        self._classifier = classifier
        self.burning: Collection[str] = ()
        """The brands that have an incident that is not over."""
        self._known = known
        self._places = {each.name: place for place, each in enumerate(brands)}
        self._matcher = Matcher(brands)
        self._own = [AccountSet(each.own) for each in brands]
        self._voices = [Voices(remembered=REMEMBERED) for _ in brands]
        self._ignored = AuthorIgnoreSet((), [(each.name,) for each in brands])

    def ignore(self, ignores: Iterable[AuthorIgnore]) -> None:
        """These accounts do not count, besides those of the configuration."""
        self._ignored = AuthorIgnoreSet(ignores, [(each.name,) for each in self.brands])

    def hear(self, entry: JournalEntry) -> HeardMention | None:
        """What a mention is to whom; ``None`` for an entry that is none."""
        if (words := self.read(entry)) is None:
            return None
        return self.heard(words, self.asks([words])[0])

    def read(self, entry: JournalEntry) -> EntryWords | None:
        """What an entry's words are about, in which language and mood; ``None`` for an entry that is no mention."""
        if (mention := entry.mention) is None:
            return None
        read = self._known(entry.seq) or ReadMention(self._named(mention))
        if not (matches := tuple(self._places[name] for name in read.brands if name in self._places)):
            return EntryWords(entry, mention)
        if read.said is not None:
            return EntryWords(entry, mention, matches, read.lang, read.said)
        return EntryWords(entry, mention, matches, *self.model.classify(mention.whole_text, mention.lang))

    def asks(self, read: Sequence[EntryWords]) -> list[RequestKind]:
        """What each seems to ask for: many at once cost less."""
        asked = [(each.mention.whole_text, each.lang, each.said) for each in read if each.said is not None]
        kinds = iter(self._classifier.kinds_of(asked))
        return [next(kinds) if each.said is not None else RequestKind.NONE for each in read]

    def heard(self, words: EntryWords, asks: RequestKind) -> HeardMention:
        """What the mention of these words is to whom; in the order of the journal, for that tells what is a copy."""
        entry, mention, matches, lang, said = words
        at = mention.event_at(entry.observed_at, entry.behind)
        if said is None:
            hearing = Hearing(lang=mention.lang or UNDETERMINED)
            return HeardMention(number=entry.seq, mention=mention, heard_at=entry.observed_at, at=at, hearing=hearing)
        label = said.label if mention.rating is None else ratings.label_of(mention.rating)
        sure = probability_of(said, label) if mention.rating is None else 1.0
        grave = traits_of(mention, lang).grave
        standings = self._standings(matches, mention, mention.whole_text, at, entry.observed_at)
        heard = [
            HeardAs(
                brand=self.brands[index].name,
                label=label,
                probability=round(sure, 3),
                standing=standing,
                priority=self._priority(index, asks, mention, said, standing, grave is not None),
            )
            for index, standing in zip(matches, standings, strict=True)
        ]
        return HeardMention(
            number=entry.seq,
            mention=mention,
            heard_at=entry.observed_at,
            at=at,
            hearing=Hearing(brands=tuple(heard), lang=lang, grave=grave.word if grave else None, asks=asks),
        )

    def _named(self, mention: Mention) -> tuple[str, ...]:
        return tuple(self.brands[index].name for index in self._matcher.match(mention))

    def _priority(
        self, index: int, asks: RequestKind, mention: Mention, said: Sentiment, standing: Standing, grave: bool
    ) -> Priority:
        """How soon it wants an answer; the brand itself and ignored accounts want none."""
        if standing in (Standing.OWN, Standing.IGNORED):
            return Priority.NONE
        return priority_of(
            asks,
            negative=said.negative,
            grave=grave,
            followers=(mention.author.followers or 0) if mention.author else 0,
            incident=self.brands[index].name in self.burning,
        ).priority

    def _standings(
        self, matches: tuple[int, ...], mention: Mention, text: str, at: datetime, observed_at: datetime
    ) -> Iterator[Standing]:
        """Whether it counts for each of the brands."""
        voiced = self._matcher.voiced(matches, mention, observed_at)
        counted = self._ignored.without(voiced, mention, observed_at)
        for index in matches:
            if index in counted:
                yield Standing.COPY if self._voices[index].is_copy(text, at) else Standing.COUNTED
            else:
                yield Standing.OWN if self._own[index].wrote(mention) else Standing.IGNORED


def probability_of(said: Sentiment, label: Label) -> float:
    """How sure the model is of a label."""
    match label:
        case Label.NEGATIVE:
            return said.negative
        case Label.NEUTRAL:
            return said.neutral
        case Label.POSITIVE:
            return said.positive
