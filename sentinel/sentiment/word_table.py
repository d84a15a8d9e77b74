"""Word table: the words of a language as columns of numbers, so that those of many texts are looked up together.

A text is cut at its white space, which stands in no token, and what stands between two spaces is known as the numbers
of its words. Beside `sentinel.sentiment.words`, which works each word out.
"""

from itertools import chain
from threading import local
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.words import (
    KNOWN_WORDS,
    LAST_TOKENS,
    LONGEST_WORD,
    MOST_TOKENS,
    TOKEN,
    KnownWord,
    Vocabulary,
    lowered_of,
    vocabulary,
)

_LONGEST: Final = 40
"""Characters of a piece that is remembered."""


class WordTable(dict[str, tuple[int, ...]]):
    """Piece of a text between two spaces → the numbers of its words; a bounded memory.

    Of one thread. A number stands for the same word until `make_room`.

    Examples
    --------
    >>> from sentinel.sentiment.words import vocabulary
    >>> table = WordTable(vocabulary("en"))
    >>> numbers = table.numbers_of("no, thanks!!")
    >>> [table.words[each].form for each in numbers], table.valences[numbers].tolist()
    (['no', ',', 'thanks', '!!'], [0, 0, 3, 0])
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.vocabulary = vocabulary
        self._numbers: dict[str, int] = {}
        self.words: list[KnownWord] = []
        self.forms: list[str] = []
        self._filled = 0
        self._hashes = np.empty(1024, dtype=np.uint32)
        self._valences = np.empty(1024, dtype=np.int8)
        self._bits = np.empty(1024, dtype=np.int64)

    def __missing__(self, piece: str) -> tuple[int, ...]:
        if piece.isalpha():  # one word
            numbers: tuple[int, ...] = (self._number(piece),)
        else:
            numbers = tuple(map(self._number, TOKEN.findall(piece)))
        if len(piece) <= _LONGEST:
            self[piece] = numbers
        return numbers

    def _number(self, token: str) -> int:
        number = self._numbers.get(token)
        if number is None:
            word, number = self.vocabulary[token], len(self.words)
            if len(token) <= LONGEST_WORD:
                self._numbers[token] = number
            self.words.append(word)
            self.forms.append(word.form)
        return number

    def numbers_of(self, text: str) -> list[int]:
        """The numbers of the words of a text: those of `sentinel.sentiment.words.tokens_of`."""
        numbers = list(chain.from_iterable(map(self.__getitem__, lowered_of(text).split())))
        if len(numbers) <= MOST_TOKENS:
            return numbers
        return numbers[: MOST_TOKENS - LAST_TOKENS] + numbers[-LAST_TOKENS:]

    def make_room(self) -> None:
        """Forget everything, once there is too much of it; numbers given before mean nothing then."""
        if len(self.words) >= KNOWN_WORDS or len(self) >= KNOWN_WORDS:
            self.clear()
            self._numbers.clear()
            self.words.clear()
            self.forms.clear()
            self._filled = 0

    @property
    def hashes(self) -> NDArray[np.uint32]:
        """By number, the hash of each word."""
        self._fill()
        return self._hashes

    @property
    def valences(self) -> NDArray[np.int8]:
        """By number, what the lexicon says that it is worth."""
        self._fill()
        return self._valences

    @property
    def bits(self) -> NDArray[np.int64]:
        """By number, its bits of `WordRole` and `TokenKind`."""
        self._fill()
        return self._bits

    def _fill(self) -> None:
        """Write the columns of the words that came since."""
        new, size = self.words[self._filled :], len(self.words)
        if not new:
            return
        if size > len(self._hashes):
            room = 2 * size
            self._hashes, self._valences, self._bits = (
                np.concatenate((each[: self._filled], np.empty(room - self._filled, dtype=each.dtype)))
                for each in (self._hashes, self._valences, self._bits)
            )
        self._hashes[self._filled : size] = [word.hash for word in new]
        self._valences[self._filled : size] = [word.valence for word in new]
        self._bits[self._filled : size] = [word.bits for word in new]
        self._filled = size


class _TablesOfThread(local):
    """The tables that one thread has made, by language."""

    def __init__(self) -> None:
        self.by_language: dict[str, WordTable] = {}


_TABLES: Final = _TablesOfThread()


def table_of(language: str) -> WordTable:
    """The table of a language, for all models of a thread: words are the same to each, and a worker has a model for
    each of its partitions.
    """
    if (table := _TABLES.by_language.get(language)) is None:
        table = _TABLES.by_language[language] = WordTable(vocabulary(language))
    return table
