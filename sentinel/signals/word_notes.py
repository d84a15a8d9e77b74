"""Word notes: what signals have to know of a word, worked out when it is first met in a language."""

from collections.abc import Iterable
from functools import cache
from itertools import compress
from typing import Final

from sentinel.signals.lexicon.lexicon import LANGUAGES, UNTOLD, Grave, lexicon

KNOWN: Final = 30_000
"""Words remembered for each language before the memory is emptied; about 4 MB."""
LONGEST: Final = 24
"""Letters of a word that may be a topic."""


TOPIC, GRAVE, SINGULAR = 1, 2, 4
"""Bits of a note: a word may be a topic, may begin something grave, or is of the first person singular. No flags of an
enumeration: those cost more than the rest of noting a word.
"""
_TOPICS: Final = bytes(note & TOPIC for note in range(256))
_GRAVE, _SINGULAR = (frozenset(note for note in range(8) if note & bit) for bit in (GRAVE, SINGULAR))


class WordNotes(dict[str, int]):
    """Word → its note in some languages; a bounded memory.

    Examples
    --------
    >>> notes = word_notes("es")
    >>> [notes[word] for word in ("refineria", "explosion", "yo", "y")]
    [1, 3, 4, 0]
    """

    def __init__(self, languages: Iterable[str]) -> None:
        super().__init__()
        self._lists = [lexicon(each) for each in languages]
        self._common: frozenset[str] = frozenset().union(*(each.common for each in self._lists))
        self._singular = self._lists[0].singular if len(self._lists) == 1 else frozenset()

    def __missing__(self, word: str) -> int:
        note = 0
        if 4 <= len(word) <= LONGEST and word not in self._common and not word.isdigit():
            note |= TOPIC
        if any(each.may_begin(word) for each in self._lists):
            note |= GRAVE
        if word in self._singular:
            note |= SINGULAR
        if len(word) <= LONGEST:
            if len(self) >= KNOWN:
                self.clear()
            self[word] = note
        return note

    def read(self, words: list[str]) -> tuple[Grave | None, bool | None, dict[str, None]]:
        """The gravest of the words, whether one is of the first person singular (``None`` in a language without a
        list), and those that may be a topic, each once.
        """
        notes = bytes(map(self.__getitem__, words))
        grave = None if _GRAVE.isdisjoint(notes) else self._gravest(words)
        singular = not _SINGULAR.isdisjoint(notes) if self._singular else None
        return grave, singular, dict.fromkeys(compress(words, notes.translate(_TOPICS)))

    def _gravest(self, words: list[str]) -> Grave | None:
        found = [grave for each in self._lists if (grave := each.gravest(words)) is not None]
        return max(found, key=lambda grave: grave.weight, default=None)


@cache
def _notes(languages: tuple[str, ...]) -> WordNotes:
    return WordNotes(languages)


def word_notes(lang: str) -> WordNotes:
    """The shared memory of a language; in one without lists, of all `UNTOLD`."""
    return _notes((lang,) if lang in LANGUAGES else UNTOLD)
