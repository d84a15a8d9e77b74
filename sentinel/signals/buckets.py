"""Event-time buckets of one brand: a ring of minutes for the last six hours, out of which every signal reads its
windows.
"""

from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from sentinel.signals.authors import Authors
from sentinel.signals.traits import NOTHING, Traits

MINUTES = 360
SPARE = 120
"""Minutes kept beyond the longest window."""
NEGATIVE = 0.5
"""P(negative) from which a voice counts as one."""
MAX_SOURCES = 16
"""Sources told apart in one minute; a brand is heard in fewer."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def minute_of(instant: datetime) -> int:
    """Minutes since 1970."""
    return (instant - _EPOCH) // _MINUTE


class Tally(msgspec.Struct):
    """Sums over some minutes. ``voices`` are mentions that are no near-copies; ``mood`` sums P(negative) - P(positive)
    in millionths, as whole numbers, so that what was added can be taken away again exactly.
    """

    mentions: int = 0
    voices: int = 0
    negatives: int = 0
    mood: int = 0
    tone: int = 0
    """The same over all mentions: what a repeated text sounds like."""
    amplified: int = 0
    severe: int = 0
    """Weights of grave words, in hundredths."""
    audience: int = 0
    """Followers of negative voices."""
    singular: int = 0
    """Voices in the first person singular ..."""
    singular_usual: int = 0
    """... and how many of them were to be expected, in millionths."""
    sources: dict[str, int] = msgspec.field(default_factory=dict)

    def hear(self, tone: int, amplified: bool) -> None:
        """Count one mention, whose voice it may be."""
        self.mentions += 1
        self.tone += tone
        self.amplified += amplified

    def hear_voice(self, mood: int, negative: bool, source: str | None, traits: Traits, usual_singular: float) -> None:
        """Count what a voice of its own adds to its mention; a source too many is not named."""
        self.voices += 1
        self.mood += mood
        if negative:
            self.negatives += 1
            self.audience += traits.audience
        if traits.grave is not None:
            self.severe += round(100 * traits.grave.weight)
        if traits.singular is not None:
            self.singular += traits.singular
            self.singular_usual += round(1e6 * usual_singular)
        if source is not None:
            self.sources[source] = self.sources.get(source, 0) + 1

    def add(self, other: "Tally", sign: int = 1) -> None:
        """Add another tally, or take it away."""
        self.mentions += sign * other.mentions
        self.voices += sign * other.voices
        self.negatives += sign * other.negatives
        self.mood += sign * other.mood
        self.tone += sign * other.tone
        self.amplified += sign * other.amplified
        self.severe += sign * other.severe
        self.audience += sign * other.audience
        self.singular += sign * other.singular
        self.singular_usual += sign * other.singular_usual
        for source, count in other.sources.items():
            self.sources[source] = self.sources.get(source, 0) + sign * count


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The last ``minutes`` up to now, the present one included. ``authors`` is an estimate."""

    minutes: int
    mentions: int
    voices: int
    negatives: int
    mood: float
    authors: int
    sources: dict[str, int]
    tone: float = 0.0
    amplified: int = 0
    severe: float = 0.0
    audience: int = 0
    singular: int = 0
    singular_usual: float = 0.0

    @property
    def heard(self) -> int:
        """How many were heard: voices, and copies as far as different people made them.

        A bot's thousand copies are one more.
        """
        return min(self.mentions, max(self.voices, self.authors))


One = TypeVar("One")


class Scales(NamedTuple, Generic[One]):
    """The same for each window that signals read, from the shortest to the longest."""

    moment: One
    """Five minutes."""
    quarter: One
    """A quarter of an hour."""
    hour: One
    shift: One
    """Six hours."""


SPANS = (5, 15, 60, MINUTES)
"""Minutes of the windows that signals read."""


