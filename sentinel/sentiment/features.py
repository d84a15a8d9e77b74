"""Turns a text into numbered features: hashed words, word pairs and character n-grams, and a few measured by lexicon
and eye.

The sentiment model reads nothing else. Everything is bounded: the head and the tail of a long text are looked at,
tokens are counted, words are cut; so any text, however broken, costs at most a few times a long post.
"""

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.brand_vocabulary import brand_vocabulary
from sentinel.sentiment.language import BY_LEXICON, LANGUAGES, UNDETERMINED
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.word_sums import COUNTS, SUMMED, WordSums, clip
from sentinel.sentiment.words import tokens_of, vocabulary

BITS: Final = 18
_TRAINED: Final = 1 << BITS
"""Hashed slots of the languages that the model is trained in ..."""
_UNTRAINED_BITS: Final = 15
WIDTH: Final = _TRAINED + (1 << _UNTRAINED_BITS)
"""... and with those of the others, in which nothing is known of words before people teach it; the measured
features follow them.
"""
MEASURED: Final = ("bias", *SUMMED, "shouts", *COUNTS)
"""Names of the measured features.

After the hashed slots they stand once for all that the model is trained in, once for each of `LANGUAGES`, and once for
all `BY_LEXICON`.
"""
SLOTS: Final = WIDTH + len(MEASURED) * (2 + len(LANGUAGES))
_COUNTS_FROM: Final = len(MEASURED) - len(COUNTS)

# Arrays of no dimension: with them arithmetic in place costs two thirds of what it costs with numpy's scalars.
_GOLDEN: Final = np.array(2654435769, dtype=np.uint32)
_PAIR: Final = np.array(0x85EBCA6B, dtype=np.uint32)
_PAIR_SALT: Final = np.array(0x27D4EB2F, dtype=np.uint32)
_SHIFT: Final = np.array(32 - BITS, dtype=np.uint32)
_UNTRAINED_SHIFT: Final = np.array(32 - _UNTRAINED_BITS, dtype=np.uint32)
_LONGEST_GRAM: Final = 5
_ROLL: Final = [pow(0x01000193, power, 1 << 32) for power in range(_LONGEST_GRAM)]
_GRAMS: Final = np.array(
    [[*_ROLL[n - 1 :: -1], *[0] * (_LONGEST_GRAM - n)] for n in (3, 4, 5)], dtype=np.uint32
).T.copy()
"""What each of five code points in a row weighs in the hash of the 3-, 4- and 5-gram that they begin."""
_SALTS: Final = np.array([0x9E3779B1, 0xC2B2AE3D, 0x165667B1], dtype=np.uint32)
_PADDING: Final = "\0" * (_LONGEST_GRAM - 1)
_CAPITAL: Final = re.compile(r"[A-ZÁÉÍÓÚÑÃÕÇ]")

_ASCII_CAPITALS: Final = bytes(range(ord("A"), ord("Z") + 1))


def _measured_slots() -> dict[str, NDArray[np.int64]]:
    """Where the measured features of a language stand: for all, and for it alone.

    What is true of one language need not be of all.
    """
    shared = np.arange(WIDTH, WIDTH + len(MEASURED), dtype=np.int64)
    own = {language: shared + len(MEASURED) * place for place, language in enumerate(LANGUAGES, 1)}
    alone = shared + len(MEASURED) * (1 + len(LANGUAGES))
    return (
        {UNDETERMINED: shared}
        | {language: np.concatenate((shared, slots)) for language, slots in own.items()}
        | dict.fromkeys(BY_LEXICON, alone)
    )


_MEASURED_SLOTS: Final = _measured_slots()
_IS_TRAINED: Final = frozenset({UNDETERMINED, *LANGUAGES})


class Features(NamedTuple):
    """A text as sparse vector: ``values[i]`` stands at slot ``slots[i]``; a slot may stand twice, its values then add.

    ``language`` is the one that it was read in.
    """

    slots: NDArray[np.int64]
    values: NDArray[np.float32]
    language: str = UNDETERMINED


def features_of(text: str, language: str, own: OwnWords | None = None) -> Features:
    """The features of a text in a language (one of `READ` or ``und``), as the people of a brand mean its own words.

    Words and pairs of words weigh together 1 in the Euclidean norm, character 3- to 5-grams too; measured features lie
    mostly in 0 to 1. An empty text has the measured features alone.

    Examples
    --------
    >>> one = features_of("No funciona nada!!", "es")
    >>> one.slots.shape == one.values.shape, bool(one.slots.max() < SLOTS)
    (True, True)
    """
    known = vocabulary(language) if own is None else brand_vocabulary(language, own)
    words = [known[token] for token in tokens_of(text)]
    known.join_phrases(words)
    sums = WordSums(words)
    measured = np.empty(len(MEASURED), dtype=np.float32)
    measured[:_COUNTS_FROM] = [1.0, *sums.sums(), _shouting(text)]
    sums.count(measured[_COUNTS_FROM:])
    where = _MEASURED_SLOTS[language]
    if not words:
        return Features(where, np.resize(measured, len(where)), language)
    singles = np.array(sums.hashes, dtype=np.uint32)
    pairs = singles[:-1] * _PAIR
    pairs += singles[1:]
    pairs += _PAIR_SALT
    mixed = np.concatenate((singles, pairs, *_grams(" ".join([word.form for word in words]))))
    mixed *= _GOLDEN
    if language in _IS_TRAINED:
        mixed >>= _SHIFT
    else:
        mixed >>= _UNTRAINED_SHIFT
        mixed += _TRAINED
    tokens, hashed = 2 * len(words) - 1, len(mixed)
    slots = np.empty(hashed + len(where), dtype=np.int64)
    slots[:hashed] = mixed
    slots[hashed:] = where
    values = np.empty(len(slots), dtype=np.float32)
    values[:tokens] = tokens**-0.5
    values[tokens:hashed] = max(1, hashed - tokens) ** -0.5
    values[hashed : hashed + len(measured)] = measured
    values[hashed + len(measured) :] = measured[: len(where) - len(measured)]
    return Features(slots, values, language)


def by_lexicon_alone(features: Features) -> Features:
    """The same text as it would be read in a language that has a lexicon and nothing else: what was measured, and
    no words.
    """
    return Features(_MEASURED_SLOTS[BY_LEXICON[0]], features.values[-len(MEASURED) :], BY_LEXICON[0])


def _grams(form: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    """Hashes of the character 3-, 4- and 5-grams of the text between two spaces: one product over a window that
    slides along it.
    """
    points = f" {form} {_PADDING}".encode("utf-32-le", "surrogatepass")
    signs = len(points) // 4 - len(_PADDING)
    hashes = np.ndarray((signs, _LONGEST_GRAM), np.uint32, points, 0, (4, 4)) @ _GRAMS
    hashes += _SALTS
    return hashes[: signs - 2, 0], hashes[: signs - 3, 1], hashes[: max(0, signs - 4), 2]


def _shouting(text: str) -> float:
    """Share of capitals among the first 280 characters beyond what names and sentence starts explain."""
    head = text[:280]
    if head.isascii():
        signs = head.encode()
        capitals = len(signs) - len(signs.translate(None, _ASCII_CAPITALS))  # as below, in a quarter of the time
    else:
        capitals = len(_CAPITAL.findall(head))
    return clip(max(0.0, capitals / max(10, len(head)) - 0.15) * 2.0)
