"""Sealed values: what we hand a browser for some minutes and want back as it was, signed and with its end."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec

LONGEST = 4096
"""Characters of a cookie that a browser keeps."""
Value = TypeVar("Value", bound=msgspec.Struct)


def seal(secret: bytes, purpose: str, value: msgspec.Struct, *, now: datetime, lasts: timedelta) -> str:
    """Whoever has it can read it, and neither change it nor use it for another purpose."""
    body = urlsafe_b64encode(msgspec.json.encode((int((now + lasts).timestamp()), value))).decode().rstrip("=")
    return f"{body}.{_mark(secret, purpose, body)}"


def unseal(secret: bytes, purpose: str, shown: str, kind: type[Value], *, now: datetime) -> Value | None:
    """What was sealed; ``None`` for what is too old, changed, or made up.

    Examples
    --------
    >>> class Word(msgspec.Struct): text: str
    >>> at, later = datetime.fromisoformat("2026-03-02T10:00:00Z"), datetime.fromisoformat("2026-03-02T10:05:00Z")
    >>> shown = seal(b"k", "test", Word("hi"), now=at, lasts=timedelta(minutes=5))
    >>> [unseal(*given, Word, now=then) for given, then in (((b"k", "test", shown), at), ((b"k", "test", shown), later),
    ...     ((b"k", "other", shown), at), ((b"k", "test", "x" + shown), at))]
    [Word(text='hi'), None, None, None]
    """
    body, _, mark = shown.partition(".")
    right = _mark(secret, purpose, body).encode()
    if len(shown) > LONGEST or not hmac.compare_digest(right, mark.encode("utf-8", "surrogateescape")):
        return None
    try:
        until, value = msgspec.json.decode(urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=tuple[int, kind])  # type: ignore[valid-type]
    except (msgspec.DecodeError, ValueError):
        return None
    return value if now.timestamp() < until else None


def _mark(secret: bytes, purpose: str, body: str) -> str:
    return hmac.digest(secret, f"sealed\0{purpose}\0{body}".encode("utf-8", "surrogateescape"), "sha256").hex()
