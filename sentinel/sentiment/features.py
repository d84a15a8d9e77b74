"""Turns a text into numbered features: hashed words, word pairs and character n-grams, and a few measured by lexicon and eye.

The sentiment model reads nothing else. Everything is bounded: the head and the tail of a long text are looked at, tokens are
counted, words are cut; so any text, however broken, costs at most a few times a long post.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.lexicon import Role
from sentinel.sentiment.words import Kind, Word, tokens_of, vocabulary

BITS: Final = 18
WIDTH: Final = 1 << BITS
"""Hashed slots; the measured features follow them."""
MEASURED: Final = (
    "bias", "es", "en", "pt", "valence", "good", "bad", "best", "worst", "last", "after_contrast", "any_good", "any_bad", "bad_share",
    "strong_bad", "profanity", "crisis", "service", "news", "negators", "intensifiers", "first", "second",
    "irony_and_bad", "asks", "exclaims", "dots", "shouts", "stretched", "laughter", "url", "handles", "hashtags", "numbers", "length",
    "emoji_good", "emoji_bad", "plain",
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
_MEASURED_SLOTS: Final = np.arange(WIDTH, SLOTS, dtype=np.int64)

# Plain integers: flag arithmetic on enum members would cost more than the rest of the loop.
_NEGATOR: Final = int(Role.NEGATOR)
_ENDS_SCOPE: Final = int(Kind.STOP) | int(Role.CONTRAST)
_CONTRAST: Final = int(Role.CONTRAST)
_INTENSIFIER: Final = int(Role.INTENSIFIER)
_EMOJI: Final = int(Kind.EMOJI)
_COUNTED: Final[tuple[tuple[int, float], ...]] = ()


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
    measured = np.array(_measure(reading, words, text, language), dtype=np.float32)
    if not words:
        return Features(_MEASURED_SLOTS, measured)
    tokens = _token_slots(hashes)
    grams = _gram_slots(" ".join([word.form for word in words]))
    values = np.empty(len(tokens) + len(grams) + len(MEASURED), dtype=np.float32)
    values[: len(tokens)] = len(tokens) ** -0.5
    values[len(tokens) : -len(MEASURED)] = max(1, len(grams)) ** -0.5
    values[-len(MEASURED) :] = measured
    return Features(np.concatenate((tokens, grams, _MEASURED_SLOTS)), values)


def _token_slots(hashes: list[int]) -> NDArray[np.int64]:
    """Slots of single words (negated ones apart) and of neighbouring pairs."""
    singles = np.array(hashes, dtype=np.uint32)
    pairs = singles[:-1] * _PAIR + singles[1:] + _PAIR_SALT
    mixed = np.concatenate((singles, pairs))
    mixed ^= mixed >> np.uint32(15)
    return ((mixed * _GOLDEN) >> _SHIFT).astype(np.int64)


def _gram_slots(form: str) -> NDArray[np.int64]:
    """Slots of the character 3-, 4- and 5-grams: a rolling hash over the array of code points."""
    points = np.frombuffer(f" {form} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    two = points[:-1] * _ROLL + points[1:]
    three = two[:-1] * _ROLL + points[2:]
    four = three[:-1] * _ROLL + points[3:]
    five = four[:-1] * _ROLL + points[4:]
    mixed = np.concatenate((three + _SALTS[0], four + _SALTS[1], five + _SALTS[2]))
    mixed ^= mixed >> np.uint32(15)
    return ((mixed * _GOLDEN) >> _SHIFT).astype(np.int64)


@dataclass(slots=True)
class _Reading:
    """What one pass over the words adds up."""

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


def _read(words: list[Word]) -> tuple[list[int], _Reading]:
    """The hashes of the words, those under a negation marked, and the valences added up, negation and intensifiers applied."""
    reading = _Reading()
    hashes: list[int] = []
    scope = 0
    boost = 1.0
    for word_hash, valence, bits, _ in words:
        hashes.append(word_hash ^ _NEGATED if scope else word_hash)
        if bits:
            if bits & _ENDS_SCOPE:
                scope = 0
                if bits & _CONTRAST:
                    reading.contrast = True
                    reading.before_contrast = reading.good - reading.bad
        if valence and not bits & _NEGATOR:
            worth = valence * boost if scope == 0 else -0.6 * valence * boost
            _add(reading, worth, bits)
        boost = 1.4 if bits & _INTENSIFIER else 1.0
        if bits & _NEGATOR:
            scope = _SCOPE
        elif scope:
            scope -= 1
    return hashes, reading


def _add(reading: _Reading, worth: float, bits: int) -> None:
    reading.last = worth
    if worth > 0:
        reading.good += worth
        reading.best = max(reading.best, worth)
        reading.emoji_good += bits & _EMOJI != 0
    else:
        reading.bad -= worth
        reading.worst = min(reading.worst, worth)
        reading.emoji_bad += bits & _EMOJI != 0
        reading.strong_bad += worth <= -3


def _measure(reading: _Reading, words: list[Word], text: str, language: str) -> list[float]:
    """The values of `MEASURED`, in that order."""
    every = 0
    counts = dict.fromkeys(_TALLIED, 0)
    for word in words:
        if word.bits:
            every |= word.bits
            if word.bits & _ANY_TALLIED:
                for bit in _TALLIED:
                    counts[bit] += word.bits & bit != 0
    good, bad = reading.good, reading.bad
    total = good - bad
    after = total - reading.before_contrast if reading.contrast else 0.0
    shouts = _shouting(text)
    many = max(4, len(words))
    return [
        1.0, float(language == "es"), float(language == "en"), float(language == "pt"),
        total / (total * total + 12.0) ** 0.5, good / (good + 5.0), bad / (bad + 5.0), reading.best / 5.0, reading.worst / -5.0,
        _clip(reading.last / 4.0), _clip(after / 4.0), float(good > 0), float(bad > 0), bad / (good + bad + 1.0),
        min(reading.strong_bad, 3) / 3.0, min(counts[_PROFANITY], 2) / 2.0, min(counts[_CRISIS], 3) / 3.0,
        min(counts[_SERVICE], 3) / 3.0, min(counts[_NEWS], 3) / 3.0, min(counts[_NEGATOR], 3) / 3.0,
        min(counts[_INTENSIFIER], 3) / 3.0, min(counts[_FIRST], 3) / 3.0, min(counts[_SECOND], 3) / 3.0,
        float(bool(every & _IRONY) and bad > 0), float(every & _ASKS != 0), float(every & _EXCLAIMS != 0), float(every & _DOTS != 0),
        shouts, float(every & _STRETCHED != 0), float(every & _LAUGHTER != 0), float(every & _URL != 0),
        min(counts[_HANDLE], 3) / 3.0, min(counts[_HASHTAG], 3) / 3.0, float(every & _NUMBER != 0), min(1.0, many / 40.0),
        min(reading.emoji_good, 3) / 3.0, min(reading.emoji_bad, 3) / 3.0, float(good == 0 and bad == 0),
    ]  # fmt: skip


def _clip(value: float) -> float:
    return max(-1.0, min(1.0, value))


def _shouting(text: str) -> float:
    """Share of capitals among the first 280 characters beyond what names and sentence starts explain."""
    head = text[:280]
    capitals = sum(map(str.isupper, head)) if not head.islower() else 0
    return _clip(max(0.0, capitals / max(10, len(head)) - 0.15) * 2.0)


_PROFANITY: Final = int(Role.PROFANITY)
_CRISIS: Final = int(Role.CRISIS)
_SERVICE: Final = int(Role.SERVICE)
_NEWS: Final = int(Role.NEWS)
_FIRST: Final = int(Role.FIRST)
_SECOND: Final = int(Role.SECOND)
_IRONY: Final = int(Role.IRONY)
_ASKS: Final = int(Kind.ASKS)
_EXCLAIMS: Final = int(Kind.EXCLAIMS)
_DOTS: Final = int(Kind.DOTS)
_STRETCHED: Final = int(Kind.STRETCHED)
_LAUGHTER: Final = int(Kind.LAUGHTER)
_URL: Final = int(Kind.URL)
_HANDLE: Final = int(Kind.HANDLE)
_HASHTAG: Final = int(Kind.HASHTAG)
_NUMBER: Final = int(Kind.NUMBER)
_TALLIED: Final = (_PROFANITY, _CRISIS, _SERVICE, _NEWS, _NEGATOR, _INTENSIFIER, _FIRST, _SECOND, _HANDLE, _HASHTAG)
_ANY_TALLIED: Final = sum(_TALLIED)
