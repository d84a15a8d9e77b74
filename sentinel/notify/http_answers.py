"""HTTP answers to what Apprise sends. It tells of a send only whether it went well; what the provider said, and after
how long it may be asked again, is heard here. Nothing that Apprise sends follows a redirect: a redirected POST becomes
a GET without the message, and the page would be gone while it counts as taken.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import msgspec
import requests.sessions
from requests import PreparedRequest, ReadTimeout, Response, Session

from sentinel.notify.request import Line, ProviderResponse, WatchedAdapter, cut_after, retry_after

_heard: ContextVar["HeardAnswers | None"] = ContextVar("heard_answers", default=None)
MOST = 16 * 1024
"""Bytes of an answer that are looked at."""


@dataclass(frozen=True, slots=True)
class HeardAnswers:
    """What was heard of the requests of one send.

    Parameters
    ----------
    answers
        In order.
    line
        Whether a connection ever stood: without one nothing has left.
    cut
        Set when time was up and the connections were closed.
    """

    line: Line
    cut: Event
    answers: list[ProviderResponse] = field(default_factory=list)


class _Parameters(msgspec.Struct):
    retry_after: float | None = None


class _Body(msgspec.Struct):
    """Where services say in the body how long to wait: Discord at the top, Telegram among parameters."""

    retry_after: float | None = None
    parameters: _Parameters | None = None


class _HeardSession(Session):
    """What `requests.post` and its like make for each request; an ordinary one except within `heard_answers`."""

    def send(self, request: PreparedRequest, **given: Any) -> Response:
        heard = _heard.get()
        if heard is None:
            return super().send(request, **given)
        for prefix in ("http://", "https://"):
            self.mount(prefix, WatchedAdapter(heard.line))
        response = super().send(request, **given | {"allow_redirects": False})
        if heard.cut.is_set():  # half an answer reads like a whole one
            raise ReadTimeout("Read timed out: no whole answer in time", request=request)
        heard.answers.append(_answer(response))
        return response


requests.sessions.Session = _HeardSession  # type: ignore[misc]  # Apprise's plugins leave no other way


@contextmanager
def heard_answers(timeout: float) -> Iterator[HeardAnswers]:
    """Hear every answer to what `requests` sends in this thread meanwhile; its connections are closed after so many
    seconds, however slowly an answer drips.
    """
    line = Line()
    with cut_after(line, timeout) as cut:
        heard = HeardAnswers(line, cut)
        token = _heard.set(heard)
        try:
            yield heard
        finally:
            _heard.reset(token)


def _answer(response: Response) -> ProviderResponse:
    wait = retry_after(response.headers)
    if wait is None and response.status_code == 429:
        wait = _wait_in(response.content[:MOST])
    return ProviderResponse(status=response.status_code, retry_after=wait)


def _wait_in(body: bytes) -> float | None:
    """Seconds to wait, as the body of a refusal says.

    Examples
    --------
    >>> _wait_in(b'{"ok": false, "parameters": {"retry_after": 35}}'), _wait_in(b"no")
    (35.0, None)
    >>> _wait_in(b'{"retry_after": 0.4}')
    0.4
    """
    try:
        said = msgspec.json.decode(body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return said.retry_after if said.parameters is None else said.parameters.retry_after
