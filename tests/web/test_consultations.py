"""A question to an area of the house, as people ask it on a page, answer it on a phone, and read it afterwards."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import msgspec
import pytest
from aiohttp import ClientSession, CookieJar

from sentinel.config.areas import AreaSettings
from sentinel.config.schema import Config
from sentinel.incidents.links import Grant, nonce_of
from sentinel.requests.consultation import Consultation
from sentinel.requests.request_record import RequestState
from sentinel.store.audit import KnownBy
from sentinel.web.server import build_web, serve
from tests.daemon.consulting import CONFIG, MINUTE, House
from tests.fakes import FakeClock
from tests.web.heard import a_heard, heard_as
from tests.web.links import BROWSER, words
from tests.web.stand import Client, Stand
from tests.web.tenants import CANARY, Agency

SPANISH = {"Accept-Language": "es", "Accept": "text/html"}
SUGGESTED = "¿Es cierto lo que dice, qué estamos haciendo y qué podemos contestar?"


@pytest.fixture
async def house(tmp_path: Path, clock: FakeClock) -> AsyncIterator[House]:
    opened = await House(tmp_path, clock).open()
    yield opened
    await opened.close()


def a_stand(house: House) -> Stand:
    return Stand(config=house.active.config, clock=house.clock, links=house.links)


class Served:
    """The house's own store behind the real pages."""

    def __init__(self, house: House, stand: Stand) -> None:
        ports = replace(
            stand.ports(),
            config=lambda: house.active.config,
            heard=house.search,
            requests=house.requests,
            consultations=house.consultations,
        )
        self._served = serve(build_web(ports), "127.0.0.1", 0)

    async def __aenter__(self) -> Client:
        bound = await self._served.__aenter__()
        self._session = ClientSession(bound.url, headers=SPANISH, cookie_jar=CookieJar(unsafe=True))
        return Client(self._session, bound.url)

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._served.__aexit__(None, None, None)


async def test_a_complaint_from_the_list_to_the_area_and_back(house: House) -> None:
    """It arrives, Ana takes it and asks billing, Luis answers by the link in his message, the list shows it; nobody
    needs a script or signs in to answer.
    """
    stand, number = a_stand(house), await house.hears()
    async with Served(house, stand) as client:
        form = {"by": "ana", "back": "/requests"}
        await client.post(f"/mentions/{number}/request", data=form | {"step": "taken"})
        page = (await client.get("/requests")).text
        assert SUGGESTED in page
        assert '<option value="billing">Facturación</option>' in page
        assert '"legal"' not in page  # asked about Rival alone
        asked = await client.post(
            f"/mentions/{number}/consultation", data=form | {"area": "billing", "question": "¿Se cobró dos veces?"}
        )
        assert (asked.status, asked.headers["Location"]) == (303, f"/requests?said=request#m{number}")
        waiting = words((await client.get("/requests")).text)
        assert "Facturación tiene hasta las 11:00 para contestar." in waiting
        assert "Ana preguntó a Facturación: ¿Se cobró dos veces?" in waiting
        link = await house.token("luis")
        phone = await client.get(link)
        shown = words(phone.text)
        for said in ("Billing: a question", "¿Se cobró dos veces?", "cobrado dos veces", "@eva_gil", "Link of Luis"):
            assert said in shown, said
        assert "<script" not in phone.text.partition("<main")[2]
        action = unescape(re.findall(r'action="([^"]+)"', phone.text)[0])
        await house.clock.advance(7 * MINUTE)
        answered = await client.post(action, data={"quick": "yes", "text": "se devuelve hoy"})
        assert answered.status == 303
        assert "Thank you." in words((await client.get(answered.headers["Location"])).text)
        marta = await client.get(await house.token("marta"))
        assert "Luis contestó a las 10:07: Sí. se devuelve hoy" in words(marta.text)
        twice = await client.post(f"{await house.token('marta')}/answer", data={"text": "espera"})
        assert twice.status == 409
        assert "Luis contestó" in words(twice.text)
        assert "espera" in twice.text
        after = (await client.get("/requests")).text
        assert f'id="m{number}"' in after.partition('id="held_taken"')[2].partition('id="held_consulting"')[0]
        assert "Luis contestó por Facturación: Sí. se devuelve hoy" in words(after)
        api = (await client.get("/api/v1/mentions")).json["mentions"][0]["request"]
        assert (api["state"], api["holder"], api["steps"][-1]["quick"]) == ("taken", "ana", "yes")
    assert (await house.sent())[-1] == ("ana", "Facturación ha contestado: Acme")


