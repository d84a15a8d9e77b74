"""Links that act, and everything that must not work."""

import asyncio
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

import msgspec
import pytest

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State
from sentinel.incidents.links import ActionLinks, Grant
from sentinel.mention import Author, Mention
from sentinel.scoring.level import Level
from sentinel.web.server import build_web, serve
from tests.web.links import BROWSER, a_playbook_that_says, a_token, now, on_fire, presses, words
from tests.web.stand import Stand, an_assessment


def _changed(stand: Stand, incident: Incident) -> str:
    """The signature of one grant under the fields of another."""
    mine, better = (urlsafe_b64decode(a_token(stand, incident, contact=who) + "==") for who in ("ana", "boss"))
    return urlsafe_b64encode(better[:-16] + mine[-16:]).rstrip(b"=").decode()


FORGED = {
    "another secret": lambda stand, incident: ActionLinks(bytes(32)).mint(
        Grant(
            incident=incident.id,
            epoch=incident.epoch,
            contact="ana",
            action=None,
            expires_at=stand.clock.now() + timedelta(1),
            nonce=b"",
        )
    ),
    "a changed field": _changed,
    "no such incident": lambda stand, incident: a_token(
        stand, msgspec.structs.replace(incident, id="20250101-0000-aaaaaa")
    ),
    "cut": lambda stand, incident: a_token(stand, incident)[:-1],
    "longer": lambda stand, incident: a_token(stand, incident) + "A",
    "very long": lambda stand, incident: "A" * 4000,
    "encoded twice": lambda stand, incident: "".join(f"%25{ord(c):02X}" for c in a_token(stand, incident)),
    "a path": lambda stand, incident: "..%2F..%2Fetc%2Fpasswd",
    "a path in dots": lambda stand, incident: "%2e%2e%2f%2e%2e",
    "nothing in it": lambda stand, incident: "%20",
    "a NUL": lambda stand, incident: a_token(stand, incident) + "%00",
    "another line": lambda stand, incident: a_token(stand, incident) + "%0d%0aSet-Cookie:%20a=b",
    "no text at all": lambda stand, incident: "%ff%fe",
}


@pytest.mark.parametrize("attack", FORGED)
async def test_what_is_no_link_of_ours_opens_and_does_nothing(attack: str) -> None:
    """404 in words, for a look and for every press."""
    stand, incident = on_fire()
    token = FORGED[attack](stand, incident)
    async with stand.client() as client:
        answers = [
            await client.get(f"/a/{token}"),
            await client.post(f"/a/{token}"),
            await client.post(f"/a/{token}/ack"),
            await client.post(f"/a/{token}/resolve", headers=BROWSER),
        ]
    assert [each.status for each in answers] == [404] * 4
    assert "Set-Cookie" not in answers[0].headers
    assert incident.brand not in "".join(each.text for each in answers)
    assert stand.commands == []


async def test_the_link_of_somebody_who_was_taken_out_says_so() -> None:
    """410 in words, for a look and for every press; it shows nothing of the incident and does nothing."""
    stand, incident = on_fire()
    token = a_token(stand, incident, "luis")
    async with stand.client(**{"Accept-Language": "es"}) as client:
        answers = [
            await client.get(f"/a/{token}"),
            await client.post(f"/a/{token}"),
            await client.post(f"/a/{token}/ack"),
            await client.post(f"/a/{token}/resolve", headers=BROWSER),
        ]
    assert [each.status for each in answers] == [410] * 4
    assert all("Ya no figuras entre los contactos" in each.text for each in answers)
    assert "Set-Cookie" not in answers[0].headers
    assert incident.brand not in "".join(each.text for each in answers)
    assert stand.commands == []


async def test_a_path_that_climbs_leads_nowhere() -> None:
    """However it is spelt."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    async with stand.client() as client:
        for path in (
            f"/a/{token}/../../etc",
            f"/a/{token}/",
            f"/a//{token}",
            f"/a/{token}/ack/ack",
            f"/a/{token}/delete",
            "/a/",
            "/a",
        ):
            assert (await client.post(path)).status in (404, 405), path
    assert stand.commands == []


async def test_an_expired_link_says_so() -> None:
    """410, in words; a day after the message unless configured otherwise."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    await stand.clock.advance(timedelta(days=1))
    async with stand.client(**BROWSER) as client:
        answers = [
            await client.get(address),
            await client.post(f"{address}/ack"),
            await client.get(address, headers={"Accept": "*/*"}),
        ]
    assert [each.status for each in answers] == [410] * 3
    assert all("Este enlace ha caducado" in each.text for each in answers)
    assert stand.commands == []