class Buckets:
    """The ring, with running sums of its windows.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> buckets = Buckets()
    >>> for n in range(3):
    ...     _ = buckets.add(noon, voice=True, negative=0.9, positive=0.0, author=f"u{n}", source="x")
    >>> hour = buckets.windows(noon).hour
    >>> hour.voices, hour.negatives, hour.authors, round(hour.mood, 3)
    (3, 3, 3, 2.7)
    """

    def __init__(self) -> None:
        self._minutes: dict[int, Tally] = {}
        self._authors = Authors()
        self._at: int | None = None
        """The newest minute, which the running sums end before: what is heard now is counted once."""
        self._running = tuple(Tally() for _ in SPANS)

    def add(
        self,
        at: datetime,
        *,
        voice: bool,
        negative: float,
        positive: float,
        author: str | None,
        source: str,
        traits: Traits = NOTHING,
        usual_singular: float = 0.0,
    ) -> bool:
        """Count one mention; False when its minute has left the ring.

        ``usual_singular``: of such voices, who says *I*.
        """
        key = minute_of(at)
        if self._at is None or key > self._at:
            self._slide(key)
        elif key <= self._at - MINUTES:
            return False
        minute = self._minutes.get(key)
        if minute is None:
            minute = self._minutes[key] = Tally()
        tone, sums = round(1e6 * (negative - positive)), [minute]
        if self._at is not None and key < self._at:
            sums += [running for span, running in zip(SPANS, self._running, strict=True) if key > self._at - span]
        named = source if source in minute.sources or len(minute.sources) < MAX_SOURCES else None
        for each in sums:
            each.hear(tone, traits.amplified)
            if voice:
                each.hear_voice(tone, negative >= NEGATIVE, named, traits, usual_singular)
        if author is not None:
            self._authors.note(author, key)
        return True

    def windows(self, now: datetime) -> Scales[Window]:
        """The windows that end at ``now``."""
        last = minute_of(now)
        self._slide(last)
        present, authors = self._minutes.get(last, _SILENT), self._authors.heard(last, SPANS)
        return Scales(*map(_window, SPANS, self._running, repeat(present), authors))

    def hour(self, hour: int) -> Window:
        """One whole hour (hours since 1970), as far as the ring reaches back."""
        total = Tally()
        for key in range(hour * 60, hour * 60 + 60):
            if (minute := self._minutes.get(key)) is not None:
                total.add(minute)
        return _window(60, total, _SILENT, self._authors.in_hour(hour))

    def _slide(self, last: int) -> None:
        """Move the running sums to end before ``last``, and let go of minutes that no window reaches any more."""
        if self._at == last:
            return
        if self._at is None or last < self._at or last - self._at >= MINUTES:
            self._rebuild(last)
        else:
            for span, running in zip(SPANS, self._running, strict=True):
                self._run(running, range(self._at, last), 1)
                self._run(running, range(self._at + 1 - span, last + 1 - span), -1)
        if self._at is None or last // 60 > self._at // 60:
            self._forget(last - MINUTES - SPARE)
        self._at = last

    def _run(self, running: Tally, keys: range, sign: int) -> None:
        for key in keys:
            if (minute := self._minutes.get(key)) is not None:
                running.add(minute, sign)

    def _rebuild(self, last: int) -> None:
        self._running = tuple(Tally() for _ in SPANS)
        for key in sorted(self._minutes):
            for span, running in zip(SPANS, self._running, strict=True):
                if last - span < key < last:
                    running.add(self._minutes[key])

    def _forget(self, before: int) -> None:
        """Two hours more than the longest window are kept: hours that are being closed may still be asked for."""
        for key in [key for key in self._minutes if key <= before]:
            del self._minutes[key]
        self._authors.forget(before)

    def snapshot(self) -> object:
        """Plain values for a checkpoint; a minute's sources are told by their place in ``sources``, for names are long
        and come again.
        """
        places: dict[str, int] = {}
        minutes = [
            [
                key,
                *(getattr(minute, field) for field in _SUMS),
                *(
                    number
                    for source, count in minute.sources.items()
                    for number in (places.setdefault(source, len(places)), count)
                ),
            ]
            for key, minute in self._minutes.items()
        ]
        return {"at": self._at, "sources": list(places), "minutes": minutes, "authors": self._authors.snapshot()}

    def restore(self, plain: Any) -> None:
        """Go back to what `snapshot` gave."""
        names, self._minutes = plain["sources"], {}
        for key, *numbers in plain["minutes"]:
            sums, counts = numbers[: len(_SUMS)], numbers[len(_SUMS) :]
            sources = {names[place]: count for place, count in zip(counts[::2], counts[1::2], strict=True)}
            self._minutes[key] = Tally(**dict(zip(_SUMS, sums, strict=True)), sources=sources)
        self._authors.restore(plain["authors"])
        self._at = plain["at"]
        if self._at is not None:
            self._rebuild(self._at)


_SUMS = Tally.__struct_fields__[:-1]
_SILENT = Tally()


def _window(minutes: int, past: Tally, present: Tally, authors: int) -> Window:
    sources = {source: count for source, count in past.sources.items() if count}
    for source, count in present.sources.items():
        sources[source] = sources.get(source, 0) + count
    return Window(
        minutes=minutes,
        mentions=past.mentions + present.mentions,
        voices=past.voices + present.voices,
        negatives=past.negatives + present.negatives,
        mood=(past.mood + present.mood) / 1e6,
        tone=(past.tone + present.tone) / 1e6,
        amplified=past.amplified + present.amplified,
        severe=(past.severe + present.severe) / 100,
        audience=past.audience + present.audience,
        singular=past.singular + present.singular,
        singular_usual=(past.singular_usual + present.singular_usual) / 1e6,
        authors=authors,
        sources=sources,
    )
