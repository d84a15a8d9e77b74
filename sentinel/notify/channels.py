"""A channel is one address of a contact, written as a URL that is a secret: here is the little of it that may be known.

The scheme labels metrics and events, the destination picks the pool, `shown` is what people may read.
"""

import re

UNREADABLE = "unreadable"
"""The scheme of what is no URL."""

_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_HOST_IS_PUBLIC = frozenset({"form", "forms", "json", "jsons", "mailto", "mailtos", "mqtt", "mqtts", "xml", "xmls"})
"""Schemes whose first part really is a host; elsewhere it is as likely a token."""


def scheme_of(url: str) -> str:
    """What kind of channel it is, in lower case: one of those that the configuration names.

    Examples
    --------
    >>> scheme_of("NTFYS://topic?priority=low"), scheme_of("not a url")
    ('ntfys', 'unreadable')
    """
    found = _SCHEME.match(url)
    return found.group(1).lower() if found else UNREADABLE


def destination_of(url: str) -> str:
    """Scheme, host and port: sends to the same destination share a pool. May hold a token: a key, never for show.

    Examples
    --------
    >>> destination_of("json://ana:secret@hooks.example.org:8443/path?x=1")
    'json://hooks.example.org:8443'
    """
    found = _SCHEME.match(url)
    if found is None:
        return UNREADABLE
    authority = re.split(r"[/?#]", url[found.end() :], maxsplit=1)[0]
    return f"{found.group(1).lower()}://{authority.rpartition('@')[2].lower()}"


def shown(url: str) -> str:
    """The channel as people and logs may see it.

    Examples
    --------
    >>> shown("tgram://123456:token/42"), shown("json://ana:secret@127.0.0.1:9000/hook")
    ('tgram://…', 'json://127.0.0.1:9000/…')
    """
    scheme = scheme_of(url)
    return f"{destination_of(url)}/…" if scheme in _HOST_IS_PUBLIC else f"{scheme}://…"
