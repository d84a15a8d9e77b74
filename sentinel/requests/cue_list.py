"""Cue list: which words and phrases of a language show what a text asks for."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("es", "en", "pt")
NAMES: Final = ("asks", "helps", "praises", "wishes", "reports", "insults", "troubles", "me", "you", "life")
"""What a cue shows, in the order in which they are counted."""
_LONGEST: Final = 3
"""Words of the longest phrase."""


def fold(word: str) -> str:
    """A lowered word without accents, with a straight apostrophe."""
    plain = unicodedata.normalize("NFD", word.replace("’", "'"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


@dataclass(frozen=True, slots=True)
class CueList:
    """Phrases and stems by what they show: words joined by ``_``, each with the places of its names in `NAMES`."""

    phrases: dict[str, frozenset[int]]
    stems: dict[str, frozenset[int]]

    def found(self, words: Sequence[str]) -> Iterator[int]:
        """The names shown by folded words, once for every place where one stands."""
        for place, word in enumerate(words):
            for length in range(1, _LONGEST + 1):
                if place + length <= len(words):
                    yield from self.phrases.get("_".join(words[place : place + length]), ())
            for length in range(3, len(word) + 1):
                yield from self.stems.get(word[:length], ())


@cache
def cue_list(language: str) -> CueList:
    """The cues of a language; none for one that has no list.

    Examples
    --------
    >>> sorted({NAMES[place] for place in cue_list("es").found("como puedo darme de baja".split())})
    ['helps']
    """
    phrases: dict[str, set[int]] = {}
    stems: dict[str, set[int]] = {}
    if language in LANGUAGES:
        for line in (files("sentinel.requests") / "cues" / f"{language}.txt").read_text("utf-8").splitlines():
            name, colon, words = line.partition(": ")
            if line.startswith("#") or not colon:
                continue
            for word in words.split():
                known, key = (stems, word[:-1]) if word.endswith("*") else (phrases, word)
                known.setdefault(fold(key), set()).add(NAMES.index(name))
    return CueList(
        {word: frozenset(places) for word, places in phrases.items()},
        {word: frozenset(places) for word, places in stems.items()},
    )
