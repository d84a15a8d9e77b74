"""The provider over HTTP: its endpoints and keys, kept for a while; a code exchanged for tokens; what it knows besides.

It is the operator's own word where it is, so it may be in a private network; it is followed nowhere else.
"""

import asyncio
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote_plus

import aiohttp
import msgspec
import structlog

from sentinel.clock import Clock
from sentinel.config.oidc import OidcSettings
from sentinel.web.oidc.endpoints import WELL_KNOWN, ProviderEndpoints, ProviderFault, read_endpoints
from sentinel.web.oidc.id_token import Claims

FRESH = timedelta(hours=1)
"""How long what it says of itself is not asked for again ..."""
GOOD = timedelta(hours=24)
"""... and how long it will do while the provider does not answer."""
KEYS_EVERY = timedelta(seconds=30)
"""How soon its keys are asked for again because of a key that is not among them."""
AGAIN = timedelta(seconds=5)
"""How soon it is asked again after it failed: people who wait for the same answer do not wait one after the other."""
PATIENCE = aiohttp.ClientTimeout(total=10, connect=5)
LARGEST = 2**20
log = structlog.get_logger(__name__)


class ProviderTokens(msgspec.Struct, frozen=True):
    """What it gives for a code."""

    id_token: str
    access_token: str = ""


class _Refusal(msgspec.Struct, frozen=True):
    error: str = ""


@dataclass(slots=True)
class _Kept:
    """A document, and when it was read."""

    body: bytes
    at: datetime


class OidcProvider:
    """Asks; one at a time for the same document."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._failed: dict[str, datetime] = {}
        self._asking = asyncio.Lock()
        self.unreachable = False
        """Whether it did not answer when it was asked last."""

    async def endpoints(self, settings: OidcSettings) -> ProviderEndpoints:
        """Where what is asked; raises `ProviderFault`."""
        url = settings.issuer.rstrip("/") + WELL_KNOWN
        body = await self._document(url, FRESH)
        try:
            return read_endpoints(body, settings)
        except ProviderFault:
            self._kept.pop(url, None)  # it is asked again as soon as it is mended
            raise

    async def keys(self, endpoints: ProviderEndpoints, *, anew: bool = False) -> bytes:
        """Its public keys; ``anew`` where a key was not among them."""
        return await self._document(endpoints.keys, KEYS_EVERY if anew else FRESH)

    async def exchange(
        self, settings: OidcSettings, endpoints: ProviderEndpoints, *, code: str, verifier: str, redirect: str
    ) -> ProviderTokens:
        """The tokens for a code, which counts once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect,
            "client_id": settings.client_id,
            "code_verifier": verifier,
        }
        headers = {"Accept": "application/json"}
        if settings.client_secret is not None:
            secret = settings.client_secret.get_secret_value()
            if endpoints.secret_in_body:
                form["client_secret"] = secret
            else:
                pair = f"{quote_plus(settings.client_id)}:{quote_plus(secret)}"
                headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        status, body = await self._ask("POST", endpoints.token, headers, form)
        if status != 200:
            raise ProviderFault(f"{endpoints.token}: answers {status} ({_refusal(body)}); look at client_id and secret")
        try:
            return msgspec.json.decode(body, type=ProviderTokens)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ProviderFault(f"{endpoints.token}: gives no id_token; the scope openid must be allowed") from None

    async def known_besides(self, endpoints: ProviderEndpoints, tokens: ProviderTokens) -> Claims:
        """What it says of somebody where it is asked with their token; nothing where it cannot be asked."""
        if endpoints.userinfo is None or not tokens.access_token:
            return {}
        headers = {"Accept": "application/json", "Authorization": f"Bearer {tokens.access_token}"}
        status, body = await self._ask("GET", endpoints.userinfo, headers, None)
        try:
            return msgspec.json.decode(body, type=dict[str, object]) if status == 200 else {}
        except (msgspec.DecodeError, UnicodeDecodeError):
            return {}

    async def _document(self, url: str, fresh: timedelta) -> bytes:
        async with self._asking:
            kept, now = self._kept.get(url), self._clock.now()
            if kept is not None and timedelta(0) <= now - kept.at < fresh:
                return kept.body
            try:
                body = await self._fetched(url)
            except ProviderFault:
                if kept is None or now - kept.at >= GOOD:
                    raise
                return kept.body
            self._kept = {name: each for name, each in self._kept.items() if now - each.at < GOOD}
            self._kept[url] = _Kept(body, now)
            return body

    async def _fetched(self, url: str) -> bytes:
        now = self._clock.now()
        if timedelta(0) <= now - self._failed.get(url, now - AGAIN) < AGAIN:
            raise ProviderFault(f"{url}: failed seconds ago")
        self._failed.pop(url, None)
        try:
            status, body = await self._ask("GET", url, {"Accept": "application/json"}, None)
            if status != 200:
                raise ProviderFault(f"{url}: answers {status}")
        except ProviderFault:
            self._failed = {url: self._clock.now()}
            raise
        return body

    async def _ask(
        self, method: str, url: str, headers: dict[str, str], form: dict[str, str] | None
    ) -> tuple[int, bytes]:
        """Status and body; a redirect is an answer, and no good one."""
        try:
            async with (
                aiohttp.ClientSession(trust_env=True, timeout=PATIENCE) as session,
                session.request(method, url, headers=headers, data=form, allow_redirects=False) as answer,
            ):
                body = await answer.content.read(LARGEST + 1)
                while len(body) <= LARGEST and (more := await answer.content.read(LARGEST)):
                    body += more
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            self.unreachable = True
            raise ProviderFault(f"{url}: does not answer ({type(error).__name__})") from None
        self.unreachable = status >= 500
        if len(body) > LARGEST:
            raise ProviderFault(f"{url}: answers with more than {LARGEST} bytes")
        return status, body


def _refusal(body: bytes) -> str:
    """The word of its refusal, by which its documentation says more."""
    try:
        word = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "no reason"
    return word[:40] if word.isascii() and word.isprintable() and word else "no reason"
