"""Turns what pydantic objects to into a sentence that names the value and what is allowed."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sentinel.config.tree import Key

SECRET = ("channels", "tokens")
_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
}
_LIMITS = {"greater_than_equal": ("ge", "at least"), "less_than_equal": ("le", "at most"), "greater_than": ("gt", "more than")}


def mistakes(error: ValidationError, model: type[BaseModel], at: Key, hidden: set[Key]) -> list[tuple[Key, str]]:
    """Every mistake as (place, sentence)."""
    errors = error.errors(include_url=False)
    misspelt = {(*each["loc"][:-1], near) for each in errors if each["type"] == "extra_forbidden" and (near := _meant(each, model))}
    found = []
    for each in errors:
        follows = each["type"] == "too_short" and any(o["loc"][: len(each["loc"])] == each["loc"] for o in errors if o is not each)
        if follows or (each["type"] == "missing" and each["loc"] in misspelt):
            continue  # only a consequence of another mistake
        place = (*at, *each["loc"])
        found.append((place, _sentence(each, model, place, hidden)))
    return found


def _meant(each: ErrorDetails, model: type[BaseModel]) -> str | None:
    """The key that an unknown one was meant to be."""
    near = get_close_matches(str(each["loc"][-1]), sorted(_fields(model, each["loc"][:-1])), n=1, cutoff=0.6)
    return near[0] if near else None


def _sentence(each: ErrorDetails, model: type[BaseModel], place: Key, hidden: set[Key]) -> str:
    kind, context = each["type"], each.get("ctx", {})
    got = _shown(each.get("input"), place, hidden)
    if kind == "extra_forbidden":
        return unknown(str(place[-1]), _fields(model, each["loc"][:-1]))
    if kind == "missing":
        return "is required"
    if kind == "value_error":
        return str(context.get("error", each["msg"]))
    if kind in ("enum", "literal_error"):
        return f"expected {context['expected']}{got}"
    if kind in _WANTED:
        return f"expected {_WANTED[kind]}{got}"
    if kind in _LIMITS:
        name, words = _LIMITS[kind]
        return f"must be {words} {context[name]:g}{got}"
    if kind in ("too_short", "string_too_short"):
        return "must not be empty" if context["min_length"] == 1 else f"must have at least {context['min_length']}"
    if kind == "string_too_long":
        return f"must have at most {context['max_length']} characters"
    return f"{each['msg'][:1].lower()}{each['msg'][1:]}{got}"


def unknown(name: str, allowed: Iterable[str], what: str = "key") -> str:
    """``unknown key 'polcy'; did you mean 'policy'?`` or the list of what is allowed."""
    allowed = sorted(allowed)
    near = get_close_matches(name, allowed, n=1, cutoff=0.6)
    rest = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(allowed) or 'none'}"
    return f"unknown {what} {name!r}; {rest}"


def _shown(value: object, place: Key, hidden: set[Key]) -> str:
    if place in hidden or any(part in SECRET for part in place) or isinstance(value, dict | list):
        return ""
    return f", got {value!r}"


def _fields(model: type[BaseModel], place: tuple[str | int, ...]) -> set[str]:
    """The keys of the model that stands at ``place`` below ``model``."""
    current: Any = model
    for part in place:
        current = _below(current, part)
    return set(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else set()


def _below(current: Any, part: str | int) -> Any:
    """The type at ``part``: a field's, or the one inside a list or mapping; optional ones count as what they hold."""
    if isinstance(current, type) and issubclass(current, BaseModel):
        field = current.model_fields.get(str(part))
        return _plain(field.annotation) if field else None
    inside = [each for each in get_args(current) if each is not Ellipsis]
    return _plain(inside[-1]) if inside else None


def _plain(annotation: Any) -> Any:
    models = [each for each in get_args(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    return models[0] if models and type(None) in get_args(annotation) else annotation
