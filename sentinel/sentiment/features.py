"""Turns a text into numbered features: hashed words, word pairs and character n-grams, and a few measured by lexicon and eye.

The sentiment model reads nothing else. Everything is bounded: the head and the tail of a long text are looked at, tokens are
counted, words are cut; so any text, however broken, costs at most a few times a long post.
"""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.lexicon import Role
from sentinel.sentiment.words import TALLY_MASK, TALLY_PLACES, Kind, Word, tokens_of, vocabulary

BITS: Final = 18
WIDTH: Final = 1 << BITS
"""Hashed slots; the measured features follow them."""
MEASURED: Final = (
    "bias", "es", "en", "pt",
    "valence", "good", "bad", "best", "worst", "last", "after_contrast", "any_good", "any_bad", "bad_share", "plain",
    "strong_bad", "emoji_good", "emoji_bad", "irony_and_bad",
    "negators", "intensifiers", "first", "second", "profanity", "crisis", "service", "news", "handles", "hashtags",
    "asks", "exclaims", "dots", "stretched", "laughter", "url", "number", "length", "shouts",
)  # fmt: skip
"""Names of the measured features, in their order after the hashed ones."""
SLOTS: Final = WIDTH + len(MEASURED)

_SCOPE: Final = 4
"""Words a negation reaches, unless punctuation or a contrast ends it before."""
_NEGATED: Final = 0x5BD1E995
_GOLDEN: Final = np.uint32(2654435769)
_PAIR: Final = np.uint32(0x85EBCA6B)
_PAIR_SALT: Final = np.uint32(0x27D4EB2F)
_ROLL: Final = np.uint32(0x01000193)
_SALTS: Final = (np.uint32(0x9E3779B1), np.uint32(0xC2B2AE3D), np.uint32(0x165667B1))
_SHIFT: Final = np.uint32(32 - BITS)
_LANGUAGE: Final = {
    "es": (1.0, 1.0, 0.0, 0.0),
    "en": (1.0, 0.0, 1.0, 0.0),
    "pt": (1.0, 0.0, 0.0, 1.0),
    "und": (1.0, 0.0, 0.0, 0.0),
}
_CAPITAL: Final = re.compile(r"[A-ZÁÉÍÓÚÑÃÕÇ]")
_MEASURED_SLOTS: Final = np.arange(WIDTH, SLOTS, dtype=np.int64)

# Plain integers: flag arithmetic on enum members would cost more than the rest of the loop.
_NEGATOR: Final = int(Role.NEGATOR)
_INTENSIFIER: Final = int(Role.INTENSIFIER)
_CONTRAST: Final = int(Role.CONTRAST)
_ENDS_SCOPE: Final = int(Kind.STOP) | _CONTRAST
_EMOJI: Final = int(Kind.EMOJI)
_IRONY: Final = int(Role.IRONY)
_SIGNS: Final = tuple(int(kind) for kind in (Kind.ASKS, Kind.EXCLAIMS, Kind.DOTS, Kind.STRETCHED, Kind.LAUGHTER, Kind.URL, Kind.NUMBER))
_THIRDS: Final = (0.0, 1 / 3, 2 / 3, 1.0)


class Features(NamedTuple):
    """A text as sparse vector: ``values[i]`` stands at slot ``slots[i]``; a slot may stand twice, its values then add."""

    slots: NDArray[np.int64]
    values: NDArray[np.float32]


def features_of(text: str, language: str) -> Features:
    """The features of a text in a language (``es``, ``en``, ``pt`` or ``und``).

    Words and pairs of words weigh together 1 in the Euclidean norm, character 3- to 5-grams too; measured features lie mostly
    in 0 to 1. An empty text has the measured features alone.

    Examples
    --------
    >>> one = features_of("No funciona nada!!", "es")
    >>> one.slots.shape == one.values.shape, bool(one.slots.max() < SLOTS)
    (True, True)
    """
    known = vocabulary(language)
    words = [known[token] for token in tokens_of(text)]
    hashes, reading = _read(words)
    measured = np.array([*_LANGUAGE[language], *_measure(reading, len(words)), _shouting(text)], dtype=np.float32)
    if not words:
        return Features(_MEASURED_SLOTS, measured)
    singles = np.array(hashes, dtype=np.uint32)
    pairs = singles[:-1] * _PAIR + singles[1:] + _PAIR_SALT
    mixed = np.concatenate((singles, pairs, *_grams(" ".join([word.form for word in words]))))
    tokens, hashed = 2 * len(words) - 1, len(mixed)
    slots = np.empty(hashed + len(MEASURED), dtype=np.int64)
    slots[:hashed] = (mixed * _GOLDEN) >> _SHIFT
    slots[hashed:] = _MEASURED_SLOTS
    values = np.empty(len(slots), dtype=np.float32)
    values[:tokens] = tokens**-0.5
    values[tokens:hashed] = max(1, hashed - tokens) ** -0.5
    values[hashed:] = measured
    return Features(slots, values)


