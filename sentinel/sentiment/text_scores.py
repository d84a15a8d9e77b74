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
        if len(asked) < FEW:
            return [self._score(read_words(*each), each.language) for each in asked]
        found: list[list[float]] = [[]] * len(asked)
        for places, read in _chunks(asked):
            scores = self._score_many(read, [asked[place].language for place in places])
            for place, score in zip(places, scores, strict=True):
                found[place] = score
        return found

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

    def _score_many(self, read: Sequence[ReadWords], languages: Sequence[str]) -> Iterator[list[float]]:
        slots = hashed_slots([each.hashes for each in read], [each.form for each in read], languages[0] in IS_TRAINED)
        counts = [counts_of(len(each.hashes), len(each.form)) for each in read]
        rows = self._weights.take(slots, axis=0, mode="clip")
        parts = np.add.reduceat(rows, _edges(read, counts), axis=0)[::2].tolist()
        for place, (measured, count) in enumerate(zip(self._measured(read, languages), counts, strict=True)):
            yield _added(measured, parts[place :: len(read)], count)

    def _measured(self, read: Sequence[ReadWords], languages: Sequence[str]) -> list[list[float]]:
        """What is measured of each text, weighed for its language."""
        weighed = self._measured_weights().take([_BLOCK[language] for language in languages], axis=0)
        weighed *= measured_of(read)[:, :, None]
        begins = np.arange(0, len(read) * len(MEASURED), len(MEASURED))
        sums: list[list[float]] = np.add.reduceat(weighed.reshape(-1, COLUMNS), begins, axis=0).tolist()
        return sums

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


def _chunks(asked: Sequence[AskedText]) -> Iterator[tuple[list[int], list[ReadWords]]]:
    """The texts read, with their places, parted by how their words are hashed and so that none has too many words."""
    for trained in (True, False):
        places: list[int] = []
        read: list[ReadWords] = []
        tokens = 0
        for place, each in enumerate(asked):
            if (each.language in IS_TRAINED) is trained:
                places.append(place)
                read.append(read_words(*each))
                tokens += len(read[-1].hashes)
                if tokens >= TOKENS:
                    yield places, read
                    places, read, tokens = [], [], 0
        if places:
            yield places, read


def _edges(read: Sequence[ReadWords], counts: Sequence[Sequence[int]]) -> list[int]:
    """Where the slots of each text begin and end, part by part; what stands between two texts is summed for nobody."""
    edges: list[int] = []
    begin = 0
    for part in range(PARTS):
        for each, count in zip(read, counts, strict=True):
            edges += (begin, begin + count[part])
            begin += len(each.hashes) if part < 2 else len(each.form) + 2
    return edges
