"""Links that act: a signed word that lets one contact do something to one incident, as long as it stands as it did when
it was given.

Minted for messages and for the phone page, read by the web. Whoever holds a link may use it, so it is short-lived,
names its contact, and does nothing once the incident has moved on.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b, sha256

import msgspec

from sentinel.incidents.command import Action

VERSION = b"\x01"
"""Of the layout; a link of another one is no link."""
SIGNATURE = 16
"""Bytes of HMAC-SHA256 that are kept: 128 bits, which nobody guesses, and a link that fits into a message."""
NONCE = 6
PRESS = 64
"""Characters of the longest press: what Telegram hands back of a button."""
PRESS_SIGNATURE = 12
"""Bytes of HMAC-SHA256 that are kept of it: 96 bits, and only a chat's own servers can try one."""
DEVICES = "devices"
"""What a link is about that leads to its contact's devices, in the place of an incident; no incident is called so."""
MOST = 600
"""Characters of the longest link that is looked at."""


class Grant(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """What a link allows: ``contact`` may do ``action`` to ``incident`` while its epoch is ``epoch``; ``None`` is all
    that the phone page offers. ``nonce`` keeps the links of two messages apart.
    """

    incident: str
    epoch: int
    contact: str
    action: Action | None
    expires_at: datetime
    nonce: bytes


class ChatPress(msgspec.Struct, frozen=True, kw_only=True):
    """What a chat hands back when somebody presses "I have it" there: which incident, as it stood. Who it was the chat
    says: whoever is shown the button and is known may press it.
    """

    incident: str
    epoch: int
    expires_at: datetime


class LinkFlaw(StrEnum):
    """Why a link allows nothing."""

    BAD = "bad"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """It was signed under a secret that another one has taken the place of."""
    GONE = "gone"
    """Whom it was given to is no contact any more."""
    DELETED = "deleted"
    """What it was about is not kept any more."""


class ActionLinks:
    """Mints and reads tokens under one secret.

    Parameters
    ----------
    former
        Secrets that it took the place of: what was signed under them allows nothing, and is told so.

    Examples
    --------
    >>> from datetime import UTC
    >>> links, at = ActionLinks(bytes(32)), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> grant = Grant(incident="20260302-0900-83b1d8", epoch=1, contact="ana", action=None, expires_at=at,
    ...     nonce=nonce_of("ana", 1))
    >>> token = links.mint(grant)
    >>> len(token), links.read(token, at - timedelta(hours=1)) == grant
    (79, True)
    >>> links.read(token, at), links.read(token[:-1] + "A", at)
    (<LinkFlaw.EXPIRED: 'expired'>, <LinkFlaw.BAD: 'bad'>)
    """

    def __init__(self, secret: bytes, former: Sequence[bytes] = ()) -> None:
        self.sign_under(secret, former)

    def sign_under(self, secret: bytes, former: Sequence[bytes]) -> None:
        """From now on this is the secret, and those are former ones."""
        if len(secret) < sha256().digest_size:
            raise ValueError(f"a secret of {len(secret)} bytes is too short; {sha256().digest_size} are needed")
        self._secret = secret
        self._former = tuple(former)

    def mint(self, grant: Grant) -> str:
        """The grant as characters that a URL's path takes as they are."""
        signed = VERSION + msgspec.msgpack.encode(grant)
        return urlsafe_b64encode(signed + _sign(self._secret, signed)).rstrip(b"=").decode("ascii")

    def read(self, token: str, now: datetime) -> Grant | LinkFlaw:
        """What the token allows at ``now``.

        Nothing in it is believed before its signature is found good, in constant time.
        """
        raw = _unpack(token)
        signed, signature = raw[:-SIGNATURE], raw[-SIGNATURE:]
        if not hmac.compare_digest(_sign(self._secret, signed), signature) or signed[:1] != VERSION:
            old = [hmac.compare_digest(_sign(each, signed), signature) for each in self._former]
            return LinkFlaw.WITHDRAWN if any(old) else LinkFlaw.BAD
        try:
            grant = msgspec.msgpack.decode(signed[1:], type=Grant)
        except msgspec.DecodeError:
            return LinkFlaw.BAD
        return grant if now < grant.expires_at else LinkFlaw.EXPIRED

    def mint_press(self, press: ChatPress) -> str:
        """The press in at most 64 characters; empty for what does not fit."""
        said = f"{press.incident}|{press.epoch}|{int(press.expires_at.timestamp()):x}"
        text = f"{said}|{_sign_press(self._secret, said)}"
        return text if text.isascii() and len(text) <= PRESS else ""

    def read_press(self, text: str, now: datetime) -> ChatPress | LinkFlaw:
        """What was pressed; nothing in it is believed before its signature is found good, in constant time."""
        said, _, signature = text[:PRESS].rpartition("|")
        if len(text) > PRESS or not text.isascii():
            return LinkFlaw.BAD
        if not hmac.compare_digest(_sign_press(self._secret, said), signature):
            old = [hmac.compare_digest(_sign_press(each, said), signature) for each in self._former]
            return LinkFlaw.WITHDRAWN if any(old) else LinkFlaw.BAD
        incident, epoch, ends = said.split("|")
        press = ChatPress(incident=incident, epoch=int(epoch), expires_at=datetime.fromtimestamp(int(ends, 16), UTC))
        return press if now < press.expires_at else LinkFlaw.EXPIRED


def nonce_of(*decision: str | int) -> bytes:
    """The same decision gives the same one, so that a recovery renders the message it rendered before."""
    return blake2b("\n".join(str(part) for part in decision).encode(), digest_size=NONCE).digest()


def whole_seconds(at: datetime, lasts: timedelta) -> datetime:
    """The instant at which a link that is made at ``at`` ends; without fractions it takes less room."""
    return (at + lasts).replace(microsecond=0)


def _sign(secret: bytes, signed: bytes) -> bytes:
    return hmac.digest(secret, signed, "sha256")[:SIGNATURE]


def _sign_press(secret: bytes, said: str) -> str:
    """Under the same secret, and never what signs a link."""
    signature = hmac.digest(secret, b"press\0" + said.encode(), "sha256")[:PRESS_SIGNATURE]
    return urlsafe_b64encode(signature).decode("ascii")


def _unpack(token: str) -> bytes:
    """The token's bytes; none for what `mint` would not have written character by character."""
    if len(token) > MOST or not token.isascii():
        return b""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (NoBase64, ValueError):
        return b""
    return raw if urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") == token else b""
