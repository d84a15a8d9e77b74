"""Devices: browsers that take a contact's alerts by Web Push, as senders' threads read them, and what a send learns of
one.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec

from sentinel.clock import SystemClock
from sentinel.http_session import is_private, private_allowed
from sentinel.network import is_here

LONGEST_ENDPOINT = 2000
"""Characters of a push service's address for one browser; those of today have some 200."""


class PushDevice(msgspec.Struct, frozen=True, kw_only=True):
    """One browser of one contact.

    ``endpoint`` is where its push service takes messages for it, ``p256dh`` and ``auth`` what they are encrypted for,
    ``key`` the public key under which it wants them signed: secrets of the browser's. ``gone_at``: the push service
    said that the browser wants no more.
    """

    id: str
    contact: str
    name: str
    endpoint: str
    p256dh: str
    auth: str
    key: str
    made_at: datetime
    used_at: datetime | None = None
    gone_at: datetime | None = None


class DeviceNews(StrEnum):
    """What a send learnt of a device."""

    TOOK = "took"
    GONE = "gone"


class PushDevices:
    """Every device, for threads that send; the daemon keeps it up to date.

    Parameters
    ----------
    secret
        Of which the key is made that signs.
    subject
        Whom a push service may turn to, as ``mailto:`` or a web address.
    heard
        Told the id of a device and what was learnt of it, from whatever thread.
    now
        The instant from which a signature is good for a while. Default: the machine's.
    """

    def __init__(
        self,
        secret: Callable[[], bytes] | None = None,
        subject: Callable[[], str] = lambda: "",
        heard: Callable[[str, DeviceNews], None] = lambda *_: None,
        devices: Iterable[PushDevice] = (),
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self.now = now or SystemClock().now
        self.secret = secret
        self.subject = subject
        self.heard = heard
        self._lock = threading.Lock()
        self._devices = tuple(devices)

    def put(self, devices: Iterable[PushDevice]) -> None:
        """From now on these are all of them."""
        with self._lock:
            self._devices = tuple(devices)

    def of(self, contact: str, key: str) -> Sequence[PushDevice]:
        """Those of a contact that take what is signed with this public key."""
        with self._lock:
            found = self._devices
        return [each for each in found if each.contact == contact and each.key == key and each.gone_at is None]


def device_id(endpoint: str) -> str:
    """The same browser has the same one, whoever it belongs to."""
    return sha256(endpoint.encode()).hexdigest()[:32]


def endpoint_flaw(endpoint: str) -> str | None:
    """Why nothing is sent to an endpoint, which a browser names and anybody can make up: it must be a public web
    address over TLS. This machine and private networks only where ``network.allow_private`` lets them.

    Examples
    --------
    >>> endpoint_flaw("https://fcm.googleapis.com/fcm/send/abc") is None
    True
    >>> [endpoint_flaw(each) is None for each in ("https://10.0.0.1/x", "http://push.example/x", "https://u@push.example/")]
    [False, False, False]
    """
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "the push service's address cannot be read"
    plain = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and len(endpoint) <= LONGEST_ENDPOINT
    if not plain or not host or parts.username is not None or parts.fragment:
        return "the push service's address is no plain web address"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here(host) and private_allowed()):
        return "the push service's address is not https"
    if is_private(host) and not private_allowed():
        return "the push service's address is in a private network; set network.allow_private if it may be"
    return None
