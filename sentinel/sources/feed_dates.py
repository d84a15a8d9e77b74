"""When a feed's items were published, also where their dates name no zone: learned from its news. No I/O."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import msgspec

from sentinel.sources.instants import KnownInstant, Stamp, believed

HOUR = timedelta(hours=1)
SKEW = timedelta(minutes=2)
FARTHEST = (timedelta(hours=-13), timedelta(hours=15))
"""How far local clocks are from UTC, an hour's delay with them."""
TAUGHT = 3
"""Looks that brought news without a zone before their hours ahead of UTC are believed."""
KEPT = 20
LATE = timedelta(hours=3)
"""News that is this old when it appears counts as late."""
LATE_LOOKS = 3
MIDNIGHTS = 3
"""Items that all stand at midnight sharp, from which their hour is no hour."""


class Habits(msgspec.Struct, omit_defaults=True, kw_only=True):
    """What a feed's dates taught: hours ahead of UTC that its news suggested, the newest last, and how many looks in a
    row brought nothing but late news.
    """

    ahead: list[int] = []
    late: int = 0


def hours_ahead(at: datetime, now: datetime) -> int:
    """How far ahead of UTC a local time is that was news at ``now``: the whole hours from which it is not yet to come.

    Examples
    --------
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> hours_ahead(datetime(2026, 3, 2, 5, 57), noon), hours_ahead(datetime(2026, 3, 2, 12, 58), noon)
    (-6, 1)
    """
    return math.ceil((at.replace(tzinfo=UTC) - now - SKEW) / HOUR)


def settle_dates(
    stamps: Sequence[Stamp | None], news: Sequence[bool], habits: Habits, zone: tzinfo | None, now: datetime
) -> list[KnownInstant | None]:
    """Each stamp as an instant; ``None`` for those that cannot be believed. Teaches ``habits``.

    Parameters
    ----------
    news
        Whether an item appeared since the last look; nothing is news at the first.
    zone
        The feed's zone, where somebody configured it.
    """
    naive = [stamp is not None and stamp.at.tzinfo is None and not stamp.whole_day for stamp in stamps]
    suggested = [
        hours_ahead(stamp.at, now)
        for stamp, is_naive, is_news in zip(stamps, naive, news, strict=True)
        if stamp is not None and is_naive and _local(stamp.at, now) and (is_news or _to_come(stamp.at, now))
    ]
    if suggested and zone is None:
        habits.ahead = [*habits.ahead, max(suggested)][-KEPT:]
    learned = timezone(timedelta(hours=max(habits.ahead))) if len(habits.ahead) >= TAUGHT else None
    known = []
    for stamp, is_naive, is_news in zip(stamps, naive, news, strict=True):
        here = zone or learned
        if here is None and stamp is not None and is_naive and is_news and _local(stamp.at, now):
            here = timezone(timedelta(hours=hours_ahead(stamp.at, now)))
        if here is None and habits.ahead:
            here = timezone(timedelta(hours=max(habits.ahead)))
        known.append(believed(stamp, zone=here or UTC, now=now))
    _note_lateness(known, news, habits, now)
    return _without_midnights(known, stamps)


def _local(at: datetime, now: datetime) -> bool:
    """Whether this can be some place's present hour."""
    return FARTHEST[0] <= at.replace(tzinfo=UTC) - now <= FARTHEST[1]


def _to_come(at: datetime, now: datetime) -> bool:
    return at.replace(tzinfo=UTC) > now + SKEW


def _note_lateness(known: Sequence[KnownInstant | None], news: Sequence[bool], habits: Habits, now: datetime) -> None:
    fresh = [each for each, is_news in zip(known, news, strict=True) if is_news]
    if fresh:
        late = all(each is not None and not each.whole_day and now - each.at >= LATE for each in fresh)
        habits.late = habits.late + 1 if late else 0


def _without_midnights(known: list[KnownInstant | None], stamps: Sequence[Stamp | None]) -> list[KnownInstant | None]:
    """A feed that writes every date as midnight tells days."""
    dated = [stamp for stamp in stamps if stamp is not None]
    if len(dated) < MIDNIGHTS or any((s.at.hour, s.at.minute, s.at.second) != (0, 0, 0) for s in dated):
        return known
    return [KnownInstant(each.at, whole_day=True) if each is not None else None for each in known]
