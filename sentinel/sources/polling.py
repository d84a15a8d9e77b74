"""Polite requests to networks: one session, time-outs, bounded bodies, waits that are asked for, plain refusals.

Every source that asks at intervals goes through here; the sources decide what to ask and when.
"""

import email.utils
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import msgspec

from sentinel.errors import SourceError
from sentinel.http_session import PrivateNetwork, client_session

T = TypeVar("T")
MOST = 10 * 2**20
"""Bytes of one answer, unpacked."""
SHOWN = 2_000
"""Bytes of a refusal's body that are kept: networks say there why."""
PATIENCE = 30.0
"""Seconds that one answer may take."""
PER_HOST = 2
LONGEST_WAIT = 86_400.0
"""Seconds that a network may ask us to wait; more is a mistake, and `INSTEAD` stands in for it."""
INSTEAD = 3_600.0
PERMANENT = (401, 403, 404, 410)
"""Refusals that trying again soon will not mend."""
WELL = (200, 304)


class RequestRefused(SourceError):
    """A network answered, and not with what was asked for; ``status`` and the beginning of the ``body`` say why."""

    def __init__(
        self, message: str, *, status: int, body: bytes = b"", retry_after: float | None = None, permanent: bool = False
    ) -> None:
        super().__init__(message, retry_after=retry_after, permanent=permanent)
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, and how it is called in messages: the address may be a secret.

    Parameters
    ----------
    renew
        What to do when the network does not believe who we are (401, 403); a sentence for the operator.
    conditions
        Headers of a conditional request; empty ones are left out.
    body
        JSON that is posted.
    """

    url: str
    name: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    conditions: Mapping[str, str | None] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    body: bytes | None = None
    renew: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back.

    Parameters
    ----------
    url
        Where it came from in the end.
    body
        ``None`` when nothing changed.
    moved_to
        The new address, where every redirect on the way was permanent.
    """

    url: str
    body: bytes | None
    headers: Mapping[str, str]
    moved_to: str | None = None

    @property
    def content_type(self) -> str:
        """What the network says that the body is."""
        return self.headers.get("Content-Type", "")

    def said(self, header: str) -> str | None:
        """A header that may be kept and sent back: one with bytes that are no text counts as none."""
        value = self.headers.get(header)
        return value if value is not None and value.isprintable() else None


def open_session(
    user_agent: str, headers: Mapping[str, str] | None = None, *, patience: float | None = PATIENCE
) -> aiohttp.ClientSession:
    """A session as every source has it; ``patience`` of ``None`` is for streams, which end in their own time."""
    return client_session(
        headers={"User-Agent": user_agent} | dict(headers or {}),
        timeout=aiohttp.ClientTimeout(total=patience, sock_connect=PATIENCE),
        limit_per_host=PER_HOST,
        cookie_jar=aiohttp.CookieJar(unsafe=True),  # a host without a name has cookies too
    )


async def ask(session: aiohttp.ClientSession, request: Request, *, most: int = MOST) -> Answer:
    """One request and its answer.

    Raises
    ------
    RequestRefused
        When the network answers with a refusal: with the wait that it asks for, and permanent where trying again soon
        cannot help.
    SourceError
        When it cannot be reached, or its answer is too large.
    """
    name = request.name
    headers = dict(request.headers) | {key: value for key, value in request.conditions.items() if value}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    try:
        async with session.request(
            request.method,
            request.url,
            params=request.params,
            headers=headers,
            data=request.form if request.body is None else request.body,
            max_redirects=5,
        ) as response:
            if response.status not in WELL:
                raise await _refusal(response, request)
            hops = response.history
            return Answer(
                url=str(response.url),
                body=None if response.status == 304 else await _body(response, name, most),
                headers=response.headers,
                moved_to=str(response.url) if hops and all(hop.status in (301, 308) for hop in hops) else None,
            )
    except TimeoutError:
        raise SourceError(f"{name} does not answer in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be reached: {reason(error)}") from None


async def ask_json(session: aiohttp.ClientSession, request: Request, kind: type[T]) -> tuple[T, Answer]:
    """One request whose answer is JSON of the given shape; unknown members are passed over.

    Raises
    ------
    SourceError
        As `ask` does, and when the answer is something else, such as a page that asks for a sign-in.
    """
    answer = await ask(session, request)
    return read_json(answer.body or b"", kind, request.name), answer


def read_json(body: bytes, kind: type[T], name: str) -> T:
    """A body as the given shape."""
    try:
        return msgspec.json.decode(body, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise SourceError(f"{name} sends JSON of another shape: {error}"[:300]) from None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        shown = "a page of HTML" if body.lstrip()[:1] == b"<" else f"{len(body)} bytes"
        raise SourceError(f"{name} sends no JSON but {shown}") from None


def each_of(items: list[msgspec.Raw], kind: type[T]) -> tuple[list[T], int]:
    """The items that have the given shape, and how many have another: an odd one costs only itself."""
    good: list[T] = []
    for item in items:
        try:
            good.append(msgspec.json.decode(item, type=kind, strict=False))
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            continue
    return good, len(items) - len(good)


async def _refusal(response: aiohttp.ClientResponse, request: Request) -> RequestRefused:
    said = f"{request.name} answers {response.status} {response.reason or ''}".rstrip()
    if response.status in (401, 403) and request.renew:
        said = f"{said}; {request.renew}"
    return RequestRefused(
        said,
        status=response.status,
        body=await response.content.read(SHOWN),
        retry_after=retry_after(response.headers.get("Retry-After"), response.headers.get("Date")),
        permanent=response.status in PERMANENT,
    )


async def _body(response: aiohttp.ClientResponse, name: str, most: int) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        body += chunk
        if len(body) > most:
            raise SourceError(f"{name} is larger than {most} bytes; it is nothing for people to read", permanent=True)
    return bytes(body)


def reason(error: Exception) -> str:
    """What broke, without the address, which aiohttp likes to repeat."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return error.os_error.strerror or type(error.os_error).__name__
    return str(error.strerror) if isinstance(error, PrivateNetwork) else type(error).__name__


def is_address(url: str) -> bool:
    """Whether something can be asked there."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def believed_wait(seconds: float) -> float:
    """A wait that a network asks for, within reason.

    Examples
    --------
    >>> believed_wait(120.0), believed_wait(31_536_000.0), believed_wait(float("inf"))
    (120.0, 3600.0, 3600.0)
    """
    return max(0.0, seconds) if seconds <= LONGEST_WAIT else INSTEAD


def retry_after(header: str | None, date: str | None = None) -> float | None:
    """Seconds that ``Retry-After`` asks for, within reason: a number, or a date, counted from the answer's own
    ``Date``.

    Examples
    --------
    >>> retry_after("120"), retry_after("soon"), retry_after(None), retry_after("31536000")
    (120.0, None, None, 3600.0)
    >>> retry_after("Mon, 02 Mar 2026 09:02:00 GMT", "Mon, 02 Mar 2026 09:00:00 GMT")
    120.0
    """
    if header is None:
        return None
    text = header.strip()
    if text.replace(".", "", 1).isdecimal():
        return believed_wait(float(text))
    try:
        until, since = (email.utils.parsedate_to_datetime(each) for each in (text, date or ""))
        return believed_wait((until - since).total_seconds())
    except (ValueError, TypeError):
        return None
