"""Signing in at a provider by OpenID Connect: the whole way on real sockets, who gets what, and the day it is down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from sentinel.store.audit import AuditOutcome, KnownBy
from sentinel.store.sessions import Session
from tests.fakes import FakeClock
from tests.web.oidc_provider import LocalProvider, a_local_provider, a_provided_house, sign_in_there, to_provider
from tests.web.people import BROWSER, another_browser, cookie_in, key_in, sign_in
from tests.web.stand import Client, Stand, a_crisis

House = tuple[Stand, LocalProvider, Client]


@asynccontextmanager
async def a_house_with_provider(*, users: bool = True, **oidc: object) -> AsyncIterator[House]:
    clock = FakeClock()
    async with a_local_provider(clock) as provider:
        stand = Stand(config=a_provided_house(provider, users=users, **oidc), clock=clock)
        a_crisis(stand)
        async with stand.client(**BROWSER) as client:
            yield stand, provider, client


async def test_somebody_whom_the_provider_knows_gets_in_and_where_they_wanted_to_go() -> None:
    """Nora is a responder by her group; the audit log says how she is known; her cookie is as everybody's."""
    async with a_house_with_provider() as (stand, provider, client):
        assert "Entrar con Casa SSO" in (await client.get("/login")).text
        answer = await sign_in_there(client, next="/wall")
        assert (answer.status, answer.headers["Location"]) == (303, "/wall")
        kept = answer.cookies["sentinel_session"]
        assert all(word in kept for word in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"))
        assert (await client.get("/wall")).status == 200
        page = await client.get("/")
        assert "Has entrado como nora" in page.text
        key = key_in(page)
        acted = await client.post("/incidents/{}/ack".format(*stand.incidents), data={"form_key": key})
        assert acted.status == 303
        line = (await stand.audit.find())[1]
        assert (line.who, line.known_by, line.what, line.outcome) == (
            "nora",
            KnownBy.OIDC,
            "sign_in",
            AuditOutcome.DONE,
        )
        assert provider.asked == ["discovery", "token", "keys"]


async def test_what_is_asked_of_the_provider_is_bound_to_this_browser_and_this_sign_in() -> None:
    """State, nonce and a challenge, none of which is like those of another sign-in."""
    async with a_house_with_provider(scopes=["groups", "openid"]) as (_, _, client):
        first, second = [parse_qs(urlsplit(await to_provider(client)).query) for _ in range(2)]
    assert first["scope"] == ["openid groups"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name][0]) == 43
        assert first[name] != second[name]


async def test_rights_follow_the_configuration_while_somebody_is_signed_in() -> None:
    """A reload that gives a group of hers another role counts at once; one that gives none ends the session."""
    async with a_house_with_provider() as (stand, provider, client):
        await sign_in_there(client)
        assert (await client.get("/audit")).status == 403
        stand.config = a_provided_house(provider, groups={"staff": {"role": "admin"}})
        assert (await client.get("/audit")).status == 200
        stand.config = a_provided_house(provider, groups={"others": {"role": "admin"}})
        assert (await client.get("/")).headers["Location"] == "/login"
        stand.config = a_provided_house(provider)
        assert (await client.get("/")).headers["Location"] == "/login"


async def test_sessions_of_another_client_or_without_a_provider_are_over() -> None:
    """What the session stood for is not there any more."""
    async with a_house_with_provider() as (stand, provider, client):
        await sign_in_there(client)
        stand.config = a_provided_house(provider, client_id="other")
        assert (await client.get("/")).headers["Location"] == "/login"


