"""When a contact's digest is due: a wall time a day in the contact's zone, safe on the days on which clocks change."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sentinel.escalation.wall import starts_at


class DailyDigest(msgspec.Struct, frozen=True, kw_only=True):
    """One message a day at this wall time.

    Examples
    --------
    >>> late = DailyDigest(zone="Europe/Madrid", at=time(2, 30))
    >>> [str(late.instant(date(2026, 3, day)).time()) for day in (28, 29, 30)]  # on the 29th there is no half past two
    ['01:30:00', '01:00:00', '00:30:00']
    """

    zone: str
    at: time

    def instant(self, day: date) -> datetime:
        """When the digest of a local day is due: the first of a repeated hour, the first that exists after a gap."""
        return starts_at(datetime.combine(day, self.at), ZoneInfo(self.zone))

    def newest(self, now: datetime) -> date:
        """The local day of the newest digest that is due."""
        today = now.astimezone(ZoneInfo(self.zone)).date()
        return today if self.instant(today) <= now else today - timedelta(days=1)
