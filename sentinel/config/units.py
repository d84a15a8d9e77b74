"""Values of the configuration that need a form of their own: durations as ``10m``, secrets that hide themselves."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def parse_duration(value: object) -> object:
    """``"1h30m"`` as a timedelta; a timedelta as it is; anything else is refused with the allowed form."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str):
        text = value.strip()
        if text == "0":
            return timedelta(0)
        parts = _PART.findall(text)
        if parts and "".join(n + u for n, u in parts) == text:
            return timedelta(seconds=sum(float(n) * _UNITS[u] for n, u in parts))
    raise ValueError(f"{value!r} is no duration; write a number and a unit: 30s, 10m, 2h, 1d, 1h30m")


def format_duration(value: timedelta) -> str:
    """The shortest text that `parse_duration` reads back: ``1h30m``, ``0s``."""
    left, out = round(value.total_seconds() * 1000), ""
    for unit in ("d", "h", "m", "s", "ms"):
        size = round(_UNITS[unit] * 1000)
        count, left = divmod(left, size)
        out += f"{count}{unit}" if count else ""
    return out or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^(0|(\d+(\.\d+)?(ms|s|m|h|d|w))+)$", "examples": ["30s", "10m", "2h"]}),
]
