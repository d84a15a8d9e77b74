"""HTTP sessions to others: through the proxy, and into no private network that nobody allowed."""

import errno
import socket
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

from sentinel.network import is_here

_private_allowed = False


class PrivateNetwork(OSError):
    """A name, or a redirect, that leads into a private network, where none is allowed."""

    def __init__(self, host: str) -> None:
        super().__init__(errno.EACCES, f"{host} leads into a private network; set network.allow_private if it may")


def allow_private(allowed: bool) -> None:
    """From now on names may, or may not, lead into private networks."""
    global _private_allowed
    _private_allowed = allowed


def private_allowed() -> bool:
    """Whether names may lead into private networks."""
    return _private_allowed


def public_address(host: str, port: int) -> str:
    """An address behind a stranger's name, looked up once and connected to as it is, so that it leads nowhere else a
    moment later.

    Raises
    ------
    PrivateNetwork
        When the name leads into a private network and none is allowed.
    OSError
        When there is no such name.
    """
    found = [str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not _private_allowed and any(is_private(each) for each in found):
        raise PrivateNetwork(host)
    return found[0]


def is_private(host: str) -> bool:
    """Whether a host is written as an address that is not of the public network, or as this machine.

    Examples
    --------
    >>> is_private("10.1.2.3"), is_private("::ffff:169.254.169.254"), is_private("localhost"), is_private("a.example")
    (True, True, True, False)
    """
    try:
        address = ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return host.lower().rstrip(".") == "localhost"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return not address.is_global or address.is_multicast


class PublicResolver(AbstractResolver):
    """Looks names up, and takes none that leads into a private network unless that is allowed.

    Who owns a name decides where it leads; what stands in our configuration is its owner's no less.
    """

    def __init__(self) -> None:
        self._resolver = DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Raises `PrivateNetwork`; ``localhost`` is no stranger's name."""
        found = await self._resolver.resolve(host, port, family)
        if _private_allowed or is_here(host):
            return found
        if any(is_private(each["host"]) for each in found):
            raise PrivateNetwork(host)
        return found

    async def close(self) -> None:
        """Let the resolver go."""
        await self._resolver.close()


async def _stay_outside(
    _session: aiohttp.ClientSession, _context: object, step: aiohttp.TraceRequestRedirectParams
) -> None:
    """Refuse a redirect from outside to an address within."""
    target = urlsplit(urljoin(str(step.url), step.response.headers.get("Location", ""))).hostname or ""
    if not _private_allowed and is_private(target) and not is_private(step.url.host or ""):
        raise PrivateNetwork(target)


def client_session(*, limit_per_host: int = 0, **given: Any) -> aiohttp.ClientSession:
    """A session of aiohttp that goes through the proxy, if there is one, and into no private network that nobody
    allowed.
    """
    redirects = aiohttp.TraceConfig()
    redirects.on_request_redirect.append(_stay_outside)
    connector = aiohttp.TCPConnector(limit_per_host=limit_per_host, resolver=PublicResolver())
    return aiohttp.ClientSession(trust_env=True, connector=connector, trace_configs=[redirects], **given)
