"""A lexicon: what a word or set phrase is worth (-4 to 4) and which parts it plays (negator, joy, crisis word …).

Read once for each language from the text files beside this module; `sentinel.sentiment.words` asks it for every new
word. How the files are made and how to add a language stands in ``README.md``.
"""

import re
import unicodedata
from collections.abc import Sequence
from enum import IntFlag
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from sentinel.errors import SentinelError
from sentinel.sentiment.language import LANGUAGES

_SPLIT_FROM, _SPLIT_TO = 5, 32
"""Lengths of a run-together tag that is taken apart."""
_LONGEST_PIECE: Final = 16
_ENDING: Final = "ending"
_SHORTEST_BEGINNING: Final = 3
"""Letters; beginnings are found by their first three, which few words share."""
_STRETCH: Final = re.compile(r"(.)\1{2,}")


class WordRole(IntFlag):
    """The parts a word can play besides its valence."""

    NONE = 0
    NEGATOR = 1 << 0
    INTENSIFIER = 1 << 1
    CONTRAST = 1 << 2
    IRONY = 1 << 3
    QUESTION = 1 << 4
    FIRST = 1 << 5
    SECOND = 1 << 6
    PROFANITY = 1 << 7
    CRISIS = 1 << 8
    SERVICE = 1 << 9
    NEWS = 1 << 10
    JOY = 1 << 11
    LOVE = 1 << 12
    THANKS = 1 << 13
    WISH = 1 << 14
    DOUBT = 1 << 15
    SADNESS = 1 << 16
    ANGER = 1 << 17
    FEAR = 1 << 18
    TROUBLE = 1 << 19
    OWED = 1 << 20
    """What one is due: a reply, a refund, an apology.

    Worth nothing by itself, a complaint where it is denied or waited for.
    """
    AWAITS = 1 << 21
    """Says that something has not come yet."""
    RESCUE = 1 << 22
    """Ends or undoes a harm: what is bad around it has turned out well."""
    SWING = 1 << 23
    """Said in either mood ("I'm dead", a skull): worth as much as its valence, in the mood of the rest of the text."""
    REPEAT = 1 << 24
    """Once more, twice, for the third time."""
    SPAN = 1 << 25
    """A span of time: minutes, hours, weeks."""


class WordWorth(NamedTuple):
    """What a lexicon says of one word."""

    valence: int = 0
    roles: int = 0


GAP: Final = "~"
"""In a set phrase: none to three words of any kind."""
WIDEST_GAP: Final = 3
NEAR: Final = 2 + WIDEST_GAP
"""Words from the first one of a set phrase on, by which most texts show that none begins there."""


class SetPhrase(NamedTuple):
    """A set phrase: the words after its first two (or after the first, if a gap follows that), and what it is worth
    as a whole.
    """

    rest: tuple[str, ...]
    entry: WordWorth


_UNKNOWN: Final = WordWorth()


