"""The configuration in force as YAML that may be shown: every key with its value, no secret.

What stands in a URL counts as one.
"""

import re
from collections.abc import Collection
from datetime import timedelta
from enum import Enum

import yaml
from pydantic import BaseModel, SecretStr

from sentinel.config.schema import Config
from sentinel.config.tree import Key
from sentinel.config.units import format_duration
from sentinel.notify.channels import scheme_of

HIDDEN = "••••"
_TELLING = re.compile(r"token|secret|passw|credential|api_?key|authorization", re.IGNORECASE)
"""Keys whose text is hidden although the setting does not say that it is a secret."""
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*://)([^\s/?#]*@)?([^\s?#]*)(\?[^\s#]*)?(#\S*)?", re.IGNORECASE)


def shown_yaml(config: Config, hidden: Collection[Key] = ()) -> str:
    """All of it.

    Parameters
    ----------
    hidden
        Places whose text came from outside the file.
    """
    plain = _plain(config, (), hidden)
    return str(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120))


def without_secrets(text: str) -> str:
    """A text in which addresses keep their scheme, host and path alone.

    Examples
    --------
    >>> without_secrets("https://ana:pass@feeds.example.com/a.xml?key=s3cret")
    'https://••••@feeds.example.com/a.xml?••••'
    >>> without_secrets("a plain text")
    'a plain text'
    """

    def bare(match: re.Match[str]) -> str:
        scheme, user, rest, query, fragment = match.groups()
        shown = f"{scheme}{HIDDEN + '@' if user else ''}{rest}"
        return f"{shown}{'?' + HIDDEN if query else ''}{'#' + HIDDEN if fragment else ''}"

    return _ADDRESS.sub(bare, text)


def _plain(value: object, place: Key, hidden: Collection[Key]) -> object:
    match value:
        case SecretStr():
            return _secret(value.get_secret_value())
        case Enum():
            return value.value
        case bool() | int() | float() | None:
            return value
        case timedelta():
            return format_duration(value)
        case BaseModel():
            fields = {field.alias or name: getattr(value, name) for name, field in type(value).model_fields.items()}
            told = {name: _plain(each, (*place, name), hidden) for name, each in fields.items()}
            return {name: each for name, each in told.items() if each not in (None, [], {})}
        case dict():
            return {str(name): _plain(each, (*place, str(name)), hidden) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(each, (*place, index), hidden) for index, each in enumerate(value)]
        case _:
            secret = place in hidden or any(isinstance(part, str) and _TELLING.search(part) for part in place[1:])
            return HIDDEN if secret else without_secrets(str(value))


def _secret(text: str) -> str:
    """Of an address the scheme, as everywhere else; of anything else nothing."""
    scheme = scheme_of(text)
    return f"{scheme}://{HIDDEN}" if "://" in text and text.lower().startswith(f"{scheme}:") else HIDDEN
