"""Where a request is from and how it came: past the proxies that the configuration trusts, and no further."""

from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from aiohttp import web

from sentinel.config.access import Proxy
from sentinel.web.ports.ports import PORTS

MOST_HOPS = 20
Address = IPv4Address | IPv6Address


def is_trusted(request: web.Request) -> bool:
    """Whether the other end of the connection is a proxy whose headers are believed."""
    proxy = request.app[PORTS].config().access.proxy
    return proxy is not None and _among(proxy, request.remote or "")


def address_of(request: web.Request) -> str:
    """The address a request is from: that of the connection, or of whom a trusted proxy says it speaks for."""
    proxy, remote = request.app[PORTS].config().access.proxy, request.remote or ""
    if proxy is None or not _among(proxy, remote):
        return remote
    hops = [hop.strip() for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")][
        -MOST_HOPS:
    ]
    for hop in reversed(hops):
        if (address := _read(_bare(hop))) is None:
            break  # what stands before what nobody can read is nobody's word
        remote = str(address)
        if not _among(proxy, remote):
            break
    return remote


def over_tls(request: web.Request) -> bool:
    """Whether the browser speaks TLS, to us or to the proxy in front."""
    external = request.app[PORTS].config().web.external_url or ""
    forwarded = is_trusted(request) and request.headers.get("X-Forwarded-Proto", "").strip().lower() == "https"
    return request.secure or forwarded or urlsplit(external).scheme == "https"


def _among(proxy: Proxy, text: str) -> bool:
    address = _read(text)
    return address is not None and any(address in _network(text) for text in proxy.trusted)


@cache
def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text)


def _bare(hop: str) -> str:
    """The address of a hop: some proxies write its port behind it, and brackets around the newer sort.

    Examples
    --------
    >>> [_bare(hop) for hop in ("10.0.0.1:443", '"[2001:db8::1]:443"', "[::1]", "2001:db8::1")]
    ['10.0.0.1', '2001:db8::1', '::1', '2001:db8::1']
    """
    hop = hop.strip('"')
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
