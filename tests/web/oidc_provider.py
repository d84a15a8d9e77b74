"""A provider of OpenID Connect on 127.0.0.1 that speaks the real protocol, and lies when a test says so."""

import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from aiohttp import web
from joserfc import jwk, jwt

from sentinel.clock import Clock
from sentinel.config.schema import Config
from tests.web.people import a_house
from tests.web.stand import Answer, Client

CLIENT, SECRET = "sentinel", "a secret: with/signs"
EXTERNAL = "http://127.0.0.1:8080"
BACK = f"{EXTERNAL}/login/oidc/callback"
Claims = dict[str, object]


@cache
def a_key(kid: str) -> jwk.RSAKey:
    """The same for every test that asks for this name: making one takes a while."""
    return jwk.RSAKey.generate_key(2048, {"kid": kid})


@dataclass
class LocalProvider:
    """Knows one person, who has signed in there already.

    Parameters
    ----------
    twist
        What becomes of the claims before they are signed.
    forge
        Makes the token itself in place of the provider.
    """

    clock: Clock
    claims: Claims = field(
        default_factory=lambda: {
            "sub": "248289761001",
            "preferred_username": "nora",
            "groups": ["staff", "crisis"],
        }
    )
    besides: Claims = field(default_factory=dict)
    twist: Callable[[Claims], Claims] = field(default=lambda claims: claims)
    forge: Callable[["LocalProvider", Claims], str] | None = None
    secret: str | None = SECRET
    down: bool = False
    ends_sessions: bool = True
    names_itself: bool = True
    issuer: str = ""
    document: dict[str, object] = field(default_factory=dict)
    key: jwk.RSAKey = field(default_factory=lambda: a_key("one"))
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self, kid: str = "two") -> None:
        """From now on it signs with another key, and shows that alone."""
        self.key = a_key(kid)

    def token(self, nonce: str) -> str:
        """The ID token of one sign-in."""
        now = int(self.clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        claims = self.twist(claims)
        if self.forge is not None:
            return self.forge(self, claims)
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    async def discovery(self, request: web.Request) -> web.Response:
        found: dict[str, object] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "authorization_response_iss_parameter_supported": self.names_itself,
        }
        if self.ends_sessions:
            found["end_session_endpoint"] = f"{self.issuer}/leave"
        return self._told("discovery", found | self.document)

    async def keys(self, request: web.Request) -> web.Response:
        return self._told("keys", {"keys": [self.key.as_dict(private=False) | {"use": "sig", "alg": "RS256"}]})

    async def authorize(self, request: web.Request) -> web.Response:
        """They are known here: back at once, with a code."""
        asked = dict(request.query)
        assert asked["client_id"] == CLIENT
        assert asked["redirect_uri"] == BACK
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"]} | ({"iss": self.issuer} if self.names_itself else {})
        return web.Response(status=302, headers={"Location": f"{BACK}?{urlencode(back)}"})

    async def exchange(self, request: web.Request) -> web.Response:
        form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        asked = self.codes.pop(form.get("code", ""), None)
        if not self._is_client(request):
            return web.json_response({"error": "invalid_client"}, status=401)
        challenge = urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if asked is None or challenge != asked["code_challenge"] or form.get("redirect_uri") != BACK:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self.token(asked["nonce"])
        return self._told("token", {"id_token": token, "access_token": "at-1", "token_type": "Bearer"})

    async def userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer at-1"
        return self._told("userinfo", self.besides)

    def _is_client(self, request: web.Request) -> bool:
        if self.secret is None:
            return "Authorization" not in request.headers
        scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
        name, _, secret = b64decode(shown).decode().partition(":")
        return (scheme, unquote_plus(name), unquote_plus(secret)) == ("Basic", CLIENT, self.secret)

    def _told(self, what: str, body: dict[str, object]) -> web.Response:
        self.asked.append(what)
        if self.down:
            return web.Response(status=503)
        return web.Response(text=json.dumps(body), content_type="application/json")


@asynccontextmanager
async def a_local_provider(clock: Clock) -> AsyncIterator[LocalProvider]:
    """One that listens."""
    provider, app = LocalProvider(clock), web.Application()
    app.add_routes(
        [
            web.get("/.well-known/openid-configuration", provider.discovery),
            web.get("/keys", provider.keys),
            web.get("/authorize", provider.authorize),
            web.post("/token", provider.exchange),
            web.get("/userinfo", provider.userinfo),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        provider.issuer = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield provider
    finally:
        await runner.cleanup()


def a_provided_house(provider: LocalProvider, *, users: bool = True, **oidc: object) -> Config:
    """The house of `people.py`, with a provider beside its users; keywords go to ``access.oidc``."""
    settings = {
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "label": "Casa SSO",
        "groups": {
            "crisis": {"role": "responder"},
            "bosses": {"role": "admin"},
            "acme": {"role": "responder", "brands": ["Acme"]},
            "sol": {"role": "responder", "brands": ["Banco Sol"]},
            "guests": {"role": "viewer"},
        },
        **oidc,
    }
    return a_house(web={"external_url": EXTERNAL}, oidc=settings, **({} if users else {"users": {}}))


async def to_provider(client: Client, *, next: str = "") -> str:
    """Press the button; where the browser is led."""
    answer = await client.get(f"/login/oidc?{urlencode({'next': next})}")
    assert answer.status == 303, answer.text
    return answer.headers["Location"]


async def at_provider(client: Client, address: str) -> str:
    """What the provider sends the browser back with, as a path of ours."""
    async with client.session.get(address, allow_redirects=False) as response:
        back = urlsplit(response.headers["Location"])
    return f"{back.path}?{back.query}"


async def sign_in_there(client: Client, *, next: str = "") -> Answer:
    """The whole way, and what it ends with."""
    return await client.get(await at_provider(client, await to_provider(client, next=next)))
