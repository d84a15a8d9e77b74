"""Text scores: what weights make of many texts at once, in as few numpy calls as of one.

The sentiment model reads through here, one text or a chunk of them. A text's score is the same to the last bit whatever
stands beside it: each text is a segment of its own in every sum, and nothing is multiplied across texts. What the model
learns from goes through `sentinel.sentiment.features`, slot by slot.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from math import sqrt
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.features import MEASURED, ReadWords, measured_of, read_words
from sentinel.sentiment.hashed_slots import IS_TRAINED, PARTS, WIDTH, counts_of, hashed_slots, slots_of_one
from sentinel.sentiment.language import BY_LEXICON, LANGUAGES, UNDETERMINED
from sentinel.sentiment.own_words import OwnWords
from sentinel.sentiment.read_texts import ReadTexts, of_read_words, read_texts
from sentinel.sentiment.word_table import table_of

FEW: Final = 6
"""Texts from which on a chunk costs less than each by itself."""
COLUMNS: Final = 4
"""Of the weights of a slot: one for each label and one of zeros, so that a row is sixteen bytes."""
TOKENS: Final = 8_000
"""Words of one chunk, but for those of its last text: its arrays stay within a few megabytes."""
_BLOCK: Final = {language: place for place, language in enumerate((UNDETERMINED, *LANGUAGES))} | dict.fromkeys(
    BY_LEXICON, 1 + len(LANGUAGES)
)
"""By language, which block of measured weights is its own."""
_NOTHING: Final = (0.0,) * COLUMNS
"""The sum over no slot; that of `numpy.ufunc.reduceat` is a slot of another text."""


class AskedText(NamedTuple):
    """A text to be read in a language, as the people of a brand mean its own words."""

    text: str
    language: str
    own: OwnWords | None = None


class TextScores:
    """The scores of texts by weights that others change.

    Parameters
    ----------
    weights
        A row of `COLUMNS` for each slot. Whoever changes them says so with `changed`.
    """

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self._weights = weights
        self._blocks: NDArray[np.float32] | None = None

    def changed(self) -> None:
        """The weights are others now."""
        self._blocks = None

    def of(self, asked: Sequence[AskedText]) -> list[list[float]]:
        """The scores of the labels for each text, in order."""
        found: list[list[float]] = [[]] * len(asked)
        for (language, own), places in _by_vocabulary(asked).items():
            texts = [asked[place].text for place in places]
            if len(texts) < FEW:
                scores = [self._score(read_words(text, language, own), language) for text in texts]
            elif own is None:
                scores = self._of_language(texts, language)
            else:
                scores = self._score_many(of_read_words([read_words(text, language, own) for text in texts]), language)
            for place, score in zip(places, scores, strict=True):
                found[place] = score
        return found

    def _of_language(self, texts: Sequence[str], language: str) -> list[list[float]]:
        table = table_of(language)
        table.make_room()
        numbers = list(map(table.numbers_of, texts))
        scores: list[list[float]] = []
        for chunk in _chunks(numbers):
            scores += self._score_many(read_texts(texts[chunk], numbers[chunk], table), language)
        return scores

    def _score(self, read: ReadWords, language: str) -> list[float]:
        """One text by itself, in the fewest calls."""
        counts = counts_of(len(read.hashes), len(read.form))
        begins = [0, *accumulate(counts)]
        rows = np.empty((begins[-1] + len(MEASURED), COLUMNS), dtype=np.float32)
        hashed, measured = rows[: begins[-1]], rows[begins[-1] :]
        if read.hashes:
            slots = slots_of_one(read.hashes, read.form, language in IS_TRAINED)
            self._weights.take(slots, axis=0, out=hashed, mode="clip")
        np.multiply(self._measured_weights()[_BLOCK[language]], measured_of([read]).T, out=measured)
        *parts, of_all = np.add.reduceat(rows, begins, axis=0).tolist()
        return _added(of_all, parts, counts)

    def _score_many(self, read: ReadTexts, language: str) -> list[list[float]]:
        slots = hashed_slots(read.hashes, read.forms, language in IS_TRAINED)
        signs = np.array(list(map(len, read.forms)), dtype=np.int64)
        counts = np.maximum(0, np.stack((read.words, read.words - 1, signs, signs - 1, signs - 2)))
        rows = self._weights.take(slots, axis=0, mode="clip")
        parts = np.add.reduceat(rows, _edges(read.words, signs + 2, counts), axis=0)[::2].astype(np.float64)
        parts[counts.ravel() == 0] = 0.0  # the sum over no slot is one that belongs to another text
        single, pair, three, four, five = parts.reshape(PARTS, -1, COLUMNS)
        of_words = 1.0 / np.sqrt(np.maximum(1, counts[0] + counts[1]))
        of_runs = 1.0 / np.sqrt(np.maximum(1, counts[2] + counts[3] + counts[4]))
        scores = self._measured(read.measured, language)
        scores += of_words[:, None] * (single + pair)
        scores += of_runs[:, None] * (three + four + five)
        found: list[list[float]] = scores[:, : COLUMNS - 1].tolist()
        return found

    def _measured(self, measured: NDArray[np.float32], language: str) -> NDArray[np.float64]:
        """What is measured of each text, weighed for its language."""
        weighed = measured[:, :, None] * self._measured_weights()[_BLOCK[language]]
        begins = np.arange(0, measured.size, len(MEASURED))
        return np.add.reduceat(weighed.reshape(-1, COLUMNS), begins, axis=0).astype(np.float64)

    def _measured_weights(self) -> NDArray[np.float32]:
        """What measured features weigh in each `_BLOCK`: in a trained language as in all of those, and as in it."""
        if self._blocks is None:
            self._blocks = self._weights[WIDTH:].reshape(-1, len(MEASURED), COLUMNS).copy()
            self._blocks[1 : 1 + len(LANGUAGES)] += self._blocks[0]
        return self._blocks


def _added(measured: Sequence[float], parts: Sequence[Sequence[float]], counts: Sequence[int]) -> list[float]:
    """The scores of a text: words and pairs of words weigh together one in the Euclidean norm, runs of characters too.

    The sum over no slot is one that belongs to another text, and left out.
    """
    single, pair, three, four, five = (row if own else _NOTHING for row, own in zip(parts, counts, strict=True))
    of_words = 1.0 / sqrt(max(1, counts[0] + counts[1]))
    of_runs = 1.0 / sqrt(max(1, counts[2] + counts[3] + counts[4]))
    return [
        measured[n] + of_words * (single[n] + pair[n]) + of_runs * (three[n] + four[n] + five[n])
        for n in range(COLUMNS - 1)
    ]


def _by_vocabulary(asked: Sequence[AskedText]) -> dict[tuple[str, OwnWords | None], list[int]]:
    """The places of the texts that are read by the same words."""
    places: dict[tuple[str, OwnWords | None], list[int]] = {}
    for place, each in enumerate(asked):
        places.setdefault((each.language, each.own), []).append(place)
    return places


def _chunks(numbers: Sequence[list[int]]) -> Iterator[slice]:
    """Texts that together have not too many words."""
    begin = words = 0
    for end, each in enumerate(numbers, 1):
        words += len(each)
        if words >= TOKENS or end == len(numbers):
            yield slice(begin, end)
            begin, words = end, 0


def _edges(words: NDArray[np.int64], signs: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the slots of each text begin and end, part by part; what stands between two texts is summed for nobody."""
    room = np.stack((words, words, signs, signs, signs)).ravel()
    begins = room.cumsum() - room
    return np.stack((begins, begins + counts.ravel()), axis=1).ravel()
