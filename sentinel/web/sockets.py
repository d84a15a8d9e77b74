"""The sockets of the HTTP side, bound before anything else is touched: a second Sentinel hears of the port first."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sentinel.errors import SentinelError


@contextmanager
def bound_sockets(host: str, port: int) -> Iterator[tuple[socket.socket, ...]]:
    """One socket for each address of a host, bound and not yet listening; closed when the block ends.

    Raises
    ------
    SentinelError
        When the address cannot be listened on.
    """
    bound: list[socket.socket] = []
    try:
        try:
            found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            for family, kind, protocol, _, address in dict.fromkeys(found):
                bound.append(_bound(family, kind, protocol, address))
        except OSError as error:
            where = f"web.host {host!r}, web.port {port}"
            raise SentinelError(
                f"{where}: cannot listen there ({error.strerror or error}); choose another, or stop what does"
            ) from None
        yield tuple(bound)
    finally:
        for each in bound:
            each.close()


def _bound(family: int, kind: int, protocol: int, address: object) -> socket.socket:
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setblocking(False)
        made.bind(address)  # type: ignore[arg-type]
    except BaseException:
        made.close()
        raise
    return made
