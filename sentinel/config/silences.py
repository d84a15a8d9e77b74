"""Settings of recurring silences and of maintenance: hours of the week in which nobody is paged below a crisis."""

from typing import Literal

from pydantic import Field, model_validator

from sentinel.config.base import Settings
from sentinel.config.contact import Weekday
from sentinel.config.wall import WallTime, Zone


class SilenceSettings(Settings):
    """The same hours of each week in which pages below a crisis are held back; or, with `source`, in which a source may
    go silent without anybody being paged for that.

    What is held back is recorded all the same, and whoever would still have to be paged is paged at the end.
    """

    brand: str | None = None
    """One brand. Default: all of them, or those of `brands`."""
    brands: tuple[str, ...] = ()
    """Several brands. Default: all of them, or that of `brand`."""
    days: tuple[Weekday, ...] = Field(tuple(Weekday), min_length=1)
    """On which it begins."""
    from_: WallTime = Field(alias="from")
    """Wall time at which it begins, such as "01:00"."""
    to: WallTime
    """Wall time at which it ends; at or before the start, it is on the next day. 00:00 to 00:00 is the whole day."""
    timezone: Zone | None = None
    """IANA zone of the times. Default: the file's."""
    level: Literal["watch", "alert"] = "alert"
    """The highest level that is held back; a crisis always pages."""
    signal: str | None = None
    """Only what this signal is the strongest reason of, unless somebody was paged before. Default: whatever the
    reason.
    """
    source: str | None = None
    """Maintenance: that this source goes silent pages nobody in these hours. It stands alone, without brands, `level`
    and `signal`, and holds no brand's pages back.
    """
    by: str = Field("config", min_length=1, max_length=80)
    """Who wants it so, as timelines show it: a contact, or any name."""
    reason: str | None = Field(None, max_length=300)
    """Why; stands on the timelines, too."""

    @model_validator(mode="after")
    def _one_thing(self) -> "SilenceSettings":
        if self.brand is not None and self.brands:
            raise ValueError("`brand` and `brands` are both given; keep one of the two")
        if self.source is not None and (self.of or self.signal or "level" in self.model_fields_set):
            raise ValueError(f"`source: {self.source}` stands alone; take brands, `level` and `signal` out")
        if self.from_ == self.to and set(self.days) == set(Weekday):
            raise ValueError(
                f"every day from {self.from_} to {self.to} is always; write hours, or days that leave some out"
            )
        return self

    @property
    def of(self) -> tuple[str, ...]:
        """The brands; none is every brand."""
        return (self.brand,) if self.brand is not None else self.brands
