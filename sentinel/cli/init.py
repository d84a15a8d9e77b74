"""``sentinel init``: asks what a first configuration needs, writes it with comments, checks it, sends a test page."""

import os
import shlex
from contextlib import suppress
from pathlib import Path

import typer

from sentinel.cli import answers
from sentinel.cli.config import check_config
from sentinel.cli.interview import Interview
from sentinel.cli.notify import notify_test
from sentinel.cli.options import ConfigFile
from sentinel.config.first_file import FirstBrand, FirstContact, FirstFile, first_yaml
from sentinel.errors import SentinelError
from sentinel.phrases.phrases import languages

SPOKEN = "es"
"""The language of the first question, which is asked in both, where the environment names no other."""


def init(config: ConfigFile = Path("config/sentinel.yaml")) -> None:
    """Ask for language, zone, brands, people and sources, and write a commented configuration; never over another one
    without asking. Then check it, offer a test page to everybody, and say how to drill.
    """
    told = os.environ.get("LC_ALL") or os.environ.get("LANG") or SPOKEN
    interview = Interview(told[:2] if told[:2] in languages() else "en")
    interview.language = interview.ask(
        "Idioma / Language (es, en)", answers.language_of(languages()), interview.language
    )
    path = _path(interview, config)
    if path is None:
        interview.tell("stopped")
        return
    interview.tell("hello", file=str(path))
    asked = _asked(interview)
    _write(path, first_yaml(asked, lambda key: interview.say(f"file_{key}"), str(path)))
    interview.tell("written", file=str(path))
    _check(interview, path)
    for contact in asked.contacts:
        if interview.wants(interview.say("test", name=contact.name), default=False):
            _test(contact.key, path)
    interview.tell("next")
    brand, file = shlex.quote(asked.brands[0].name), shlex.quote(str(path))
    typer.echo(f"  sentinel run -c {file}\n  sentinel drill --brand {brand} -c {file}")


def _path(interview: Interview, path: Path) -> Path | None:
    """A file that may be written; ``None`` where somebody would rather stop."""
    while path.exists() and not interview.wants(interview.say("exists", file=str(path)), default=False):
        other = interview.ask(interview.say("other_file"), str)
        if not other:
            return None
        path = Path(other)
    return path


def _asked(interview: Interview) -> FirstFile:
    zone = interview.ask(interview.say("zone"), answers.zone, answers.here())
    brands = _brands(interview)
    contacts = _contacts(interview)
    bluesky, feeds, http = _sources(interview)
    return FirstFile(
        language=interview.language,
        zone=zone,
        brands=brands,
        contacts=contacts,
        bluesky=bluesky,
        feeds=feeds,
        http=http,
    )


def _brands(interview: Interview) -> tuple[FirstBrand, ...]:
    made: list[FirstBrand] = []
    while True:
        taken = [each.name for each in made]
        question = interview.say("brand_next" if made else "brand_first")
        if not (called := interview.ask(question, answers.name(taken, wanted=not made, searched=True))):
            return tuple(made)
        words = interview.ask(interview.say("words", brand=called), answers.terms, called)
        rest = interview.ask(interview.say("not_words", brand=called), answers.other_terms(called, words))
        made.append(FirstBrand(name=called, any=words, none=rest))


def _contacts(interview: Interview) -> tuple[FirstContact, ...]:
    made: list[FirstContact] = []
    while True:
        taken = [each.name for each in made]
        question = interview.say("person_next" if made else "person_first")
        if not (called := interview.ask(question, answers.name(taken, wanted=not made))):
            return tuple(made)
        if not made:
            interview.tell("channels_how")
        found = interview.ask(interview.say("channels", name=called), answers.channels)
        key = answers.key_of(called, [each.key for each in made])
        made.append(FirstContact(key=key, name=called, channels=found))


def _sources(interview: Interview) -> tuple[bool, tuple[str, ...], bool]:
    """Bluesky, addresses of feeds, HTTP; one of them at least."""
    while True:
        bluesky = interview.wants(interview.say("bluesky"), default=True)
        feeds = interview.ask(interview.say("feeds"), answers.addresses)
        http = interview.wants(interview.say("http"), default=True)
        if bluesky or feeds or http:
            return bluesky, feeds, http
        interview.refuse("no_source")


def _write(path: Path, text: str) -> None:
    """For its owner's eyes alone, and whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)


def _check(interview: Interview, path: Path) -> None:
    """As `sentinel check-config` does."""
    try:
        check_config(path)
    except typer.Exit:
        raise SentinelError(interview.say("faulty", file=str(path))) from None


def _test(contact: str, path: Path) -> None:
    with suppress(typer.Exit):  # what the channels answered is on the screen
        notify_test(contact, path)
