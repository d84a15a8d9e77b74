"""Word lists, compiled once: grave words with their weights, first-person singular, and words too common to be a
topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ahocorasick_rs import AhoCorasick

from sentinel.quick_yaml import read_yaml

LANGUAGES = tuple(
    sorted(each.name[:-5] for each in files("sentinel.signals.lexicon").iterdir() if each.name.endswith(".yaml"))
)
UNTOLD = ("en", "es", "pt")
"""The lists that count in a text whose language is not known; of more, one language's *dead* is another's *all*."""


@dataclass(frozen=True, slots=True)
class Grave:
    """One grave word as it was found, what it is about (``harm``, ``law``, ``breach``, ``discrimination``,
    ``boycott``), its weight.
    """

    word: str
    about: str
    weight: float


class Lexicon:
    """One language's lists.

    Examples
    --------
    >>> spanish = lexicon("es")
    >>> spanish.gravest("tres heridos en la explosion".split()).word
    'explosion'
    >>> spanish.gravest("gracias por todo".split()), "yo" in spanish.singular
    (None, True)
    """

    def __init__(self, language: str) -> None:
        read = read_yaml((files("sentinel.signals.lexicon") / f"{language}.yaml").read_text(encoding="utf-8"))
        self.singular = frozenset(map(str, read["singular"]))
        self.common = frozenset(map(str, read["common"]))
        entries = [
            (str(entry), about, float(weight))
            for about, weights in read["severe"].items()
            for weight, listed in weights.items()
            for entry in listed
        ]
        self._entries = [(about, weight) for _, about, weight in entries]
        self._automaton = AhoCorasick(
            [f" {e.removesuffix('*')}" if e.endswith("*") else f" {e} " for e, _, _ in entries]
        )

    def gravest(self, words: Sequence[str]) -> Grave | None:
        """The word, or words, of the greatest weight, the first of several; ``None`` when nothing grave is said."""
        text = f" {' '.join(words)} "
        best: Grave | None = None
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            about, weight = self._entries[index]
            if best is None or weight > best.weight:
                stop = end if text[end - 1] == " " else text.index(" ", end)
                best = Grave(text[start + 1 : stop].strip(), about, weight)
        return best


@cache
def lexicon(language: str) -> Lexicon:
    """The lists of a language, one of `LANGUAGES`."""
    return Lexicon(language)
