"""Tells Spanish, English and Portuguese apart by stop words and letters, in microseconds.

Runs once for each mention, before the sentiment model reads it: the language chooses the lexicon and labels the
accuracy metric.
"""

from itertools import repeat
from typing import Final

UNDETERMINED: Final = "und"
LANGUAGES: Final = ("es", "en", "pt")
"""The languages a lexicon ships for; adding one is a list of words here and a folder in ``lexicon/``."""

_LOOKED_AT: Final = 240
"""Characters. A language shows in its first words; more would only cost time."""
_CONFIDENT: Final = 3.0
"""Points by which the text must favour another language before the source's own tag is overruled."""
_ENOUGH: Final = 1.0
"""Points below which nothing is said of a text without a tag."""

# A word worth 1 point is common in one language only; a word common in two counts for both and so decides nothing
# between them.
_WORDS: Final = {
    "es": (
        "el la los las un una de del y en que es son no por para con se lo le me "
        "te mi mis tu su sus muy más mas pero como está esta este "
        "esto ya hay yo al si sí nos qué porque cuando donde quien ni sin sobre "
        "hasta desde ha he han fue ser soy eres estoy están tengo "
        "tiene hoy ayer mañana gracias hola bien mal todo toda todos nada nadie "
        "bueno buenos buenas día días años siempre nunca también "
        "a solo sólo ahora aquí allí vamos voy va ver hacer hace dos usted ustedes "
        "les nuestro nuestra vuestro mejor peor gente cosa cosas "
        "quiero puede pueden sigue servicio tienda cliente atención jaja jajaja"
    ),
    "en": (
        "the a an of and to in is are was were be been it its it's i i'm you "
        "your he she they we my me this that these those for on with "
        "at by from not no don't can't won't isn't have has had do does did will "
        "would can could should just so but or if when what who "
        "how why there their them our us as up out about all get got going "
        "go know like one now new time day good today tomorrow "
        "tonight will than then too very more some any see love thanks please "
        "still only after been back his her him off over service "
        "lol u im dont cant"
    ),
    "pt": (
        "o a os as um uma de do da dos das e em no na nos nas que é são não nao "
        "por para pra pro com se eu você voce vc vcs ele ela eles "
        "meu minha seu sua muito mais mas como está esta esse essa isso isto já "
        "ja tem foi ser sou estou tá ta ao à às só também tambem "
        "hoje ontem amanhã amanha obrigado obrigada bom boa bem mal tudo nada "
        "ninguém quando onde quem porque até ate sem sobre depois "
        "agora aqui vou vai fazer faz dia dias gente coisa melhor pior nunca "
        "sempre ainda q kkk kkkk rsrs aí pelo pela num dele dela"
    ),
}
_LETTERS: Final = (
    ("ñ", "es", 2.0),
    ("¿", "es", 2.0),
    ("¡", "es", 2.0),
    ("ã", "pt", 2.0),
    ("õ", "pt", 2.0),
    ("ç", "pt", 1.5),
    ("ê", "pt", 1.0),
)


_FIELD: Final = 16
"""Bits of each language's count in a sum of points; the text looked at has fewer words."""
_MASK: Final = (1 << _FIELD) - 1


def _points() -> dict[str, int]:
    """Word → a point in the field of each of `LANGUAGES` that has it; short words shared by two languages keep a point
    in both.
    """
    sets = [frozenset(_WORDS[language].split()) for language in LANGUAGES]
    return {
        word: sum((word in each) << _FIELD * place for place, each in enumerate(sets))
        for word in sorted(frozenset.union(*sets))
    }


_POINTS: Final = _points()
_EDGES: Final = ".,;:!?¡¿\"'()[]…-–—*“”‘’«»"


def detect_language(text: str, declared: str | None = None) -> str:
    """One of ``es``, ``en``, ``pt``, or ``und`` when neither the text nor the source tells.

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
    """
    tag = _primary(declared)
    head = text[:_LOOKED_AT].lower()
    met = sum(map(_POINTS.get, map(str.strip, head.split(), repeat(_EDGES)), repeat(0)))
    points = {language: float(met >> _FIELD * place & _MASK) for place, language in enumerate(LANGUAGES)}
    if not head.isascii():
        for letter, language, worth in _LETTERS:
            if letter in head:
                points[language] += worth
    return _choose(points, tag)


def _choose(points: dict[str, float], tag: str) -> str:
    best = max(LANGUAGES, key=points.__getitem__)
    if tag in points:
        return best if points[best] - points[tag] >= _CONFIDENT else tag
    if tag != UNDETERMINED:  # a language we have no words for: only a clear case overrules it
        return best if points[best] >= _CONFIDENT else UNDETERMINED
    return best if points[best] >= _ENOUGH else UNDETERMINED


def _primary(declared: str | None) -> str:
    if not declared:
        return UNDETERMINED
    return declared.replace("_", "-").partition("-")[0].strip().lower() or UNDETERMINED