class MoodLexicon:
    """Words, beginnings of words and set phrases, each with an `WordWorth`; all folded (`fold`).

    Examples
    --------
    >>> spanish = load_lexicon("es")
    >>> spanish.look_up("estafadores").valence, bool(spanish.look_up("nunca").roles & WordRole.NEGATOR)
    (-3, True)
    >>> spanish.look_up("zurriburriste")
    WordWorth(valence=0, roles=0)
    """

    def __init__(self) -> None:
        self._whole: dict[str, WordWorth] = {}
        self._beginnings: dict[str, WordWorth] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._settled: set[str] = set()
        self._endings: dict[str, list[tuple[str, str]]] = {}
        """Last letter → the endings with it and what to put instead, in the order of the file."""
        self.phrases: dict[str, dict[str, list[SetPhrase]]] = {}
        """First word → second word → the phrases they open, the longest first."""
        self._thirds: dict[str, dict[str, frozenset[str]]] = {}
        """First word → second word → the words that may come next in a phrase; `GAP` for any, or none."""

    def add(self, word: str, valence: int | None, role: WordRole) -> None:
        """Add one entry; a second valence for the same word is ignored, a second role is joined.

        ``word`` may end in ``*`` (every word that begins so), and ``_`` joins the words of a phrase. A valence of 0
        exempts a word from the valence of its beginning; ``None`` says nothing of it.
        """
        words = word.split("_")
        if len(words) > 1 and word[0].isalpha() and max(map(len, words)) > 1:
            self._add_phrase(words, WordWorth(valence or 0, int(role)))
            return
        table = self._beginnings if word.endswith("*") and len(word) > 1 and word[0].isalpha() else self._whole
        key = word.removesuffix("*") if table is self._beginnings else word
        old = table.get(key, WordWorth())
        table[key] = WordWorth(old.valence or valence or 0, int(old.roles | role))
        if table is self._beginnings:
            first = key[:_SHORTEST_BEGINNING]
            self._lengths[first] = tuple(sorted({*self._lengths.get(first, ()), len(key)}, reverse=True))
        if valence is not None and table is self._whole:
            self._settled.add(key)

    def add_ending(self, ending: str, instead: str) -> None:
        """Words that end in ``ending`` and are unknown are looked up with ``instead`` in its place."""
        self._endings.setdefault(ending[-1], []).append((ending, instead))

    def _add_phrase(self, words: list[str], entry: WordWorth) -> None:
        opened = self.phrases.setdefault(words[0], {}).setdefault(words[1], [])
        rest = tuple(words[2:])
        for place, known in enumerate(opened):
            if known.rest == rest:
                opened[place] = SetPhrase(
                    rest, WordWorth(known.entry.valence or entry.valence, known.entry.roles | entry.roles)
                )
                return
        opened.append(SetPhrase(rest, entry))
        opened.sort(key=lambda phrase: -len(phrase.rest))

    def look_up(self, word: str) -> WordWorth:
        """The entry of a folded word: its own valence, else that of its longest known beginning or of a known form;
        roles of all.
        """
        found = self._direct(word)
        if found == _UNKNOWN and word not in self._settled:
            for ending, instead in self._endings.get(word[-1:], ()):
                if word.endswith(ending) and len(word) > len(ending) + 2:
                    other = self._direct(word.removesuffix(ending) + instead)
                    if other.valence:
                        return other
        return found

    def _direct(self, word: str) -> WordWorth:
        whole = self._whole.get(word, _UNKNOWN)
        lengths = self._lengths.get(word[:_SHORTEST_BEGINNING])
        if lengths is None:  # it begins as few words do
            return whole
        valence, roles = whole
        settled = bool(valence) or word in self._settled
        for length in lengths:
            beginning = self._beginnings.get(word[:length])
            if beginning is not None:
                if not settled:
                    valence, settled = beginning.valence, bool(beginning.valence)
                roles |= beginning.roles
        return WordWorth(valence, roles) if valence or roles else _UNKNOWN

    def may_open(self, words: Sequence[str]) -> bool:
        """Whether a set phrase may begin with the first of these words, one that opens phrases; ``False`` only where
        none does. `NEAR` words tell.
        """
        first = words[0]
        if (thirds := self._thirds.get(first)) is None:
            thirds = self._thirds[first] = {
                second: frozenset((phrase.rest or (GAP,))[0] for phrase in opened)
                for second, opened in self.phrases[first].items()
            }
        for second, following in ((words[1], words[2:3]), (GAP, words[1:])):
            if (third := thirds.get(second)) is not None and (GAP in third or not third.isdisjoint(following)):
                return True
        return False

    def words(self) -> list[str]:
        """Every whole word it knows, in the order of its files."""
        return list(self._whole)

    def take_apart(self, tag: str) -> WordWorth:
        """What a run-together tag is worth: ``customerservicefail`` → that of *fail*; an empty entry when its words
        are not known.
        """
        if not _SPLIT_FROM <= len(tag) <= _SPLIT_TO:
            return WordWorth()
        best: list[tuple[int, list[str]] | None] = [(0, [])] + [None] * len(tag)
        for start in range(len(tag)):
            before = best[start]
            if before is None:
                continue
            for end in range(start + 1, min(len(tag), start + _LONGEST_PIECE) + 1):
                piece, now = tag[start:end], best[end]
                if (
                    piece in self._whole
                    and (now is None or before[0] + 1 < now[0])
                    and (len(piece) > 1 or piece in "iaeoy")
                ):
                    best[end] = (before[0] + 1, [*before[1], piece])
        pieces = best[len(tag)]
        return WordWorth() if pieces is None else self._joined(pieces[1])

    def _joined(self, pieces: list[str]) -> WordWorth:
        valence, roles, turned = 0, 0, False
        for piece in pieces:
            entry = self._whole[piece]
            turned |= bool(entry.roles & WordRole.NEGATOR)
            valence += entry.valence if not entry.roles & WordRole.NEGATOR else 0
            roles |= entry.roles
        return WordWorth(max(-4, min(4, -valence if turned else valence)), roles)

    def __len__(self) -> int:
        return (
            len(self._whole)
            + len(self._beginnings)
            + sum(len(opened) for seconds in self.phrases.values() for opened in seconds.values())
        )


def fold(word: str) -> str:
    """A lowered word without accents, its stretched letters cut to two: the form under which lexicons and features
    know it.
    """
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return _STRETCH.sub(r"\1\1", word) if _STRETCH.search(word) else word  # most are not: looking first costs a sixth


@cache
def load_lexicon(language: str) -> MoodLexicon:
    """The lexicon of a language together with the emoji; for ``und`` those of all `LANGUAGES`, earlier ones first.

    Raises
    ------
    SentinelError
        When a line of a file cannot be read; names file and line.
    """
    lexicon = MoodLexicon()
    here = files("sentinel.sentiment.lexicon")
    texts = [here / "emoji.txt"]
    for folder in LANGUAGES if language == "und" else (language,):
        texts += sorted(
            (each for each in (here / folder).iterdir() if each.name.endswith(".txt")), key=lambda each: each.name
        )
    for text in texts:
        for number, line in enumerate(text.read_text(encoding="utf-8").splitlines(), 1):
            if line and not line.startswith("#"):
                _read_line(lexicon, line, f"{text.name}:{number}")
    return lexicon


def _read_line(lexicon: MoodLexicon, line: str, where: str) -> None:
    kinds, colon, words = line.partition(": ")
    if colon and kinds == _ENDING:
        for each in words.split():
            ending, _, instead = each.partition("=")
            lexicon.add_ending(fold(ending), fold(instead))
        return
    valence, role = None, WordRole.NONE
    for kind in kinds.split() if colon else [line]:
        if kind.lstrip("-").isdecimal():
            valence = int(kind)
        elif kind.upper() in WordRole.__members__:
            role |= WordRole[kind.upper()]
        else:
            raise SentinelError(
                f"{where}: {kind!r} is neither a valence from -4 to 4 nor "
                f"one of {', '.join(WordRole.__members__).lower()}"
            )
    for word in words.split():
        if word.endswith("*") and word[0].isalpha() and len(word) <= _SHORTEST_BEGINNING:
            raise SentinelError(
                f"{where}: {word!r} is too short a beginning; it needs {_SHORTEST_BEGINNING} letters before the *"
            )
        lexicon.add(fold(word) if word[0].isalpha() else word, valence, role)
