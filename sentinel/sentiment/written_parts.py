"""Written parts: what stands between two spaces of a text, with its words; most of them were written before.

Between `sentinel.sentiment.words`, which knows each token, and `sentinel.sentiment.word_sums`. No token reaches over
white space, so that a text is the sequence of its parts, and each of them is cut and looked up once.
"""

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, compress
from typing import Final, NamedTuple

from sentinel.sentiment.brand_vocabulary import brand_vocabulary
from sentinel.sentiment.lexicon import GAP
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.words import (
    LAST_TOKENS,
    MOST_TOKENS,
    TOKEN,
    KnownWord,
    TokenKind,
    Vocabulary,
    lowered_of,
    vocabulary,
)

KNOWN_PARTS: Final = 20_000
"""Parts remembered for each language before the memory is emptied; about 10 MB."""
OF_A_BRAND: Final = 500
"""The same for each brand with words of its own."""
READERS: Final = 64
"""Languages, times brands with words of their own, whose parts are remembered."""
_LONGEST: Final = 40
"""Characters of a part that is remembered: of longer ones, such as addresses, hardly any comes again."""


COUNTS, OPENS, OPENS_WIDE, FOLLOWS = 1, 2, 4, 8
"""Bits of a word's note: it counts by what it is worth or plays, it opens set phrases, some with a gap behind it, or
goes on with one as its second word. No flags of an enumeration: those cost more than the rest of noting a word.
"""
_COUNTS: Final = bytes(note & COUNTS for note in range(256))
_BYTES: Final = tuple(bytes([note]) for note in range(16))
_MAY_OPEN: Final = re.compile(
    rb"[%b](?=[%b])|[%b]"
    % tuple(
        b"".join(re.escape(bytes([note])) for note in range(16) if note & wanted)
        for wanted in (OPENS, FOLLOWS, OPENS_WIDE)
    )
)
"""A word that opens set phrases before one that goes on with some, or may stand further on."""
_OPENS: Final = int(TokenKind.OPENS)


class WrittenText(NamedTuple):
    """The ``words`` of a text, their ``hashes``, four bytes each, the text that their plain forms make, and the places
    at which words are more than plain; set phrases are joined.
    """

    words: list[KnownWord]
    hashes: bytes
    form: str
    noted: list[int]


class WrittenPart(NamedTuple):
    """The same of a part, with a note on each word, one byte each."""

    words: tuple[KnownWord, ...]
    hashes: bytes
    form: str
    notes: bytes


class WrittenParts(dict[str, WrittenPart]):
    """Part → its words in one vocabulary; a bounded memory.

    Examples
    --------
    >>> parts = WrittenParts(vocabulary("en"), KNOWN_PARTS)
    >>> parts["refund!!"].form, len(parts["refund!!"].words), parts["_"].words
    ('refund !!', 2, ())
    """

    def __init__(self, known: Vocabulary, most: int) -> None:
        super().__init__()
        self._known, self._most = known, most
        self._seconds = frozenset(chain.from_iterable(known.phrases.values())) - {GAP}

    def __missing__(self, part: str) -> WrittenPart:
        read = self._part([self._known[token] for token in TOKEN.findall(part)])
        if len(part) <= _LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[part] = read
        return read

    def _part(self, words: Sequence[KnownWord]) -> WrittenPart:
        if len(words) == 1:
            (word,) = words
            return WrittenPart((word,), array("I", (word.hash,)).tobytes(), word.form, _BYTES[self._note(word)])
        hashes = array("I", [word.hash for word in words]).tobytes()
        form = " ".join([word.form for word in words])
        return WrittenPart(tuple(words), hashes, form, bytes(map(self._note, words)))

    def _note(self, word: KnownWord) -> int:
        bits = word.bits
        note = COUNTS if word.valence or bits & ~_OPENS else 0
        if word.form in self._seconds:
            note |= FOLLOWS
        if bits & _OPENS:
            note |= OPENS | OPENS_WIDE if GAP in self._known.phrases[word.form] else OPENS
        return note

    def read(self, text: str) -> WrittenText:
        """Read a text."""
        parts = list(map(self.__getitem__, lowered_of(text).split()))
        if not parts:
            return WrittenText([], b"", "", [])
        words, hashes, form, notes = _joined(parts)
        if len(words) > MOST_TOKENS:
            cut = self._part(words[: MOST_TOKENS - LAST_TOKENS] + words[-LAST_TOKENS:])
            words, hashes, form, notes = _joined([cut])
        noted = list(compress(range(len(notes)), notes.translate(_COUNTS)))
        opening = [found.start() for found in _MAY_OPEN.finditer(notes)]
        if opening and (closing := self._known.join_phrases(words, opening)):
            noted = sorted({*noted, *closing})
        return WrittenText(words, hashes, form, noted)


def _joined(parts: Sequence[WrittenPart]) -> tuple[list[KnownWord], bytes, str, bytes]:
    """Several parts as one."""
    words, hashes, forms, notes = zip(*parts, strict=True)
    if "" in forms:  # of a part without words
        forms = tuple(filter(None, forms))
    return list(chain.from_iterable(words)), b"".join(hashes), " ".join(forms), b"".join(notes)


@lru_cache(maxsize=READERS)
def written_parts(language: str, own: OwnWords | None = None) -> WrittenParts:
    """The shared memory of parts of a language, or as a brand's people mean its own words."""
    if own is None:
        return WrittenParts(vocabulary(language), KNOWN_PARTS)
    return WrittenParts(brand_vocabulary(language, own), OF_A_BRAND)
