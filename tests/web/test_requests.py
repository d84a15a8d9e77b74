"""Requests, as people on a phone and programs attend to them: what waits, who has it, what was answered and what is
not.
"""

from datetime import timedelta

import pytest

from sentinel.requests.priority import Priority
from sentinel.requests.request_kind import RequestKind
from sentinel.requests.request_record import RequestState
from tests.web.heard import a_heard, heard_as
from tests.web.stand import Stand
from tests.web.tenants import Agency

SPANISH = {"Accept-Language": "es"}


@pytest.fixture
def stand() -> Stand:
    """A grave complaint of two hours ago, a question of now, and praise that waits for nobody."""
    stand = Stand()
    now = stand.clock.now()
    stand.heard.kept = [
        a_heard(1, "Acme, huele a gas", heard_as("Acme", priority=Priority.URGENT), at=now - timedelta(hours=2)),
        a_heard(2, "acme, ¿abrís el domingo?", heard_as("Acme"), at=now, asks=RequestKind.QUESTION),
        a_heard(3, "gracias banco sol", heard_as("Banco Sol", priority=Priority.LOW), asks=RequestKind.PRAISE, at=now),
    ]
    return stand


async def test_what_waits_stands_by_urgency(stand: Stand) -> None:
    """The grave one first and late, the question among the normal ones, praise nowhere; by brand, nothing for the
    other.
    """
    async with stand.client(**SPANISH) as client:
        page = (await client.get("/requests")).text
        other = (await client.get("/requests?brand=Banco+Sol")).text
    urgent, normal = page.index('id="waiting_urgent"'), page.index('id="waiting_normal"')
    assert urgent < page.index("huele a gas") < normal < page.index("¿abrís el domingo?")
    assert "Va tarde: espera desde hace 2 h" in page
    assert "Queja" in page
    assert "gracias" not in page
    assert "Nadie espera aquí." in other
    assert "huele a gas" not in other


async def test_ana_answers_it_without_scripts(stand: Stand) -> None:
    """She takes it, with a note, and answers; Marta, who had the page open, is told that Ana did."""
    async with stand.client(**SPANISH) as client:
        fields = {"by": "Ana", "back": "/requests"}
        taken = await client.post("/mentions/1/request", data=fields | {"step": "taken", "note": "por privado"})
        shown = (await client.get("/requests?said=request")).text
        await client.post("/mentions/1/request", data=fields | {"step": "answered"})
        again = await client.post("/mentions/1/request", data=fields | {"by": "Marta", "step": "improper"})
        nothing = await client.post("/mentions/1/request", data=fields)
        gone = await client.post("/mentions/99/request", data=fields | {"step": "taken"})
    assert (taken.status, taken.headers["Location"]) == (303, "/requests?said=request#m1")
    assert "Se encarga Ana. por privado" in shown
    assert "Petición apuntada." in shown
    assert (again.status, nothing.status, gone.status) == (409, 409, 404)
    assert "Ana ya lo había hecho de otra manera" in again.text
    assert stand.heard.kept[0].request.state is RequestState.ANSWERED


async def test_whoever_saw_it_free_does_not_take_it_from_somebody(stand: Stand) -> None:
    """Marta's page is older than Ana's step: her button says who has it; from a page that shows that she takes it."""
    async with stand.client(**SPANISH) as client:
        page = (await client.get("/requests")).text
        await client.post("/mentions/1/request", data={"by": "Ana", "step": "taken", "seen": "0"})
        late = await client.post("/mentions/1/request", data={"by": "Marta", "step": "taken", "seen": "0"})
        after = (await client.get("/requests")).text
        over = await client.post("/mentions/1/request", data={"by": "Marta", "step": "taken", "seen": "1"})
    assert [each.count('name="seen" value="1"') for each in (page, after)] == [0, 1]
    assert late.status == 409
    assert "Ana ya lo había hecho" in late.text
    assert (over.status, stand.heard.kept[0].request.holder) == (303, "Marta")


