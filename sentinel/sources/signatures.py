"""Signatures by which programs prove a post: Standard Webhooks, and the ways of well-known senders. No I/O.

All but the token are an HMAC-SHA256 over the bytes as they came.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from sentinel.sources.posted import Posted

WINDOW = timedelta(minutes=5)
"""How far a signed time may be from ours, either way."""


class Scheme(StrEnum):
    """How a sender proves a post."""

    STANDARD = "standard"
    """Standard Webhooks (`webhook-id`, `webhook-timestamp`, `webhook-signature`); Svix' names for them too."""
    GITHUB = "github"
    """`X-Hub-Signature-256`: GitHub, Meta and many more."""
    SLACK = "slack"
    """`X-Slack-Signature`, with a time."""
    STRIPE = "stripe"
    """`Stripe-Signature`, with a time."""
    TOKEN = "token"  # a name
    """A token in `Authorization: Bearer`, in a header of the sender's own, or in the address (`?token=`)."""


def is_believed(
    posted: Posted, scheme: Scheme, secrets: Sequence[str], now: datetime, header: str | None = None
) -> bool:
    """Whether one of the secrets proves the post, and it is no old one sent again."""
    match scheme:
        case Scheme.STANDARD:
            return any(_standard(posted, secret, now) for secret in secrets)
        case Scheme.GITHUB:
            shown = posted.headers.get("x-hub-signature-256", "").removeprefix("sha256=")
            return any(_same(shown, _hex(secret, posted.body)) for secret in secrets)
        case Scheme.SLACK:
            at, shown = posted.headers.get("x-slack-request-timestamp", ""), posted.headers.get("x-slack-signature", "")
            signed = b"v0:" + at.encode() + b":" + posted.body
            return _fresh(at, now) and any(_same(shown.removeprefix("v0="), _hex(each, signed)) for each in secrets)
        case Scheme.STRIPE:
            return _stripe(posted, secrets, now)
        case Scheme.TOKEN:
            shown = posted.headers.get(header.lower(), "") if header else ""
            bearer = posted.headers.get("authorization", "").removeprefix("Bearer ")
            tokens = [each for each in (shown, bearer, posted.query.get("token", "")) if each]
            return any(_same(token, secret) for token in tokens for secret in secrets)
        case _:
            assert_never(scheme)


def delivery_of(posted: Posted) -> str:
    """How the sender calls this delivery; the same when it sends it again."""
    names = ("webhook-id", "svix-id", "x-github-delivery", "x-request-id")
    return next((posted.headers[name] for name in names if posted.headers.get(name)), "")


def _standard(posted: Posted, secret: str, now: datetime) -> bool:
    prefix = "svix" if "svix-signature" in posted.headers else "webhook"
    id, at, shown = (posted.headers.get(f"{prefix}-{part}", "") for part in ("id", "timestamp", "signature"))
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = secret.encode()
    signed = f"{id}.{at}.".encode() + posted.body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    versions = [each.partition(",") for each in shown.split()]
    return _fresh(at, now) and any(version == "v1" and _same(value, right) for version, _, value in versions)


def _stripe(posted: Posted, secrets: Sequence[str], now: datetime) -> bool:
    parts = [each.strip().partition("=") for each in posted.headers.get("stripe-signature", "").split(",")]
    at = next((value for name, _, value in parts if name == "t"), "")
    shown = [value for name, _, value in parts if name == "v1"]
    signed = at.encode() + b"." + posted.body
    return _fresh(at, now) and any(_same(value, _hex(secret, signed)) for value in shown for secret in secrets)


def _fresh(at: str, now: datetime) -> bool:
    return at.isdecimal() and len(at) < 12 and abs(now.timestamp() - int(at)) <= WINDOW.total_seconds()


def _hex(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _same(shown: str, right: str) -> bool:
    return hmac.compare_digest(shown.encode("utf-8", "replace"), right.encode("utf-8", "replace"))
