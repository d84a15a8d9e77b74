"""The network between Sentinel and others: through which proxy they are reached, and none for this machine.

There are three HTTP libraries in this process: aiohttp for sources and the heartbeat, requests for providers, and
whatever a plugin brings. What all of them heed is the environment, so a proxy of the configuration is put there.
"""

import os
from collections.abc import Collection
from ipaddress import ip_address

HERE = ("localhost", "127.0.0.1", "::1", "127.0.0.0/8")
"""This machine, which no proxy is asked for."""
_SCHEMES = ("http", "https", "ws", "wss")
_NAMES = (*(f"{scheme}_proxy" for scheme in _SCHEMES), "no_proxy")
_given: dict[str, str] = {}
"""What the environment said before anything was put there, by lower-case name."""


def go_through(proxy: str | None = None, direct: Collection[str] = ()) -> None:
    """From now on others are reached through ``proxy``.

    Parameters
    ----------
    proxy
        Its address; ``None`` leaves it to ``HTTPS_PROXY`` and ``HTTP_PROXY`` in the environment.
    direct
        Hosts and domains that are reached without it, besides those of ``NO_PROXY`` and this machine.
    """
    if not _given:
        _given.update({"": "", **{name: _environment(name) for name in _NAMES}})
    http = proxy or _given["http_proxy"]
    https = proxy or _given["https_proxy"]
    wanted = {
        "http_proxy": http,
        "https_proxy": https,
        "ws_proxy": proxy or _given["ws_proxy"] or http,
        "wss_proxy": proxy or _given["wss_proxy"] or https,
    }
    without = dict.fromkeys((*(each.strip() for each in _given["no_proxy"].split(",")), *direct, *HERE))
    wanted["no_proxy"] = ",".join(each for each in without if each) if http or https else _given["no_proxy"]
    for name, value in wanted.items():
        for written in (name, name.upper()):
            if value:
                os.environ[written] = value
            else:
                os.environ.pop(written, None)
    os.environ.setdefault("NETRC", os.devnull)  # passwords stand in the configuration and nowhere else


def is_here(host: str) -> bool:
    """Whether a host's name or address is this machine's own.

    Examples
    --------
    >>> is_here("localhost"), is_here("127.8.0.1"), is_here("::1"), is_here("example.org")
    (True, True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _environment(name: str) -> str:
    """A variable's value; in lower case it wins, as everywhere."""
    return os.environ.get(name) or os.environ.get(name.upper()) or ""
