"""What a hostile browser, a forged token and a lying provider try on a sign-in by OpenID Connect; each is refused."""

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from yarl import URL

from sentinel.store.audit import AuditOutcome
from tests.fakes import FakeClock
from tests.web.oidc_provider import (
    Claims,
    LocalProvider,
    a_key,
    a_local_provider,
    a_provided_house,
    at_provider,
    sign_in_there,
    to_provider,
)
from tests.web.people import BROWSER, another_browser, cookie_in, sign_in
from tests.web.stand import Answer, Client, Stand

House = tuple[Stand, LocalProvider, Client]


@asynccontextmanager
async def a_house_with_provider(**oidc: object) -> AsyncIterator[House]:
    clock = FakeClock()
    async with a_local_provider(clock) as provider:
        stand = Stand(config=a_provided_house(provider, **oidc), clock=clock)
        async with stand.client(**BROWSER) as client:
            yield stand, provider, client


def refused(answer: Answer) -> bool:
    return answer.status == 403 and "sentinel_session" not in answer.cookies


def part(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(provider: LocalProvider, claims: Claims) -> str:
    return f"{part({'alg': 'none', 'kid': provider.key.kid})}.{part(claims)}."


def signed_with_what_everybody_knows(provider: LocalProvider, claims: Claims) -> str:
    """HS256, with the public key as its secret."""
    body = f"{part({'alg': 'HS256', 'kid': provider.key.kid})}.{part(claims)}"
    public = provider.key.as_pem(private=False)
    return f"{body}.{urlsafe_b64encode(hmac.digest(public, body.encode(), 'sha256')).decode().rstrip('=')}"


def signed_by_a_stranger(provider: LocalProvider, claims: Claims) -> str:
    """Another key under the name of the provider's."""
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, a_key("stranger"))


def with_a_key_of_its_own(provider: LocalProvider, claims: Claims) -> str:
    """The token brings the key that it is to be believed by."""
    stranger = a_key("stranger")
    header = {"alg": "RS256", "kid": provider.key.kid, "jwk": stranger.as_dict(private=False)}
    return jwt.encode(header, claims, stranger)


def changed_after_signing(provider: LocalProvider, claims: Claims) -> str:
    head, _, mark = jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key).split(".")
    return f"{head}.{part(claims | {'groups': ['bosses']})}.{mark}"


