"""Settings of the reports that are sent by themselves."""

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from sentinel.config.base import Language, Settings
from sentinel.config.contact import Weekday, clock

DayOfMonth = Annotated[int, Field(ge=1, le=28)]


class ReportSettings(Settings):
    """A week's or month's report to people, once the week or month is over."""

    brands: tuple[str, ...] = ()
    """Whose; one message has them all. Default: every brand."""
    every: Literal["week", "month"] = "week"
    """What it is about."""
    on: Weekday | DayOfMonth | None = None
    """After a week the weekday on which it is sent, such as `mon`; after a month the day, from 1 to 28. Default: the first."""
    at: str = "09:00"
    """Wall time in the file's zone."""
    to: tuple[str, ...] = Field(min_length=1)
    """Contacts, schedules and roles; it goes over their channels for news."""
    language: Language | None = None
    """Default: each contact's own."""

    @field_validator("at")
    @classmethod
    def _clock(cls, value: str) -> str:
        return clock(value)

    @model_validator(mode="after")
    def _of_its_kind(self) -> "ReportSettings":
        if self.every == "week" and isinstance(self.on, int):
            raise ValueError(f"`on: {self.on}` is a day of the month, and `every` is week; write a weekday such as mon")
        if self.every == "month" and isinstance(self.on, Weekday):
            raise ValueError(f"`on: {self.on}` is a weekday, and `every` is month; write a day from 1 to 28")
        return self
