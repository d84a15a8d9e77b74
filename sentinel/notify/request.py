"""One HTTP request to a provider, blocking, with an end: what a notifier of our own speaks through.

However slowly a server feeds its answer, the connection is closed when time is up. Redirects are not followed: a page
and its token go where the configuration says and nowhere else.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from socket import SHUT_RDWR, socket
from typing import Any

from requests import PreparedRequest, ReadTimeout, RequestException, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from sentinel import __version__
from sentinel.http_session import PrivateNetwork, public_address
from sentinel.notify.base import SendOutcome, SendReason, Status

CONNECT = 5.0
"""Seconds in which a connection must stand."""
MOST = 16 * 1024
"""Bytes of an answer that are read; no provider says more."""
PATIENCE = 60.0
"""Seconds to wait after "too many" when the provider does not say."""
_FAULTS = (RequestException, HTTPError, OSError, ValueError)
_INSIDE = "its name leads into a private network; set network.allow_private if it may"
LONGEST = 3600.0
"""Seconds of a Retry-After that are believed."""
logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it names paths and queries, which hold tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderResponse:
    """What the provider said. ``body`` is empty when it did not come whole in time: the status line alone decides."""

    status: int
    body: bytes = b""
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it goes out: ``content`` as bytes or as a form, with files or without.

    ``listen``: what the provider says matters. Otherwise only its status is waited for. ``outside``: the address is a
    stranger's and must not lead into a private network.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes | Mapping[str, str] = b""
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    listen: bool = False
    outside: bool = False


@dataclass(slots=True)
class Line:
    """What a request travels on: a second hold on its sockets, to close them from outside even in the middle of a
    handshake. ``led_inside``: it was meant to leave (``outside``) and its name led into a private network.
    """

    sockets: list[socket] = field(default_factory=list)
    tried: bool = False
    stood: bool = False
    outside: bool = False
    led_inside: bool = False

    def hold(self, opened: socket) -> socket:
        self.sockets.append(opened.dup())
        return opened

    def opened(self, connection: HTTPConnection, connect: Callable[[], socket]) -> socket:
        """A socket, held. A stranger's name is looked up here, once, and connected to as it is: TLS goes on asking for
        the name. A proxy looks names up itself.
        """
        if not self.outside or connection.proxy is not None:
            return self.hold(connect())
        name = connection._dns_host
        try:
            connection._dns_host = public_address(name, connection.port)
            return self.hold(connect())
        except PrivateNetwork:
            self.led_inside = True
            raise
        finally:
            connection._dns_host = name


def ask(asked: Asked, *, timeout: float) -> ProviderResponse | SendOutcome:
    """Send a request and read the answer; an `SendOutcome` where there is none: it never left, or nobody knows."""
    timeout, line = max(0.1, timeout), Line(outside=asked.outside)
    with Session() as session, cut_after(line, timeout) as cut:
        for prefix in ("http://", "https://"):
            session.mount(prefix, WatchedAdapter(line))
        try:
            response = session.request(
                asked.method,
                asked.url,
                headers={"User-Agent": f"Sentinel/{__version__}", **asked.headers},
                data=asked.content or None,
                files=asked.files,
                auth=_as_given,
                timeout=(min(CONNECT, timeout), timeout),
                allow_redirects=False,
                stream=True,
            )
        except _FAULTS as fault:
            if line.led_inside:
                return SendOutcome(status=Status.FAILED, reason=SendReason.BAD_CHANNEL, detail=_INSIDE)
            if not line.stood:
                return SendOutcome(status=Status.RETRY, reason=SendReason.UNREACHABLE, detail="no connection")
            return _broken(timeout if cut.is_set() or isinstance(fault, ReadTimeout) else None)
        with response:
            if cut.is_set():  # half an answer reads like a whole one
                return _broken(timeout)
            body = b""
            if asked.listen:
                with suppress(*_FAULTS):
                    body = response.raw.read(MOST, decode_content=True) or b""
            return ProviderResponse(status=response.status_code, body=body, retry_after=retry_after(response.headers))


def _broken(late: float | None) -> SendOutcome:
    detail = "the connection broke before an answer came" if late is None else f"no answer within {late:.3g} s"
    return SendOutcome(status=Status.UNKNOWN, reason=SendReason.TIMEOUT, detail=detail)


def outcome_of(answer: ProviderResponse) -> SendOutcome:
    """What a status means.

    Examples
    --------
    >>> [outcome_of(ProviderResponse(status=status)).status.value for status in (200, 302, 401, 429, 503)]
    ['accepted', 'failed', 'failed', 'retry', 'retry']
    >>> outcome_of(ProviderResponse(status=429, retry_after=7.0)).retry_after
    7.0
    >>> outcome_of(ProviderResponse(status=302)).detail
    '302, a redirect, which is not followed'
    """
    status, detail = answer.status, str(answer.status)
    if 200 <= status < 300:
        return SendOutcome(status=Status.ACCEPTED, reason=SendReason.OK)
    if status == 429:
        wait = PATIENCE if answer.retry_after is None else answer.retry_after
        return SendOutcome(status=Status.RETRY, reason=SendReason.RATE_LIMITED, detail=detail, retry_after=wait)
    if status >= 500:
        return SendOutcome(
            status=Status.RETRY, reason=SendReason.SERVER_ERROR, detail=detail, retry_after=answer.retry_after
        )
    if 300 <= status < 400:
        detail += ", a redirect, which is not followed"
    return SendOutcome(status=Status.FAILED, reason=SendReason.REFUSED, detail=detail)


def within(timeout: float) -> float:
    """Seconds to use of those after which a sender's thread is left behind: enough less that we end first and say
    how.
    """
    return max(timeout / 2, timeout - 1.0)


def printable(text: str) -> bool:
    """Whether a text may stand in a header as it is.

    Examples
    --------
    >>> printable("warning"), printable("a b"), printable("ñ")
    (True, False, False)
    """
    return text.isascii() and text.isprintable() and " " not in text


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Retry-After in seconds; a date is told by the server's own clock. ``None`` for nonsense.

    Examples
    --------
    >>> retry_after({"Retry-After": "30"}), retry_after({"Retry-After": "soon"}), retry_after({})
    (30.0, None, None)
    """
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return min(LONGEST, float(said))
    try:
        wait = (parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("Date", ""))).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(LONGEST, wait) if wait > 0 else None


