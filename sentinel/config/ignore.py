"""Accounts that are not listened to, by brand or for all of them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from sentinel.config.base import Settings
from sentinel.matching.account import IgnoredAccount


class IgnoreSettings(Settings):
    """An account or site whose words do not count, with a reason and an end."""

    who: str = Field(min_length=2, max_length=200)
    """An @handle, an author's id as its network has it, or a site such as spam.example."""
    until: date | None = None
    """The last day, in the configuration's time zone. Default: for good."""
    because: str = Field("", max_length=300)
    """Why, for whoever reads this next."""

    def account(self, zone: ZoneInfo) -> IgnoredAccount:
        """As the matcher takes it."""
        ends = datetime.combine(self.until + timedelta(days=1), time(), zone) if self.until else None
        return IgnoredAccount(who=self.who, until=ends, because=self.because)