FORGED = {
    "alg none": unsigned,
    "HS256 with the public key": signed_with_what_everybody_knows,
    "another key under the same name": signed_by_a_stranger,
    "a key that the token brings": with_a_key_of_its_own,
    "changed after signing": changed_after_signing,
    "no token": lambda *_: "",
    "three dots": lambda *_: "...",
    "not base64": lambda *_: "é.é.é",
    "longer than any": lambda *_: "e." * 50_000,
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_forged_token_proves_nothing(forge: Callable[[LocalProvider, Claims], str]) -> None:
    """403, a sentence, a line in the log; never a session, never a 500."""
    async with a_house_with_provider() as (stand, provider, client):
        provider.forge = forge
        assert refused(await sign_in_there(client))
        assert (await stand.audit.find())[0].outcome is AuditOutcome.REFUSED


def without(*names: str) -> Callable[[Claims], Claims]:
    return lambda claims: {name: value for name, value in claims.items() if name not in names}


TWISTED: dict[str, Callable[[Claims], Claims]] = {
    "wrong nonce": lambda claims: claims | {"nonce": "another"},
    "no nonce": without("nonce"),
    "a nonce that is no text": lambda claims: claims | {"nonce": [claims["nonce"]]},
    "another audience": lambda claims: claims | {"aud": "other"},
    "an audience that begins like ours": lambda claims: claims | {"aud": "sentinel2"},
    "no audience": without("aud"),
    "several audiences and nobody to whom it was given": lambda claims: claims | {"aud": ["sentinel", "other"]},
    "given to another client": lambda claims: claims | {"aud": ["sentinel", "other"], "azp": "other"},
    "ours alone, and given to another": lambda claims: claims | {"azp": "other"},
    "another issuer": lambda claims: claims | {"iss": "https://evil.example"},
    "our issuer with a slash": lambda claims: claims | {"iss": f"{claims['iss']}/"},
    "no issuer": without("iss"),
    "expired": lambda claims: claims | {"exp": int(claims["iat"]) - 60},  # type: ignore[call-overload]
    "no end": without("exp"),
    "an end that is no number": lambda claims: claims | {"exp": "tomorrow"},
    "true as an end": lambda claims: claims | {"exp": True},
    "from the future": lambda claims: claims | {"iat": int(claims["iat"]) + 600},  # type: ignore[call-overload]
    "not before later": lambda claims: claims | {"nbf": int(claims["iat"]) + 600},  # type: ignore[call-overload]
    "nobody": without("sub"),
    "a number for somebody": lambda claims: claims | {"sub": 7},
}


@pytest.mark.parametrize("twist", TWISTED.values(), ids=TWISTED)
async def test_a_token_for_somebody_else_or_another_time_proves_nothing(twist: Callable[[Claims], Claims]) -> None:
    """Although the provider signed it."""
    async with a_house_with_provider() as (_, provider, client):
        provider.twist = twist
        answer = await sign_in_there(client)
        assert refused(answer)
        assert "no es válida" in answer.text


async def test_several_audiences_are_well_where_it_was_given_to_us() -> None:
    """And clocks may differ by a minute."""
    async with a_house_with_provider() as (_, provider, client):
        provider.twist = lambda claims: (
            claims
            | {
                "aud": ["other", "sentinel"],
                "azp": "sentinel",
                "exp": int(claims["iat"]) - 59,  # type: ignore[call-overload]
                "iat": int(claims["iat"]) + 59,  # type: ignore[call-overload]
            }
        )
        assert (await sign_in_there(client)).status == 303


async def test_a_way_back_counts_once() -> None:
    """The same address again, with the same cookie: neither state nor code is good a second time."""
    async with a_house_with_provider() as (_, provider, client):
        back = await at_provider(client, await to_provider(client))
        kept = client.session.cookie_jar.filter_cookies(URL(client.url))["sentinel_oidc"].value
        assert (await client.get(back)).status == 303
        client.session.cookie_jar.clear()
        assert refused(await client.get(back, headers={"Cookie": f"sentinel_oidc={kept}"}))
        other = back.replace(parse_qs(urlsplit(back).query)["code"][0], "a-fresh-code")
        assert refused(await client.get(other, headers={"Cookie": f"sentinel_oidc={kept}"}))
        assert provider.asked.count("token") == 1


async def test_a_way_back_is_good_in_the_browser_that_began_it_alone() -> None:
    """Whoever sends their own to somebody does not sign them in as themselves (login CSRF)."""
    async with a_house_with_provider() as (_, _, attacker):
        planted = await at_provider(attacker, await to_provider(attacker))
        async with another_browser(attacker) as victim:
            assert refused(await victim.get(planted))
            await to_provider(victim)
            assert refused(await victim.get(planted))


async def test_who_tries_many_ways_back_waits_and_the_provider_is_left_alone() -> None:
    """Twenty from an address, then it waits; a right one takes its own try back."""
    async with a_house_with_provider() as (_, provider, client):
        for _ in range(25):
            assert (await sign_in_there(client)).status == 303
        provider.asked.clear()
        guesses = [(await client.get(f"/login/oidc/callback?code={n}&state=x")).status for n in range(22)]
        assert guesses == [403] * 20 + [429] * 2
        assert provider.asked == []


async def test_a_way_back_is_good_for_ten_minutes() -> None:
    """However good its code is."""
    async with a_house_with_provider() as (stand, _, client):
        back = await at_provider(client, await to_provider(client))
        await stand.clock.advance(timedelta(minutes=10))
        assert refused(await client.get(back))


async def test_a_cookie_that_was_changed_is_none() -> None:
    """The page to go on to stands in it, signed."""
    async with a_house_with_provider() as (_, _, client):
        back = await at_provider(client, await to_provider(client))
        kept = client.session.cookie_jar.filter_cookies(URL(client.url))["sentinel_oidc"].value
        client.session.cookie_jar.clear()
        for bent in (kept[:-1], f"A{kept[1:]}", "x.y", "", f"{part([9999999999, {'seed': 'x'}])}.00"):
            assert refused(await client.get(back, headers={"Cookie": f"sentinel_oidc={bent}"}))


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "/login/oidc", "javascript:alert(1)", "/\t/evil"],
)
async def test_nobody_is_led_to_another_site(wanted: str) -> None:
    """Not through the page to go on to, neither at the beginning nor in the end."""
    async with a_house_with_provider() as (_, _, client):
        assert (await sign_in_there(client, next=wanted)).headers["Location"] == "/"


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ({"iss": "https://evil.example"}, "another issuer's answer"),
        ({"iss": ""}, "an issuer without a name"),
        ({"error": "access_denied", "error_description": "Call 555-0199"}, "the provider declines"),
        ({"error": "<script>"}, "an error that is none"),
        ({"code": ""}, "no code"),
        ({"code": "x" * 5000}, "a code longer than any"),
        ({"state": "x"}, "another state"),
        ({"state": ""}, "no state"),
    ],
    ids=lambda each: each if isinstance(each, str) else None,
)
async def test_an_answer_that_is_bent_on_its_way_is_refused(query: dict[str, str], cause: str) -> None:
    """And no word of it stands on the page."""
    async with a_house_with_provider() as (_, provider, client):
        back = await at_provider(client, await to_provider(client))
        asked = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()} | query
        answer = await client.get(f"{urlsplit(back).path}?{urlencode(asked)}")
        assert refused(answer), cause
        assert "555-0199" not in answer.text
        assert "<script>" not in answer.text
        assert "token" not in provider.asked