async def test_the_pages_a_press_leads_to_end_with_the_first_link() -> None:
    """Pressing does not make a link live longer."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    await stand.clock.advance(timedelta(hours=23))
    async with stand.client(**BROWSER) as client:
        fresh = (await client.post(f"{address}/ack")).headers["Location"]
        assert (await client.get(fresh)).status == 200
        await stand.clock.advance(timedelta(hours=1))
        assert (await client.get(fresh)).status == 410


@pytest.mark.parametrize("other", [action for action in Action if action is not Action.ACKNOWLEDGE])
async def test_a_link_for_one_thing_does_no_other(other: Action) -> None:
    """403, and nothing is asked."""
    stand, incident = on_fire()
    token = a_token(stand, incident, action=Action.ACKNOWLEDGE)
    async with stand.client() as client:
        answer = await client.post(f"/a/{token}/{other}", data={"minutes": "30"})
    assert (answer.status, "no sirve para eso" in answer.text) == (403, True)
    assert stand.commands == []


async def test_a_link_to_the_page_is_no_button() -> None:
    """It does not say what to do."""
    stand, incident = on_fire()
    async with stand.client() as client:
        answer = await client.post(f"/a/{a_token(stand, incident)}")
    assert (answer.status, "usa sus botones" in answer.text) == (400, True)
    assert stand.commands == []


async def test_an_old_link_shows_what_is_and_offers_nothing() -> None:
    """It got worse since: no button, and a press that was on the screen already changes nothing."""
    stand = Stand()
    stand.scored(an_assessment("Acme", Level.ALERT, 65.0, stand.clock.now() - timedelta(minutes=9)))
    incident = next(iter(stand.incidents.values()))
    address = f"/a/{a_token(stand, incident)}"
    stand.scored(an_assessment("Acme", Level.CRISIS, 90.0, stand.clock.now()))
    before = now(stand, incident)
    async with stand.client(**BROWSER) as client:
        page = await client.get(address)
        late = await client.post(f"{address}/ack")
        line = await client.post(f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}", headers={"Accept": "*/*"})
    assert page.status == 200
    assert "Ha cambiado desde ese aviso" in words(page.text)
    assert "90 / 100 No lo tiene nadie" in words(page.text)
    assert f'href="/incidents/{incident.id}"' in page.text
    assert presses(page) == presses(late) == []
    assert (late.status, "no se ha cambiado nada" in late.text) == (409, True)
    assert (line.status, "Ha cambiado desde ese aviso" in line.text) == (409, True)
    assert now(stand, incident) == before


async def test_a_link_of_an_incident_that_ended_and_flared_up_again() -> None:
    """The same incident goes on in a new epoch: the press of before is told that it is old."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    stand.scored(an_assessment("Acme", Level.CALM, 5.0, stand.clock.now()))
    async with stand.client(**BROWSER) as client:
        over = await client.get(address)
        await stand.clock.advance(timedelta(minutes=10))
        stand.scored(an_assessment("Acme", Level.CRISIS, 88.0, stand.clock.now()))
        replay = await client.post(f"{address}/ack")
    assert "Volvió la calma a las 10:00" in words(over.text)
    assert (replay.status, now(stand, incident).state) == (409, State.OPEN)


async def test_looking_changes_nothing() -> None:
    """Link-preview bots, HEAD, and a phone that opens a button's address again."""
    stand, incident = on_fire()
    whole, button = (a_token(stand, incident, action=action) for action in (None, Action.ACKNOWLEDGE))
    before = now(stand, incident)
    bot = {"User-Agent": "WhatsApp/2.23 facebookexternalhit/1.1 Slackbot-LinkExpanding 1.0"}
    async with stand.client(**bot) as client:
        for token in (whole, button):
            for method in ("GET", "HEAD"):
                assert (await client.ask(method, f"/a/{token}")).status == 200
                back = await client.ask(method, f"/a/{token}/ack")
                assert (back.status, back.headers["Location"]) == (303, f"/a/{token}")
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
                assert (await client.ask(method, f"/a/{token}")).status == 405
    assert stand.commands == []
    assert now(stand, incident) == before


