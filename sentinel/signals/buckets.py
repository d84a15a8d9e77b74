"""Event-time buckets of one brand: a ring of minutes for the last six hours, out of which every signal reads its windows."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import log
from typing import Any
from zlib import crc32

MINUTES = 360
BITS = 1024
"""Width of the bitmap that counts distinct authors (linear counting: Whang, Vander-Zanden & Taylor 1990): within 5 % up to 2 000."""
MAX_SOURCES = 16
"""Sources told apart in one minute; a brand is heard in fewer."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def minute_of(instant: datetime) -> int:
    """Minutes since 1970."""
    return (instant - _EPOCH) // timedelta(minutes=1)


@dataclass(slots=True)
class Minute:
    """What was said in one minute. ``voices`` are mentions that are no near-copies; ``mood`` sums P(negative) - P(positive)."""

    mentions: int = 0
    voices: int = 0
    negatives: int = 0
    mood: float = 0.0
    authors: int = 0
    sources: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The last ``minutes`` up to now, the present one included. ``authors`` is an estimate."""

    minutes: int
    mentions: int
    voices: int
    negatives: int
    mood: float
    authors: int
    sources: dict[str, int]

    @property
    def heard(self) -> int:
        """How many were heard: voices, and copies as far as different people made them. A bot's thousand copies are one more."""
        return min(self.mentions, max(self.voices, self.authors))


@dataclass(slots=True)
class _Sum:
    """Minutes added up."""

    mentions: int = 0
    voices: int = 0
    negatives: int = 0
    mood: float = 0.0
    authors: int = 0
    sources: dict[str, int] = field(default_factory=dict)

    def take(self, other: "Minute | _Sum") -> None:
        self.mentions += other.mentions
        self.voices += other.voices
        self.negatives += other.negatives
        self.mood += other.mood
        self.authors |= other.authors
        for source, count in other.sources.items():
            self.sources[source] = self.sources.get(source, 0) + count

    def plus(self, other: "_Sum") -> "_Sum":
        total = _Sum()
        total.take(self)
        total.take(other)
        return total

    def window(self, minutes: int) -> Window:
        return Window(
            minutes=minutes, mentions=self.mentions, voices=self.voices, negatives=self.negatives, mood=self.mood,
            authors=_estimate(self.authors), sources=self.sources,
        )  # fmt: skip


class Buckets:
    """The ring.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> buckets = Buckets()
    >>> for n in range(3):
    ...     buckets.add(noon, voice=True, negative=0.9, positive=0.0, author=f"u{n}", source="x")
    >>> window = buckets.window(noon, 60)
    >>> window.voices, window.negatives, window.authors
    (3, 3, 3)
    """

    def __init__(self) -> None:
        self._minutes: dict[int, Minute] = {}
        self._newest: int | None = None
        self._far: _Sum | None = None
        self._far_at = 0

    def add(self, at: datetime, *, voice: bool, negative: float, positive: float, author: str | None, source: str) -> bool:
        """Count one mention; False when its minute has left the ring."""
        key = minute_of(at)
        if self._newest is None or key > self._newest:
            self._move(key)
        elif key <= self._newest - MINUTES:
            return False
        if key <= self._far_at - 60:
            self._far = None
        minute = self._minutes.get(key)
        if minute is None:
            minute = self._minutes[key] = Minute()
        minute.mentions += 1
        if author is not None:
            minute.authors |= 1 << (crc32(author.encode("utf-8", "surrogatepass")) % BITS)
        if voice:
            minute.voices += 1
            minute.negatives += negative >= 0.5
            minute.mood += negative - positive
            sources = minute.sources
            if source in sources or len(sources) < MAX_SOURCES:
                sources[source] = sources.get(source, 0) + 1
        return True

    def _move(self, key: int) -> None:
        self._newest = key
        for old in [each for each in self._minutes if each <= key - MINUTES]:
            del self._minutes[old]

    def window(self, now: datetime, minutes: int) -> Window:
        """The sums of the last ``minutes``, at most `MINUTES`."""
        last = minute_of(now)
        return self._sum(last - minutes + 1, last).window(minutes)

    def windows(self, now: datetime) -> tuple[Window, Window, Window]:
        """The last quarter of an hour, the last hour, the last six hours."""
        last = minute_of(now)
        quarter = self._sum(last - 14, last)
        hour = quarter.plus(self._sum(last - 59, last - 15))
        if self._far is None or self._far_at != last:
            self._far, self._far_at = self._sum(last - MINUTES + 1, last - 60), last
        return quarter.window(15), hour.window(60), hour.plus(self._far).window(MINUTES)

    def _sum(self, first: int, last: int) -> "_Sum":
        total = _Sum()
        if len(self._minutes) < last - first + 1:
            keys = sorted(key for key in self._minutes if first <= key <= last)
        else:
            keys = [key for key in range(first, last + 1) if key in self._minutes]
        for key in keys:
            total.take(self._minutes[key])
        return total

    def hour(self, hour: int) -> Window:
        """One whole hour (hours since 1970), as far as the ring reaches back."""
        return self._sum(hour * 60, hour * 60 + 59).window(60)

    def snapshot(self) -> object:
        """Plain values for a checkpoint."""
        return {
            "newest": self._newest,
            "minutes": [
                [key, m.mentions, m.voices, m.negatives, m.mood, m.authors.to_bytes(BITS // 8, "little").rstrip(b"\0"), m.sources]
                for key, m in self._minutes.items()
            ],
        }

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        self._newest = plain["newest"]
        self._far = None
        self._minutes = {
            key: Minute(mentions, voices, negatives, mood, int.from_bytes(authors, "little"), dict(sources))
            for key, mentions, voices, negatives, mood, authors, sources in plain["minutes"]
        }


def _estimate(bitmap: int) -> int:
    empty = BITS - bitmap.bit_count()
    return round(-BITS * log(empty / BITS)) if empty else 8 * BITS
