"""Everyday words: names that most people who write them mean otherwise, so that a brand needs more than its name.

The lists (``words/LANGUAGE.txt``) hold common words of a language, above all those that companies are called by.
"""

from functools import cache
from importlib.resources import files

from sentinel.matching.folding import fold

LANGUAGES = tuple(
    sorted(each.name[:-4] for each in (files("sentinel.matching") / "words").iterdir() if each.name.endswith(".txt"))
)
_SHORTEST = 3
"""Letters: what is shorter (``X``, ``3M``) stands for many things in any language."""


@cache
def _words(language: str) -> frozenset[str]:
    text = files("sentinel.matching").joinpath("words", f"{language}.txt").read_text(encoding="utf-8")
    return frozenset(map(fold, text.split()))


def everyday_in(term: str) -> tuple[str, ...]:
    """The languages in which a term is an everyday word; all of them where it is too short to be anything else.

    A handle, a hashtag or a phrase of rarer words is none.

    Examples
    --------
    >>> everyday_in("Día"), everyday_in("Orange"), everyday_in("X"), everyday_in("Mango")
    (('es', 'pt'), ('en',), ('en', 'es', 'pt'), ('en', 'es'))
    >>> everyday_in("@mango"), everyday_in("Iberdrola"), everyday_in("El País"), everyday_in("Banco Sol Norte")
    ((), (), ('es',), ())
    """
    folded = fold(term)
    words = folded.split()
    if folded[:1] in ("@", "#") or not words or len(words) > _LONGEST:
        return ()
    if len(folded) < _SHORTEST:
        return LANGUAGES
    return tuple(language for language in LANGUAGES if _words(language).issuperset(words))


_LONGEST = 2
"""Words. Two common ones in a row are as common (``El País``), three hardly ever are."""
