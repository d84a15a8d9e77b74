"""Mending of decorations whose type is wrong: read as what was meant where that is plain, left out where it is not."""

from math import isfinite
from typing import TypeVar

import msgspec

One = TypeVar("One", bound=msgspec.Struct)
NAMES = {"name", "handle", "id"}


def mended(plain: object, kind: type[One], wrong: msgspec.ValidationError) -> One:
    """The struct that a JSON object stands for, without the decorations that cannot be read; required keys must fit.

    Parameters
    ----------
    wrong
        Why it could not be read straight; what is raised for anything but an object.

    Raises
    ------
    msgspec.ValidationError
        When a required key does not fit.
    """
    if not isinstance(plain, dict):
        raise wrong
    fields = msgspec.structs.fields(kind)
    kept = {
        field.encode_name: plain[field.encode_name] for field in fields if field.required and field.encode_name in plain
    }
    for field in fields:
        if not field.required and (value := plain.get(field.encode_name)) is not None:
            kept |= _readable(field.encode_name, value, field.type)
    return msgspec.convert(kept, kind)


def _readable(name: str, value: object, kind: object) -> dict[str, object]:
    """The value under its name, if some reading of it fits."""
    for reading in _readings(name, value, kind):
        try:
            return {name: msgspec.to_builtins(msgspec.convert(reading, kind, strict=False))}
        except (msgspec.ValidationError, OverflowError, ValueError):
            continue
    return {}


def _readings(name: str, value: object, kind: object) -> list[object]:
    """What may have been meant, the likeliest first."""
    match value:
        case bool():
            return []
        case int() if name in NAMES:
            return [str(value)]
        case float():
            return [value, int(value)] if isfinite(value) else []
        case str() if kind == int | None:
            return [int(value)] if value.strip().isdecimal() and len(value) < 20 else []
        case str():
            return [value, value.strip().lower(), [value], {"name": value}]
        case list():
            return [value, [each for each in value if isinstance(each, str)]]
        case dict():
            return [_members(value, kind)]
        case _:
            return [value]


def _members(value: dict[str, object], kind: object) -> dict[str, object]:
    """Of an object that is part of the mention, the members that fit."""
    struct = next((each for each in getattr(kind, "__args__", ()) if isinstance(each, type)), None)
    if struct is None or not issubclass(struct, msgspec.Struct):
        return {}
    kept: dict[str, object] = {}
    for field in msgspec.structs.fields(struct):
        if (member := value.get(field.encode_name)) is not None:
            kept |= _readable(field.encode_name, member, field.type)
    return kept
