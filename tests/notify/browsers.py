"""A browser's half of Web Push: keys of its own, and reading what is meant for it as RFC 8291 says."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from sentinel.notify.push_devices import PushDevice, device_id
from sentinel.notify.push_message import public_key
from tests.fakes import START
from tests.notify.receiver import Receiver, Request, Wrong

SECRET = bytes(range(64, 96))
"""Of which the key is made that signs."""


def plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class PushBrowser:
    """One browser; ``secret`` and ``auth`` are kept inside it."""

    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = bytes(range(16))

    @property
    def point(self) -> bytes:
        return self.secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def device(self, endpoint: str, contact: str = "ana", **fields: Any) -> PushDevice:
        """As Sentinel keeps it."""
        told: dict[str, Any] = {
            "id": device_id(endpoint),
            "contact": contact,
            "name": "Pixel",
            "endpoint": endpoint,
            "p256dh": plain(self.point),
            "auth": plain(self.auth),
            "key": public_key(SECRET),
            "made_at": START,
        }
        return PushDevice(**told | fields)

    def read(self, body: bytes) -> bytes:
        """One record, deciphered and without its padding."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(body) <= 4096
        assert len(sealed) <= size
        shared = self.secret.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        keyed = _derived(self.auth, shared, b"WebPush: info\0" + self.point + sender, 32)
        key = _derived(salt, keyed, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(salt, keyed, b"Content-Encoding: nonce\0", 12)
        content = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert content.endswith(b"\2"), "the last record of a message ends so"
        return content[:-1]


def _derived(salt: bytes, keyed: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(keyed)


@dataclass
class PushService:
    """Takes a request as push services do, hands it to its browser, and keeps what the browser read."""

    browser: PushBrowser = field(default_factory=PushBrowser)
    shown: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)

    def take(self, request: Request) -> object:
        headers = request.headers
        if headers["Content-Encoding"] != "aes128gcm" or not headers.get("TTL", "").isdecimal():
            raise Wrong("aes128gcm and a TTL are wanted")
        if headers["Urgency"] not in ("very-low", "low", "normal", "high"):
            raise Wrong("an urgency that nobody knows")
        topic = headers.get("Topic", "")
        if len(topic) > 32 or not topic.replace("-", "").replace("_", "").isalnum():
            raise Wrong("a topic has at most 32 characters of base64url")
        self.claims.append(self._claims(headers["Authorization"]))
        if len(request.body) > 4096:
            raise Wrong("too long", 413)
        self.shown.append(json.loads(self.browser.read(request.body)))
        return {}

    def _claims(self, shown: str) -> dict[str, Any]:
        scheme, _, rest = shown.partition(" ")
        parts = dict(each.strip().split("=", 1) for each in rest.split(","))
        if scheme != "vapid" or parts["k"] != public_key(SECRET):
            raise Wrong("another key than the browser wants", 403)
        point = raw(parts["k"])
        key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": plain(point[1:33]), "y": plain(point[33:])})
        return dict(jwt.decode(parts["t"], key, algorithms=["ES256"]).claims)

    def receiver(self, mode: str = "ok", **fields: Any) -> Receiver:
        return Receiver(take=self.take, mode=mode, **fields)
