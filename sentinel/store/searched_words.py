"""Searched words: what somebody writes into a search box, as an expression that the index never refuses.

Letters and accents count as the index folds them. What cannot be searched for is an `Unsearchable` with the name of a
sentence that says why.
"""

import re
import unicodedata
from dataclasses import dataclass

from sentinel.errors import SentinelError

LONGEST = 300
"""Characters of a question."""
SHORTEST_BEGINNING = 3
"""Letters of a beginning (``ban*``): fewer begin half of all words, and the index has no list of those."""
_PART = re.compile(r'(-?)"([^"]*)"|(\S+)')
_KNOWN = 20_000
"""Characters remembered; no living language needs more."""
_WORD = re.compile(r"[^\W_]+")


class _Bare(dict[int, int | None]):
    """Code point to itself, or to nothing where it is a mark on the letter before it."""

    def __missing__(self, code: int) -> int | None:
        bare = None if unicodedata.combining(chr(code)) else code
        if len(self) < _KNOWN:
            self[code] = bare
        return bare


_BARE = _Bare()


class Unsearchable(SentinelError):
    """A text that cannot be searched for; ``key`` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(f"q: {WHY[key]}")
        self.key = key


WHY = {
    "open_quote": 'a quotation mark is never closed; write a phrase as "no signal"',
    "short_beginning": f"a beginning with * needs {SHORTEST_BEGINNING} letters or more, such as ban*",
    "no_words": "there is no letter or figure in it to search for",
    "only_without": "it says only what must not be there; add a word that must",
    "too_long": f"it has more than {LONGEST} characters",
}
"""What a program reads of each."""


@dataclass(frozen=True, slots=True)
class SearchedPart:
    """A word or phrase; ``begins`` where its last word is only a beginning."""

    words: tuple[str, ...]
    begins: bool = False


@dataclass(frozen=True, slots=True)
class SearchedWords:
    """Parts that must all be there, and parts that must not."""

    wanted: tuple[SearchedPart, ...]
    unwanted: tuple[SearchedPart, ...] = ()

    @classmethod
    def read(cls, text: str) -> "SearchedWords | None":
        """What is asked; ``None`` for nothing at all.

        Raises
        ------
        Unsearchable
            When it cannot be asked of the index.

        Examples
        --------
        >>> SearchedWords.read('avería "sin línea" rein* -gracias').fts5
        '(("averia") AND ("sin linea") AND ("rein"*)) NOT ("gracias")'
        """
        if not text.strip():
            return None
        if len(text) > LONGEST:
            raise Unsearchable("too_long")
        if text.count('"') % 2:
            raise Unsearchable("open_quote")
        wanted: list[SearchedPart] = []
        unwanted: list[SearchedPart] = []
        for sign, phrase, word in _PART.findall(text):
            raw = phrase if not word else word.removeprefix("-")
            if (part := _part(raw)) is not None:
                (unwanted if sign or word.startswith("-") else wanted).append(part)
        if not wanted:
            raise Unsearchable("only_without" if unwanted else "no_words")
        return cls(tuple(wanted), tuple(unwanted))

    @property
    def fts5(self) -> str:
        """As SQLite's index is asked."""
        must = " AND ".join(f"({_quoted(each)})" for each in self.wanted)
        none = " OR ".join(f"({_quoted(each)})" for each in self.unwanted)
        if not none:
            return must
        return f"({must}) NOT {none}" if len(self.unwanted) == 1 else f"({must}) NOT ({none})"

    @property
    def tsquery(self) -> str:
        """As PostgreSQL's is."""
        return " & ".join(
            [_followed(each) for each in self.wanted] + [f"!({_followed(each)})" for each in self.unwanted]
        )


def words_in(text: str) -> list[str]:
    """The words of a text in small letters without their marks, as the index has them.

    Examples
    --------
    >>> words_in("Avería en MÁLAGA, @acme_es: ñam")
    ['averia', 'en', 'malaga', 'acme', 'es', 'nam']
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).translate(_BARE)
    return _WORD.findall(plain)


def _part(raw: str) -> SearchedPart | None:
    begins = raw.endswith("*")
    words = tuple(words_in(raw))
    if not words:
        return None
    if begins and len(words[-1]) < SHORTEST_BEGINNING:
        raise Unsearchable("short_beginning")
    return SearchedPart(words, begins)


def _quoted(part: SearchedPart) -> str:
    return f'"{" ".join(part.words)}"{"*" if part.begins else ""}'


def _followed(part: SearchedPart) -> str:
    return f"({' <-> '.join(part.words)}{':*' if part.begins else ''})"
