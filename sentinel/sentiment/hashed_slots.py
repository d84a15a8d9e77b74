"""Hashed slots: where the words, pairs of words and runs of characters of texts have their weights, many texts at once.

Between `sentinel.sentiment.word_sums`, which hashes each word, and `sentinel.sentiment.features`. Slots of many texts
cost hardly more numpy calls than those of one, and are the same.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.language import LANGUAGES, UNDETERMINED

BITS: Final = 18
TRAINED: Final = 1 << BITS
"""Slots of the languages that the model is trained in ..."""
_UNTRAINED_BITS: Final = 15
WIDTH: Final = TRAINED + (1 << _UNTRAINED_BITS)
"""... and with those of the others, in which nothing is known of words before people teach it."""
IS_TRAINED: Final = frozenset({UNDETERMINED, *LANGUAGES})
PARTS: Final = 5
"""Words, pairs of words, and runs of three, four and five characters."""

# Arrays of no dimension: with them arithmetic in place costs two thirds of what it costs with numpy's scalars.
_GOLDEN: Final = np.array(2654435769, dtype=np.uint32)
_PAIR: Final = np.array(0x85EBCA6B, dtype=np.uint32)
_PAIR_SALT: Final = np.array(0x27D4EB2F, dtype=np.uint32)
_SHIFT: Final = np.array(32 - BITS, dtype=np.uint32)
_UNTRAINED_SHIFT: Final = np.array(32 - _UNTRAINED_BITS, dtype=np.uint32)
_FROM: Final = np.array(TRAINED, dtype=np.uint32)
_BASE: Final = np.array(0x01000193, dtype=np.uint32)
"""Runs of characters are hashed by Horner's rule: a longer one goes on from a shorter one."""
_SALTS: Final = np.array([[0x9E3779B1], [0xC2B2AE3D], [0x165667B1]], dtype=np.uint32)
_SALTS_OF_ONE: Final = _SALTS.ravel().copy()
_LONGEST_RUN: Final = 5
_PADDING: Final = "\0" * (_LONGEST_RUN - 1)
_POWERS: Final = [pow(0x01000193, power, 1 << 32) for power in range(_LONGEST_RUN)]
_RUNS: Final = np.array(
    [[*_POWERS[n - 1 :: -1], *[0] * (_LONGEST_RUN - n)] for n in (3, 4, 5)], dtype=np.uint32
).T.copy()
"""What each of five code points in a row weighs in the hash of the 3-, 4- and 5-gram that they begin: for one text a
product over a window that slides along it takes fewer calls.
"""


def counts_of(words: int, characters: int) -> tuple[int, ...]:
    """How many slots of each of the `PARTS` a text of so many words and characters has: runs are taken with the space
    before and after it.
    """
    return words, max(0, words - 1), characters, max(0, characters - 1), max(0, characters - 2)


def slots_of_one(hashes: Sequence[int], form: str, trained: bool) -> NDArray[np.uint32]:
    """The slots of a single text, part by part: as `hashed_slots`, without those that reach over its end."""
    singles = np.array(hashes, dtype=np.uint32)
    pairs = singles[:-1] * _PAIR
    pairs += singles[1:]
    pairs += _PAIR_SALT
    points = f" {form} {_PADDING}".encode("utf-32-le", "surrogatepass")
    signs = len(form) + 2
    runs = np.ndarray((signs, _LONGEST_RUN), np.uint32, points, 0, (4, 4)) @ _RUNS
    runs += _SALTS_OF_ONE
    mixed = np.concatenate((singles, pairs, runs[: signs - 2, 0], runs[: signs - 3, 1], runs[: max(0, signs - 4), 2]))
    return _spread(mixed, trained)


def hashed_slots(hashes: NDArray[np.uint32], forms: Sequence[str], trained: bool) -> NDArray[np.uint32]:
    """The slots of texts of one kind of languages, part by part.

    Each part has a slot for each word of each text, or for each character with the space before and after the text, of
    which only the first `counts_of` are the text's own: what follows them reaches over its end.

    Parameters
    ----------
    hashes
        Of the words of all texts, one text after the other.
    forms
        Its words in their plain forms, as one text.
    trained
        Whether the languages are ones that the model is trained in.
    """
    words = len(hashes)
    signs = sum(map(len, forms)) + 2 * len(forms)
    mixed = np.empty(2 * words + 3 * signs, dtype=np.uint32)
    singles, pairs = mixed[:words], mixed[words : 2 * words]
    singles[:] = hashes
    np.multiply(singles, _PAIR, out=pairs)
    pairs[:-1] += singles[1:]
    pairs += _PAIR_SALT
    text = f" {'  '.join(forms)} {_PADDING}".encode("utf-32-le", "surrogatepass")
    _hash_runs(np.frombuffer(text, dtype=np.uint32), mixed[2 * words :].reshape(3, signs))
    return _spread(mixed, trained)


def _spread(mixed: NDArray[np.uint32], trained: bool) -> NDArray[np.uint32]:
    """Hashes to slots, in place."""
    mixed *= _GOLDEN
    if trained:
        mixed >>= _SHIFT
    else:
        mixed >>= _UNTRAINED_SHIFT
        mixed += _FROM
    return mixed


def _hash_runs(points: NDArray[np.uint32], runs: NDArray[np.uint32]) -> None:
    """Write the hashes of the three, four and five characters that begin at each of the first."""
    three, four, five = runs
    signs = len(three)
    np.multiply(points[:signs], _BASE, out=three)
    three += points[1 : signs + 1]
    three *= _BASE
    three += points[2 : signs + 2]
    np.multiply(three, _BASE, out=four)
    four += points[3 : signs + 3]
    np.multiply(four, _BASE, out=five)
    five += points[4:]
    runs += _SALTS
