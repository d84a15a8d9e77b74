"""Cue list: which words and phrases of a language show what a text asks for."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

LANGUAGES: Final = ("es", "en", "pt")
NAMES: Final = ("asks", "helps", "praises", "wishes", "reports", "insults", "troubles", "me", "you", "life")
"""What a cue shows, in the order in which they are counted."""
_LONGEST: Final = 3
"""Words of the longest phrase."""
KNOWN: Final = 20_000
"""Words remembered for each language before the memory is emptied; about 4 MB."""


def fold(word: str) -> str:
    """A lowered word without accents, with a straight apostrophe."""
    if word.isascii():
        return word
    plain = unicodedata.normalize("NFD", word.replace("’", "'"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


class WordCues(NamedTuple):
    """What a word shows: ``alone``, before the phrases that it ``begins`` (whether there are any), and by its stem."""

    alone: tuple[int, ...]
    begins: bool
    stemmed: tuple[int, ...]


class CueList(dict[str, WordCues | None]):
    """Folded word → its cues, a bounded memory; ``None`` for a word that shows nothing, as most do. Made of phrases and
    stems by what they show: words joined by ``_``, each with the places of its names in `NAMES`.
    """

    def __init__(self, phrases: Mapping[str, frozenset[int]], stems: Mapping[str, frozenset[int]]) -> None:
        super().__init__()
        self.phrases, self.stems = phrases, stems
        self._first = {phrase.partition("_")[0] for phrase in phrases if "_" in phrase}

    def __missing__(self, word: str) -> WordCues | None:
        stems = [self.stems.get(word[:length], ()) for length in range(3, len(word) + 1)]
        worked_out = WordCues(
            tuple(self.phrases.get(word, ())), word in self._first, tuple(place for stem in stems for place in stem)
        )
        cues = worked_out if any(worked_out) else None
        if len(self) >= KNOWN:
            self.clear()
        self[word] = cues
        return cues

    def found(self, words: Sequence[str]) -> list[int]:
        """The names shown by folded words, once for every place where one stands."""
        found: list[int] = []
        for place, cues in enumerate(map(self.__getitem__, words)):
            if cues is None:
                continue
            alone, begins, stemmed = cues
            found += alone
            if begins:
                for length in range(2, min(_LONGEST, len(words) - place) + 1):
                    found += self.phrases.get("_".join(words[place : place + length]), ())
            found += stemmed
        return found


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
