"""A lexicon: what a word is worth (-4 to 4) and which parts it plays (negator, intensifier, crisis word …).

Read once for each language from the text files beside this module; `sentinel.sentiment.features` asks it for every new word.
"""

from enum import IntFlag
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from sentinel.errors import SentinelError

LONGEST: Final = 24
"""Characters of a word that count for look-up; no entry is longer."""


class Role(IntFlag):
    """The parts a word can play besides its valence."""

    NONE = 0
    NEGATOR = 1
    INTENSIFIER = 2
    CONTRAST = 4
    IRONY = 8
    QUESTION = 16
    FIRST = 32
    SECOND = 64
    PROFANITY = 128
    CRISIS = 256
    SERVICE = 512
    NEWS = 1024


class Entry(NamedTuple):
    """What a lexicon says of one word."""

    valence: int = 0
    roles: int = 0


class Lexicon:
    """Words and beginnings of words, each with an `Entry`.

    Examples
    --------
    >>> spanish = load_lexicon("es")
    >>> spanish.look_up("estafadores").valence, bool(spanish.look_up("nunca").roles & Role.NEGATOR)
    (-3, True)
    >>> spanish.look_up("mesa")
    Entry(valence=0, roles=0)
    """

    def __init__(self) -> None:
        self._whole: dict[str, Entry] = {}
        self._beginnings: dict[str, Entry] = {}

    def add(self, word: str, valence: int, role: Role) -> None:
        """Add one entry; a second valence for the same word is ignored, a second role is joined."""
        table = self._beginnings if word.endswith("*") else self._whole
        key = word.removesuffix("*")
        old = table.get(key, Entry())
        table[key] = Entry(old.valence or valence, old.roles | role)

    def look_up(self, word: str) -> Entry:
        """The entry of a folded word: the whole word's if it has a valence, else that of its longest known beginning; roles of all."""
        whole = self._whole.get(word, Entry())
        valence, roles = whole
        for length in range(min(len(word), LONGEST), 1, -1):
            beginning = self._beginnings.get(word[:length])
            if beginning is not None:
                valence = valence or beginning.valence
                roles |= beginning.roles
        return Entry(valence, int(roles))


@cache
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of a language together with the emoji; for ``und`` those of all languages, earlier ones first.

    Raises
    ------
    SentinelError
        When a line of a file cannot be read; names file and line.
    """
    lexicon = Lexicon()
    for name in (*(("es", "en", "pt") if language == "und" else (language,)), "emoji"):
        text = (files("sentinel.sentiment.lexicon") / f"{name}.txt").read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if line and not line.startswith("#"):
                _read_line(lexicon, line, f"{name}.txt:{number}")
    return lexicon


def _read_line(lexicon: Lexicon, line: str, where: str) -> None:
    kind, colon, words = line.partition(": ")
    number = kind.lstrip("-")
    if not colon or not (number.isdecimal() or kind.upper() in Role.__members__):
        raise SentinelError(f"{where}: {kind!r} is neither a valence from -4 to 4 nor one of {', '.join(Role.__members__).lower()}")
    valence, role = (int(kind), Role.NONE) if number.isdecimal() else (0, Role[kind.upper()])
    for word in words.split():
        lexicon.add(word, valence, role)