async def test_the_way_back_leads_nowhere_else(stand: Stand) -> None:
    """A form stands on one of our two lists; another address in it is not followed."""
    async with stand.client(**SPANISH) as client:
        fields = {"by": "Ana", "step": "taken"}
        kept = await client.post("/mentions/1/request", data=fields | {"back": "/mentions?brand=Acme&grave=1"})
        away = await client.post("/mentions/2/request", data=fields | {"back": "https://evil.example/requests?x=1"})
    assert kept.headers["Location"] == "/mentions?brand=Acme&grave=1&said=request#m1"
    assert away.headers["Location"] == "/requests?said=request#m2"


async def test_programs_do_the_same(stand: Stand) -> None:
    """What it really asks for is said and found; what does not follow is refused with what stands; a filter each."""
    async with stand.client() as client:
        said = await client.post("/api/v1/mentions/2/request", json={"by": "ana", "kind": "help"})
        helped = await client.get("/api/v1/mentions?asks=help")
        taken = await client.post("/api/v1/mentions/2/request", json={"by": "ana", "state": "taken", "note": "x"})
        await client.post("/api/v1/mentions/2/request", json={"by": "ana", "state": "answered"})
        twice = await client.post("/api/v1/mentions/2/request", json={"by": "eva", "state": "answered"})
        nothing = await client.post("/api/v1/mentions/2/request", json={"by": "eva"})
        nowhere = await client.post("/api/v1/mentions/no/request", json={"by": "eva", "state": "taken"})
        new = await client.get("/api/v1/mentions?request=new&priority=urgent")
    assert (said.status, said.json["request"]["state"]) == (200, "new")
    assert [each["number"] for each in helped.json["mentions"]] == [2]
    assert (taken.json["request"]["holder"], taken.json["request"]["steps"][-1]["note"]) == ("ana", "x")
    assert (twice.status, twice.json["error"]) == (
        409,
        "state: answered does not follow answered, which ana said; new opens it again",
    )
    assert (nothing.status, nowhere.status) == (409, 404)
    assert [each["number"] for each in new.json["mentions"]] == [1]


async def test_a_client_does_not_touch_what_is_others_too() -> None:
    """Of a post about two brands a client of one reads how far it is, and neither who has it nor why; nor do they
    answer it, nor teach what people ask for.
    """
    agency = Agency()
    await agency.ports().requests.act(9, RequestState.TAKEN, "luisa", note="ask legal")
    async with agency.client(Authorization="Bearer t-does") as client:
        listed = {each["text"]: each for each in (await client.get("/api/v1/mentions")).json["mentions"]}
        both, own = listed["Las dos fatal"], listed["Acme no responde"]
        touched = await client.post(f"/api/v1/mentions/{both['number']}/request", json={"by": "x", "state": "improper"})
        taught = await client.post(f"/api/v1/mentions/{own['number']}/request", json={"by": "x", "kind": "praise"})
        taken = await client.post(f"/api/v1/mentions/{own['number']}/request", json={"by": "x", "state": "taken"})
        long = await client.post(f"/api/v1/mentions/{'9' * 5000}/request", json={"by": "x", "state": "taken"})
    assert both["request"]["state"] == "taken"
    assert "luisa" not in str(listed)
    assert "legal" not in str(listed)
    assert (touched.status, taught.status, taken.status, long.status) == (404, 403, 200, 404)


async def test_a_correction_reaches_the_list(stand: Stand) -> None:
    """Thanks that really ask for help wait from then on; a late complaint that asks nothing waits no more."""
    async with stand.client(**SPANISH) as client:
        for number, kind in ((3, "help"), (1, "none")):
            await client.post(f"/api/v1/mentions/{number}/request", json={"by": "ana", "kind": kind})
        page = (await client.get("/requests")).text
    assert 'id="m3"' in page
    assert 'id="m1"' not in page