def _as_given(request: PreparedRequest) -> PreparedRequest:
    """The headers say who we are; without this a ``.netrc`` of the account that runs us would."""
    return request


@contextmanager
def cut_after(line: Line, timeout: float) -> Iterator[threading.Event]:
    """Close whatever connection stands when time is up: time-outs of the HTTP library begin anew with each byte."""

    done = threading.Event()

    def cut() -> None:
        done.set()
        for each in tuple(line.sockets):
            with suppress(OSError):
                each.shutdown(SHUT_RDWR)

    timer = threading.Timer(timeout, cut)
    timer.daemon = True
    timer.start()
    try:
        yield done
    finally:
        timer.cancel()
        timer.join()
        for each in line.sockets:
            each.close()


class WatchedAdapter(HTTPAdapter):
    """Keeps hold of each connection, and notes when one came to stand: before that, nothing has left."""

    def __init__(self, line: Line) -> None:
        self._line = line
        super().__init__(max_retries=0)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **named)
        manager.pool_classes_by_scheme = _pools(self._line)
        return manager

    def init_poolmanager(self, *arguments: object, **named: object) -> None:
        super().init_poolmanager(*arguments, **named)  # type: ignore[arg-type]  # handed on as it came
        self.poolmanager.pool_classes_by_scheme = _pools(self._line)


def _pools(line: Line) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket:
            return line.opened(self, super()._new_conn)

        def connect(self) -> None:
            line.tried = True
            super().connect()
            line.stood = True

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket:
            return line.opened(self, super()._new_conn)

        def connect(self) -> None:
            line.tried = True
            super().connect()
            line.stood = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