def _grams(form: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    """Hashes of the character 3-, 4- and 5-grams of the text between two spaces: one rolling over the array of code points."""
    points = np.frombuffer(f" {form} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    two = points[:-1] * _ROLL + points[1:]
    three = two[:-1] * _ROLL + points[2:]
    four = three[:-1] * _ROLL + points[3:]
    five = four[:-1] * _ROLL + points[4:]
    return three + _SALTS[0], four + _SALTS[1], five + _SALTS[2]


@dataclass(slots=True)
class _Reading:
    """What one pass over the words adds up; ``bits`` is every role and kind met, ``tally`` how often (`Word.tally`)."""

    good: float = 0.0
    bad: float = 0.0
    best: float = 0.0
    worst: float = 0.0
    last: float = 0.0
    before_contrast: float = 0.0
    contrast: bool = False
    emoji_good: int = 0
    emoji_bad: int = 0
    strong_bad: int = 0
    bits: int = 0
    tally: int = 0


def _read(words: list[Word]) -> tuple[list[int], _Reading]:
    """The hashes of the words, those under a negation marked, and the valences added up, negation and intensifiers applied."""
    reading = _Reading()
    hashes: list[int] = []
    scope = bits_met = tally = 0
    boost = 1.0
    for word_hash, valence, bits, word_tally, _ in words:
        hashes.append(word_hash ^ _NEGATED if scope else word_hash)
        if scope:
            scope -= 1
        if valence and not bits & _NEGATOR:
            _add(reading, -0.6 * valence * boost if hashes[-1] != word_hash else valence * boost, bits)
        if bits:
            bits_met |= bits
            tally += word_tally
            if bits & _ENDS_SCOPE:
                scope = 0
                if bits & _CONTRAST:
                    reading.contrast = True
                    reading.before_contrast = reading.good - reading.bad
            if bits & _NEGATOR:
                scope = _SCOPE
            boost = 1.4 if bits & _INTENSIFIER else 1.0
        else:
            boost = 1.0
    reading.bits, reading.tally = bits_met, tally
    return hashes, reading


def _add(reading: _Reading, worth: float, bits: int) -> None:
    reading.last = worth
    if worth > 0:
        reading.good += worth
        if worth > reading.best:
            reading.best = worth
        if bits & _EMOJI:
            reading.emoji_good += 1
    else:
        reading.bad -= worth
        if worth < reading.worst:
            reading.worst = worth
        if bits & _EMOJI:
            reading.emoji_bad += 1
        if worth <= -3:
            reading.strong_bad += 1


def _measure(reading: _Reading, words: int) -> list[float]:
    """The values of `MEASURED` from ``valence`` to ``length``, in that order."""
    good, bad, bits = reading.good, reading.bad, reading.bits
    total = good - bad
    after = total - reading.before_contrast if reading.contrast else 0.0
    return [
        total / (total * total + 12.0) ** 0.5, good / (good + 5.0), bad / (bad + 5.0), reading.best / 5.0, reading.worst / -5.0,
        _clip(reading.last / 4.0), _clip(after / 4.0), float(good > 0), float(bad > 0), bad / (good + bad + 1.0), float(good == bad == 0),
        _THIRDS[min(reading.strong_bad, 3)], _THIRDS[min(reading.emoji_good, 3)], _THIRDS[min(reading.emoji_bad, 3)],
        float(bits & _IRONY != 0 and bad > 0),
        *[_THIRDS[min(reading.tally >> place & TALLY_MASK, 3)] for place in TALLY_PLACES],
        *[1.0 if bits & sign else 0.0 for sign in _SIGNS],
        min(1.0, max(4, words) / 40.0),
    ]  # fmt: skip


def _clip(value: float) -> float:
    return max(-1.0, min(1.0, value))


def _shouting(text: str) -> float:
    """Share of capitals among the first 280 characters beyond what names and sentence starts explain."""
    head = text[:280]
    capitals = len(_CAPITAL.findall(head))
    return _clip(max(0.0, capitals / max(10, len(head)) - 0.15) * 2.0)
