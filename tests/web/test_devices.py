"""Alerts on this device: turned on, tried and removed by whoever is signed in, or holds the link to one's devices."""

import re
from datetime import timedelta

import pytest

from sentinel import http_session
from sentinel.incidents.links import DEVICES, Grant, nonce_of
from sentinel.notify.push_devices import DeviceNews, device_id
from sentinel.store.audit import KnownBy
from tests.daemon.test_push_keeper import settled
from tests.notify.browsers import PushService, plain
from tests.notify.receiver import serving
from tests.web.people import BROWSER, USERS, a_closed_stand, another_browser, key_in, sign_in
from tests.web.stand import Answer, Client, Stand

ENDPOINT = "https://push.example.org/send/abc"
PAGE = "/account/devices"


def sent(service: PushService | None = None, endpoint: str = ENDPOINT, **fields: str) -> dict[str, str]:
    """What the page's script posts."""
    browser = (service or PushService()).browser
    keys = {"p256dh": plain(browser.point), "auth": plain(browser.auth)}
    return {"endpoint": endpoint, "name": "Pixel de Ana", **keys, **fields}


def a_link(stand: Stand, contact: str = "ana", about: str = DEVICES, lasts: int = 60) -> str:
    grant = Grant(
        incident=about,
        epoch=0,
        contact=contact,
        action=None,
        expires_at=stand.clock.now() + timedelta(minutes=lasts),
        nonce=nonce_of(contact),
    )
    return f"/a/{stand.links.mint(grant)}"


async def posted(client: Client, what: str, **fields: str) -> Answer:
    return await client.post(f"{PAGE}/{what}", data={"form_key": key_in(await client.get(PAGE)), **fields})


async def test_whoever_is_signed_in_turns_it_on_and_off_again() -> None:
    """Named, listed with when it took its last alert, removed; and all of it stands in the activity log."""
    stand, _ = a_closed_stand()
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        assert PAGE in (await client.get("/account")).text
        page = await client.get(PAGE)
        assert f'data-key="{stand.devices.key}"' in page.text
        assert "webpush://" in page.text, "her channels do not have it yet"
        done = await posted(client, "add", **sent())
        assert (done.status, done.headers["Location"]) == (303, f"{PAGE}?said=on")
        page = await client.get(f"{PAGE}?said=on")
        assert "Pixel de Ana" in page.text
        assert "ningún aviso todavía" in page.text
        assert (await posted(client, "remove", device=device_id(ENDPOINT))).headers["Location"] == f"{PAGE}?said=off"
        assert stand.devices.of("ana") == ()
    deeds = [(line.what, line.who, line.about) for line in await stand.audit.find()][:2]
    assert deeds == [("device_remove", "ana", "ana"), ("device_add", "ana", "ana")]


async def test_it_is_tried_and_rings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test message to that device alone, in its owner's language; what its push service said is told."""
    monkeypatch.setattr(http_session, "_private_allowed", True)
    stand, _ = a_closed_stand()
    await stand.devices.start()
    service = PushService()
    monkeypatch.setattr("tests.notify.browsers.public_key", lambda _: stand.devices.key)
    with serving(service.receiver()) as receiver:
        endpoint = f"http://127.0.0.1:{receiver.port}/x"
        async with stand.client(**BROWSER) as client:
            await sign_in(client)
            await posted(client, "add", **sent(service, endpoint))
            tried = await posted(client, "ring", device=device_id(endpoint))
            assert tried.headers["Location"] == f"{PAGE}?said=rings"
            assert "Ana" in f"{service.shown}"
            receiver.mode = "410"
            tried = await posted(client, "ring", device=device_id(endpoint))
            assert tried.headers["Location"] == f"{PAGE}?said=refused"
            await settled(stand.devices)
            page = await client.get(PAGE)
            assert "que no recibe más" in page.text
            assert "data-rings" not in page.text
            assert (await posted(client, "ring", device="nobody")).headers["Location"] == f"{PAGE}?said=gone"