@pytest.mark.parametrize(
    ("groups", "role", "brands"),
    [
        (["guests"], "viewer", None),
        (["guests", "bosses"], "admin", None),
        (["acme", "sol"], "responder", {"Acme", "Banco Sol"}),
        (["acme", "crisis"], "responder", None),
        (["acme", "guests"], "responder", {"Acme"}),
        ("crisis", "responder", None),
    ],
    ids=["one", "the highest", "brands add up", "one with all", "never more than one of them gives", "a lone text"],
)
async def test_groups_give_role_and_brands(groups: object, role: str, brands: set[str] | None) -> None:
    """The highest role, and the brands of the groups that give it."""
    async with a_house_with_provider() as (stand, provider, client):
        provider.claims["groups"] = groups
        assert (await sign_in_there(client)).status == 303
        assert (await client.get("/audit")).status == (200 if role == "admin" else 403)
        every = [brand.name for brand in stand.config.brands]
        stand.cards = [replace(stand.cards[0], name=name, incident=None) for name in every]
        shown = (await client.get("/api/v1/brands")).json["brands"]
        assert {each["name"] for each in shown} == (brands or set(every))
        acted = await client.post("/incidents/nothing/ack", data={"form_key": key_in(await client.get("/"))})
        assert acted.status == (403 if role == "viewer" else 404)


@pytest.mark.parametrize(
    "groups",
    [None, [], "", ["cris"], "the crisis team", ["crisis "], {"crisis": True}, [["crisis"]], 7],
    ids=["missing", "none", "empty", "a part", "words of a text", "a space", "an object", "a list in a list", "number"],
)
async def test_whoever_is_in_no_group_is_told_what_to_ask_for(groups: object) -> None:
    """Refused by name, in the reader's language and in the log; never by a part of a name."""
    async with a_house_with_provider() as (stand, provider, client):
        if groups is None:
            del provider.claims["groups"]
        else:
            provider.claims["groups"] = groups
        answer = await sign_in_there(client)
        assert answer.status == 403
        assert "nora, Casa SSO te conoce" in answer.text
        assert "access.oidc.groups" in answer.text
        assert "sentinel_session" not in answer.cookies
        line = (await stand.audit.find())[0]
        assert (line.who, line.known_by, line.outcome) == ("nora", KnownBy.OIDC, AuditOutcome.REFUSED)


async def test_groups_may_stand_deep_in_the_token_or_be_told_besides() -> None:
    """Keycloak's roles in an object; Authelia's groups from the userinfo endpoint, of the same person alone."""
    async with a_house_with_provider(groups_claim="realm_access.roles") as (_, provider, client):
        provider.claims["realm_access"] = {"roles": ["guests"]}
        assert (await sign_in_there(client)).status == 303
    async with a_house_with_provider() as (_, provider, client):
        del provider.claims["groups"]
        provider.besides = {"sub": "248289761001", "groups": ["guests"]}
        assert (await sign_in_there(client)).status == 303
        client.session.cookie_jar.clear()
        provider.besides = {"sub": "somebody else", "groups": ["bosses"]}
        assert (await sign_in_there(client)).status == 403


async def test_an_address_that_nobody_proved_names_nobody() -> None:
    """Else whoever writes the boss's address into their profile would be the boss on timelines."""
    async with a_house_with_provider(name_claim="email") as (_, provider, client):
        provider.claims |= {"email": "ana@example.org", "email_verified": False}
        assert (await sign_in_there(client)).status == 403
        provider.claims["email_verified"] = True
        assert (await sign_in_there(client)).status == 303


async def test_a_provider_s_ana_is_not_the_ana_who_has_a_password() -> None:
    """Same name, other person: neither her role, nor her sessions, nor her browser's mark."""
    async with a_house_with_provider() as (_, provider, client):
        provider.claims |= {"preferred_username": "boss", "groups": ["guests"]}
        assert "sentinel_device" not in (await sign_in_there(client)).cookies
        assert (await client.get("/audit")).status == 403
        own = await client.get("/account")
        assert own.text.count("<li>\n<span><b>") == 1
        async with another_browser(client) as other:
            await sign_in(other, "boss")
            await client.post("/account/sessions/end-all", data={"form_key": key_in(own)})
            assert (await client.get("/")).headers["Location"] == "/login"
            assert (await other.get("/audit")).status == 200


