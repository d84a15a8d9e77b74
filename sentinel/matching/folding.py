"""Folding: texts that a reader takes for the same become the same string. Matching and the search for copies compare
folded texts.

Folded away are case, accents (``ñ`` is ``n``: people type *Espana*), width, compatibility forms (``ＡＣＭＥ``, ``ﬁ``),
invisible characters, the many quotes and dashes, and runs of white space. Marks that make another letter rather than an
accent stay: kana voicing, Indic vowels. Letters that Unicode does not take apart are given their usual plain spelling
(``ø``, ``ł``, ``æ``, ``ß``).
"""

import re
from functools import lru_cache
from unicodedata import category, normalize

_QUOTES = {"'": "´`‘’‚‛′ʹʻʼʽˈ＇‹›", '"': "“”„‟″«»〝〞＂"}
_DASHES = "‐‑‒–—―−﹘﹣－⁃"
_PLAIN = {
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ĸ": "k",
    "ŋ": "n",
}
_ALIKE = {ord(c): plain for plain, many in _QUOTES.items() for c in many} | dict.fromkeys(map(ord, _DASHES), "-")
_SPELLED = {ord(letter): plain for letter, plain in _PLAIN.items()}
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]+"
)
"""Marks that are accents, vowel points or presentation hints in the Latin, Greek, Cyrillic, Hebrew and Arabic scripts.
"""
_OTHER = re.compile("[^\x00-\x7f]+")
_REMEMBERED = 20_000
"""Characters whose folding is kept; no living language needs more, and a flood of odd ones must not eat memory."""


class _Folds(dict[int, str]):
    """Code point to its folded form, worked out at first sight."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _REMEMBERED:
            self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    kind = category(character)
    if kind == "Cf":
        return ""
    if kind == "Cs":
        return "\ufffd"
    if (alike := _ALIKE.get(ord(character))) is not None:
        return alike
    bare = _ACCENTS.sub("", normalize("NFKD", normalize("NFKD", character).casefold()))
    return normalize("NFC", bare.translate(_SPELLED).translate(_ALIKE))


def without_accents(text: str) -> str:
    """The same letters bare, their capitals kept.

    Examples
    --------
    >>> without_accents("Día, DÍA")
    'Dia, DIA'
    """
    return text if text.isascii() else _ACCENTS.sub("", normalize("NFKD", text))


_folds = _Folds()


def _fold_run(run: re.Match[str]) -> str:
    return run[0].translate(_folds)


def fold(text: str) -> str:
    """``text`` without what readers do not mind: lower case, no accents, single spaces, none at the ends.

    Idempotent. Linear in the text's length. The last texts are remembered, of long ones a few: whoever reads a mention
    folds it, some of them for many mentions at once.

    Examples
    --------
    >>> fold("  El  CORTE\\nInglés™ – l’ＡＣＭＥ\\u200b de España ")
    "el corte inglestm - l'acme de espana"
    >>> fold("Straße Łódź Ærø"), fold("ﾊﾞｽ"), fold("й") == fold("и")
    ('strasse lodz aero', 'バス', True)
    """
    return _fold_post(text) if len(text) <= _A_POST else _fold_article(text)


def _fold(text: str) -> str:
    lowered = text.lower()
    if not lowered.isascii():
        lowered = _OTHER.sub(_fold_run, lowered)
        if not lowered.isascii():
            lowered = normalize("NFC", lowered)
    return " ".join(lowered.replace("`", "'").split())


_A_POST = 1_000
"""Characters."""
_fold_post = lru_cache(maxsize=1_024)(_fold)
_fold_article = lru_cache(maxsize=8)(_fold)
