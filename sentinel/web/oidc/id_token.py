"""ID tokens: whether one is signed by the provider, for us, now, and for this very sign-in (OpenID Connect Core 3.1.3).

joserfc does the cryptography; which algorithms and keys it is handed is decided here.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

import msgspec

from sentinel.errors import SentinelError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""With a private key that the provider alone has: neither `none`, nor HS256, which whoever knows a key can sign."""
KINDS = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
"""How an algorithm begins, to the kind of key that it takes."""
PUBLIC = ("kty", "n", "e", "crv", "x", "y")
"""What of a key is read."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
LONGEST = 64 * 1024
Claims = Mapping[str, object]


class UnfitToken(SentinelError):
    """A token that proves nothing; the text says why and holds none of it."""


class UnknownKey(UnfitToken):
    """Signed with a key that is not among those the provider showed: it may have newer ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedToken:
    """Whose token it must be, for whom, and of which sign-in."""

    issuer: str
    client_id: str
    nonce: str


def claims_of(token: str, keys: bytes, expected: ExpectedToken, now: datetime) -> Claims:
    """What a token says, once all of it is proven; raises `UnfitToken`.

    Parameters
    ----------
    keys
        The provider's, as its JWKS document has them.
    """
    claims = _signed(token, keys)
    at = now.timestamp()
    if claims.get("iss") != expected.issuer:
        raise UnfitToken("iss: is another issuer's")
    _check_audience(claims, expected.client_id)
    expires, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    if not _is_number(expires) or at >= expires + LEEWAY:
        raise UnfitToken("exp: has expired, or does not say when it does")
    if not _is_number(issued) or issued > at + LEEWAY or not _is_number(begins) or begins > at + LEEWAY:
        raise UnfitToken("iat: is from the future, or missing; the clocks of the two machines may differ")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise UnfitToken("nonce: is of another sign-in")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise UnfitToken("sub: names nobody")
    return claims


def _check_audience(claims: Claims, client_id: str) -> None:
    audience, party = claims.get("aud"), claims.get("azp")
    named = audience if isinstance(audience, list) else [audience]
    if client_id not in named:
        raise UnfitToken("aud: is for somebody else")
    if party != client_id and (party is not None or len(named) > 1):
        raise UnfitToken("azp: was given to somebody else")


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _signed(token: str, keys: bytes) -> Claims:
    from joserfc import jwk, jws  # they bring the cryptography, which takes a while to import
    from joserfc.errors import JoseError

    if len(token) > LONGEST:
        raise UnfitToken(f"is longer than {LONGEST} characters")
    try:
        header = jws.extract_compact(token.encode()).headers()
        algorithm, name = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS:
            raise UnfitToken(f"alg: {str(algorithm)[:20]!r} proves nothing; allowed: {', '.join(ALGORITHMS)}")
        key = jwk.import_key(_key_for(str(algorithm), name, keys))
        payload = jws.deserialize_compact(token, key, algorithms=[str(algorithm)]).payload
        return msgspec.json.decode(payload or b"", type=dict[str, object])
    except (JoseError, msgspec.DecodeError, ValueError, TypeError, KeyError) as error:  # damaged, which is no fault
        raise UnfitToken(f"signature: {type(error).__name__}") from None


class _KeySet(msgspec.Struct, frozen=True):
    keys: list[dict[str, object]]


def _key_for(algorithm: str, name: object, keys: bytes) -> dict[str, str | list[str]]:
    """The one public key that may have signed it; without a name, the only one of its kind."""
    try:
        found = msgspec.json.decode(keys, type=_KeySet).keys
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UnfitToken("the provider's keys cannot be read") from None
    kind = KINDS[algorithm[:2]]
    fit = [
        each
        for each in found
        if each.get("kty") == kind and each.get("use", "sig") == "sig" and each.get("alg", algorithm) == algorithm
    ]
    named = [each for each in fit if name is None or each.get("kid") == name]
    if not named:
        raise UnknownKey(f"kid: {str(name)[:80]!r} is none of the provider's keys for {algorithm}")
    if len(named) > 1:
        raise UnfitToken("kid: missing, or of several keys of the provider")
    return {part: text for part in PUBLIC if isinstance(text := named[0].get(part), str)}
