"""Recurring silences: hours of the week in which pages below a crisis are held back, in wall time, again and again."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.restriction import Restriction, Window, windows
from sentinel.escalation.silence import Silence
from sentinel.scoring.level import Level

_AHEAD = timedelta(days=16)
"""How far windows are looked for: the next one begins within a week, or two where a change of clocks skips one."""


class RecurringSilence(msgspec.Struct, frozen=True, kw_only=True):
    """A silence for these brands (none: every brand) in the same hours of each week.

    Parameters
    ----------
    level
        The highest level that it holds back, below a crisis.
    signal
        It holds back only what this signal is the strongest reason of.
    """

    id: str
    brands: tuple[str, ...]
    hours: Restriction
    zone: str
    level: Level
    signal: str | None
    by: str
    reason: str | None

    def silence(self, at: datetime) -> Silence | None:
        """The one occurrence that is in force at this instant, as a silence that begins and ends."""
        for begins, ends in _windows(self.hours, self.zone, at.astimezone(UTC).date()):
            if begins <= at < ends:
                return Silence(
                    id=self.id,
                    brands=self.brands,
                    starts_at=begins,
                    ends_at=ends,
                    by=self.by,
                    reason=self.reason,
                    made_at=begins,
                    level=self.level,
                    signal=self.signal,
                )
        return None

    def next_start(self, at: datetime) -> datetime:
        """When it begins next."""
        found = _windows(self.hours, self.zone, at.astimezone(UTC).date())
        return next(begins for begins, _ in found if begins > at)


class SourceMaintenance(msgspec.Struct, frozen=True, kw_only=True):
    """Hours of the week in which a source may be silent without anybody being paged for it."""

    source: str
    hours: Restriction
    zone: str
    by: str = "config"
    reason: str | None = None

    def covers(self, source: str, at: datetime) -> bool:
        """Whether this source may be silent at this instant."""
        return source == self.source and self.until(at) is not None

    def until(self, at: datetime) -> datetime | None:
        """When it ends that is in force at this instant; ``None`` while it is not."""
        found = _windows(self.hours, self.zone, at.astimezone(UTC).date())
        return next((ends for begins, ends in found if begins <= at < ends), None)

    def next_start(self, at: datetime) -> datetime:
        """When it begins next."""
        found = _windows(self.hours, self.zone, at.astimezone(UTC).date())
        return next(begins for begins, _ in found if begins > at)


def in_force(silences: Iterable[RecurringSilence], at: datetime) -> tuple[Silence, ...]:
    """Those whose hours these are."""
    return tuple(found for each in silences if (found := each.silence(at)) is not None)


def strongest(contributions: Mapping[str, float]) -> str | None:
    """The signal that adds most to a score."""
    return max(contributions, key=lambda name: (contributions[name], name), default=None)


def recurring_id(brands: tuple[str, ...], about: tuple[str, ...]) -> str:
    """The stable name of a recurring silence: that of what it holds back and when.

    Examples
    --------
    >>> recurring_id(("Acme",), ("5", "01:00", "05:00", "UTC"))
    'r-ec56b640'
    """
    return "r-" + blake2b("\x00".join((*brands, "", *about)).encode(), digest_size=4).hexdigest()


@lru_cache(maxsize=4096)
def _windows(hours: Restriction, zone: str, day: date) -> tuple[Window, ...]:
    """By the day, so that where a silence ends does not hang on when somebody asked."""
    start = datetime.combine(day, time(), UTC)
    return tuple(windows([hours], ZoneInfo(zone), start, start + _AHEAD))
