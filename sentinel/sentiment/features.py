"""Turns a text into numbered features: hashed words, word pairs and character n-grams, and a few measured by lexicon
and eye.

The sentiment model reads nothing else. Everything is bounded: the head and the tail of a long text are looked at,
tokens are counted, words are cut; so any text, however broken, costs at most a few times a long post.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.brand_vocabulary import brand_vocabulary
from sentinel.sentiment.hashed_slots import IS_TRAINED, WIDTH, counts_of, slots_of_one
from sentinel.sentiment.language import BY_LEXICON, LANGUAGES, UNDETERMINED
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.word_sums import COUNTS, SUMMED, WordSums, clip, count
from sentinel.sentiment.words import tokens_of, vocabulary

MEASURED: Final = ("bias", *SUMMED, "shouts", *COUNTS)
"""Names of the measured features.

After the hashed slots they stand once for all that the model is trained in, once for each of `LANGUAGES`, and once for
all `BY_LEXICON`.
"""
SLOTS: Final = WIDTH + len(MEASURED) * (2 + len(LANGUAGES))
COUNTS_FROM: Final = len(MEASURED) - len(COUNTS)

CAPITALS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÚÑÃÕÇ"
_CAPITAL: Final = re.compile(f"[{CAPITALS}]")

SHOUTED: Final = 280
"""Characters in which capitals are counted."""
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
    read = read_words(text, language, own)
    measured, where = measured_of([read])[0], _MEASURED_SLOTS[language]
    if not read.hashes:
        return Features(where, np.resize(measured, len(where)), language)
    counts = counts_of(len(read.hashes), len(read.form))
    tokens, hashed = sum(counts[:2]), sum(counts)
    slots = np.empty(hashed + len(where), dtype=np.int64)
    slots[:hashed] = slots_of_one(read.hashes, read.form, language in IS_TRAINED)
    slots[hashed:] = where
    values = np.empty(len(slots), dtype=np.float32)
    values[:tokens] = tokens**-0.5
    values[tokens:hashed] = max(1, hashed - tokens) ** -0.5
    values[hashed : hashed + len(measured)] = measured
    values[hashed + len(measured) :] = measured[: len(where) - len(measured)]
    return Features(slots, values, language)


class ReadWords(NamedTuple):
    """The words of a text, read once: their ``hashes``, the text that their plain forms make, what was ``summed`` of
    them and seen of the text (the first of `MEASURED`), and the ``tally`` of what was counted (the others).
    """

    hashes: list[int]
    form: str
    summed: list[float]
    tally: int


def read_words(text: str, language: str, own: OwnWords | None = None) -> ReadWords:
    """Read a text in a language, as the people of a brand mean its own words."""
    known = vocabulary(language) if own is None else brand_vocabulary(language, own)
    words = [known[token] for token in tokens_of(text)]
    known.join_phrases(words)
    sums = WordSums(words)
    summed = [1.0, *sums.sums(), _shouting(text)]
    return ReadWords(sums.hashes, " ".join([word.form for word in words]), summed, sums.tally)


def measured_of(read: Sequence[ReadWords]) -> NDArray[np.float32]:
    """The values of `MEASURED`, a row for each text."""
    measured = np.empty((len(read), len(MEASURED)), dtype=np.float32)
    measured[:, :COUNTS_FROM] = [each.summed for each in read]
    count([each.tally for each in read], measured[:, COUNTS_FROM:])
    return measured


def by_lexicon_alone(features: Features) -> Features:
    """The same text as it would be read in a language that has a lexicon and nothing else: what was measured, and
    no words.
    """
    return Features(_MEASURED_SLOTS[BY_LEXICON[0]], features.values[-len(MEASURED) :], BY_LEXICON[0])


def _shouting(text: str) -> float:
    """Share of capitals among the first `SHOUTED` characters beyond what names and sentence starts explain."""
    head = text[:SHOUTED]
    if head.isascii():
        signs = head.encode()
        capitals = len(signs) - len(signs.translate(None, _ASCII_CAPITALS))  # as below, in a quarter of the time
    else:
        capitals = len(_CAPITAL.findall(head))
    return clip(max(0.0, capitals / max(10, len(head)) - 0.15) * 2.0)
