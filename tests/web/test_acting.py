"""The buttons of the incident's page: one press on any phone, and nobody else's page may press them."""

import re

import pytest

from tests.web.stand import Stand, a_config, a_crisis


def on_fire(**web: object) -> tuple[Stand, str]:
    stand = Stand(config=a_config(**web))
    return stand, a_crisis(stand).id


async def test_a_press_acknowledges_and_shows_the_incident() -> None:
    """303 back to the page, which says who has it and remembers the name."""
    stand, name = on_fire()
    async with stand.client() as client:
        answer = await client.post(f"/incidents/{name}/ack", data={"by": "ana", "reason": "voy"})
        assert (answer.status, answer.headers["Location"]) == (303, f"/incidents/{name}")
        page = (await client.get(f"/incidents/{name}")).text
    assert "Lo tiene Ana" in page
    assert 'value="ana"' in page
    assert "<q>voy</q>" in page
    assert "Soltarlo" in page


async def test_a_get_never_acts() -> None:
    """A link preview that opens the address of a button does nothing."""
    stand, name = on_fire()
    async with stand.client() as client:
        assert (await client.get(f"/incidents/{name}/ack")).status == 405
    assert stand.commands == []


async def test_the_second_press_says_who_was_first() -> None:
    """On the page, in the reader's language."""
    stand, name = on_fire()
    async with stand.client() as client:
        await client.post(f"/incidents/{name}/ack", data={"by": "ana"})
        answer = await client.post(f"/incidents/{name}/ack", data={"by": "luis"})
    assert answer.status == 409
    assert "Lo tiene Ana desde las 10:00; no se ha cambiado nada." in answer.text


async def test_every_button_that_is_shown_works() -> None:
    """Escalate, snooze for half an hour, give back, resolve; then there is nothing left to press."""
    stand, name = on_fire()
    async with stand.client() as client:
        for action in ("escalate", "snooze", "ack", "unack", "resolve"):
            page = (await client.get(f"/incidents/{name}")).text
            assert f'formaction="/incidents/{name}/{action}"' in page
            answer = await client.post(f"/incidents/{name}/{action}", data={"by": "ana", "minutes": "30"})
            assert answer.status == 303, action
        page = (await client.get(f"/incidents/{name}")).text
        assert set(re.findall(r'formaction="([^"]+)"', page)) <= {f"/incidents/{name}/ignore"}
        assert "Ya terminó" in page
        late = await client.post(f"/incidents/{name}/ack", data={"by": "ana"})
    assert (late.status, "Se resolvió a las 10:00 (Ana)" in late.text) == (409, True)


@pytest.mark.parametrize("by", ["", "   "])
async def test_a_press_without_a_name_asks_for_it(by: str) -> None:
    """The timeline has no anonymous lines."""
    stand, name = on_fire()
    async with stand.client() as client:
        answer = await client.post(f"/incidents/{name}/ack", data={"by": by})
    assert answer.status == 400
    assert "Escribe tu nombre" in answer.text
    assert stand.commands == []


async def test_a_snooze_without_minutes_says_so() -> None:
    """A form that lost its field is no fault of the server."""
    stand, name = on_fire()
    async with stand.client() as client:
        answer = await client.post(f"/incidents/{name}/snooze", data={"by": "ana", "minutes": "soon"})
    assert (answer.status, "cuánto tiempo" in answer.text) == (409, True)


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_another_sites_form_does_nothing(headers: dict[str, str]) -> None:
    """Cross-site request forgery."""
    stand, name = on_fire()
    async with stand.client(**headers) as client:
        answer = await client.post(f"/incidents/{name}/resolve", data={"by": "evil"}, headers={"Accept": "text/html"})
    assert answer.status == 403
    assert stand.commands == []


