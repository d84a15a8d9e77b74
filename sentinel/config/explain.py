"""Turns what pydantic objects to into a sentence that names the value and what is allowed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sentinel.config.match import keys_of
from sentinel.config.shape import keys_at, secret_in, type_at
from sentinel.config.tree import Key
from sentinel.config.units import format_duration

LONGEST_SHOWN = 60
NOTHING = "nothing is written here; take the key out, or write"
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "no_number": "a number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
}
_KEYED = ("dict_type", "model_type")
_LIMITS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}


@dataclass(frozen=True, slots=True)
class Explained:
    """What pydantic found wrong with one part of the file.

    Parameters
    ----------
    complaints
        Every mistake as (place, sentence).
    meant
        Keys that were misspelt: they count as written, whatever they hold.
    """

    complaints: list[tuple[Key, str]]
    meant: set[Key]


def explain(error: ValidationError, model: type[BaseModel], at: Key, hidden: Collection[Key]) -> Explained:
    """Say it for a person.

    Parameters
    ----------
    at
        Where ``model`` stands in the file.
    hidden
        Places whose value must not be repeated.
    """
    errors = error.errors(include_url=False)
    for each in errors:
        each["loc"] = keys_of(each["loc"])
    meant = {
        (*each["loc"][:-1], near)
        for each in errors
        if each["type"] == "extra_forbidden" and (near := _meant(each, model))
    }
    complaints = []
    for each in errors:
        follows = each["type"] == "too_short" and any(
            o["loc"][: len(each["loc"])] == each["loc"] for o in errors if o is not each
        )
        if follows or (each["type"] == "missing" and each["loc"] in meant):
            continue  # only a consequence of another mistake
        place = (*at, *each["loc"])
        complaints.append((place, _sentence(each, model, place in hidden)))
    return Explained(complaints, {(*at, *place) for place in meant})


def unknown(name: str, allowed: Iterable[str], what: str = "key") -> str:
    """``unknown key 'polcy'; did you mean 'policy'?`` or the list of what is allowed."""
    allowed = sorted(allowed)
    near = get_close_matches(name, allowed, n=1, cutoff=0.6)
    rest = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(allowed) or 'none'}"
    return f"unknown {what} {_short(name)}; {rest}"


def _meant(each: ErrorDetails, model: type[BaseModel]) -> str | None:
    """The key that an unknown one was meant to be."""
    near = get_close_matches(str(each["loc"][-1]), sorted(keys_at(model, each["loc"][:-1])), n=1, cutoff=0.6)
    return near[0] if near else None


def _sentence(each: ErrorDetails, model: type[BaseModel], hidden: bool) -> str:
    kind, context, place = each["type"], each.get("ctx", {}), each["loc"]
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return unknown(str(place[-1]), keys_at(model, place[:-1]))
    if each["input"] is None:
        return f"{NOTHING} {_WANTED.get(kind, 'a value')}"
    if kind == "value_error":
        return str(context.get("error", each["msg"]))
    got = _got(each["input"], hidden or _is_secret(model, place))
    if kind in _WANTED:
        return f"expected {_WANTED[kind]}{_kind_of(each['input']) if kind in _KEYED else got}{_quotes(each)}"
    if kind in ("enum", "literal_error"):
        return f"expected {context['expected']}{got}"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"must be {words} {_limit(context[name])}{got}"
    return _length(kind, context) or f"{each['msg'][:1].lower()}{each['msg'][1:]}{got}"


def _quotes(each: ErrorDetails) -> str:
    return "; put it in quotes" if each["type"] == "string_type" and isinstance(each["input"], int | float) else ""


def _limit(value: object) -> str:
    return (
        format_duration(value)
        if isinstance(value, timedelta)
        else f"{value:g}"
        if isinstance(value, float)
        else str(value)
    )


def _length(kind: str, context: Mapping[str, object]) -> str | None:
    if kind in ("too_short", "string_too_short"):
        return "must not be empty" if context["min_length"] == 1 else f"must have at least {context['min_length']}"
    if kind in ("too_long", "string_too_long"):
        return f"must have at most {context['max_length']}{' characters' if kind == 'string_too_long' else ''}"
    return None


def _got(value: object, hidden: bool) -> str:
    """The value, unless it is or may be a secret; of what has parts, only what it is."""
    if hidden or (isinstance(value, str) and "://" in value):
        return ""
    return _kind_of(value) if isinstance(value, dict | list) else f", got {_short(value)}"


def _kind_of(value: object) -> str:
    """Text where keys belong may well be a channel or a token, so that it is text must be enough."""
    match value:
        case dict():
            return ", got keys and values"
        case list():
            return ", got a list"
        case str():
            return ", got text"
        case _:
            return f", got {_short(value)}"


def _short(value: object) -> str:
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[: LONGEST_SHOWN - 1]}…"


def _is_secret(model: type[BaseModel], place: Key) -> bool:
    """Whether a secret belongs there, or in the list of which it is one."""
    return any(secret_in(type_at(model, place[:length])) for length in (len(place), len(place) - 1))
