"""Request features: what the classifier reads of a text, as names with numbers."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import Final, NamedTuple

from sentinel.requests.cue_list import NAMES, cue_list, fold
from sentinel.sentiment.sentiment import Sentiment
from sentinel.sentiment.words import tokens_of

OF_WORDS: Final = ("word ", "stem ", "pair ")
"""What the names of features begin with that stand for words as they are written."""
EVERY_TEXT: Final = "all"
"""What each text has: how often a kind comes, whatever is said."""
_WORDS: Final = 60
"""Words looked at: what is asked stands near the beginning, or is repeated."""
_FIRST: Final = 3
_STEM: Final = 5
KNOWN: Final = 30_000
"""Tokens remembered before the memory is emptied; about 10 MB."""
_LONGEST: Final = 30
"""Characters of a token that is remembered."""
_LINK: Final = re.compile(r"https?://|www\.")
_QUOTED: Final = re.compile(r"\"[^\"]{8,}\"")
_WORD: Final = re.compile(r"[^\W\d_]")


def request_features(text: str, language: str, mood: Sentiment) -> dict[str, float]:
    """Words, stems and pairs of words (together of length 1), cues, signs and mood; a few dozen of each text.

    Examples
    --------
    >>> found = request_features("¿A qué hora abrís?", "es", Sentiment(0.1, 0.8, 0.1))
    >>> found["cue asks"] > 0, found["sign ?"]
    (True, 1.0)
    """
    tokens = [_read[token] for token in tokens_of(text)]
    words = [token for token in tokens if token.word][:_WORDS]
    plain = [token.word for token in words]
    said = dict.fromkeys(  # in their order: sums of the same numbers in another order are others
        (
            *[token.as_word for token in words],
            *[token.as_stem for token in words if token.as_stem],
            *[f"pair {one} {two}" for one, two in pairwise(plain)],
        )
    )
    weight = 1.0 / sqrt(max(1, len(said)))
    found = dict.fromkeys(said, weight)
    cues = cue_list(language)
    for place, times in Counter(cues.found(plain)).items():
        found[f"cue {NAMES[place]}"] = min(times, 3) / 2.0
    for place in dict.fromkeys(cues.found(plain[:_FIRST])):
        found[f"begins {NAMES[place]}"] = 0.5
    found.update(_signs(text, tokens, len(words)))
    found.update(_mood(mood))
    found[EVERY_TEXT] = 1.0
    return found


class _Token(NamedTuple):
    """A token's folded ``word``, empty where it is none, with the names of its features, and what kind of sign it is,
    as bits.
    """

    word: str
    as_word: str
    as_stem: str
    signs: int


_ASKS, _EXCLAIMS, _NUMBER, _HANDLE = 1, 2, 4, 8


class _Tokens(dict[str, _Token]):
    """Tokens read before; a bounded memory."""

    def __missing__(self, token: str) -> _Token:
        word = fold(token) if _WORD.match(token) and not _LINK.match(token) else ""
        stem = f"stem {word[:_STEM]}" if len(word) > _STEM else ""
        read = _Token(word, f"word {word}", stem, _signs_of(token))
        if len(token) <= _LONGEST:
            if len(self) >= KNOWN:
                self.clear()
            self[token] = read
        return read


def _signs_of(token: str) -> int:
    mark = token[0] in "?!¿¡"
    signs = (_ASKS if mark and "?" in token else 0) | (_EXCLAIMS if mark and "!" in token else 0)
    if token[0].isdigit():
        return signs | _NUMBER
    return signs | _HANDLE if token[0] == "@" and len(token) > 1 else signs


_read: Final = _Tokens()


def _signs(text: str, tokens: Sequence[_Token], words: int) -> dict[str, float]:
    met = 0
    for token in tokens:
        met |= token.signs
    stripped = text.rstrip()
    signs = {
        "sign ?": 1.0 if met & _ASKS else 0.0,
        "sign ends ?": 1.0 if stripped.endswith("?") else 0.0,
        "sign !": 1.0 if met & _EXCLAIMS else 0.0,
        "sign link": 1.0 if _links(text) else 0.0,
        "sign quote": 1.0 if _quotes(text) else 0.0,
        "sign number": 1.0 if met & _NUMBER else 0.0,
        "sign handle": 1.0 if met & _HANDLE else 0.0,
        "sign short": 1.0 if words <= 4 else 0.0,
        "sign long": min(1.0, words / 40.0),
        "sign capital": 1.0 if text[:1].isupper() else 0.0,
        "sign full stop": 1.0 if stripped.endswith(".") else 0.0,
    }
    return {name: value for name, value in signs.items() if value}


def _links(text: str) -> bool:
    """Whether an address stands anywhere; most texts have none, and looking for plain text is quick."""
    return ("://" in text and ("https://" in text or "http://" in text)) or "www." in text


def _quotes(text: str) -> bool:
    if not text.isascii() and ("«" in text or "»" in text or "“" in text or "”" in text):
        return True
    return '"' in text and _QUOTED.search(text) is not None


def _mood(mood: Sentiment) -> dict[str, float]:
    return {"mood negative": mood.negative, "mood neutral": mood.neutral, "mood positive": mood.positive}
