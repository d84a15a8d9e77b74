"""The configuration as it may be shown: every key, no secret of any field, whatever fields there will be."""

from collections.abc import Iterator
from datetime import timedelta
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, SecretStr

from sentinel.config.loader import examine, load
from sentinel.config.schema import Config
from sentinel.config.shown import HIDDEN, shown_yaml, without_secrets
from sentinel.registry import discover
from sentinel.sources.base import Source

MARK = "hush4711"
URL = f"https://{MARK}:{MARK}@example.com/feed.xml?key={MARK}#{MARK}"


def filled(annotation: Any, secrets: list[str], at: str = "") -> Any:
    """A value of the type with a secret in every place that can hold one, and in every text an address with a
    password.
    """
    origin, inside = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return filled(inside[0], secrets, at)
    if annotation is SecretStr:
        secrets.append(at)
        return SecretStr(URL if len(secrets) % 2 else MARK)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation.model_construct(
            **{
                name: value
                for name, field in annotation.model_fields.items()
                if (value := filled(field.annotation, secrets, f"{at}.{name}")) is not None
            }
        )
    if origin is tuple:
        return (filled(inside[0], secrets, at),)
    if origin is dict:
        return {"one": filled(inside[1], secrets, f"{at}.one")}
    if annotation is str:
        return URL
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation))
    if origin in (Union, UnionType):
        return filled(next(each for each in inside if each is not type(None)), secrets, at)
    return None


def every_key(model: Any) -> Iterator[str]:
    """The names of all fields that were filled, however deep."""
    if isinstance(model, BaseModel):
        for name, field in type(model).model_fields.items():
            value = getattr(model, name)
            if value not in (None, (), {}) and not isinstance(value, bool | int | float | Enum | timedelta):
                yield field.alias or name
            yield from every_key(value)
    elif isinstance(model, dict):
        for value in model.values():
            yield from every_key(value)
    elif isinstance(model, tuple):
        for value in model:
            yield from every_key(value)


def test_no_secret_of_any_field_is_shown() -> None:
    """Of every field of every model that a file may hold, sources' own settings included; also not what stands in an
    address.
    """
    secrets: list[str] = []
    plugins = {
        name: filled(plugin.settings_model, secrets, f".sources.{name}")
        for name, plugin in discover("sentinel.sources", Source).items()
    }
    config = filled(Config, secrets).model_copy(update={"sources": plugins})
    assert {".contacts.one.channels", ".web.tokens", ".store.url"} <= set(secrets)
    text = shown_yaml(config)
    assert MARK not in text
    assert HIDDEN in text
    shown = yaml.safe_load(text)
    assert shown["contacts"]["one"]["channels"] in ([f"https://{HIDDEN}"], [HIDDEN])
    assert set(every_key(config)) <= set(_names(shown))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list):
        for each in value:
            yield from _names(each)


def test_what_came_from_the_environment_or_a_file_is_not_shown(tmp_path: Path) -> None:
    """Whatever key it stands at: nobody knows what it is."""
    (tmp_path / "tokens").write_text("from-a-file\n", encoding="utf-8")
    path = tmp_path / "c.yaml"
    path.write_text(
        "brands: [{name: Acme, match: {any: [acme, '${TERM}']}}]\ncontacts: {ana: {name: '${WHO}', channels: ['ntfy://${TOPIC}']}}\n"
        "web: {tokens_file: tokens, external_url: 'https://u:p@sentinel.example/?t=1'}\n",
        encoding="utf-8",
    )
    examined = examine(path, {"TERM": "codename", "WHO": "Anonyma", "TOPIC": "deep-secret"})
    text = shown_yaml(examined.taken, examined.hidden)
    for secret in ("codename", "Anonyma", "deep-secret", "from-a-file", "u:p", "t=1"):
        assert secret not in text
    assert f"any: [acme, {HIDDEN}]" in text
    assert f"https://{HIDDEN}@sentinel.example/?{HIDDEN}" in text


def test_what_is_shown_can_be_read_again(tmp_path: Path) -> None:
    """Durations, lists and names come back as they were; it is YAML that a file may hold."""
    path = tmp_path / "c.yaml"
    path.write_text("brands: [{name: Café «Ñ»}]\nengine: {grace: 90s}\n", encoding="utf-8")
    again = tmp_path / "d.yaml"
    shown = yaml.safe_load(shown_yaml(load(path)))
    shown["store"].pop("url")
    again.write_text(yaml.safe_dump(shown, allow_unicode=True), encoding="utf-8")
    one, other = load(path), load(again)
    assert (one.brands, one.engine, one.policies, one.delivery) == (
        other.brands,
        other.engine,
        other.policies,
        other.delivery,
    )


def test_addresses_keep_what_tells_them_apart() -> None:
    """Scheme, host and path; several in one text."""
    assert (
        without_secrets("see https://a.example/x and ftp://me:pw@b.example/y?z")
        == f"see https://a.example/x and ftp://{HIDDEN}@b.example/y?{HIDDEN}"
    )
    assert without_secrets("wss://jetstream.example/subscribe") == "wss://jetstream.example/subscribe"
    assert without_secrets("https://a@b@c.example/") == f"https://{HIDDEN}@c.example/"
