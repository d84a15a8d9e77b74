"""Request features: what the classifier reads of a text, as names with numbers."""

import re
from collections import Counter
from itertools import pairwise
from math import sqrt
from typing import Final

from sentinel.requests.cue_list import NAMES, cue_list, fold
from sentinel.sentiment.sentiment import Sentiment
from sentinel.sentiment.words import tokens_of

_WORDS: Final = 60
"""Words looked at: what is asked stands near the beginning, or is repeated."""
_FIRST: Final = 3
_STEM: Final = 5
_LINK: Final = re.compile(r"https?://|www\.")
_QUOTED: Final = re.compile(r"[«»“”]|\"[^\"]{8,}\"")
_WORD: Final = re.compile(r"[^\W\d_]")


def request_features(text: str, language: str, mood: Sentiment) -> dict[str, float]:
    """Words, stems and pairs of words (together of length 1), cues, signs and mood; a few dozen of each text.

    Examples
    --------
    >>> found = request_features("¿A qué hora abrís?", "es", Sentiment(0.1, 0.8, 0.1))
    >>> found["cue asks"] > 0, found["sign ?"]
    (True, 1.0)
    """
    tokens = tokens_of(text)
    words = [fold(token) for token in tokens if _WORD.match(token) and not _LINK.match(token)][:_WORDS]
    said = dict.fromkeys(  # in their order: sums of the same numbers in another order are others
        (
            *(f"word {word}" for word in words),
            *(f"stem {word[:_STEM]}" for word in words if len(word) > _STEM),
            *(f"pair {one} {two}" for one, two in pairwise(words)),
        )
    )
    weight = 1.0 / sqrt(max(1, len(said)))
    found = dict.fromkeys(said, weight)
    shown = Counter(cue_list(language).found(words))
    for place, times in shown.items():
        found[f"cue {NAMES[place]}"] = min(times, 3) / 2.0
    for place in dict.fromkeys(cue_list(language).found(words[:_FIRST])):
        found[f"begins {NAMES[place]}"] = 0.5
    return found | _signs(text, tokens, words) | _mood(mood) | {"all": 1.0}


def _signs(text: str, tokens: list[str], words: list[str]) -> dict[str, float]:
    marks = [token for token in tokens if token[0] in "?!¿¡"]
    asked = any("?" in token for token in marks)
    signs = {
        "sign ?": 1.0 if asked else 0.0,
        "sign ends ?": 1.0 if text.rstrip().endswith("?") else 0.0,
        "sign !": 1.0 if any("!" in token for token in marks) else 0.0,
        "sign link": 1.0 if _LINK.search(text) else 0.0,
        "sign quote": 1.0 if _QUOTED.search(text) else 0.0,
        "sign number": 1.0 if any(token[0].isdigit() for token in tokens) else 0.0,
        "sign handle": 1.0 if any(token[0] == "@" and len(token) > 1 for token in tokens) else 0.0,
        "sign short": 1.0 if len(words) <= 4 else 0.0,
        "sign long": min(1.0, len(words) / 40.0),
        "sign capital": 1.0 if text[:1].isupper() else 0.0,
        "sign full stop": 1.0 if text.rstrip().endswith(".") else 0.0,
    }
    return {name: value for name, value in signs.items() if value}


def _mood(mood: Sentiment) -> dict[str, float]:
    return {"mood negative": mood.negative, "mood neutral": mood.neutral, "mood positive": mood.positive}