async def test_our_own_form_passes_as_browsers_send_it() -> None:
    """By Sec-Fetch-Site, or by Origin where a browser has only that."""
    stand, name = on_fire()
    async with stand.client() as client:
        first = await client.post(
            f"/incidents/{name}/ack", data={"by": "ana"}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        second = await client.post(f"/incidents/{name}/resolve", data={"by": "ana"}, headers={"Origin": client.url})
    assert (first.status, second.status) == (303, 303)


async def test_where_tokens_are_configured_the_first_press_shows_one_and_the_browser_keeps_it() -> None:
    """In a cookie no script can read; the next press needs nothing."""
    stand, name = on_fire(tokens=["s3cret"], external_url="https://sentinel.example.org")
    async with stand.client() as client:
        page = (await client.get(f"/incidents/{name}")).text
        assert 'name="token" type="password"' in page
        missing = await client.post(f"/incidents/{name}/ack", data={"by": "ana"})
        wrong = await client.post(f"/incidents/{name}/ack", data={"by": "ana", "token": "guess"})
        assert (missing.status, wrong.status) == (401, 401)
        assert "hace falta una clave" in missing.text
        assert "no vale" in wrong.text
        assert stand.commands == []
        right = await client.post(f"/incidents/{name}/ack", data={"by": "ana", "token": "s3cret"})
        assert right.status == 303
        kept = right.cookies["sentinel_token"]
        assert all(word in kept for word in ("HttpOnly", "SameSite=Lax", "Secure"))
        cookie = {"Cookie": "sentinel_token=s3cret"}
        assert (await client.post(f"/incidents/{name}/resolve", data={"by": "ana"}, headers=cookie)).status == 303
        again = (await client.get(f"/incidents/{name}", headers=cookie)).text
    assert 'name="token"' not in again
    assert "s3cret" not in page + missing.text + wrong.text + again


async def test_guessing_tokens_is_slowed_like_any_post() -> None:
    """Presses count against the client's rate."""
    stand, name = on_fire(tokens=["s3cret"], rate_limit=1)
    async with stand.client() as client:
        answers = [await client.post(f"/incidents/{name}/ack", data={"by": "x", "token": str(n)}) for n in range(3)]
    assert [each.status for each in answers] == [401, 401, 429]


async def test_an_incident_that_does_not_exist() -> None:
    """404 as a page for a person."""
    stand, _ = on_fire()
    async with stand.client(Accept="text/html") as client:
        answer = await client.post("/incidents/nope/ack", data={"by": "ana"})
    assert answer.status == 404
    assert re.search(r"<h1>404</h1>", answer.text)


@pytest.mark.parametrize(
    ("accepted", "language", "said"),
    [("es-ES,es;q=0.9,en;q=0.5", "es", "Aquí no hay nada."), ("en-GB", "en", "There is nothing here.")],
)
async def test_a_page_that_is_not_there_says_so_in_the_readers_language(
    accepted: str, language: str, said: str
) -> None:
    """Whether no such address exists or what stood there is gone."""
    async with Stand().client(**{"Accept": "text/html", "Accept-Language": accepted}) as client:
        for path in ("/nowhere", "/incidents/nope", "/brands/Nope"):
            answer = await client.get(path)
            assert (answer.status, said in answer.text) == (404, True), path
            assert f'<html lang="{language}"' in answer.text


async def test_a_form_full_of_rubbish_is_no_fault_of_ours() -> None:
    """NUL bytes, broken UTF-8, absurd numbers and long names are cut or refused."""
    stand, name = on_fire()
    async with stand.client() as client:
        odd = await client.post(f"/incidents/{name}/ack", data=b"by=%00%ff" + b"a" * 200 + b"&reason=" + b"%00" * 50)
        absurd = await client.post(f"/incidents/{name}/snooze", data={"by": "ana", "minutes": "9" * 400})
        many = await client.post(f"/incidents/{name}/ack", data=b"&".join(b"a=1" for _ in range(100)))
    assert odd.status == 303
    assert len(stand.commands[0].by) == 80
    assert "\x00" not in stand.commands[0].by
    assert stand.commands[0].reason is None
    assert absurd.status == 400
    assert many.status == 400
