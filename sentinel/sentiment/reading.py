"""Reads the words of a text once: valences added up with negation and intensifiers, parts and signs counted.

Second step of feature extraction, between `sentinel.sentiment.words` and `sentinel.sentiment.features`.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sentinel.sentiment.lexicon import Role
from sentinel.sentiment.words import COUNTED, FIELD, Kind, Word

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
)
"""Names of the counts this pass keeps itself; they stand after those of `COUNTED` in the tally."""
COUNTS: Final = (*(name for name, _, _ in COUNTED), *TALLIED)
_CAPS: Final = np.array([cap for _, _, cap in COUNTED] + [3] * len(TALLIED), dtype=np.uint16)
_BYTES: Final = len(COUNTS) * FIELD // 8
_ONE: Final = {name: 1 << FIELD * place for place, name in enumerate(COUNTS)}
_GOOD, _GREAT, _BAD, _AWFUL = (_ONE[name] for name in TALLIED[:4])
_TURNED_GOOD, _TURNED_BAD, _GOOD_PHRASE, _BAD_PHRASE, _EMOJI_GOOD, _EMOJI_BAD = (_ONE[name] for name in TALLIED[4:])

_SCOPE: Final = 4
"""Words a negation reaches, unless punctuation or a contrast ends it before."""
NEGATED: Final = 0x5BD1E995
"""Mixed into the hash of a word under a negation."""

# Plain integers: flag arithmetic on enum members would cost more than the rest of the loop.
_NEGATOR: Final = int(Role.NEGATOR)
_INTENSIFIER: Final = int(Role.INTENSIFIER)
_CONTRAST: Final = int(Role.CONTRAST)
_ENDS_SCOPE: Final = int(Kind.STOP) | _CONTRAST
_EMOJI: Final = int(Kind.EMOJI)
_IRONY: Final = int(Role.IRONY)
_PHRASE: Final = int(Kind.PHRASE)
_SEALED: Final = int(Kind.SEALED)
_COUNTS_FOR_ITSELF: Final = _NEGATOR | _PHRASE
"""Bits that tell whether a word's valence counts: that of a negator does not, unless it closes a set phrase."""


class Reading:
    """What one pass over the words adds up; ``hashes`` are theirs, those under a negation marked."""

    __slots__ = ("after_contrast", "bad", "best", "bits", "good", "hashes", "last", "tally", "worst")

    def __init__(self, words: list[Word]) -> None:
        self.hashes: list[int] = []
        self.good = self.bad = self.best = self.worst = self.last = self.after_contrast = 0.0
        self.bits = self.tally = 0
        self._read(words)

    def _read(self, words: list[Word]) -> None:
        keep = self.hashes.append
        scope = bits_met = tally = 0
        boost = 1.0
        contrast: float | None = None
        for word_hash, valence, bits, word_tally, _ in words:
            keep(word_hash ^ NEGATED if scope else word_hash)
            if valence and bits & _COUNTS_FOR_ITSELF != _NEGATOR:
                turned = scope > 0 and not bits & _SEALED
                self._weigh(-0.6 * valence * boost if turned else valence * boost, bits, turned)
            if scope:
                scope -= 1
            boost = 1.0
            if bits:
                bits_met |= bits
                tally += word_tally
                if bits & _ENDS_SCOPE:
                    scope = 0
                    if bits & _CONTRAST:
                        contrast = self.good - self.bad
                if bits & _NEGATOR:
                    scope = _SCOPE
                if bits & _INTENSIFIER:
                    boost = 1.4
        self.bits = bits_met
        self.tally += tally
        if contrast is not None:
            self.after_contrast = self.good - self.bad - contrast

    def _weigh(self, worth: float, bits: int, turned: bool) -> None:
        self.last = worth
        if worth > 0:
            self.good += worth
            self.best = max(self.best, worth)
            self.tally += _TURNED_BAD if turned else _GREAT if worth >= 3 else _GOOD
            if bits & _PHRASE:
                self.tally += _GOOD_PHRASE
            elif bits & _EMOJI:
                self.tally += _EMOJI_GOOD
        else:
            self.bad -= worth
            self.worst = min(self.worst, worth)
            self.tally += _TURNED_GOOD if turned else _AWFUL if worth <= -3 else _BAD
            if bits & _PHRASE:
                self.tally += _BAD_PHRASE
            elif bits & _EMOJI:
                self.tally += _EMOJI_BAD

    def sums(self) -> list[float]:
        """The values of `SUMMED`, in that order."""
        good, bad = self.good, self.bad
        total = good - bad
        return [
            total / (total * total + 12.0) ** 0.5,
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
            float(self.bits & _IRONY != 0 and bad > 0),
            clip(total / (len(self.hashes) + 4.0)),
            min(1.0, max(4, len(self.hashes)) / 40.0),
        ]

    def count(self, shares: NDArray[np.float32]) -> None:
        """Write the values of `COUNTS`, in that order, each capped and as a share of its cap."""
        met = np.frombuffer(self.tally.to_bytes(_BYTES, "little"), dtype="<u2")
        np.divide(np.minimum(met, _CAPS), _CAPS, out=shares, dtype=np.float32)


def clip(value: float) -> float:
    """The value, kept within -1 to 1."""
    return max(-1.0, min(1.0, value))
