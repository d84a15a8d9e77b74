"""Near-copies are one voice: reposts, syndicated articles and bots that say the same thing again are recognised as
such.

The engine asks once for every mention of a brand; signals then count a copy as the voice it repeats.

A text is compared by its words alone; exact repeats are found by a digest, near ones by the share of word triples that
two texts have in common (Broder, "On the resemblance and containment of documents", 1997), estimated on the smallest
hashes of each text's triples. An index on the very smallest ones finds the candidates, so the work does not grow with
what is remembered.
"""

import re
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from zlib import crc32

import msgspec

from sentinel.matching.folding import fold
from sentinel.matching.letters import UNSPACED

WINDOW = timedelta(hours=48)
"""How long after a voice was last heard its words are still taken for a copy."""
REMEMBERED, LEAST_REMEMBERED, ALL_REMEMBERED = 2_048, 256, 400_000
"""Voices kept a brand, about a kilobyte each; the ones not heard for longest go first. With many brands each keeps
fewer: all of them together no more than so many, or the least there is a brand.
"""
READ = 4_000
"""Characters of a text that are compared."""
ALIKE = 0.6
"""Share of word triples that makes two texts near-copies: by eye on real posts, nearly all pairs above and few below
are.
"""
_MIN_WORDS, _MIN_CHARACTERS = 4, 20
"""Shorter texts (*thanks for that*) are said alike by many people of their own accord: never copies."""
_MIN_WORDS_NEAR = 6
"""With fewer words only the very same ones count: one changed word changes what is said."""
_SKETCH = 32
"""Smallest hashes kept of a text: all of them up to 34 words, a fair sample of longer texts."""
_INDEXED, _IN_COMMON = 6, 2
"""Of how many of them near-copies are expected to share at least how many; one alone is a turn of phrase."""
_PUBLISHER = re.compile(r" [-|·] [^.|]{2,40}(?=\. |$| https?:)")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_HANDLE = re.compile(r"@\w[\w.-]*")
_WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
_MARKS = frozenset((b"rt", b"via"))
"""What announces whose words these are."""
_SPACED = bytes(code if code < 128 and chr(code).isalnum() else 32 for code in range(256))
_PACKED = tuple(Struct(f">{count}I") for count in range(_SKETCH + 1))
_AGAIN = 4_096
"""Texts whose sketch is remembered, by any brand: in a storm most are said again word for word."""


