"""The shape of on-call schedules in the configuration file. All times are wall times in the schedule's zone."""

from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from sentinel.config.base import Settings
from sentinel.config.contact import Weekday
from sentinel.config.wall import Every, Hours, WallDate, WallDateTime, WallTime, Zone, read_date_time, read_every
from sentinel.escalation.rotation import FIRST_MONDAY, Unit


def _one_or_several(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(each, str) for each in value):
        return tuple(value)
    raise PydanticCustomError("one_or_several", "expected a contact, or a list of contacts")


def _perhaps_nobody(value: object) -> str | tuple[str, ...]:
    return () if value in ([], ()) else _one_or_several(value)


_NAMES = {"type": "array", "items": {"type": "string"}}
Turn = Annotated[
    str | tuple[str, ...],
    PlainValidator(_one_or_several),
    WithJsonSchema({"anyOf": [{"type": "string"}, {**_NAMES, "minItems": 1}]}),
]
"""A contact, or several who are on call together."""
People = Annotated[
    str | tuple[str, ...], PlainValidator(_perhaps_nobody), WithJsonSchema({"anyOf": [{"type": "string"}, _NAMES]})
]
"""As a `Turn`, or nobody."""


class RestrictionSettings(Settings):
    """Hours of the week in which a layer counts."""

    days: tuple[Weekday, ...] = Field(tuple(Weekday), min_length=1)
    """On which the hours begin."""
    hours: Hours = "00:00-00:00"
    """From and to; an end at or before the start is on the next day. `00:00-00:00` is the whole day."""


class LayerSettings(Settings):
    """A rotation."""

    people: tuple[Turn, ...] = Field(min_length=1)
    """Contacts who take turns, by key, in order. A turn may be a list: several on call together."""
    every: Every = "week"
    """How long a turn is: `day`, `week`, or a number of hours, days or weeks such as `12h`, `2w`, counted on the wall
    clock.
    """
    handoff: WallTime = "09:00"
    """When one turn ends and the next begins."""
    weekday: Weekday | None = None
    """Where turns are weeks: the day of the handoff. Default: that of `starts`."""
    starts: WallDate = FIRST_MONDAY.isoformat()
    """The day on which the first turn begins, at the handoff's time; before it the layer has nobody."""
    restrict: tuple[RestrictionSettings, ...] = ()
    """ When the layer counts: `hours` from and to, on the `days` on which they begin, as in `{days: [fri], hours:
    "22:00-06:00"}`. Outside, the layers below it do. Default: always.
    """

    @model_validator(mode="after")
    def _weekday_of_weeks(self) -> "LayerSettings":
        if self.weekday is not None and read_every(self.every)[1] is not Unit.WEEK:
            raise ValueError(
                f"`weekday: {self.weekday}` is for turns of weeks, and "
                f"`every` is {self.every!r}; take one of the two out"
            )
        return self


class _Span(Settings):
    begin: WallDateTime
    """Its first instant, such as `2026-12-24 18:00`."""
    end: WallDateTime
    """When it is over."""

    @model_validator(mode="after")
    def _forward(self) -> "_Span":
        if read_date_time(self.begin) >= read_date_time(self.end):
            raise ValueError(f"`begin` {self.begin} must be before `end` {self.end}")
        return self


class OverrideSettings(_Span):
    """Somebody else for a while, over every layer; a later override wins over an earlier one."""

    who: People
    """A contact, a list of contacts, or `[]` for nobody."""
    reason: str = Field("", max_length=200)
    """Shown with the shift."""


class SwapSettings(_Span):
    """Two people exchange their shifts for a while, over everything else."""

    between: tuple[str, ...] = Field(min_length=2, max_length=2)
    """The two contacts."""
    reason: str = Field("", max_length=200)
    """Shown with the shift."""


class ScheduleSettings(Settings):
    """Who is on call when."""

    timezone: Zone | None = None
    """IANA zone of every time in this schedule. Default: the file's."""
    layers: tuple[LayerSettings, ...] = Field(min_length=1)
    """Rotations; a later one lies over an earlier one wherever it has somebody."""
    overrides: tuple[OverrideSettings, ...] = ()
    """Exceptions, over every layer."""
    swaps: tuple[SwapSettings, ...] = ()
    """Exchanges of shifts, over the overrides."""