async def test_the_link_to_ones_devices_needs_no_sign_in_and_opens_nothing_else() -> None:
    """Where nobody signs in: the link is the proof, and it is that of one contact."""
    stand = Stand()
    await stand.devices.start()
    link = a_link(stand)
    async with stand.client(**BROWSER) as client:
        page = await client.get(f"{link}/devices")
        assert page.status == 200
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "Ana" in page.text
        done = await client.post(f"{link}/devices/add", data=sent())
        assert (done.status, done.headers["Location"]) == (303, f"{link}/devices?said=on")
        assert [each.name for each in stand.devices.of("ana")] == ["Pixel de Ana"]
        assert (await client.get(link)).status == 404
        assert (await client.post(f"{link}/ack")).status == 404
        assert (await client.get(PAGE)).status == 404
    lines = await stand.audit.find()
    assert [(line.what, line.who, line.known_by) for line in lines if line.what == "device_add"] == [
        ("device_add", "ana", KnownBy.LINK)
    ]


async def test_a_page_of_an_incident_makes_no_device_ring() -> None:
    """Its link is passed on more easily than the phone: whoever has it sees this incident, and not the next ones."""
    stand, incident = a_closed_stand()
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        for link in (a_link(stand, about=incident), a_link(stand, contact="nobody"), a_link(stand, lasts=0), "/a/x"):
            assert (await client.get(f"{link}/devices")).status in (404, 410)
            assert (await client.post(f"{link}/devices/add", data=sent())).status in (404, 410)
    assert stand.device_drawer.kept == {}


async def test_who_is_no_contact_has_nothing_to_turn_on() -> None:
    """They are told what is missing, and by whom it is mended."""
    stand, _ = a_closed_stand()
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "vero")
        page = await client.get(PAGE)
        assert "contact de tu usuario" in page.text
        assert "turn-on" not in page.text
        key = key_in(page)
        assert (await client.post(f"{PAGE}/add", data={"form_key": key, **sent()})).status == 403


async def test_one_sees_and_touches_ones_own_alone() -> None:
    """Somebody for whom there are some brands turns on their own; another's device is not there for them."""
    users = {each: {**user, "brands": ("Acme",)} for each, user in USERS.items()}
    stand, _ = a_closed_stand(users=users)
    await stand.devices.start()
    async with stand.client(**BROWSER) as ana, another_browser(ana) as boss:
        await sign_in(ana)
        await sign_in(boss, "boss")
        assert (await posted(ana, "add", **sent())).headers["Location"].endswith("said=on")
        assert (await posted(boss, "remove", device=device_id(ENDPOINT))).headers["Location"].endswith("said=gone")
        assert (await posted(boss, "ring", device=device_id(ENDPOINT))).headers["Location"].endswith("said=gone")
        assert "Pixel" not in (await boss.get(PAGE)).text
    assert len(stand.devices.of("ana")) == 1


async def test_a_form_of_another_site_turns_nothing_on() -> None:
    """Neither without the form's key, nor from elsewhere, nor from a program."""
    stand, _ = a_closed_stand(tokens=({"name": "bot", "token": "t" * 32, "scopes": ("admin",)},))
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        assert (await client.post(f"{PAGE}/add", data=sent())).status == 403
        headers = {"Origin": "https://evil.example"}
        key = key_in(await client.get(PAGE))
        assert (await client.post(f"{PAGE}/add", data={"form_key": key, **sent()}, headers=headers)).status == 403
    async with stand.client(Authorization=f"Bearer {'t' * 32}") as program:
        assert (await program.get(PAGE)).status == 401
    assert stand.device_drawer.kept == {}


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://127.0.0.1/x"},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"auth": "ñ"},
        {"endpoint": "x" * 9000},
    ],
)
async def test_a_made_up_subscription_is_refused_in_words(wrong: dict[str, str]) -> None:
    """On the page, with what is wrong."""
    stand, _ = a_closed_stand()
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        answer = await posted(client, "add", **{**sent(), **wrong})
        assert answer.status == 400
        assert "No se ha podido activar: " in answer.text
    assert stand.device_drawer.kept == {}


async def test_a_changed_key_is_said_on_the_page() -> None:
    """And the device is turned on again there."""
    stand, _ = a_closed_stand()
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        await posted(client, "add", **sent())
        stand.devices.devices.secret = lambda: bytes(32)
        page = (await client.get(PAGE)).text
        assert "La clave con la que se firman los avisos se cambió" in page
        assert "data-rings" not in page
        stand.devices.devices.heard("nobody", DeviceNews.TOOK)


async def test_whoever_owes_a_second_factor_sets_that_up_first() -> None:
    """Nothing else is theirs until then."""
    stand, _ = a_closed_stand(second_factor={"responder": "required"})
    await stand.devices.start()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        assert (await client.get(PAGE)).status in (303, 403)
        assert PAGE not in re.sub(r"<form.*?</form>", "", (await client.get("/account")).text)
