"""Read texts: the words of many texts of one language read together, to what `sentinel.sentiment.word_sums` makes of
each.

Most texts are plain: a word weighs by a negation, an intensifier or a contrast that stands before it, and that is
worked out for all of them at once. A text in which words turn others round (a rescue, what is owed, what is said in
either mood, praise before trouble) is added up by itself.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.features import CAPITALS, COUNTS_FROM, MEASURED, SHOUTED, ReadWords, measured_of
from sentinel.sentiment.lexicon import NEAR
from sentinel.sentiment.word_bits import (
    CONTRAST,
    COUNTS_FOR_ITSELF,
    EMOJI,
    ENDS_SCOPE,
    HARMS,
    INTENSIFIER,
    IRONY,
    MOCKS,
    NEGATOR,
    PHRASE,
    SEALED,
    SPECIAL,
    TROUBLE,
)
from sentinel.sentiment.word_sums import CAPS, COUNTS, NEGATED, RAISED, SCOPE, STRONG, TURNED, WordSums, count
from sentinel.sentiment.word_table import WordTable
from sentinel.sentiment.words import COUNTED, FOLLOWS, OPENS, OPENS_WIDE, KnownWord

Numbers: TypeAlias = NDArray[np.int64]
Worths: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

_COUNTED_BITS: Final = sum(bit for _, bit, _ in COUNTED)
_COUNTED_PLACES: Final = [bit.bit_length() - 1 for _, bit, _ in COUNTED]
_GOOD, _GREAT, _BAD, _AWFUL, _TURNED_GOOD, _TURNED_BAD, _GOOD_PHRASE, _BAD_PHRASE, _EMOJI_GOOD, _EMOJI_BAD = range(10)
"""Places in `TALLIED`."""
_IS_CAPITAL: Final = np.isin(np.arange(257), list(map(ord, CAPITALS)))
"""By code point; all beyond the first 256 are none."""


class ReadTexts(NamedTuple):
    """Texts as they were read: the ``hashes`` of their words, one text after the other, how many ``words`` each has,
    what the plain forms of its words make, and the values of `MEASURED`, a row for each.
    """

    hashes: NDArray[np.uint32]
    words: Numbers
    forms: list[str]
    measured: NDArray[np.float32]


def of_read_words(read: Sequence[ReadWords]) -> ReadTexts:
    """Texts that were read one by one."""
    hashes = np.array([word for each in read for word in each.hashes], dtype=np.uint32)
    words = np.array([len(each.hashes) for each in read], dtype=np.int64)
    return ReadTexts(hashes, words, [each.form for each in read], measured_of(read))


def read_texts(texts: Sequence[str], numbers: Sequence[list[int]], table: WordTable) -> ReadTexts:
    """Texts, and the numbers that a table has for their words."""
    words = _Words(numbers, table)
    judged = words.judged()
    measured = np.empty((len(texts), len(MEASURED)), dtype=np.float32)
    measured[:, 0] = 1.0
    measured[:, 1 : COUNTS_FROM - 1] = words.summed(judged)
    measured[:, COUNTS_FROM - 1] = shouting_of(texts)
    np.divide(np.minimum(words.counts(judged), CAPS), CAPS, out=measured[:, COUNTS_FROM:], dtype=np.float32)
    for text in words.odd(judged):
        sums = WordSums(words.of(text))
        measured[text, 1 : COUNTS_FROM - 1] = sums.sums()
        count([sums.tally], measured[text : text + 1, COUNTS_FROM:])
    forms = [" ".join(map(table.forms.__getitem__, each)) for each in numbers]
    return ReadTexts(words.hashes(), words.lengths, forms, measured)


class _Judged(NamedTuple):
    """The words whose worth counts, one after the other: where each stands, in which text, its bits, what it is worth
    where it stands, and whether a negation has turned it.
    """

    places: Numbers
    texts: Numbers
    bits: Numbers
    worth: Worths
    turned: Flags

    def kinds(self) -> Numbers:
        """The place in `TALLIED` that each is counted at by its worth."""
        pleases = self.worth > 0
        return np.select(
            (self.turned & pleases, self.turned, self.worth >= STRONG, pleases, self.worth <= -STRONG),
            (_TURNED_BAD, _TURNED_GOOD, _GREAT, _GOOD, _AWFUL),
            _BAD,
        )

    def signs(self) -> tuple[Numbers, Flags]:
        """The place that set phrases and emoji are counted at besides, and which they are."""
        pleases, phrase, emoji = self.worth > 0, self.bits & PHRASE != 0, self.bits & EMOJI != 0
        places = np.where(
            phrase, np.where(pleases, _GOOD_PHRASE, _BAD_PHRASE), np.where(pleases, _EMOJI_GOOD, _EMOJI_BAD)
        )
        return places, phrase | emoji

    def total(self, chosen: Flags, texts: int) -> Worths:
        """What those chosen are worth, a sum for each text: added up in their order."""
        return np.bincount(self.texts[chosen], np.abs(self.worth[chosen]), texts).astype(np.float64)


class _Words:
    """The words of all texts, one after the other, as columns; set phrases are joined."""

    def __init__(self, numbers: Sequence[list[int]], table: WordTable) -> None:
        self._numbers, self._table = numbers, table
        self.lengths = np.array([len(each) for each in numbers], dtype=np.int64)
        total = int(self.lengths.sum())
        self._flat = np.fromiter(chain.from_iterable(numbers), dtype=np.int64, count=total)
        self._places = np.arange(total)
        self._begins = self.lengths.cumsum() - self.lengths
        self._texts = np.repeat(np.arange(len(numbers)), self.lengths)
        self._bits = table.bits[self._flat]
        self._valences = table.valences[self._flat].astype(np.float64)
        self._goes_on = self._texts[1:] == self._texts[:-1]
        self._joined: dict[int, list[KnownWord]] = {}
        self._join_phrases()
        self._under = self._under_negation()

    def of(self, text: int) -> list[KnownWord]:
        """The words of one text."""
        return self._joined.get(text) or list(map(self._table.words.__getitem__, self._numbers[text]))

    def hashes(self) -> NDArray[np.uint32]:
        """Their hashes, those under a negation marked."""
        hashes = self._table.hashes[self._flat]
        hashes[self._under] ^= NEGATED
        return hashes

    def _join_phrases(self) -> None:
        """Set phrases are looked for where two words stand side by side that may begin one."""
        known, places, words = self._table.vocabulary, list[int](), list[KnownWord]()
        for text, opening in self._opening().items():
            found = self.of(text)
            if joined := known.join_phrases(found, opening):
                self._joined[text] = found
                begin = self._begins[text].item()
                places += [begin + place for place in joined]
                words += [found[place] for place in joined]
        if places:
            self._bits[places] = [word.bits for word in words]
            self._valences[places] = [word.valence for word in words]

    def _opening(self) -> dict[int, list[int]]:
        """The places of a text at which a set phrase may begin."""
        first, second = self._bits[:-1], self._bits[1:]
        wide, pair = first & OPENS_WIDE != 0, (first & OPENS != 0) & (second & FOLLOWS != 0)
        found = np.flatnonzero((wide | pair) & self._goes_on)
        texts, forms, opening = self._texts[found], self._table.forms, dict[int, list[int]]()
        for text, place, at in zip(texts.tolist(), (found - self._begins[texts]).tolist(), found.tolist(), strict=True):
            words = [forms[number] for number in self._flat[at : at + NEAR].tolist()]
            if self._table.vocabulary.may_open(words):  # half of them do not, and then no text is taken apart
                opening.setdefault(text, []).append(place)
        return opening

    def _under_negation(self) -> Flags:
        """Which words an earlier negation reaches that nothing has ended."""
        negates = self._bits & NEGATOR != 0
        notable = np.where(negates | (self._bits & ENDS_SCOPE != 0), 2 * self._places + negates, -1)
        latest = np.full(len(notable), -1)
        np.maximum.accumulate(notable[:-1], out=latest[1:])
        since = latest >> 1
        reached: Flags = (latest & 1 == 1) & (since >= self._begins[self._texts]) & (self._places - since <= SCOPE)
        return reached

    def judged(self) -> _Judged:
        """Those whose worth counts, as they are worth in a plain text."""
        places = np.flatnonzero((self._valences != 0) & (self._bits & COUNTS_FOR_ITSELF != NEGATOR))
        bits, texts = self._bits[places], self._texts[places]
        worth = self._valences[places]
        raised = np.zeros(len(self._places), dtype=np.bool_)
        raised[1:] = (self._bits[:-1] & INTENSIFIER != 0) & self._goes_on
        worth[raised[places]] *= RAISED
        turned = self._under[places] & (bits & SEALED == 0)
        worth[turned] *= -TURNED
        return _Judged(places, texts, bits, worth, turned)

    def odd(self, judged: _Judged) -> list[int]:
        """The texts that are not plain."""
        special, harms = judged.bits & SPECIAL != 0, (judged.bits & HARMS != 0) & ~judged.turned & (judged.worth < 0)
        mocking = np.intersect1d(self._texts[self._bits & MOCKS != 0], judged.texts[harms])
        found: list[int] = np.union1d(judged.texts[special], mocking).tolist()
        return found

    def summed(self, judged: _Judged) -> Worths:
        """The values of `SUMMED`, a row for each text, as if all were plain: nothing said in either mood."""
        texts, n = judged.texts, len(self.lengths)
        pleases = judged.worth > 0
        good, bad = judged.total(pleases, n), judged.total(~pleases, n)
        best, worst, last = np.zeros((3, n))
        np.maximum.at(best, texts, judged.worth)
        np.minimum.at(worst, texts, judged.worth)
        last[texts] = judged.worth  # of several the last one stays
        contrast, irony = self._last_with(CONTRAST), self._first_with(IRONY)
        before = judged.places <= contrast[texts]
        after_contrast = good - bad - (judged.total(pleases & before, n) - judged.total(~pleases & before, n))
        after_irony = bad - judged.total(~pleases & (judged.places <= irony[texts]), n)
        ironic, troubled = irony < len(self._places), self._last_with(TROUBLE) >= 0
        total, nothing = good - bad, np.zeros(n)
        return np.column_stack(
            (
                total / np.sqrt(total * total + 12.0),
                good / (good + 5.0),
                bad / (bad + 5.0),
                best / 5.0,
                worst / -5.0,
                clipped(last / 4.0),
                clipped(np.where(contrast < 0, 0.0, after_contrast) / 4.0),
                good > 0,
                bad > 0,
                bad / (good + bad + 1.0),
                (good == 0) & (bad == 0),
                ironic & (bad > 0),
                ironic & troubled,
                clipped(after_irony / 4.0),
                nothing,
                nothing,
                clipped(total / (self.lengths + 4.0)),
                np.minimum(1.0, np.maximum(4, self.lengths) / 40.0),
            )
        )

    def _last_with(self, bit: int) -> Numbers:
        """Where the last word of each text stands that has a bit; -1 for none."""
        found = np.full(len(self.lengths), -1)
        places = np.flatnonzero(self._bits & bit)
        found[self._texts[places]] = places  # of several the last one stays
        return found

    def _first_with(self, bit: int) -> Numbers:
        """Where the first one stands; beyond all words for none."""
        found = np.full(len(self.lengths), len(self._places))
        places = np.flatnonzero(self._bits & bit)[::-1]
        found[self._texts[places]] = places
        return found

    def counts(self, judged: _Judged) -> Numbers:
        """How many there are of what is counted, a row for each text, as if all were plain."""
        counted = np.flatnonzero(self._bits & _COUNTED_BITS)
        octets = self._bits[counted].astype("<i8").view(np.uint8).reshape(-1, 8)
        rows, columns = np.unpackbits(octets, axis=1, bitorder="little")[:, _COUNTED_PLACES].nonzero()
        seen = self._texts[counted][rows] * len(COUNTS) + columns
        kinds = judged.texts * len(COUNTS) + len(COUNTED) + judged.kinds()
        signs, is_sign = judged.signs()
        signs += judged.texts * len(COUNTS) + len(COUNTED)
        every = np.concatenate((seen, kinds, signs[is_sign]))
        return np.bincount(every, minlength=len(self.lengths) * len(COUNTS)).reshape(-1, len(COUNTS))


def shouting_of(texts: Sequence[str]) -> Worths:
    """Share of capitals in the head of each text beyond what names explain, as `features_of` measures it of one."""
    heads = [text[:SHOUTED] for text in texts]
    points = np.frombuffer("".join(heads).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    capitals = _IS_CAPITAL.take(points, mode="clip")
    lengths = np.array([len(head) for head in heads], dtype=np.int64)
    met = np.bincount(np.repeat(np.arange(len(heads)), lengths)[capitals], minlength=len(heads))
    return clipped(np.maximum(0.0, met / np.maximum(10, lengths) - 0.15) * 2.0)


def clipped(values: Worths) -> Worths:
    """The values, each kept within -1 to 1."""
    return np.maximum(-1.0, np.minimum(1.0, values))
