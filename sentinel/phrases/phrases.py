"""Says a sentence in a person's language.

Keys are ``file.key``: ``evidence.volume`` stands in ``<language>/evidence.yaml``, here or in a package that an entry
point of the group ``sentinel.phrases`` names. What a language lacks is said in English.
"""

import re
from datetime import timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Formatter

from sentinel.errors import SentinelError
from sentinel.harmless import one_line
from sentinel.quick_yaml import read_yaml
from sentinel.registry import look_for_folders

REFERENCE = "en"
"""The language that has every sentence."""
_CODE = re.compile(r"[a-z]{2,3}")


def say(language: str, key: str, /, **facts: object) -> str:
    """The sentence ``key`` in ``language``, its ``{places}`` filled with ``facts``: numbers as that language writes
    them, texts as `one_line`, so that no fact makes a line of its own.

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
def languages() -> tuple[str, ...]:
    """The languages that Sentinel speaks: those that somebody wrote sentences in."""
    found = (each.name for folder in _folders() for each in folder.iterdir() if each.is_dir())
    return tuple(sorted({name for name in found if _CODE.fullmatch(name)}))


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence, in a language as far as it has it and in English otherwise."""
    return {**_written(REFERENCE), **{key: own for key, own in _written(language).items() if _fits(key, own)}}


def lacking(language: str) -> tuple[str, ...]:
    """Keys of the sentences that are said in English because the language has none, or one with other places to
    fill.
    """
    own = _written(language)
    return tuple(key for key in _written(REFERENCE) if key not in own or not _fits(key, own[key]))


def places(sentence: str) -> frozenset[str]:
    """The names of what is to be filled in.

    Examples
    --------
    >>> sorted(places("{count} of {all}"))
    ['all', 'count']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def _fits(key: str, sentence: str) -> bool:
    english = _written(REFERENCE).get(key)
    return bool(sentence.strip()) and (english is None or places(sentence) == places(english))


@cache
def _written(language: str) -> dict[str, str]:
    """What is written in a language; ours stands before what a package adds."""
    sentences: dict[str, str] = {}
    if language not in languages():
        raise SentinelError(f"no phrases in language {language!r}; there are {', '.join(languages())}")
    for folder in _folders():
        here = folder / language
        for file in sorted(here.iterdir(), key=lambda f: f.name) if here.is_dir() else ():
            if file.name.endswith(".yaml"):
                entries = read_yaml(file.read_text(encoding="utf-8")) or {}
                stem = file.name.removesuffix(".yaml")
                sentences = {f"{stem}.{key}": str(value) for key, value in entries.items()} | sentences
    return sentences


def _folders() -> tuple[Traversable, ...]:
    return (files("sentinel.phrases"), *look_for_folders("sentinel.phrases").folders)


_SWAP = str.maketrans(",.", ".,")


def _fact(language: str, value: object) -> object:
    if isinstance(value, float):
        return number(language, value)
    return one_line(value) if type(value) is str else value  # what is marked as HTML, or an enum, is our own