async def test_nobody_answers_and_the_page_says_what_may_be_done(house: House) -> None:
    """After the deadline the request is with Ana again, with what is delegated and where the words are; the link still
    takes an answer and says that the time is over.
    """
    stand, number = a_stand(house), await house.hears()
    async with Served(house, stand) as client:
        await house.ask(number)
        link = await house.token("marta")
        await house.clock.advance(61 * MINUTE)
        await house.consultations.look()
        page = (await client.get("/requests")).text
        assert "Facturación no contestó a tiempo." in words(page)
        assert "Puedes responder en nombre de la marca con los borradores" in words(page)
        assert 'href="/playbooks/customer_care"' in page
        late = await client.get(link)
        assert "El plazo acabó a las 11:00 y Ana ya lo sabe" in words(late.text)
        assert (await client.post(f"{link}/answer", data={"quick": "no"})).status == 303
        assert "no contestó a tiempo" in (shown := words((await client.get("/requests")).text))
        assert "Marta contestó por Facturación: No" in shown
        assert "Puedes responder" not in shown


async def test_an_area_that_vanished_is_said_to_have(house: House) -> None:
    """A reload took billing away while it was asked."""
    stand, number = a_stand(house), await house.hears()
    async with Served(house, stand) as client:
        await house.ask(number)
        house.configure(CONFIG.partition("areas:")[0])
        page = words((await client.get("/requests")).text)
        assert "billing tiene hasta las 11:00 para contestar. billing ya no está en la configuración" in page
        assert (await client.get(await house.token("luis"))).status == 200


# -- the pages alone


@pytest.fixture
def stand() -> Stand:
    """Billing may be asked; one complaint waits."""
    stand = Stand()
    stand.config = with_areas(
        stand.config, billing={"label": {"es": "Facturación", "en": "Billing"}, "contacts": ["boss"]}
    )
    stand.heard.kept = [a_heard(1, "Acme me cobra dos veces", heard_as("Acme"))]
    return stand


def with_areas(config: Config, **areas: object) -> Config:
    return config.model_copy(update={"areas": {key: AreaSettings.model_validate(each) for key, each in areas.items()}})


def a_link(stand: Stand, one: Consultation, contact: str = "boss", **changed: object) -> str:
    grant = Grant(
        incident=one.id,
        epoch=0,
        contact=contact,
        action=None,
        expires_at=stand.clock.now() + timedelta(days=1),
        nonce=nonce_of(contact),
    )
    return f"/a/{stand.links.mint(msgspec.structs.replace(grant, **changed))}"


async def asked(stand: Stand) -> Consultation:
    await stand.consultations.ask(1, "billing", "¿Es cierto?", "ana")
    return next(iter(stand.consultations.kept.values()))


async def test_looking_changes_nothing_and_no_press_of_an_incident_acts(stand: Stand) -> None:
    """However often; a button of another sort of link leads nowhere, an empty answer is none."""
    one = await asked(stand)
    async with stand.client(**BROWSER) as client:
        link = a_link(stand, one)
        for method in ("GET", "HEAD"):
            assert (await client.ask(method, link)).status == 200
        assert (await client.get(f"{link}/answer")).status == 303
        pressed = [await client.post(f"{link}{path}", data={"text": "x"}) for path in ("", "/ack", "/note")]
        empty = await client.post(f"{link}/answer", data={"quick": "", "text": "  "})
    assert [each.status for each in pressed] == [404, 404, 404]
    assert empty.status == 400
    assert "Escribe algo" in empty.text
    assert stand.consultations.kept[one.id] == one


