"""A proxy in front: whom it names is believed from its own address alone, and so is where it says a request comes
from.
"""

import pytest

from sentinel.config.access import AccessSettings
from tests.web.people import BROWSER, KEY, USERS, a_closed_stand, key_in, sign_in
from tests.web.stand import Stand, a_config, a_crisis

HEADER = "X-Forwarded-User"
HERE = {
    "header": HEADER,
    "trusted": ["127.0.0.1/32"],
    "roles": {"ana": "responder", "boss@acme.example": "admin"},
    "default_role": "viewer",
}
ELSEWHERE = HERE | {"trusted": ["192.0.2.1/32"]}


def a_stand(proxy: dict[str, object], **access: object) -> tuple[Stand, str]:
    stand = Stand(
        config=a_config().model_copy(update={"access": AccessSettings.model_validate({"proxy": proxy, **access})})
    )
    return stand, a_crisis(stand).id


async def test_whom_the_proxy_names_is_in_with_their_role_and_acts_under_their_name() -> None:
    """A name that is a contact's key is that contact; forms carry a key of theirs."""
    stand, name = a_stand(HERE)
    async with stand.client(**BROWSER, **{HEADER: "ana"}) as client:
        page = await client.get(f"/incidents/{name}")
        assert 'name="by"' not in page.text
        assert (await client.post(f"/incidents/{name}/ack", data={})).status == 403
        assert (await client.post(f"/incidents/{name}/ack", data={"form_key": key_in(page)})).status == 303
        assert (await client.get("/audit")).status == 403
        boss = await client.get("/audit", headers={HEADER: "boss@acme.example"})
        guest = await client.get(f"/incidents/{name}", headers={HEADER: "guest"})
    assert stand.commands[0].by == "ana"
    assert (boss.status, guest.status, "formaction" in guest.text) == (200, 200, False)
    assert "Salir" not in page.text + boss.text  # the proxy signs people out
    assert [(line.who, line.known_by) for line in stand.audit.lines] == [("ana", "proxy")] * 2  # type: ignore[attr-defined]


async def test_the_key_of_one_person_is_no_use_to_another() -> None:
    """Though no session is ours."""
    stand, name = a_stand(HERE)
    async with stand.client(**BROWSER) as client:
        anas = key_in(await client.get("/", headers={HEADER: "ana"}))
        bosses = await client.post(
            f"/incidents/{name}/ack", data={"form_key": anas}, headers={HEADER: "boss@acme.example"}
        )
    assert bosses.status == 403


async def test_the_header_from_anywhere_else_is_only_a_header() -> None:
    """Whoever can reach the port could send it."""
    stand, name = a_stand(ELSEWHERE)
    async with stand.client(**BROWSER, **{HEADER: "boss@acme.example"}) as client:
        assert (await client.get("/")).status == 303
        assert (await client.post(f"/incidents/{name}/ack", data={})).status == 401
        assert (await client.get("/api/v1/audit")).status == 401
        login = await client.get("/login")
        assert "no ha dicho quién eres" in login.text
        assert (await client.post("/login", data={"account": "boss@acme.example", "password": ""})).status == 403


async def test_whoever_has_no_role_is_told_so_and_not_led_round_in_circles() -> None:
    """With `default_role` left out."""
    stand, _ = a_stand({key: value for key, value in HERE.items() if key != "default_role"})
    async with stand.client(**BROWSER, **{HEADER: "guest"}) as client:
        page, login, api = await client.get("/"), await client.get("/login"), await client.get("/api/v1/brands")
    assert (page.status, login.status, api.status) == (403, 403, 403)
    assert "access.proxy" in page.text


async def test_a_proxy_that_lets_browsers_send_the_header_too_is_not_believed() -> None:
    """Two names are none."""
    stand, _ = a_stand(HERE)
    async with stand.client(**BROWSER) as client:
        async with client.session.get(
            "/", headers=[(HEADER, "ana"), (HEADER, "boss@acme.example"), ("Accept", "text/html")]
        ) as answer:
            assert answer.status == 403
        assert (await client.get("/", headers={HEADER: "  "})).status == 303


async def test_people_with_a_password_beside_those_whom_the_proxy_names() -> None:
    """For the day on which the single sign-on is what has failed."""
    stand, _ = a_stand(HERE, users=USERS)
    async with stand.client(**BROWSER) as client:
        assert (await sign_in(client, "vero")).status == 303
        assert "Vero" in (await client.get("/")).text
        assert "Ana García" in (await client.get("/", headers={HEADER: "ana"})).text


@pytest.mark.parametrize(
    ("trusted", "forwarded", "counts"),
    [
        (["127.0.0.1/32"], "198.51.100.7", "198.51.100.7"),
        (["127.0.0.1/32"], "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (["127.0.0.1/32", "198.51.100.0/24"], "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (["127.0.0.1/32"], "203.0.113.9, nonsense", "127.0.0.1"),
        (["127.0.0.1/32"], "", "127.0.0.1"),
        (["192.0.2.1/32"], "198.51.100.7", "127.0.0.1"),
    ],
)
async def test_an_address_counts_as_far_as_those_who_pass_it_on_are_trusted(
    trusted: list[str], forwarded: str, counts: str
) -> None:
    """What a browser writes in front of it is its own word; a proxy without a header names nobody and is believed all
    the same.
    """
    stand, _ = a_closed_stand(proxy={"trusted": trusted})
    async with stand.client() as client:
        await sign_in(client, "ana", "guess number 1", **{"X-Forwarded-For": forwarded})
    assert stand.audit.lines[0].address == counts  # type: ignore[attr-defined]


async def test_tls_that_ends_at_a_trusted_proxy_is_tls() -> None:
    """The cookie gets its guarded name; nobody else's word on it counts."""
    stand, _ = a_closed_stand(proxy={"trusted": ["127.0.0.1/32"]})
    async with stand.client() as client:
        guarded = await sign_in(client, **{"X-Forwarded-Proto": "https"})
    other, _ = a_closed_stand(proxy={"trusted": ["192.0.2.1/32"]})
    async with other.client() as client:
        plain = await sign_in(client, **{"X-Forwarded-Proto": "https"})
    assert "__Host-sentinel_session" in guarded.cookies
    assert "Strict-Transport-Security" in guarded.headers
    assert "sentinel_session" in plain.cookies
    assert "Strict-Transport-Security" not in plain.headers


def test_the_pattern_finds_keys() -> None:
    """Or else these tests would compare nothing."""
    assert KEY.search('<input type="hidden" name="form_key" value="00ff">')


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ("203.0.113.7:51234", "203.0.113.7"),
        ('"[2001:db8::7]:51234"', "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, unknown", "127.0.0.1"),
    ],
)
async def test_an_address_is_read_however_a_proxy_writes_it(forwarded: str, found: str) -> None:
    """With its port, in brackets, in quotes; what nobody can read ends the chain."""
    stand, name = a_stand(HERE)
    async with stand.client(**{HEADER: "ana", "X-Forwarded-For": forwarded}) as client:
        page = await client.get(f"/incidents/{name}")
        await client.post(f"/incidents/{name}/ack", data={"form_key": key_in(page)})
    assert stand.audit.lines[-1].address == found  # type: ignore[attr-defined]
