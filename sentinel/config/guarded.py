"""Warns of secrets that are less than secret: tokens that are short, files that others on the machine may read."""

import stat
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from sentinel.config.schema import Config
from sentinel.config.tree import Key

SHORTEST = 20
"""Characters of a token that nobody guesses: 100 bits and more, however it was made."""


def short_tokens(config: Config) -> Iterator[tuple[Key, str]]:
    """Each token that is too short, as (place, sentence); its text is not repeated."""
    kept: list[tuple[Key, SecretStr]] = [
        (("web", "tokens", index), each) for index, each in enumerate(config.web.tokens)
    ]
    kept += [
        (("access", "tokens", index, "token"), each.token)
        for index, each in enumerate(config.access.tokens)
        if each.token
    ]
    for place, secret in kept:
        if (length := len(secret.get_secret_value())) < SHORTEST:
            yield (
                place,
                f"the token has {length} characters, few enough to guess; `openssl rand -hex 24` makes a better one",
            )


def open_to_others(path: Path) -> str:
    """What to do about a file that others on the machine may read; empty where they may not, or it is not there.

    Examples
    --------
    >>> open_to_others(Path("/nowhere/sentinel.db"))
    ''
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return ""
    if not stat.S_ISREG(mode) or not mode & stat.S_IROTH:
        return ""
    return f"{path} may be read by everybody on this machine; `chmod o= {path}` keeps it to its owner and group"


def written_secrets(config: Config, hidden: frozenset[Key]) -> bool:
    """Whether secrets stand in the configuration's own file, and not in the environment or files of their own."""
    written: list[Key] = [("web", "tokens", index) for index in range(len(config.web.tokens))]
    written += [("access", "tokens", index, "token") for index, each in enumerate(config.access.tokens) if each.token]
    written += [("access", "users", name, "password") for name in config.access.users]
    if config.access.oidc is not None and config.access.oidc.client_secret is not None:
        written.append(("access", "oidc", "client_secret"))
    written += [
        ("contacts", name, "channels", index)
        for name, contact in config.contacts.items()
        for index, url in enumerate(contact.channels)
        if not url.get_secret_value().startswith("log:")
    ]
    return any(place not in hidden for place in written)
