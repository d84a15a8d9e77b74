"""Reads the words of a text once: valences added up with negation and intensifiers, parts and signs counted.

Second step of feature extraction, between `sentinel.sentiment.words` and `sentinel.sentiment.features`.
"""

from collections.abc import Iterable
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.word_bits import (
    CONTRAST,
    COUNTS_FOR_ITSELF,
    DENIES,
    EMOJI,
    ENDS_SCOPE,
    HARMS,
    INTENSIFIER,
    IRONY,
    MARKS,
    MOCKS,
    NEGATOR,
    OWED,
    PHRASE,
    SEALED,
    SPECIAL,
    SWING,
    TROUBLE,
)
from sentinel.sentiment.words import COUNTED, FIELD, KnownWord

SUMMED: Final = (
    "valence",
    "good",
    "bad",
    "best",
    "worst",
    "last",
    "after_contrast",
    "any_good",
    "any_bad",
    "bad_share",
    "plain",
    "irony_and_bad",
    "irony_and_trouble",
    "bad_after_irony",
    "swings_good",
    "swings_bad",
    "balance",
    "length",
)
"""Names of what is worked out of the valences, in order."""
TALLIED: Final = (
    "good_words",
    "great_words",
    "bad_words",
    "awful_words",
    "turned_good",
    "turned_bad",
    "good_phrases",
    "bad_phrases",
    "emoji_good",
    "emoji_bad",
    "denied",
    "rescued",
)
"""Names of the counts this pass keeps itself; they stand after those of `COUNTED` in the tally."""
COUNTS: Final = (*(name for name, _, _ in COUNTED), *TALLIED)
CAPS: Final = np.array([cap for _, _, cap in COUNTED] + [3] * len(TALLIED), dtype=np.uint16)
_BYTES: Final = len(COUNTS) * FIELD // 8
_ONE: Final = {name: 1 << FIELD * place for place, name in enumerate(COUNTS)}
_GOOD, _GREAT, _BAD, _AWFUL = (_ONE[name] for name in TALLIED[:4])
_TURNED_GOOD, _TURNED_BAD, _GOOD_PHRASE, _BAD_PHRASE, _EMOJI_GOOD, _EMOJI_BAD, _DENIED, _RESCUED = (
    _ONE[name] for name in TALLIED[4:]
)

SCOPE: Final = 4
"""Words a negation reaches, unless punctuation or a contrast ends it before."""
_DUE_SCOPE: Final = 6
"""Words within which what is owed counts as denied, after a negation or a word of waiting."""
_RESCUE_SCOPE: Final = 8
"""Words after a rescue within which what is bad has been undone."""
RAISED: Final = 1.4
"""Times which a word is worth after an intensifier."""
TURNED: Final = 0.6
"""Share of a word's worth that is left of it, turned round, under a negation."""
STRONG: Final = 3
"""Worth from which a word counts as great or awful."""
NEGATED: Final = 0x5BD1E995
"""Mixed into the hash of a word under a negation."""


