"""Knows each token as a brand's people mean it: the shared memory of a language, but for the brand's own words."""

from functools import lru_cache
from typing import Final
from zlib import crc32

from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.words import KNOWN_WORDS, KnownWord, Vocabulary, plain, vocabulary

REMEMBERED: Final = 256
"""Brands with words of their own, times languages, whose words are remembered."""
_FORM: Final = "\x01"
"""One form for all of them: no word, pair or letter of it was ever learnt."""


class BrandVocabulary(Vocabulary):
    """Token → `KnownWord` for one language and one brand.

    Examples
    --------
    >>> from sentinel.sentiment.own_words import Domain, own_words
    >>> known = brand_vocabulary("en", own_words(Domain.GAMES, {}))
    >>> known["killed"].valence, known["refund"] is vocabulary("en")["refund"]
    (0, True)
    """

    def __init__(self, language: str, own: OwnWords) -> None:
        super().__init__(language)
        self._language, self._own, self._shared = language, own, vocabulary(language)

    def __missing__(self, token: str) -> KnownWord:
        worth = self._own.worth(plain(token)[0].removeprefix("#"), self._language)
        if worth is None:
            return self._shared[token]
        if len(self) >= KNOWN_WORDS:
            self.clear()
        word = self[token] = KnownWord(crc32(_FORM.encode(), self._salt), worth, 0, 0, _FORM)
        return word


@lru_cache(maxsize=REMEMBERED)
def brand_vocabulary(language: str, own: OwnWords) -> Vocabulary:
    """The words of a language as a brand's people mean them."""
    return BrandVocabulary(language, own)
