"""What signals note of one mention besides its mood: passed on or not, grave words, who hears it, who it speaks of."""

from functools import cache, lru_cache

import msgspec

from sentinel.mention import Kind, Mention
from sentinel.sentiment.language import UNDETERMINED
from sentinel.signals.lexicon.lexicon import LANGUAGES, UNTOLD, Grave, lexicon
from sentinel.signals.words import READ, passes_on, words_of

_PASSED_ON = (Kind.REPOST, Kind.QUOTE)
MOST_TERMS = 12
"""Words of one voice that are remembered as what it is about."""
UNREAD_WORDS = 4
"""Words of letters from which a text of no known language is one that nobody here can read; fewer are a name, a cry or
a cashtag.
"""
LONGEST_TERM = 24
"""Characters of a word that may be a topic."""
KNOWN_WORDS = 20_000
"""Words remembered for each language before the memory is emptied; about 3 MB."""
AGAIN = 4_096
"""Texts whose words are remembered: in a storm most are said again word for word."""


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """One mention's traits.

    Parameters
    ----------
    amplified
        A repost or quote, by its kind or by its own words.
    grave
        The gravest word in it.
    audience
        The author's followers; 0 where the source does not tell.
    singular
        Whether it speaks in the first person singular; ``None`` in a language without a list.
    terms
        Words that may be a topic, each once.
    unread
        Enough words in a language that the model does not read.
    """

    amplified: bool = False
    grave: Grave | None = None
    audience: int = 0
    singular: bool | None = None
    terms: tuple[str, ...] = ()
    unread: bool = False


NOTHING = Traits()


def day_only(mention: Mention) -> bool:
    """Whether of a mention only the day is known: nobody posts on the stroke of midnight, and sources that know no
    hour say so.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> at = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [day_only(Mention(source="x", id="1", text="", published_at=each)) for each in at]
    [True, False]
    """
    at = mention.published_at
    return not (at.hour or at.minute or at.second or at.microsecond)


class _Topics(dict[str, str]):
    """Word → itself where it may be a topic, else nothing; a bounded memory."""

    def __init__(self, known: tuple[str, ...]) -> None:
        super().__init__()
        self._common = frozenset().union(*(lexicon(each).common for each in known))

    def __missing__(self, word: str) -> str:
        if len(word) > LONGEST_TERM:
            return ""  # and not remembered: it may be a whole text
        if len(self) >= KNOWN_WORDS:
            self.clear()
        topical = len(word) >= 4 and word not in self._common and not word.isdigit()
        said = self[word] = word if topical else ""
        return said


_topics = cache(_Topics)


def traits_of(mention: Mention, lang: str) -> Traits:
    """The traits of a mention said in ``lang``; in a language without lists, grave words of `UNTOLD` count.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> said = Mention(source="x", id="1", text="RT @ana: Explosión en la planta de @acme",
    ...     published_at=datetime(2026, 3, 2, tzinfo=UTC))
    >>> traits = traits_of(said, "es")
    >>> traits.amplified, traits.grave.about, traits.singular, traits.terms
    (True, 'harm', False, ('explosion', 'planta'))
    """
    said = f"{mention.title}. {mention.text}"[:READ] if mention.title else mention.text[:READ]
    grave, singular, terms, words = _wording(said, lang)
    return Traits(
        amplified=mention.kind in _PASSED_ON or passes_on(mention.text),
        grave=grave,
        audience=(mention.author.followers or 0) if mention.author else 0,
        singular=singular,
        terms=terms,
        unread=mention.rating is None and lang == UNDETERMINED and words >= UNREAD_WORDS,
    )


@lru_cache(maxsize=AGAIN)
def _wording(text: str, lang: str) -> tuple[Grave | None, bool | None, tuple[str, ...], int]:
    """What is in the words alone: the gravest, the first person singular, what may be a topic, and, where no language
    is known, how many are words of letters.
    """
    words = words_of(text)
    known = UNTOLD if lang not in LANGUAGES else (lang,)
    lists = [lexicon(each) for each in known]
    found = [grave for each in lists if (grave := each.gravest(words)) is not None]
    terms = dict.fromkeys(filter(None, map(_topics(known).__getitem__, words)))
    lettered = sum(map(str.isalpha, words)) - 2 * text.count("$") if lang == UNDETERMINED else 0
    singular = not lists[0].singular.isdisjoint(words) if len(lists) == 1 and lists[0].singular else None
    return max(found, key=lambda grave: grave.weight, default=None), singular, tuple(terms)[:MOST_TERMS], lettered