async def test_links_that_allow_nothing_say_why(stand: Stand) -> None:
    """Expired, of somebody who is no contact any more, forged, and about a post that is gone."""
    one = await asked(stand)
    async with stand.client(**BROWSER) as client:
        expired = await client.post(f"{a_link(stand, one, expires_at=stand.clock.now())}/answer", data={"quick": "yes"})
        gone = await client.get(a_link(stand, one, contact="leaver"))
        forged = await client.get(f"{a_link(stand, one)}x")
        incident = await client.post(
            f"{a_link(stand, one, incident='20260302-0900-83b1d8')}/answer", data={"quick": "no"}
        )
        stand.heard.kept.clear()
        deleted = await client.get(a_link(stand, one))
    assert [each.status for each in (expired, gone, forged, incident, deleted)] == [410, 410, 404, 404, 410]
    assert "ha caducado" in expired.text
    assert "ya no está" in deleted.text
    assert stand.consultations.kept[one.id] == one


async def test_an_answer_stands_in_the_audit_log(stand: Stand) -> None:
    """Who asked and who answered, by what, and no text of either."""
    async with stand.client(**BROWSER) as client:
        await client.post("/mentions/1/consultation", data={"by": "Ana", "area": "billing", "question": "¿secreto?"})
        one = next(iter(stand.consultations.kept.values()))
        await client.post(f"{a_link(stand, one)}/answer", data={"text": "secreto"})
    lines = await stand.audit.find(limit=10)  # type: ignore[call-arg]
    shown = [(each.who, each.known_by, each.what, each.about) for each in lines]
    assert ("boss", KnownBy.LINK, "consultation_answer", one.id) in shown
    assert any(each[2] == "consultation" and each[3] == "1" for each in shown)
    assert "secreto" not in str(lines)


async def test_programs_ask_as_well(stand: Stand) -> None:
    """Without a question the usual one; an unknown area and a second question are refused with why."""
    async with stand.client() as client:
        post = client.post
        unknown = await post("/api/v1/mentions/1/consultations", json={"by": "ana", "area": "press"})
        made = await post("/api/v1/mentions/1/consultations", json={"by": "ana", "area": "billing"})
        again = await post("/api/v1/mentions/1/consultations", json={"by": "ana", "area": "billing"})
        gone = await post("/api/v1/mentions/99/consultations", json={"by": "ana", "area": "billing"})
        nowhere = await post("/api/v1/mentions/x/consultations", json={"by": "ana", "area": "billing"})
    assert (unknown.status, unknown.json["error"]) == (400, "area: there is no 'press'; there are billing")
    assert made.status == 201
    step = made.json["request"]["steps"][-1]
    assert (step["turn"], step["area"], step["state"]) == ("asked", "billing", "consulting")
    assert (again.status, gone.status, nowhere.status) == (409, 404, 404)


async def test_a_client_asks_about_own_posts_alone() -> None:
    """An agency's client asks an area of the house about an own post, not about one that is others' as well, nor an
    area of others; whom an area means stays the house's.
    """
    agency = Agency()
    law = {"contacts": ["boss"], "brands": ["Kanarien GmbH"]}
    billing = {"label": {"es": "Facturación"}, "contacts": [f"{CANARY}_tante"]}
    agency.config = with_areas(agency.config, billing=billing, **{f"{CANARY}_law": law})
    async with agency.client(Authorization="Bearer t-does") as client:
        listed = {each["text"]: each for each in (await client.get("/api/v1/mentions")).json["mentions"]}
        both, own = listed["Las dos fatal"]["number"], listed["Acme no responde"]["number"]
        shared = await client.post(f"/api/v1/mentions/{both}/consultations", json={"by": "x", "area": "billing"})
        theirs = await client.post(f"/api/v1/mentions/{own}/consultations", json={"by": "x", "area": f"{CANARY}_law"})
        made = await client.post(f"/api/v1/mentions/{own}/consultations", json={"by": "x", "area": "billing"})
    assert (shared.status, theirs.status, made.status) == (404, 400, 201)
    assert CANARY not in made.text.lower()
    assert "there are billing" in theirs.json["error"]
    assert next(each for each in agency.heard.kept if each.request.consulted).request.state is RequestState.CONSULTING
