"""Says a sentence in a person's language.

Keys are ``file.key``: ``evidence.volume`` stands in ``<language>/evidence.yaml``.
"""

from datetime import timedelta
from functools import cache
from importlib.resources import files

from sentinel.errors import SentinelError
from sentinel.quick_yaml import read_yaml


def say(language: str, key: str, /, **facts: object) -> str:
    """The sentence ``key`` in ``language``, its ``{places}`` filled with ``facts``; numbers as that language writes
    them.

    Raises
    ------
    SentinelError
        When the language or the sentence does not exist, or a fact is missing.

    Examples
    --------
    >>> number("es", 4.1), number("en", 4.1), number("es", 12000.0)
    ('4,1', '4.1', '12.000')
    """
    try:
        return catalogue(language)[key].format(**{name: _fact(language, value) for name, value in facts.items()})
    except KeyError as error:
        raise SentinelError(f"phrase {key!r} in {language!r} wants {error}") from None


def number(language: str, value: float) -> str:
    """At most one decimal, none from 100 on; thousands grouped; separators of the language."""
    shown = f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}".removesuffix(".0")
    return shown.translate(_SWAP) if language in ("es", "pt") else shown


def span(_language: str, length: timedelta) -> str:
    """A length of time as people say it, to the minute from a minute on.

    Examples
    --------
    >>> span("es", timedelta(hours=2, minutes=10)), span("en", timedelta(seconds=42)), span("en", timedelta(days=1,
    ...     hours=3))
    ('2 h 10 min', '42 s', '1 d 3 h')
    """
    seconds = max(0, round(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    days, hours, minutes = seconds // 86400, seconds // 3600 % 24, seconds // 60 % 60
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    return " ".join(parts[:2])


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence of a language."""
    folder = files("sentinel.phrases") / language
    if not folder.is_dir():
        raise SentinelError(f"no phrases in language {language!r}")
    sentences: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            entries = read_yaml(file.read_text(encoding="utf-8")) or {}
            sentences |= {f"{file.name.removesuffix('.yaml')}.{key}": str(value) for key, value in entries.items()}
    return sentences


_SWAP = str.maketrans(",.", ".,")


def _fact(language: str, value: object) -> object:
    return number(language, value) if isinstance(value, float) else value
