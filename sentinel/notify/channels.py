"""Channels: a contact's addresses, as Apprise URLs. What may be said of one without saying the secret in it."""

import re
from urllib.parse import quote, urlsplit

UNREADABLE = "unreadable"
"""The scheme of what is no URL: all of it may be a secret, so none of it is shown."""
OWN_DEVICES = "webpush"
"""The scheme of what belongs to the contact itself and says nothing more in the file."""
_SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]{0,30})://", re.IGNORECASE)


def scheme_of(url: str) -> str:
    """``json`` of ``json://127.0.0.1/x``: the kind of channel, a metric label from the closed set of the configuration.

    Examples
    --------
    >>> scheme_of("NTFYS://topic"), scheme_of("log://"), scheme_of("a-token-without-scheme")
    ('ntfys', 'log', 'unreadable')
    """
    found = _SCHEME.match(url)
    return found.group(1).lower() if found else UNREADABLE


def has_host(scheme: str) -> bool:
    """Whether its URLs name a server of one's own; with the others what stands there is a token."""
    return scheme in _HOSTED


def addressed(url: str, contact: str) -> str:
    """A channel as it is sent over: one that means the contact's own devices says whose.

    Examples
    --------
    >>> addressed("webpush://", "ana maría"), addressed("log://", "ana")
    ('webpush://ana%20mar%C3%ADa', 'log://')
    """
    return f"{OWN_DEVICES}://{quote(contact, safe='')}" if scheme_of(url) == OWN_DEVICES else url


def destination_of(url: str) -> str:
    """The provider behind a URL: what shares one pool, so that a slow one keeps only its own pages waiting.

    For services with a server of one's own the host tells them apart; for the others the host part is a token, and the
    scheme does. An ntfy URL without a path is a topic at ntfy.sh.

    Examples
    --------
    >>> destination_of("json://user:secret@pages.example:8443/x"), destination_of("tgram://123:secret/42")
    ('json pages.example:8443', 'tgram')
    >>> destination_of("ntfys://ntfy.example/topic"), destination_of("ntfys://topic")
    ('ntfys ntfy.example', 'ntfys')
    """
    scheme = scheme_of(url)
    if scheme == OWN_DEVICES:
        return url  # everybody's devices have push services of their own
    if scheme not in _HOSTED:
        return scheme
    try:
        parts = urlsplit(url)
        if scheme in ("ntfy", "ntfys") and not parts.path.strip("/"):
            return "ntfys"
        return f"{scheme} {(parts.hostname or '')}:{parts.port or ''}".rstrip(":")
    except ValueError:
        return scheme


_HOSTED = frozenset(
    (
        *("http", "https"),  # a service's own web address, which Apprise understands: the host is the service's
        *(
            "json",
            "jsons",
            "xml",
            "xmls",
            "form",
            "forms",
            "mailto",
            "mailtos",
            "ntfy",
            "ntfys",
            "gotify",
            "gotifys",
            "mmost",
            "mmosts",
        ),
        *(
            "matrix",
            "matrixs",
            "mqtt",
            "mqtts",
            "nctalk",
            "nctalks",
            "ncloud",
            "nclouds",
            "rocket",
            "rockets",
            "apprise",
            "apprises",
        ),
    )
)
