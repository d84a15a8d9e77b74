"""What type stands where in the file: for messages that name the allowed keys, and for keys whose value may be a
secret.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr

from sentinel.config.schema import Config
from sentinel.config.secrets import Secret
from sentinel.config.source_settings import SourceSettings
from sentinel.config.tree import Key, Plain


def secret_in(annotation: Any) -> Secret | None:
    """Whether values of this type are secrets.

    Examples
    --------
    >>> secret_in(SecretStr | None), secret_in(tuple[SecretStr, ...]), secret_in(str)
    (<Secret.TEXT: 'text'>, <Secret.LIST: 'list'>, None)
    """
    inside = get_args(annotation)
    if annotation is SecretStr:
        return Secret.TEXT
    if get_origin(annotation) is Annotated:
        return secret_in(inside[0])
    if get_origin(annotation) in (tuple, list):
        return Secret.LIST if inside and secret_in(inside[0]) else None
    return next((found for each in inside if type(None) in inside and (found := secret_in(each))), None)


def type_at(model: Any, place: Key) -> Any:
    """The type at ``place`` below ``model``; ``None`` when nothing may stand there."""
    for part in place:
        model = _below(model, part)
    return model


def keys_at(model: Any, place: Key) -> set[str]:
    """The keys that may stand at ``place`` below ``model``."""
    found = type_at(model, place)
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        return set()
    return {field.alias or name for name, field in found.model_fields.items()} | {
        f"{name}_file" for name, field in found.model_fields.items() if secret_in(field.annotation)
    }


def secret_at(raw: Plain, plugins: Mapping[str, type[SourceSettings]], place: Key) -> Secret | None:
    """Whether the key at ``place`` of the whole file is one for secrets; which keys a source has depends on its
    `type`.
    """
    if place[:1] != ("sources",):
        return secret_in(type_at(Config, place))
    sources = raw.get("sources") if isinstance(raw, dict) else None
    settings = sources.get(str(place[1])) if isinstance(sources, dict) and len(place) > 2 else None
    kind = settings.get("type") if isinstance(settings, dict) else None
    plugin = plugins.get(kind) if isinstance(kind, str) else None
    return secret_in(type_at(plugin, place[2:])) if plugin else None


def _below(current: Any, part: str | int) -> Any:
    """The type at ``part``: a field's, or the one inside a list or mapping; optional ones count as what they hold."""
    if isinstance(current, type) and issubclass(current, BaseModel):
        field = current.model_fields.get(f"{part}_" if part in ("with", "from") else str(part))
        return _plain(field.annotation) if field else None
    inside = [each for each in get_args(current) if each is not Ellipsis]
    return _plain(inside[-1]) if inside else None


def _plain(annotation: Any) -> Any:
    whole = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if get_origin(whole) not in (Union, UnionType):
        return annotation
    inside = [get_args(each)[0] if get_origin(each) is Annotated else each for each in get_args(whole)]
    models = [each for each in inside if isinstance(each, type) and issubclass(each, BaseModel)]
    return models[0] if models and (type(None) in inside or str in inside) else annotation
