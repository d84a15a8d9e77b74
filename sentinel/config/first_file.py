"""First file: the commented configuration that a few answers make."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import wrap

import yaml

WIDTH = 118
PAUSE = 10
"""Minutes between one person and the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstBrand:
    """A brand with the terms that find it and those that rule a mention out."""

    name: str
    any: tuple[str, ...]
    none: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstContact:
    """A person with channels, as they are written."""

    key: str
    name: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFile:
    """Everything that was answered."""

    language: str
    zone: str
    brands: tuple[FirstBrand, ...]
    contacts: tuple[FirstContact, ...]
    bluesky: bool
    feeds: tuple[str, ...]
    http: bool


def first_yaml(file: FirstFile, comment: Callable[[str], str], name: str) -> str:
    """The file's text.

    Parameters
    ----------
    comment
        Gives what stands above a part, in the reader's language: `head`, `brands`, `contacts` ...
    name
        Of the file, for the command that checks it.
    """
    return "\n".join((*_above(f"{comment('head')} sentinel check-config -c {name}"), *_lines(file, comment))) + "\n"


def _lines(file: FirstFile, comment: Callable[[str], str]) -> Iterator[str]:
    yield f"language: {file.language}  # {comment('language')}"
    yield f"timezone: {file.zone}"
    yield from ("", *_above(comment("brands")), "brands:")
    for brand in file.brands:
        yield f"  - name: {_plain(_literal(brand.name))}"
        yield "    match:"
        yield f"      any: {_plain([_literal(each) for each in brand.any])}"
        yield f"      none: {_plain([_literal(each) for each in brand.none])}"
    yield from ("", *_above(comment("contacts")), "contacts:")
    for contact in file.contacts:
        yield f"  {_plain(contact.key)}:"
        yield f"    name: {_plain(_literal(contact.name))}"
        yield f"    channels: {_plain(list(contact.channels))}"
    yield from ("", *_above(comment("policies")), "policies:", "  default:", "    steps:")
    steps = [contact.key for contact in file.contacts] if file.contacts[1:] else [file.contacts[0].key] * 2
    for number, key in enumerate(steps):
        yield f"      - {{notify: [{_plain(key)}], after: {PAUSE * number}m}}"
    yield "    repeat: 2"
    yield from ("", *_above(comment("sources")), "sources:")
    if file.http:
        yield "  http: {type: http}"
    if file.bluesky:
        yield "  bluesky: {type: bluesky}"
    if file.feeds:
        yield f"  feeds: {{type: feeds, urls: {_plain(list(file.feeds))}}}"


def _above(text: str) -> Iterator[str]:
    return (f"# {line}" for line in wrap(text, WIDTH, break_on_hyphens=False, break_long_words=False))


def _literal(text: str) -> str:
    """A name is what it is: in the file, `${` begins a reference."""
    return text.replace("${", "$${")


def _plain(value: str | list[str]) -> str:
    """As YAML, on one line, texts in quotes wherever they need them."""
    dumped = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000)
    return str(dumped).removesuffix("\n...\n").strip()
