"""Tells the languages that are read, and their neighbours, apart by stop words and letters, in microseconds.

Runs once for each mention, before the sentiment model reads it: the language chooses the lexicon and labels the
accuracy metric.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from sentinel.sentiment.stop_words import STOP_WORDS

UNDETERMINED: Final = "und"
LANGUAGES: Final = ("es", "en", "pt")
"""The languages the model is trained in: it knows their words."""
BY_LEXICON: Final = ("gl", "ca", "fr", "it", "de")
"""The languages that are read by their lexicon alone; adding one is a list of words here and a folder in
``lexicon/``.
"""
READ: Final = (*LANGUAGES, *BY_LEXICON)
"""The languages that are read at all."""
_IS_READ: Final = frozenset(READ)
_NEIGHBOURS: Final = ("eu", "nl")
"""Recognised so that they are not taken for one that is read: what is in them is undetermined."""
_TOLD: Final = (*READ, *_NEIGHBOURS)

_LOOKED_AT: Final = 240
"""Characters. A language shows in its first words; more would only cost time."""
_CONFIDENT: Final = 3.0
"""Points by which the text must favour another language before the source's own tag is overruled."""
_ENOUGH: Final = 1.0
"""Points below which nothing is said of a text without a tag."""

_LETTERS: Final = (
    ("ñ", "es", 2.0),
    ("¿", "es", 2.0),
    ("¡", "es", 2.0),
    ("ã", "pt", 2.0),
    ("õ", "pt", 2.0),
    ("ç", "pt", 1.5),
    ("ê", "pt", 1.0),
    ("ß", "de", 2.0),
    ("ä", "de", 1.0),
    ("œ", "fr", 2.0),
    ("·l", "ca", 2.0),
    ("l·", "ca", 1.0),
)
"""Letters of two of them (``ê`` in French, ``ç`` in Catalan) speak for the one whose words they are oftenest in;
words decide.
"""


_FIELD: Final = 8
"""Bits of each language's count in a sum of points, a byte; the text looked at has at most 120 words."""


def _points() -> dict[str, int]:
    """Word → a point in the field of each language that has it; short words shared by two languages keep a point in
    both.
    """
    sets = [frozenset(STOP_WORDS[language].split()) for language in _TOLD]
    return {
        word: sum((word in each) << _FIELD * place for place, each in enumerate(sets))
        for word in sorted(frozenset.union(*sets))
    }


_EDGES: Final = ".,;:!?¡¿\"'()[]…-–—*“”‘’«»"
_KNOWN: Final = 20_000
"""Pieces of texts whose points are remembered before the memory is emptied; about 2 MB."""


class _Points(dict[str, int]):
    """What stands between two spaces → the points of the word in it."""

    def __init__(self, points: Mapping[str, int]) -> None:
        super().__init__()
        self._points = points

    def __missing__(self, piece: str) -> int:
        if len(self) >= _KNOWN:
            self.clear()
        points = self[piece] = self._points.get(piece.strip(_EDGES), 0)
        return points


_POINTS: Final = _Points(_points())


def detect_language(text: str, declared: str | None = None) -> str:
    """One of `READ`, or ``und`` when neither the text nor the source tells, or what they tell is not read.

    Parameters
    ----------
    text
        Any text; the first 240 characters are looked at.
    declared
        The source's own tag (``es``, ``es-MX``, ``pt_BR``), believed unless the text is plainly in another language.

    Examples
    --------
    >>> detect_language("nadie responde en la tienda"), detect_language("still waiting for my order, this is a joke")
    ('es', 'en')
    >>> detect_language("não funciona nada aqui"), detect_language("🔥🔥🔥"), detect_language("ok", "es-MX")
    ('pt', 'und', 'es')
    >>> detect_language("toujours pas de réponse du client"), detect_language("gaur ere ez dago argirik etxean")
    ('fr', 'und')
    """
    tag = _primary(declared)
    head = text[:_LOOKED_AT].lower()
    points: list[float] = list(sum(map(_POINTS.__getitem__, head.split())).to_bytes(len(_TOLD), "little"))
    if not head.isascii():
        for letter, place, worth in _LETTER_PLACES:
            if letter in head:
                points[place] += worth
    best = _choose(points, tag)
    return best if best in _IS_READ else UNDETERMINED


_PLACES: Final = {language: place for place, language in enumerate(_TOLD)}
_LETTER_PLACES: Final = [(letter, _TOLD.index(language), worth) for letter, language, worth in _LETTERS]


def _choose(points: list[float], tag: str) -> str:
    """The language with the most points, on a tie the first; a tag holds its ground unless it is far behind."""
    most = max(points)
    best = _TOLD[points.index(most)]
    if (place := _PLACES.get(tag)) is not None:
        return best if most - points[place] >= _CONFIDENT else tag
    if tag != UNDETERMINED:  # a language we have no words for: only a clear case overrules it
        return best if most >= _CONFIDENT else UNDETERMINED
    return best if most >= _ENOUGH else UNDETERMINED


@lru_cache(maxsize=256)
def _primary(declared: str | None) -> str:
    if not declared:
        return UNDETERMINED
    return declared.replace("_", "-").partition("-")[0].strip().lower() or UNDETERMINED
