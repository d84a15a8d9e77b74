"""Settings of the reports that are sent by themselves."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, field_validator, model_validator

from sentinel.config.base import Language, Settings
from sentinel.config.contact import Weekday, clock

LAST_DAY = 28
"""That every month has."""


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _day(value: str) -> str:
    if value not in tuple(Weekday) and not (value.isascii() and value.isdigit() and 1 <= int(value) <= LAST_DAY):
        raise ValueError(
            f"{value!r} is no day; write a weekday such as mon after a week, a day from 1 to {LAST_DAY} after a month"
        )
    return value


DaySent = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_day),
    WithJsonSchema(
        {"anyOf": [{"enum": [each.value for each in Weekday]}, {"type": "integer", "minimum": 1, "maximum": LAST_DAY}]}
    ),
]
"""A weekday, or a day of the month."""


class ReportSettings(Settings):
    """A day's, week's or month's report to people, once it is over; a day's is what matters of it."""

    brands: tuple[str, ...] = ()
    """Whose; one message has them all. Default: every brand."""
    every: Literal["day", "week", "month"] = "week"
    """What it is about."""
    on: DaySent | None = None
    """After a week the weekday on which it is sent, such as `mon`; after a month the day, from 1 to 28; none after a
    day.

    Default: the first.
    """
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
        if self.on is not None and self.every == "day":
            raise ValueError(f"`on: {self.on}` does not go with `every: day`, which is sent every day; leave it out")
        if self.on is not None and (self.on in tuple(Weekday)) is not (self.every == "week"):
            wanted = "a weekday such as mon" if self.every == "week" else f"a day from 1 to {LAST_DAY}"
            raise ValueError(f"`on: {self.on}` does not go with `every: {self.every}`; write {wanted}")
        return self
