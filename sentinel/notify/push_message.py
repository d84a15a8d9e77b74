"""Push message: what a service worker shows, encrypted for one browser (RFC 8291) and signed by this Sentinel (RFC
8292).

Encryption is Apprise's, signing joserfc's; both are imported at the first message. A push service sees how long a
message is, when it comes and to which browser, and nothing that stands in it.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NoBase64
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sentinel.notify.base import Message, MessageKind, Urgency
from sentinel.notify.fit import fit
from sentinel.notify.push_devices import PushDevice
from sentinel.phrases.phrases import say

MOST = 3_990
"""Bytes of a message before it is encrypted: with header and tag it is 4,096, which every push service takes."""
TITLE = 200
"""Bytes of a title; phones show fewer."""
SIGNED_FOR = timedelta(hours=12)
"""How long a signature is good; a day is the longest that push services take."""
NOBODY = "mailto:sentinel@localhost"
"""Whom push services may turn to where Sentinel has no address that they could reach."""
LASTS = {MessageKind.PAGE: timedelta(hours=4)}
NEWS_LASTS = timedelta(hours=12)
"""How long a push service keeps a message for a phone that is off; a page that old would have been sent again."""
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256: private keys are the numbers from 1 to one less."""


@lru_cache(maxsize=4)
def signing_key(secret: bytes) -> ec.EllipticCurvePrivateKey:
    """The key that a secret stands for; the same secret gives the same one."""
    return ec.derive_private_key(int.from_bytes(secret) % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key(secret: bytes) -> str:
    """What browsers are told of it, ``applicationServerKey``."""
    point = signing_key(secret).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _plain(point)


def keys_flaw(p256dh: str, auth: str) -> str | None:
    """Why nothing can be encrypted for keys that a browser names.

    Examples
    --------
    >>> keys_flaw("AAAA", "BBBB")
    'p256dh is no key of a browser'
    """
    try:
        _reader(p256dh)
    except ValueError:
        return "p256dh is no key of a browser"
    try:
        return None if len(_bytes(auth)) == 16 else "auth is not 16 bytes"
    except ValueError:
        return "auth is not 16 bytes"


def authorization(endpoint: str, secret: bytes, subject: str, now: datetime) -> str:
    """The header that shows a push service whose message it is; good for this push service alone."""
    from joserfc import jwt
    from joserfc.jwk import ECKey

    parts = urlsplit(endpoint)
    subject = subject if subject.startswith(("https://", "mailto:")) else NOBODY
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int((now + SIGNED_FOR).timestamp()), "sub": subject}
    key = ECKey.import_key(signing_key(secret))
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, key, algorithms=["ES256"])
    return f"vapid t={token}, k={public_key(secret)}"


def encrypted(content: bytes, device: PushDevice) -> bytes:
    """For this browser's eyes, with a key and a salt of their own."""
    from apprise.utils.pem import ApprisePEMController

    crypt = ApprisePEMController(os.devnull)  # type: ignore[no-untyped-call,unused-ignore]  # it keeps no key here
    sealed: bytes = crypt.encrypt_webpush(content, public_key=_reader(device.p256dh), auth_secret=_bytes(device.auth))
    return sealed


def content_of(message: Message) -> bytes:
    """What the service worker reads: words in the contact's language, and paths of our own, never an address.

    The body is cut where all of it is too long.
    """
    take = next((each for each in message.buttons if each.acts), None)
    look = next((each for each in message.buttons if not each.acts), None)
    shown: dict[str, object] = {
        "title": fit(message.title, TITLE),
        "lang": message.language,
        "tag": topic_of(message),
        "path": _path(message.link or (look.url if look else "")),
        "stays": message.kind in (MessageKind.PAGE, MessageKind.TEST) and message.urgency is not Urgency.QUIET,
        "open": look.label if look else say(message.language, "channel.open"),
        "lost": say(message.language, "channel.push_lost"),
    }
    if take is not None:
        shown |= {"take": take.label, "post": _path(take.url)}
    room = MOST - len(msgspec.json.encode({**shown, "body": ""}))
    body = message.body
    while len(msgspec.json.encode(body)) - 2 > room:
        body = fit(body, len(body.encode()) * 9 // 10)
    return msgspec.json.encode({**shown, "body": body})


def headers_of(message: Message) -> dict[str, str]:
    """How soon the push service hands it over, how long it keeps it, and what it takes the place of."""
    loud = message.kind in (MessageKind.PAGE, MessageKind.TEST) and message.urgency is not Urgency.QUIET
    lasts = LASTS.get(message.kind, NEWS_LASTS)
    return {
        "TTL": str(int(lasts.total_seconds())),
        "Urgency": "high" if loud else "normal",
        "Topic": topic_of(message),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
    }


def topic_of(message: Message) -> str:
    """A repeat takes the place of what it repeats: 32 characters, as push services want them, that say nothing."""
    named = message.key or f"{message.title}\n{message.body}"
    return _plain(sha256(named.encode()).digest()[:24])


def _path(url: str) -> str:
    try:
        return "/" + urlsplit(url).path.lstrip("/")
    except ValueError:
        return "/"


def _reader(p256dh: str) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(p256dh))


def _bytes(text: str) -> bytes:
    """Base64 as browsers write it, without the signs at its end."""
    try:
        return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (NoBase64, ValueError) as error:
        raise ValueError(str(error)) from None


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
