"""A sign-in under way at a provider: what we ask it through the browser, and what must come back the same.

Nothing of it is kept here. The browser holds a sealed seed, from which state, nonce and verifier follow under our
secret: nobody else can finish it, and a flood of beginnings takes no room.
"""

import hmac
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import sha256
from urllib.parse import urlencode

import msgspec

from sentinel.config.oidc import OidcSettings
from sentinel.web.oidc.endpoints import ProviderEndpoints

PURPOSE = "oidc"
LASTS = timedelta(minutes=10)
"""People look for their second factor meanwhile."""


class SignInUnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in, in one browser.

    Parameters
    ----------
    issuer
        At which provider; what another one answers counts for nothing.
    next
        The page to go on to.
    """

    seed: str
    issuer: str
    next: str

    @classmethod
    def begin(cls, issuer: str, next: str) -> "SignInUnderWay":
        """A new one."""
        return cls(seed=secrets.token_urlsafe(24), issuer=issuer, next=next)

    def state(self, secret: bytes) -> str:
        """Comes back with the browser."""
        return self._of("state", secret)

    def nonce(self, secret: bytes) -> str:
        """Comes back in the token."""
        return self._of("nonce", secret)

    def verifier(self, secret: bytes) -> str:
        """Whoever exchanges the code must know it (PKCE, RFC 7636)."""
        return self._of("verifier", secret)

    def address(self, settings: OidcSettings, endpoints: ProviderEndpoints, redirect: str, secret: bytes) -> str:
        """Where the browser is led."""
        digest = sha256(self.verifier(secret).encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": settings.client_id,
            "redirect_uri": redirect,
            "scope": " ".join(dict.fromkeys(("openid", *settings.scopes))),
            "state": self.state(secret),
            "nonce": self.nonce(secret),
            "code_challenge": urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return with_query(endpoints.authorization, asked)

    def _of(self, what: str, secret: bytes) -> str:
        digest = hmac.digest(secret, f"oidc {what}\0{self.seed}".encode(), "sha256")
        return urlsafe_b64encode(digest).decode().rstrip("=")


def with_query(address: str, asked: dict[str, str]) -> str:
    """An address with these besides what it may ask already.

    Examples
    --------
    >>> with_query("https://a.example/in", {"x": "1"}), with_query("https://a.example/in?t=2", {"x": "1"})
    ('https://a.example/in?x=1', 'https://a.example/in?t=2&x=1')
    """
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"
