"""Requests that another site, or another session, caused: the key of a form, the header of a script, and where they
come from.
"""

import pytest
from aiohttp import ClientSession, CookieJar, web

from sentinel.web.access.tokens import FORM_HEADER
from sentinel.web.server import build_web, serve
from tests.web.people import BROWSER, a_closed_stand, key_in, sign_in
from tests.web.stand import Client, Stand, a_crisis

CROSS = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
)


async def test_a_form_without_the_key_of_its_session_does_nothing() -> None:
    """None, a wrong one, one of another person's session, one of a session of the same person that is over."""
    stand, name = a_closed_stand()
    press = f"/incidents/{name}/ack"
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "boss")
        others = key_in(await client.get("/"))
        await sign_in(client)
        old = key_in(await client.get("/"))
        await sign_in(client)
        mine = key_in(await client.get("/"))
        assert len({others, old, mine}) == 3
        for key in ("", "0" * 64, others, old, mine.upper(), "ñ"):
            answer = await client.post(press, data={"form_key": key})
            assert answer.status == 403, key
        assert (await client.post(press, data={})).status == 403
        assert stand.commands == []
        assert (await client.post(press, data={"form_key": mine})).status == 303


@pytest.mark.parametrize("headers", CROSS)
async def test_a_form_with_the_right_key_from_another_site_does_nothing_either(headers: dict[str, str]) -> None:
    """Both are asked for, so that one that leaks is not enough."""
    stand, name = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        key = key_in(await client.get("/"))
        for path in (f"/incidents/{name}/ack", "/logout"):
            assert (await client.post(path, data={"form_key": key}, headers=headers)).status == 403
        assert (await client.get("/")).status == 200
    assert stand.commands == []


@pytest.mark.parametrize("headers", CROSS)
async def test_the_api_does_nothing_for_a_browser_that_another_site_drives(headers: dict[str, str]) -> None:
    """Not even with the key; reading neither."""
    stand, name = a_closed_stand()
    async with stand.client() as client:
        await sign_in(client)
        key = key_in(await client.get("/", headers=BROWSER))
        acted = await client.post(
            f"/api/v1/incidents/{name}/ack", json={"by": "x"}, headers={FORM_HEADER: key, **headers}
        )
        read = await client.get("/api/v1/brands", headers=headers)
    assert (acted.status, read.status) == (403, 403)
    assert stand.commands == []


async def test_the_api_wants_the_key_of_a_signed_in_browser_and_names_who_it_is() -> None:
    """Whatever name the body claims; a viewer's key does not help."""
    stand, name = a_closed_stand()
    press = f"/api/v1/incidents/{name}/ack"
    async with stand.client() as client:
        await sign_in(client, "vero")
        viewer = await client.post(
            press, json={"by": "x"}, headers={FORM_HEADER: key_in(await client.get("/", headers=BROWSER))}
        )
        await sign_in(client)
        without = await client.post(press, json={"by": "x"})
        right = await client.post(
            press, json={"by": "x"}, headers={FORM_HEADER: key_in(await client.get("/", headers=BROWSER))}
        )
        reload = await client.post("/-/reload", headers={FORM_HEADER: key_in(await client.get("/", headers=BROWSER))})
    assert (viewer.status, without.status, right.status, reload.status) == (403, 403, 200, 403)
    assert FORM_HEADER in without.json["error"]
    assert [command.by for command in stand.commands] == ["ana"]


async def test_a_program_needs_no_key() -> None:
    """Nothing that a browser adds by itself lets it in."""
    stand, name = a_closed_stand(tokens=[{"name": "ci", "token": "t1", "scopes": ["incidents:write"]}])
    async with stand.client(Authorization="Bearer t1") as client:
        answer = await client.post(f"/api/v1/incidents/{name}/ack", json={"by": "luis"})
    assert answer.status == 200
    assert stand.commands[0].by == "luis"


async def test_behind_a_proxy_that_renames_the_host_our_own_forms_pass_by_the_external_address() -> None:
    """An old browser sends nothing but Origin."""
    stand, _ = a_closed_stand(web={"external_url": "https://sentinel.example.org"})
    async with stand.client(**BROWSER) as client:
        answer = await sign_in(client, Origin="https://sentinel.example.org")
        other = await sign_in(client, Origin="https://sentinel.example.org.evil.example")
    assert (answer.status, other.status) == (303, 403)


async def test_the_open_house_has_no_keys() -> None:
    """One that is left over from when it was closed does no harm."""
    stand = Stand()
    name = a_crisis(stand).id
    async with stand.client() as client:
        answer = await client.post(f"/incidents/{name}/ack", data={"by": "ana", "form_key": "old"})
    assert answer.status == 303


async def test_a_page_that_forgets_to_ask_is_behind_the_door_all_the_same() -> None:
    """Strangers and other sites do not reach it; the log has what it does."""
    stand, _ = a_closed_stand()
    reached: list[str] = []

    async def careless(request: web.Request) -> web.Response:
        reached.append(request.method)
        return web.Response(text="done")

    app = build_web(stand.ports())
    app.router.add_post("/careless", careless)
    async with (
        serve(app, "127.0.0.1", 0) as bound,
        ClientSession(bound.url, cookie_jar=CookieJar(unsafe=True)) as session,
    ):
        client = Client(session, bound.url)
        assert (await client.post("/careless")).status == 401
        await sign_in(client)
        for headers in CROSS:
            assert (await client.post("/careless", headers=headers)).status == 403
        assert reached == []
        assert (await client.post("/careless")).status == 200
    line = (await stand.audit.find())[0]
    assert (line.who, line.what, line.outcome) == ("ana", "POST /careless", "done")
