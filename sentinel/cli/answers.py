"""Answers of ``sentinel init``: what does for a zone, a brand, a person, channels and sources, and what does not."""

import os
import re
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import urlsplit

from sentinel.cli.interview import Unfit
from sentinel.config.wall import near_zone
from sentinel.matching.folding import fold
from sentinel.matching.term import forms_of
from sentinel.notify.channels import UNREADABLE, scheme_of
from sentinel.notify.installed import by_scheme

LONGEST = 80
"""Characters of a name, as in the configuration."""
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_BETWEEN = re.compile(r"[,\n]")


def language_of(allowed: Collection[str]) -> Callable[[str], str]:
    """One of the languages that there are."""

    def read(answer: str) -> str:
        if answer.casefold() not in allowed:
            raise Unfit("no_language", value=answer, allowed=", ".join(allowed))
        return answer.casefold()

    return read


def zone(answer: str) -> str:
    """A zone that there is."""
    near = near_zone(answer)
    if near == answer:
        return answer
    raise Unfit("no_zone_near", value=answer, near=near) if near else Unfit("no_zone", value=answer)


def here() -> str:
    """The zone of this machine."""
    place = str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return place if near_zone(place) == place else "UTC"


def name(taken: Collection[str], *, wanted: bool, searched: bool = False) -> Callable[[str], str]:
    """A name that is not there yet; nothing, where no further one is ``wanted``. ``searched``: it is found in texts."""

    def read(answer: str) -> str:
        if not answer and wanted:
            raise Unfit("no_name")
        if len(answer) > LONGEST:
            raise Unfit("too_long", most=LONGEST)
        if answer.casefold() in {each.casefold() for each in taken}:
            raise Unfit("twice", value=answer)
        if answer and searched and not forms_of(answer):
            raise Unfit("no_letter", value=answer)
        return answer

    return read


def terms(answer: str) -> tuple[str, ...]:
    """Terms with something to look for."""
    found = _parts(answer)
    for each in found:
        if not forms_of(each):
            raise Unfit("no_letter", value=each)
    return found


def other_terms(brand: str, wanted: Collection[str]) -> Callable[[str], tuple[str, ...]]:
    """Terms that are not those by which the brand is found."""

    def read(answer: str) -> tuple[str, ...]:
        found, own = terms(answer), {fold(each) for each in wanted}
        for each in found:
            if fold(each) in own:
                raise Unfit("both", value=each, brand=brand)
        return found

    return read


def channels(answer: str) -> tuple[str, ...]:
    """Addresses that a notifier takes, as they are written; what they take from the environment must be there."""
    found = _parts(answer)
    if not found:
        raise Unfit("no_name")
    for each in found:
        _channel(_expanded(each))
    return found


def _channel(url: str) -> None:
    from apprise import Apprise  # it takes a while to import

    scheme, known = scheme_of(url), by_scheme()
    shown = "…" if scheme == UNREADABLE else f"{scheme}://…"
    if scheme in known and scheme:
        if (wrong := known[scheme].complaint(url)) is not None:
            raise Unfit("no_channel_why", value=shown, why=wrong)
    elif Apprise.instantiate(url, suppress_exceptions=True) is None:
        raise Unfit("no_channel", value=shown)


def addresses(answer: str) -> tuple[str, ...]:
    """Web addresses, or none."""
    found = _parts(answer)
    for each in found:
        parts = urlsplit(_expanded(each))
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Unfit("no_address", value=each)
    return found


def key_of(person: str, taken: Collection[str]) -> str:
    """A key for a contact: its name in small letters, with a number where that is taken.

    Examples
    --------
    >>> key_of("Ana María", ()), key_of("Ana", ("ana",)), key_of("李", ())
    ('ana_maria', 'ana_2', 'contact')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", fold(person)).strip("_") or "contact"
    return next(key for key in (plain, *(f"{plain}_{count}" for count in range(2, 999))) if key not in taken)


def _parts(answer: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for each in _BETWEEN.split(answer) if (part := each.strip())))


def _expanded(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        if not (found := os.environ.get(match[1], "").strip()):
            raise Unfit("no_variable", value=match[1])
        return found

    return _VARIABLE.sub(one, text)
