"""A known event: something that a calendar says will happen and that people will talk of."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec


class KnownEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence, half-open.

    Parameters
    ----------
    calendar
        The configuration's name for where it stands.
    name, kind
        Its title and its first category, as the calendar has them.
    """

    calendar: str
    name: str
    kind: str = ""
    starts_at: datetime
    ends_at: datetime

    def widened(self, lead: timedelta, tail: timedelta) -> "KnownEvent":
        """The same from ``lead`` before until ``tail`` after."""
        return msgspec.structs.replace(self, starts_at=self.starts_at - lead, ends_at=self.ends_at + tail)

    def share_of(self, begin: datetime, end: datetime) -> float:
        """The part of a span that it takes up.

        Examples
        --------
        >>> from datetime import UTC
        >>> noon = datetime(2026, 3, 7, 12, tzinfo=UTC)
        >>> match = KnownEvent(calendar="c", name="m", starts_at=noon, ends_at=noon + timedelta(hours=2))
        >>> match.share_of(noon - timedelta(hours=1), noon + timedelta(hours=1))
        0.5
        """
        common = min(end, self.ends_at) - max(begin, self.starts_at)
        return max(0.0, common / (end - begin))


class Foreseen(NamedTuple):
    """What events let a window hold: so many times the usual number of people, and its squared relative error."""

    times: float = 1.0
    doubt: float = 0.0


ORDINARY = Foreseen()
"""No event is on."""