async def test_nobody_keeps_finds_or_passes_on_the_address() -> None:
    """On the page, on a redirect, on every refusal."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    async with stand.client(**BROWSER) as client:
        answers = [
            await client.get(f"/a/{token}"),
            await client.post(f"/a/{token}"),
            await client.post(f"/a/{token}/ack"),
            await client.post(f"/a/{token}/ack"),
            await client.get("/a/forged"),
            await client.post(f"/a/{token}/delete"),
        ]
    assert {each.status for each in answers} == {200, 303, 400, 404, 409}
    for each in answers:
        assert each.headers["Cache-Control"] == "no-store"
        assert each.headers["Referrer-Policy"] == "no-referrer"
        assert each.headers["X-Robots-Tag"].startswith("noindex")
        assert "sentinel_by" not in each.cookies


async def test_a_fault_leaves_no_address_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads the log must not be able to act."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    stand.store_fails = RuntimeError("bug")
    async with stand.client() as client:
        assert (await client.get(f"/a/{token}")).status == 500
    logged = capsys.readouterr()
    assert "request_failed" in logged.out + logged.err
    assert "/a/{token}" in logged.out + logged.err
    assert token not in logged.out + logged.err


@pytest.mark.parametrize("headers", [{"Origin": "https://ntfy.sh", "Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
async def test_where_a_press_comes_from_does_not_matter(headers: dict[str, str]) -> None:
    """The token in the address is the proof: apps of notification services press from their own origin, and may read
    the answer.
    """
    stand, incident = on_fire(tokens=["s3cret"])
    async with stand.client(**headers) as client:
        answer = await client.post(f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert now(stand, incident).holder == "ana"


async def test_another_name_for_this_server_is_not_answered() -> None:
    """DNS rebinding."""
    stand, incident = on_fire()
    async with stand.client(Host="evil.example") as client:
        answers = [
            await client.get(f"/a/{a_token(stand, incident)}"),
            await client.post(f"/a/{a_token(stand, incident)}/ack"),
        ]
    assert [each.status for each in answers] == [421, 421]
    assert stand.commands == []


async def test_guessing_is_slowed_like_any_post() -> None:
    """Presses count against the client's rate, also those that are refused."""
    stand, _ = on_fire(rate_limit=1)
    async with stand.client() as client:
        answers = [await client.post(f"/a/guess{n}") for n in range(3)]
    assert [each.status for each in answers] == [404, 404, 429]


@pytest.mark.parametrize("minutes", ["0", "-5", "nan", "inf", "soon", "1e99", "9" * 400])
async def test_a_snooze_of_no_length_changes_nothing(minutes: str) -> None:
    """400 on the page."""
    stand, incident = on_fire()
    async with stand.client(**BROWSER) as client:
        answer = await client.post(f"/a/{a_token(stand, incident)}/snooze", data={"minutes": minutes})
    assert (answer.status, "Ese tiempo no vale" in answer.text) == (400, True)
    assert stand.commands == []


async def raw(stand: Stand, line: str) -> bytes:
    """The status line for a request line that no well-behaved client would send."""
    async with serve(build_web(stand.ports()), "127.0.0.1", 0) as bound:
        reader, writer = await asyncio.open_connection("127.0.0.1", bound.port)
        writer.write(
            f"{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("latin-1")
        )
        answer = await reader.read()
        writer.close()
    return answer.partition(b"\r\n")[0]


async def test_paths_that_no_client_would_send() -> None:
    """As they stand on the wire, untouched by a library that means well."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    for path in (
        f"/a/../a/{token}/../../etc",
        f"/a/%2e%2e/{token}",
        f"/a/{token}%2Fack",
        f"/a/{token}/%61ck/..",
        f"/a/{'A' * 9000}",
        "/a/%",
    ):
        status = await raw(stand, f"POST {path}")
        assert status.split()[1] in (b"400", b"404", b"405"), (path, status)
    assert stand.commands == []


EVIL = "<script>alert(1)</script></textarea>\"'><img src=x onerror=alert(1)>{{ 7*7 }}\u202e"


async def test_what_strangers_write_stays_words() -> None:
    """In a text, a title, a name, a source, an address, a note, a brand, a draft."""
    stand = Stand()
    voice = Mention(
        source="bluesky",
        id="1",
        text=EVIL,
        title=EVIL,
        published_at=stand.clock.now(),
        url="javascript:alert(1)",
        author=Author(name=EVIL),
    )
    stand.config = stand.config.model_copy(
        update={"brands": (stand.config.brands[0].model_copy(update={"name": EVIL[:80]}),)}
    )
    incident = stand.scored(an_assessment(EVIL[:80], Level.CRISIS, 90.0, stand.clock.now(), samples=(voice,)))
    stand.rendered = a_playbook_that_says(EVIL)
    address = f"/a/{a_token(stand, incident)}"
    async with stand.client(**BROWSER) as client:
        pages = [(await client.get(address)).text]
        await client.post(f"{address}/resolve", data={"reason": EVIL})
        pages.append((await client.post(f"{address}/ack")).text)
    for html in pages:
        assert "<script>" not in html
        assert "<img" not in html
        assert "javascript:" not in html
        assert "49" not in re.sub(r"v=\w+|/a/[\w-]+", "", html)
        assert html.count("</textarea>") == html.count("<textarea")
