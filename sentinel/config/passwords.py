"""Passwords in addresses: signs in them that end the password or the host for whoever reads the address."""

import re
from collections.abc import Iterator

from sentinel.config.tree import Key, Plain
from sentinel.notify.channels import has_host, scheme_of

_WEB = ("http", "https", "ws", "wss")
_PORT = re.compile(r"\d{1,5}")
_NTFY = ("ntfy", "ntfys")


def misread_passwords(value: Plain, place: Key = ()) -> Iterator[tuple[Key, str]]:
    """Every address below ``value`` whose password would be read otherwise than it was meant."""
    if isinstance(value, str):
        if "://" in value and (sign := misread_sign(value)) is not None:
            yield (
                place,
                f"the `{sign}` in the user or password is read as a part of the address; write %{ord(sign):02X} in its "
                "place, also where it comes from the environment or from a file",
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from misread_passwords(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from misread_passwords(item, (*place, index))


def misread_sign(url: str) -> str | None:
    """The first sign of a user or password that must be written as a percent and its number; ``None`` for an address
    that means what it says.

    Examples
    --------
    >>> [misread_sign(f"mailtos://ana:{each}@example.org?to=a@example.org") for each in ("a#b", "a/b", "a@b", "a?b",
    ...     "a:b")]
    ['#', '/', '@', '?', ':']
    >>> misread_sign("mailtos://ana:a%23b@example.org"), misread_sign("json://example.org:8443/x/@ana#top")
    (None, None)
    >>> misread_sign("postgresql+asyncpg://u:a#b@host/db"), misread_sign("postgresql+asyncpg://u:a@b@host/db")
    (None, '@')
    """
    scheme, rest = scheme_of(url), url.partition("://")[2]
    if "+" in scheme or scheme.startswith("postgres"):  # the store's: up to the first @ all is password
        return "@" if rest.partition("/")[0].count("@") > 1 else None
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" not in authority:
        return _cut_short(scheme, authority, rest)
    login = authority.rpartition("@")[0]
    for sign in "[]":
        if sign in login:
            return sign
    if scheme in _WEB or not has_host(scheme):
        return None
    if "@" in login:
        return "@"
    return ":" if login.count(":") > 1 and scheme not in _NTFY else None


def _cut_short(scheme: str, authority: str, rest: str) -> str | None:
    """The sign that ended the authority before its @, where there was to be one."""
    sign, after = rest[len(authority) : len(authority) + 1], rest[len(authority) + 1 :]
    _, colon, port = authority.partition(":")
    if not colon or "@" not in after or (_PORT.fullmatch(port) and sign != "#"):
        return None
    if sign == "#" or (scheme in _WEB or has_host(scheme)):
        return sign
    return None