async def test_an_answer_that_does_not_say_whose_it_is_is_refused_where_the_provider_says_that_it_does() -> None:
    """RFC 9207, against a mix of two providers; of one that never does none is wanted."""
    async with a_house_with_provider() as (_, provider, client):
        back = await at_provider(client, await to_provider(client))
        assert refused(await client.get(back.partition("&iss=")[0]))
    async with a_house_with_provider() as (_, provider, client):
        provider.names_itself = False
        assert (await sign_in_there(client)).status == 303


async def test_a_sign_in_that_began_at_one_provider_does_not_end_at_another() -> None:
    """A reload in between puts another in its place, which gets no code of the first."""
    async with a_house_with_provider() as (stand, _, client), a_local_provider(stand.clock) as second:
        back = await at_provider(client, await to_provider(client))
        stand.config = a_provided_house(second)
        assert refused(await client.get(back))
        assert second.asked == []


async def test_a_token_of_another_provider_proves_nothing_here() -> None:
    """Two providers, one code: what the other signed for the same client is another issuer's."""
    async with a_house_with_provider() as (stand, provider, client), a_local_provider(stand.clock) as other:
        provider.forge = lambda _, claims: other.token(str(claims["nonce"]))
        assert refused(await sign_in_there(client))


async def test_keys_that_changed_are_asked_for_once_and_old_ones_count_no_more() -> None:
    """A key that nobody knows is looked up anew, seldom enough that nobody floods the provider with names."""
    async with a_house_with_provider() as (stand, provider, client):
        assert (await sign_in_there(client)).status == 303
        await stand.clock.advance(timedelta(minutes=5))
        provider.rotate()
        assert (await sign_in_there(client)).status == 303
        assert provider.asked.count("keys") == 2
        provider.forge = lambda _, claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, a_key("one"))
        for _ in range(3):
            assert refused(await sign_in_there(client))
        assert provider.asked.count("keys") == 2


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": 7},
        {"token_endpoint": None},
    ],
    ids=["another issuer", "a file", "a script", "a number", "none"],
)
async def test_a_discovery_document_that_lies_leads_nowhere(document: dict[str, object]) -> None:
    """503 and the sentence of a provider that does not answer properly; mended, it works at once."""
    async with a_house_with_provider() as (_, provider, client):
        provider.document = document
        answer = await client.get("/login/oidc")
        assert answer.status == 503
        assert "Location" not in answer.headers
        provider.document = {}
        assert (await sign_in_there(client)).status == 303


async def test_a_session_that_somebody_put_there_before_is_over() -> None:
    """Fixation: coming back from the provider gives a new id, and ends the session that was shown."""
    async with a_house_with_provider() as (_, _, client):
        planted = cookie_in(await sign_in(client, "vero"))
        mine = cookie_in(await sign_in_there(client))
        assert planted != mine
        async with another_browser(client) as attacker:
            assert (await attacker.get("/", headers={"Cookie": f"sentinel_session={planted}"})).status == 303


async def test_looking_at_the_way_back_without_fetching_it_uses_nothing_up() -> None:
    """HEAD, as scanners of links send it."""
    async with a_house_with_provider() as (_, _, client):
        back = await at_provider(client, await to_provider(client))
        assert (await client.ask("HEAD", back)).status == 405
        assert (await client.get(back)).status == 303


async def test_where_no_provider_is_configured_there_is_nothing() -> None:
    """404, and no button."""
    async with a_house_with_provider() as (stand, _, client):
        stand.config = stand.config.model_copy(update={"access": stand.config.access.model_copy(update={"oidc": None})})
        assert (await client.get("/login/oidc")).status == 404
        assert (await client.get("/login/oidc/callback?code=x&state=y")).status == 404
        assert "/login/oidc" not in (await client.get("/login")).text
