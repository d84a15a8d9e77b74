"""Values of the configuration that need a form of their own: durations as ``10m``."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
LONGEST = timedelta(days=36_500)
"""A hundred years; more is a slip of the finger and would leave the calendar."""


def parse_duration(value: object) -> object:
    """``"1h30m"`` as a timedelta; a timedelta as it is; ``0`` needs no unit; anything else is refused with the allowed
    form.

    Examples
    --------
    >>> parse_duration("1h30m")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(value, timedelta):
        return value
    if value == 0 and isinstance(value, int) and not isinstance(value, bool):
        return timedelta(0)
    if isinstance(value, str):
        text = value.strip()
        if text == "0":
            return timedelta(0)
        parts = _PART.findall(text)
        if parts and "".join(n + u for n, u in parts) == text:
            return _sum([(float(n), _UNITS[u]) for n, u in parts])
    raise ValueError(f"{value!r} is no duration; write a number and a unit: 30s, 10m, 2h, 1d, 1h30m")


def _sum(parts: list[tuple[float, float]]) -> timedelta:
    if sum(number * unit for number, unit in parts) > LONGEST.total_seconds():
        raise ValueError("is longer than a hundred years; write a shorter duration")
    return sum((timedelta(seconds=number * unit) for number, unit in parts), timedelta(0))


def format_duration(value: timedelta) -> str:
    """The shortest text that `parse_duration` reads back, to the millisecond.

    Examples
    --------
    >>> format_duration(timedelta(minutes=90)), format_duration(timedelta(0))
    ('1h30m', '0s')
    """
    left, out = value // timedelta(milliseconds=1), ""
    for unit in ("d", "h", "m", "s", "ms"):
        size = round(_UNITS[unit] * 1000)
        count, left = divmod(left, size)
        out += f"{count}{unit}" if count else ""
    return out or "0s"


def _lasting(value: timedelta) -> timedelta:
    if value <= timedelta(0):
        raise ValueError("must be longer than 0s")
    return value


_TEXT = PlainSerializer(format_duration, return_type=str)
_FORM = r"(\d+(\.\d+)?(ms|s|m|h|d|w))+"
_EXAMPLES = ["30s", "10m", "2h"]

Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    _TEXT,
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": f"^(0|{_FORM})$", "examples": _EXAMPLES}, {"const": 0}]}),
]
"""May be nothing at all."""
Interval = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    AfterValidator(_lasting),
    _TEXT,
    WithJsonSchema({"type": "string", "pattern": f"^{_FORM}$", "examples": _EXAMPLES}),
]
"""What something is repeated at or waited for: longer than nothing."""
