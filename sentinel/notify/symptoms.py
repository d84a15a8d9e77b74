"""Reads from what a service said while it sent whether anything can have left us, and so whether to send it again.

Apprise answers yes or no; the difference between "refused the connection", "answered 503" and "took it and never answered" stands
only in the lines it logs. They are read in memory and thrown away: they hold addresses and texts.
"""

import re
from collections.abc import Sequence

from sentinel.notify.base import Outcome, Reason, Status

_HTTP = re.compile(r"\berror=(\d{3})\b")
_SENT = re.compile(r"^Sent\b")
_SOCKET = "Socket Exception:"
_CRASH = "raised an exception"

_NEVER_LEFT = (
    "connecttimeout",
    "failed to establish a new connection",
    "newconnectionerror",
    "nameresolutionerror",
    "connection refused",
    "name or service not known",
    "temporary failure in name resolution",
    "no address associated",
    "nodename nor servname",
    "no route to host",
    "network is unreachable",
    "cannot connect to proxy",
    "certificate verify failed",
    "sslerror",
    "[ssl",
)
"""The connection was never made: whatever else happened, nobody got anything."""
_TIMED_OUT = ("timed out", "timeout")


def diagnose(lines: Sequence[str]) -> Outcome:
    """The outcome of a send that a service reported as failed, from the ``lines`` it logged.

    Several recipients behind one URL of whom one already has it make the fate unknown: sending again is a repeat for that one.
    The outcome's detail is one of our own phrases, never a line.

    Examples
    --------
    >>> diagnose(["Failed to send JSON POST notification: Too Many Requests, error=429."]).reason.value
    'rate_limited'
    >>> diagnose(["Socket Exception: HTTPConnectionPool(host='x', port=80): Read timed out. (read timeout=4)"]).status.value
    'unknown'
    """
    if any(_SENT.match(line) for line in lines):
        return Outcome(status=Status.UNKNOWN, reason=Reason.SERVER_ERROR, detail="some recipients took it, others did not")
    for line in reversed(lines):
        if found := _HTTP.search(line):
            return of_status(int(found.group(1)))
        if _SOCKET in line:
            return _of_socket(line.partition(_SOCKET)[2].lower())
        if _CRASH in line:
            return Outcome(status=Status.FAILED, reason=Reason.CRASHED, detail="the service's code failed on this message")
    return Outcome(status=Status.RETRY, reason=Reason.REFUSED, detail="the service gave no reason")


def of_status(code: int) -> Outcome:
    """The outcome of an HTTP answer that is no success.

    504 comes from a gateway that gave up waiting: the provider behind it may have taken the message.
    """
    detail = f"HTTP {code}"
    if code == 429:
        return Outcome(status=Status.RETRY, reason=Reason.RATE_LIMITED, detail=detail)
    if code == 504:
        return Outcome(status=Status.UNKNOWN, reason=Reason.TIMEOUT, detail=detail)
    if code >= 500 or code in (408, 425):
        return Outcome(status=Status.RETRY, reason=Reason.SERVER_ERROR, detail=detail)
    return Outcome(status=Status.FAILED, reason=Reason.REFUSED, detail=detail)


def _of_socket(fault: str) -> Outcome:
    if any(sign in fault for sign in _NEVER_LEFT):
        return Outcome(status=Status.RETRY, reason=Reason.UNREACHABLE, detail="no connection")
    if any(sign in fault for sign in _TIMED_OUT):
        return Outcome(status=Status.UNKNOWN, reason=Reason.TIMEOUT, detail="no answer in time")
    return Outcome(status=Status.UNKNOWN, reason=Reason.UNREACHABLE, detail="the connection broke after it was made")