async def test_signing_out_goes_on_to_the_provider() -> None:
    """With the token that it wants back and where to lead afterwards; the session is over before."""
    async with a_house_with_provider() as (_, provider, client):
        shown = cookie_in(await sign_in_there(client))
        answer = await client.post("/logout", data={"form_key": key_in(await client.get("/"))})
        assert answer.status == 200
        onward = answer.text.split('href="' + provider.issuer)[1].split('"')[0].replace("&amp;", "&")
        asked = parse_qs(urlsplit(onward).query)
        assert onward.startswith("/leave?")
        assert asked["client_id"] == ["sentinel"]
        assert asked["post_logout_redirect_uri"] == ["http://127.0.0.1:8080/login"]
        assert asked["id_token_hint"][0].count(".") == 2
        assert f'content="0; url={provider.issuer}/leave?' in answer.text
        again = await client.get("/", headers={"Cookie": f"sentinel_session={shown}"})
        assert again.headers["Location"] == "/login"


async def test_where_the_provider_says_nothing_of_signing_out_it_ends_here() -> None:
    """Back to the first page, as with a password."""
    async with a_house_with_provider() as (_, provider, client):
        provider.ends_sessions = False
        await sign_in_there(client)
        answer = await client.post("/logout", data={"form_key": key_in(await client.get("/"))})
        assert (answer.status, answer.headers["Location"]) == (303, "/login")


async def test_while_the_provider_is_down_users_of_sentinel_get_in() -> None:
    """The page says who does not answer and what works; it goes on saying so until the provider answers again."""
    async with a_house_with_provider() as (stand, provider, client):
        provider.down = True
        answer = await client.get("/login/oidc?next=/wall")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        assert "Casa SSO no responde bien ahora mismo" in answer.text
        assert 'name="next" value="/wall"' in answer.text
        assert "no respondió la última vez" in (await client.get("/login")).text
        assert (await sign_in(client, "ana")).status == 303
        client.session.cookie_jar.clear()
        provider.down = False
        assert (await client.get("/login/oidc")).status == 503, "it is not asked again within seconds"
        await stand.clock.advance(5)
        assert (await sign_in_there(client)).status == 303
        client.session.cookie_jar.clear()
        assert "no respondió" not in (await client.get("/login")).text


async def test_without_users_beside_it_the_page_does_not_speak_of_any() -> None:
    """There is a button, no form, and while it is down nothing else to try."""
    async with a_house_with_provider(users=False) as (_, provider, client):
        page = await client.get("/login")
        assert 'name="password"' not in page.text
        provider.down = True
        assert "usuario de Sentinel" not in (await client.get("/login/oidc")).text


async def test_a_provider_that_falls_silent_is_known_for_a_day_and_asked_seldom() -> None:
    """Discovery and keys are asked for once an hour, and do for a day when nobody answers."""
    async with a_house_with_provider() as (stand, provider, client):
        await sign_in_there(client)
        await sign_in_there(client)
        assert provider.asked.count("discovery") == 1
        assert provider.asked.count("keys") == 1
        await stand.clock.advance(timedelta(hours=2))
        provider.down = True
        await to_provider(client)
        await stand.clock.advance(timedelta(hours=23))
        assert (await client.get("/login/oidc")).status == 503


async def test_a_public_client_shows_no_secret() -> None:
    """The exchange is bound by the verifier alone."""
    async with a_house_with_provider(client_secret=None) as (_, provider, client):
        provider.secret = None
        assert (await sign_in_there(client)).status == 303


async def test_the_session_that_is_kept_does_not_let_its_reader_in_anywhere() -> None:
    """On disk is who it is and which groups; no token of the provider."""
    async with a_house_with_provider() as (stand, _, client):
        await sign_in_there(client)
        kept: Session = (await stand.sessions.all())[0]
        assert kept.origin.identity is not None
        assert kept.origin.identity.subject == "248289761001"
        assert kept.origin.identity.groups == ("crisis", "staff")
        assert "eyJ" not in repr(kept)
