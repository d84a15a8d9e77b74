"""Settings of a contact: who can be told, over what, and when."""

import re
from datetime import time
from enum import StrEnum

from pydantic import Field, SecretStr, field_validator

from sentinel.config.base import Language, Settings
from sentinel.config.chats import ChatIds
from sentinel.config.wall import Zone
from sentinel.escalation.contact import Occasion, QuietHours

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Weekday(StrEnum):
    """Days as they are written in the file."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def clock(value: str) -> str:
    """Check a wall time, ``22:30``."""
    if not _CLOCK.fullmatch(value):
        raise ValueError(f"{value!r} is no time of day; write one such as 22:30")
    return value


class Use(Settings):
    """Which of a contact's channels are tried for what, in order, by their scheme (`ntfys`, `mailtos`)."""

    crisis: tuple[str, ...] | None = None
    """For pages of a crisis. Default: all, in order."""
    alert: tuple[str, ...] | None = None
    """For pages below a crisis."""
    news: tuple[str, ...] | None = None
    """For everything else: changes, who has it, the end, digests."""

    def tried(self, occasion: Occasion) -> tuple[str, ...] | None:
        """What the file says for an occasion."""
        match occasion:
            case Occasion.CRISIS:
                return self.crisis
            case Occasion.ALERT:
                return self.alert
            case Occasion.NEWS:
                return self.news


class QuietHoursSettings(Settings):
    """Hours in which only a crisis gets through; what is held back is written down, and paged again when they end."""

    begin: str = "22:00"
    """Wall time."""
    end: str = "08:00"
    """Wall time; earlier than `begin` is the next morning."""
    days: tuple[Weekday, ...] = tuple(Weekday)
    """Days on which they begin."""

    @field_validator("begin", "end")
    @classmethod
    def _clock(cls, value: str) -> str:
        return clock(value)

    @property
    def span(self) -> tuple[time, time]:
        """`begin` and `end` as times of day."""
        return time.fromisoformat(self.begin), time.fromisoformat(self.end)

    def hours(self, zone: str) -> QuietHours:
        """As the core knows them, in the wall time of the contact's zone."""
        begins, ends = self.span
        days = frozenset(number for number, day in enumerate(Weekday) if day in self.days)
        return QuietHours(zone=zone, begins=begins, ends=ends, days=days)


class ContactSettings(Settings):
    """A person, or a team's channel, that can be paged."""

    name: str | None = None
    """Default: the contact's key."""
    language: Language | None = None
    """Default: the file's language."""
    timezone: Zone | None = None
    """IANA zone of the contact's quiet hours and nights. Default: the file's."""
    channels: tuple[SecretStr, ...] = Field(min_length=1)
    """Apprise URLs, tried in order until one takes the page. `log://` writes to Sentinel's own log."""
    use: Use | None = None
    """Default: every channel for everything, in order."""
    chat_ids: ChatIds | None = None
    """By what they are known in chats (`slack`, `discord`, `telegram`), so that what they press there is theirs.

    Default: none.
    """
    quiet_hours: QuietHoursSettings | None = None
    """Default: none."""
    pages_per_night: int | None = Field(None, ge=0, le=1000)
    """More pages below a crisis than this in one night (22:00 to 08:00, or the quiet hours) go to the next person.

    Default: no limit.
    """
    digest: str | None = None
    """Wall time of one message a day with what happened and what was held back, `"09:00"`. Default: none."""

    @field_validator("digest")
    @classmethod
    def _clock(cls, value: str | None) -> str | None:
        return clock(value) if value is not None else None