def remembered_of(brands: int) -> int:
    """Voices that each of so many brands keeps.

    Examples
    --------
    >>> remembered_of(1), remembered_of(500), remembered_of(10_000)
    (2048, 800, 256)
    """
    return max(LEAST_REMEMBERED, min(REMEMBERED, ALL_REMEMBERED // max(1, brands)))


class _Voice(msgspec.Struct, gc=False):
    """One text, as remembered: when it was last heard (epoch seconds) and the smallest hashes of its word triples,
    rising.
    """

    at: float
    sketch: bytes
    """Four bytes a hash: a kilobyte less than integers."""

    @property
    def indexed(self) -> tuple[int, ...]:
        """The very smallest of them."""
        return _hashes(self.sketch[: 4 * _INDEXED])


class Voices:
    """What was said of one brand lately.

    Deterministic and bounded: the same calls give the same answers in any process, whatever a text holds.

    Parameters
    ----------
    window
        How long a voice is remembered after it was last heard; each copy renews it.
    remembered
        The most voices that are kept.

    Examples
    --------
    >>> from datetime import UTC
    >>> voices, noon = Voices(), datetime(2026, 8, 20, 12, tzinfo=UTC)
    >>> voices.is_copy("Acme retira su tostadora por riesgo de incendio - El Diario https://eldiario.example/1", noon)
    False
    >>> voices.is_copy("RT @ana: ACME retira su tostadora, por riesgo de incendio!! #ojo", noon + timedelta(hours=3))
    True
    >>> voices.is_copy("Mi tostadora Acme funciona de maravilla", noon), voices.is_copy("gracias @acme", noon)
    (False, False)
    """

    def __init__(self, window: timedelta = WINDOW, remembered: int = REMEMBERED) -> None:
        self._window = window.total_seconds()
        self._remembered = remembered
        self._voices: OrderedDict[int, _Voice] = OrderedDict()
        """By digest of the words, in the order last heard."""
        self._index: dict[int, int] = {}
        """Each of the smallest hashes to the digest of the voice last heard with it."""

    def keep(self, remembered: int) -> None:
        """So many are kept at the most, from the next one on."""
        self._remembered = remembered

    def is_copy(self, text: str, at: datetime) -> bool:
        """Whether ``text``, said at ``at`` (aware), is a near-copy of one said within the window; and remember it.

        Texts of fewer than four words are never copies. Instants may come out of order.
        """
        compared = _compared(text[:READ])
        if compared is None:
            return False
        digest, sketch, indexed = compared
        instant = at.timestamp()
        known = self._voices.get(digest)
        if known is not None:
            copy = abs(instant - known.at) <= self._window
            self._hear(digest, known, instant, indexed)  # the same words have the same hashes
            return copy
        voice = _Voice(instant, sketch)
        alike = self._alike(voice, indexed)
        if alike is not None:
            known = self._voices[alike]
            self._hear(alike, known, instant, known.indexed)
            return True
        self._hear(digest, voice, instant, indexed)
        return False

    def _alike(self, voice: _Voice, indexed: tuple[int, ...]) -> int | None:
        """The digest of a remembered voice that shares enough with this one, within the window."""
        found = [digest for digest in map(self._index.get, indexed) if digest is not None]
        if len(found) < _IN_COMMON:
            return None
        for digest in dict.fromkeys(found):
            if found.count(digest) >= _IN_COMMON:
                other = self._voices[digest]
                if abs(voice.at - other.at) <= self._window and _are_alike(voice.sketch, other.sketch):
                    return digest
        return None

    def _hear(self, digest: int, voice: _Voice, instant: float, indexed: tuple[int, ...]) -> None:
        """Make the voice the one last heard, and forget those too old or too many."""
        if instant > voice.at:
            voice.at = instant
        self._place_last(digest, voice, indexed)
        voices, since = self._voices, voice.at - self._window
        while len(voices) > self._remembered or voices[next(iter(voices))].at < since:
            self._forget_oldest()

    def _place_last(self, digest: int, voice: _Voice, indexed: tuple[int, ...]) -> None:
        self._voices[digest] = voice
        self._voices.move_to_end(digest)
        index = self._index
        for least in indexed:
            index[least] = digest

    def _forget_oldest(self) -> None:
        digest, voice = self._voices.popitem(last=False)
        for least in voice.indexed:
            if self._index[least] == digest:
                del self._index[least]

    def snapshot(self) -> object:
        """Everything remembered, as ``[digest, last heard, sketch]`` in the order last heard."""
        return [[digest, voice.at, voice.sketch] for digest, voice in self._voices.items()]

    def restore(self, plain: object) -> None:
        """Go back to what `snapshot` gave."""
        assert isinstance(plain, list), "a snapshot is a list"
        self._voices.clear()
        self._index.clear()
        for digest, at, sketch in plain:
            voice = _Voice(at, sketch)
            self._place_last(digest, voice, voice.indexed)


@lru_cache(maxsize=_AGAIN)
def _compared(text: str) -> tuple[int, bytes, tuple[int, ...]] | None:
    """What a text is compared by: the digest of its words, their sketch and the very smallest hashes of that; ``None``
    when it is too short to be anybody's copy.
    """
    words = _words(text)
    joined = b" ".join(words)
    if len(words) < _MIN_WORDS or len(joined if joined.isascii() else joined.decode()) < _MIN_CHARACTERS:
        return None
    digest = int.from_bytes(blake2b(joined, digest_size=8).digest(), "big")
    least = _least(words) if len(words) >= _MIN_WORDS_NEAR else []
    return digest, _PACKED[len(least)].pack(*least), tuple(least[:_INDEXED])


def _words(text: str) -> list[bytes]:
    """The words that make two texts the same: no links, handles, punctuation, repost marks or publisher after the
    headline.
    """
    folded = fold(text)
    if (" - " in folded or " | " in folded or " · " in folded) and _PUBLISHER.search(folded):
        words = _split(_PUBLISHER.sub("", folded, count=1))
        if len(words) >= _MIN_WORDS_NEAR:
            return words
    return _split(folded)


def _split(folded: str) -> list[bytes]:
    if "http" in folded or "www." in folded:
        folded = _LINK.sub(" ", folded)
    if "@" in folded:
        folded = _HANDLE.sub(" ", folded)
    if folded.isascii():
        words = folded.encode().translate(_SPACED).split()
    else:
        words = " ".join(_WORD.findall(folded)).encode().split()
    if not _MARKS.isdisjoint(words):
        words = [word for word in words if word not in _MARKS]
    return words


def _least(words: list[bytes]) -> list[int]:
    """The smallest distinct 32-bit hashes of the triples of neighbouring words, rising."""
    triples = map(crc32, words[2:], map(crc32, words[1:], map(crc32, words)))
    return sorted(set(triples))[:_SKETCH]


def _hashes(sketch: bytes) -> tuple[int, ...]:
    return _PACKED[len(sketch) // 4].unpack(sketch)


def _are_alike(one: bytes, other: bytes) -> bool:
    """Whether enough triples are common to both, as estimated; exact for texts whose triples all fit into the
    sketch.
    """
    first, second = _hashes(one), set(_hashes(other))
    common = second.intersection(first)
    count = min(_SKETCH, len(first) + len(second) - len(common))
    if len(common) / count < ALIKE:
        return False
    least = sorted(second.union(first))[:_SKETCH]
    return len(common.intersection(least)) / len(least) >= ALIKE
