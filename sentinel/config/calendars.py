"""Settings of calendars of events: whose iCalendar text says when people will talk of a brand anyway."""

from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from sentinel.config.base import Settings
from sentinel.config.units import Duration, Interval, format_duration

SOONEST = timedelta(minutes=15)
"""Calendars change by the day; whoever serves one is not asked more often than this."""
WIDEST = timedelta(days=3)


class EventCalendarSettings(Settings):
    """A calendar of matches, launches, holidays: during its events more people are expected, as many as earlier ones
    brought.

    Nothing is muted or capped; anger, harm and mood count as ever.
    """

    name: str = Field(min_length=1, max_length=64)
    """As pages and complaints name it."""
    address: SecretStr | None = None
    """Where its iCalendar text is (`https://…/x.ics`, `webcal://…`); such addresses are often secret."""
    file: str | None = Field(None, min_length=1)
    """A file with it instead, relative to the working directory; `sentinel replay` and `sentinel tune` read files only.
    """
    brands: tuple[str, ...] = ()
    """Whom its events concern. Default: all."""
    lead: Duration = timedelta(hours=1)
    """People talk of an event from this long before ..."""
    tail: Duration = timedelta(hours=2)
    """... until this long after it."""
    every: Interval = timedelta(hours=6)
    """How often it is looked at; only what changed is fetched."""

    @field_validator("address")
    @classmethod
    def _is_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                parts = urlsplit(value.get_secret_value())
            except ValueError:
                parts = urlsplit("")
            if parts.scheme not in ("http", "https", "webcal") or not parts.hostname:
                raise ValueError(
                    "is no address of a calendar; write one such as https://example.com/x.ics, or `file:` for a file"
                )
        return value

    @field_validator("lead", "tail")
    @classmethod
    def _near(cls, value: timedelta) -> timedelta:
        if value > WIDEST:
            raise ValueError(f"must be at most {format_duration(WIDEST)}, got {format_duration(value)}")
        return value

    @field_validator("every")
    @classmethod
    def _polite(cls, value: timedelta) -> timedelta:
        if value < SOONEST:
            raise ValueError(f"must be at least {format_duration(SOONEST)}, got {format_duration(value)}")
        return value

    @model_validator(mode="after")
    def _somewhere(self) -> "EventCalendarSettings":
        if (self.address is None) == (self.file is None):
            both = "has both `address` and `file`; keep one" if self.file else "needs `address` or `file`"
            raise ValueError(f"calendar {self.name!r} {both}")
        return self

    @property
    def url(self) -> str | None:
        """Where it is fetched; webcal is https by another name."""
        found = self.address.get_secret_value() if self.address is not None else None
        return f"https{found[6:]}" if found is not None and found.lower().startswith("webcal:") else found
