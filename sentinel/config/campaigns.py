"""Settings of the campaign calendar: when people will talk anyway."""

import re
from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sentinel.config.base import Settings
from sentinel.config.wall import read_date

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2})?")


class CampaignSettings(Settings):
    """A launch, a sale, a sponsorship: while it runs, the level of its brands goes no higher than `cap`.

    Nothing is muted.
    """

    name: str = Field(min_length=1, max_length=80)
    """As the timeline shows it."""
    brands: tuple[str, ...] = ()
    """Default: all."""
    begin: str
    """Wall time in the file's zone, such as 2026-11-27 or 2026-11-27 09:00."""
    end: str
    """Wall time; a day alone is its first instant."""
    cap: Literal["watch", "alert"] = "alert"
    """The highest level while it runs."""

    @field_validator("begin", "end", mode="before")
    @classmethod
    def _instant(cls, value: object) -> object:
        text = value if isinstance(value, str) else str(value)  # YAML reads a bare date as a date
        if not _FORM.fullmatch(text):
            raise ValueError(f"{text!r} is no day or wall time; write one such as 2026-11-27 or 2026-11-27 09:00")
        read_date(text[:10])
        datetime.fromisoformat(text)
        return text

    @model_validator(mode="after")
    def _ordered(self) -> "CampaignSettings":
        if self.span[0] >= self.span[1]:
            raise ValueError(f"`begin` {self.begin} must be before `end` {self.end}")
        return self

    @property
    def span(self) -> tuple[datetime, datetime]:
        """`begin` and `end` as naive wall times."""
        return datetime.fromisoformat(self.begin), datetime.fromisoformat(self.end)