class WordSums:
    """What one pass over the words adds up; ``hashes`` are theirs, those under a negation marked."""

    __slots__ = (
        "after_contrast",
        "after_irony",
        "bad",
        "bad_before_irony",
        "before_contrast",
        "best",
        "bits",
        "due",
        "good",
        "hashes",
        "last",
        "mocked",
        "mocking",
        "praises",
        "rescued",
        "swings",
        "tally",
        "worst",
    )

    def __init__(self, words: list[KnownWord]) -> None:
        self.hashes: list[int] = []
        self.good = self.bad = self.best = self.worst = self.last = 0.0
        self.bits = self.tally = 0
        self.due = self.rescued = -1
        """Places up to which what is owed counts as denied, and what is bad as undone."""
        self.swings: list[float] = []
        self.praises: list[tuple[float, int]] = []
        """Worth and tally of each good word so far."""
        self.mocking = False
        """Whether a word was met that may open sarcasm, and no contrast since."""
        self.mocked = -1
        """How many of the praises stood before trouble, when the first of it came; -1 while they are meant."""
        self.before_contrast: float | None = None
        self.bad_before_irony: float | None = None
        self._read(words)
        self.after_contrast = 0.0 if self.before_contrast is None else self.good - self.bad - self.before_contrast
        self.after_irony = 0.0 if self.bad_before_irony is None else self.bad - self.bad_before_irony
        if self.swings:
            self._swing()
        if self.mocked > 0:
            self._turn_praise(self.mocked)

    def _read(self, words: list[KnownWord]) -> None:
        keep = self.hashes.append
        scope = bits_met = tally = 0
        boost = 1.0
        for place, (word_hash, valence, bits, word_tally, _) in enumerate(words):
            keep(word_hash ^ NEGATED if scope else word_hash)
            if valence and bits & COUNTS_FOR_ITSELF != NEGATOR:
                self._judge(valence * boost, bits, scope > 0 and not bits & SEALED, place)
            if scope:
                scope -= 1
            boost = 1.0
            if bits:
                bits_met |= bits
                tally += word_tally
                if bits & MARKS:
                    scope = self._mark(bits, scope, place)
                if bits & INTENSIFIER:
                    boost = RAISED
        self.bits = bits_met
        self.tally += tally

    def _mark(self, bits: int, scope: int, place: int) -> int:
        """Note what a word says of those around it; gives how many words its negation, or an earlier one, still
        reaches.
        """
        if bits & ENDS_SCOPE:
            scope = 0
            if bits & CONTRAST:
                self.before_contrast = self.good - self.bad
        if bits & DENIES:
            self.due = place + _DUE_SCOPE
            if bits & NEGATOR:
                scope = SCOPE
        if bits & IRONY and self.bad_before_irony is None:
            self.bad_before_irony = self.bad
        if bits & CONTRAST:
            self.mocking = False
        elif bits & MOCKS:
            self.mocking = True
        return scope

    def _judge(self, worth: float, bits: int, turned: bool, place: int) -> None:
        """Weigh a word by what stands around it; ``turned`` says that it stands under a negation."""
        if bits & SPECIAL:
            self._judge_special(worth, bits, turned, place)
        elif worth < 0 and place <= self.rescued:
            self.tally += _RESCUED
            self._weigh(-0.5 * worth, 0, True)
        else:
            if bits & HARMS and worth < 0 and not turned:
                self._mock()
            self._weigh(-TURNED * worth if turned else worth, bits, turned)

    def _judge_special(self, worth: float, bits: int, turned: bool, place: int) -> None:
        if bits & OWED:
            if place <= self.due:
                self.tally += _DENIED
                self._mock()
                self._weigh(-abs(worth), bits, True)
            elif worth > 0:
                self.mocking, self.mocked = False, -1  # what was due has come: thanks are meant
                self._weigh(worth, bits, False)
        elif bits & SWING:
            self.swings.append(worth)
        elif turned:  # no rescue came
            self._weigh(-TURNED * abs(worth), bits, True)
        else:
            self.rescued = place + _RESCUE_SCOPE
            self.mocking, self.mocked = False, -1
            if self.bad:
                self.tally += _RESCUED
                self.good += 0.5 * self.bad
                self.bad = 0.0
            self._weigh(abs(worth), bits, False)

    def _swing(self) -> None:
        """What is said in either mood takes that of the rest, or its own where the rest has none."""
        rest = self.good - self.bad
        for worth in self.swings:
            self._weigh(worth if rest == 0 else abs(worth) if rest > 0 else -abs(worth), 0, False)

    def _mock(self) -> None:
        """Trouble after words that may open sarcasm: what was praised before it was not meant."""
        if self.mocking and self.mocked < 0:
            self.mocked = len(self.praises)

    def _turn_praise(self, before: int) -> None:
        """Praise that stands before trouble, with no rescue after it, is a complaint as sharp as it was warm."""
        for worth, tally in self.praises[:before]:
            self.good -= worth
            self.bad += worth
            self.worst = min(self.worst, -worth)
            self.tally += (_AWFUL if worth >= STRONG else _BAD) - tally
        self.best = max((worth for worth, _ in self.praises[before:]), default=0.0)

    def _weigh(self, worth: float, bits: int, turned: bool) -> None:
        self.last = worth
        if worth > 0:
            self.good += worth
            self.best = max(self.best, worth)
            tally = _TURNED_BAD if turned else _GREAT if worth >= STRONG else _GOOD
            self.tally += tally
            self.praises.append((worth, tally))
            if bits & PHRASE:
                self.tally += _GOOD_PHRASE
            elif bits & EMOJI:
                self.tally += _EMOJI_GOOD
        else:
            self.bad -= worth
            self.worst = min(self.worst, worth)
            self.tally += _TURNED_GOOD if turned else _AWFUL if worth <= -STRONG else _BAD
            if bits & PHRASE:
                self.tally += _BAD_PHRASE
            elif bits & EMOJI:
                self.tally += _EMOJI_BAD

    def sums(self) -> list[float]:
        """The values of `SUMMED`, in that order."""
        good, bad = self.good, self.bad
        total = good - bad
        return [
            total / sqrt(total * total + 12.0),
            good / (good + 5.0),
            bad / (bad + 5.0),
            self.best / 5.0,
            self.worst / -5.0,
            clip(self.last / 4.0),
            clip(self.after_contrast / 4.0),
            float(good > 0),
            float(bad > 0),
            bad / (good + bad + 1.0),
            float(good == bad == 0),
            float(self.bits & IRONY != 0 and bad > 0),
            float(self.bits & IRONY != 0 and self.bits & TROUBLE != 0),
            clip(self.after_irony / 4.0),
            float(bool(self.swings) and total > 0),
            float(bool(self.swings) and total < 0),
            clip(total / (len(self.hashes) + 4.0)),
            min(1.0, max(4, len(self.hashes)) / 40.0),
        ]


def count(tallies: Iterable[int], shares: NDArray[np.float32]) -> None:
    """Write the values of `COUNTS`, in that order, a row for each tally: each capped and as a share of its cap."""
    met = np.frombuffer(b"".join([tally.to_bytes(_BYTES, "little") for tally in tallies]), dtype="<u2")
    np.divide(np.minimum(met.reshape(shares.shape), CAPS), CAPS, out=shares, dtype=np.float32)


def clip(value: float) -> float:
    """The value, kept within -1 to 1."""
    return max(-1.0, min(1.0, value))
