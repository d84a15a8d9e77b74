"""Gateway: a server of one's own that speaks a provider's API, in the place of the provider."""

from ipaddress import ip_address
from urllib.parse import urlsplit

WRONG_GATEWAY = "gateway must be https://host[:port] and nothing more; http only for this machine"


def is_gateway(server: str) -> bool:
    """A bare web address that does not carry tokens over a network in the clear.

    Examples
    --------
    >>> is_gateway("https://gate.example:8443"), is_gateway("http://127.0.0.1:8000"), is_gateway("http://gate.example")
    (True, True, False)
    """
    try:
        parts = urlsplit(server)
        bare = bool(parts.hostname) and not (parts.username or parts.path.strip("/") or parts.query or parts.fragment)
        if parts.scheme == "http":
            return bare and (parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback)
        return bare and parts.scheme == "https" and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
