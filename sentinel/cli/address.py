"""Address of the running daemon, read from its file without all that loading one takes; and how it is opened."""

import os
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, build_opener

from sentinel.config.secrets import resolve
from sentinel.config.tree import read_tree
from sentinel.network import is_here

HOST, PORT = "127.0.0.1", 8080
"""Of a file that says nothing of them."""


def written_in(config: Path) -> tuple[str, int] | None:
    """Host and port of a file; ``None`` where what stands there takes a closer look.

    Raises
    ------
    ConfigError
        When the file cannot be read at all.
    """
    tree = read_tree(config)
    web = tree.value.get("web", {}) if isinstance(tree.value, dict) else None
    if not isinstance(web, dict):
        return None
    tree.value = {key: web[key] for key in ("host", "port") if key in web}
    tree.problems.clear()  # of the rest, which is the daemon's affair
    resolve(tree, os.environ, lambda _: None)
    assert isinstance(tree.value, dict)
    host, port = tree.value.get("host", HOST), str(tree.value.get("port", PORT))
    if tree.problems or not isinstance(host, str) or not (port.isdecimal() and int(port) < 2**16):
        return None
    return host, int(port)


def base_of(host: str, port: int) -> str:
    """Where a daemon that listens there is asked."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"http://{host}:{port}"


def opener_for(base: str, *, elsewhere: bool) -> OpenerDirector:
    """What asks the daemon. It follows no redirect, which would hand the token on; and no proxy is asked for this
    machine, which would hand it to the proxy.

    Parameters
    ----------
    elsewhere
        The daemon's address was named, and may be that of another machine.
    """
    direct = not elsewhere or is_here(urlsplit(base).hostname or "")
    return build_opener(_NoRedirect, *([ProxyHandler({})] if direct else []))


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """A redirect is an answer, and no good one."""
        return
