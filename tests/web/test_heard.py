"""Everything heard, as people and programs look through it: each filter in the address, newer ones announced without
moving what is read, views under a name, and the same as a file in which nothing is computed.
"""

import csv
import io
from datetime import timedelta
from urllib.parse import quote

import msgspec
import pytest

from sentinel.incidents.incident import Resolution, State
from sentinel.sentiment.sentiment import Label
from sentinel.store.heard_mention import Standing
from sentinel.web import exported
from sentinel.web.pages import mentions
from tests.web.heard import a_heard, heard_as
from tests.web.people import key_in, sign_in
from tests.web.stand import Stand, a_config, a_crisis
from tests.web.tenants import Agency


@pytest.fixture
def stand() -> Stand:
    """Acme is scolded and praised, Banco Sol spoken of once, and somebody speaks of nobody."""
    stand = Stand()
    now = stand.clock.now()
    stand.heard.kept = [
        a_heard(1, "Acme: tres días sin línea", heard_as("Acme"), at=now - timedelta(days=2), grave="averia"),
        a_heard(2, "gracias acme", heard_as("Acme", Label.POSITIVE), at=now - timedelta(hours=2)),
        a_heard(3, "banco sol, =2+2", heard_as("Banco Sol"), at=now - timedelta(minutes=5), author="eva", source="x"),
        a_heard(4, "acme otra vez", heard_as("Acme", standing=Standing.COPY), at=now - timedelta(minutes=1)),
        a_heard(5, "nada que ver", at=now),
    ]
    return stand


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("brand=Acme", [4, 2, 1]),
        ("brand=Acme&sentiment=positive", [2]),
        ("source=x", [3]),
        ("author=@EVA", [3]),
        ("standing=copy", [4]),
        ("grave=1", [1]),
        ("language=en", []),
        ("text=%22sin+linea%22", [1]),
        ("text=acme+-gracias", [4, 1]),
        ("last=1h", [5, 4, 3]),
        ("from=2026-03-02T08:00&to=2026-03-02T09:56", [3, 2]),
        ("from=2026-03-02T07:00:00Z&brand=Acme", [4, 2]),
    ],
)
async def test_each_filter_stands_in_the_address(stand: Stand, query: str, numbers: list[int]) -> None:
    """For programs and people alike; a time without an offset is the file's zone."""
    async with stand.client() as client:
        answer, shown = await client.get(f"/api/v1/mentions?{query}"), await client.get(f"/mentions?{query}")
    assert [each["number"] for each in answer.json["mentions"]] == numbers
    assert [number for number in range(6) if f'id="m{number}"' in shown.text] == sorted(numbers)
    assert (answer.json["found"], answer.json["more"], answer.json["next"]) == (len(numbers), False, None)


async def test_a_mention_says_what_it_was_heard_as(stand: Stand) -> None:
    """Mood and how sure, whether it counted, the gravest word, who and where; what is marked is what was searched."""
    async with stand.client(**{"Accept-Language": "es"}) as client:
        (first, *_) = (await client.get("/api/v1/mentions?grave=1")).json["mentions"]
        copy = (await client.get("/mentions?standing=copy")).text
        page = (await client.get("/mentions?text=linea")).text
    assert first["brands"] == [
        {"brand": "Acme", "sentiment": "negative", "probability": 0.91, "standing": "counted", "priority": "normal"}
    ]
    assert (first["grave"], first["language"], first["author"]["handle"]) == ("averia", "es", "ana.bsky.social")
    assert "una copia; cuenta como la voz que repite" in copy
    assert '<mark class="new">línea</mark>' in page
    assert "Acme · negativa 91 %" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("text=%22abierta", "a quotation mark is never closed"),
        ("text=ab*", "needs 3 letters"),
        ("sentiment=angry", "sentiment: &#39;angry&#39; is none of|sentiment: 'angry' is none of"),
        ("from=ayer", "from: 'ayer' is no instant"),
        ("incident=none", "there is no incident 'none'"),
        ("text=a&text=b", "is said 2 times"),
    ],
)
async def test_what_cannot_be_asked_is_said(stand: Stand, query: str, said: str) -> None:
    """To a program with the field, the value and the fix; to a person in a sentence, with the form as it was."""
    async with stand.client(**{"Accept-Language": "es"}) as client:
        answer, export = (
            await client.get(f"/api/v1/mentions?{query}"),
            await client.get(f"/api/v1/mentions/export?{query}"),
        )
        page = await client.get(f"/mentions?{query}")
    assert (answer.status, export.status) == (400, 400) or answer.status == 404
    assert any(each in answer.json["error"] for each in said.split("|"))
    if "text=a&" not in query:
        assert page.status == answer.status
        assert 'role="alert"' in page.text


async def test_an_incidents_mentions_are_those_of_its_brand_and_time(stand: Stand) -> None:
    """From an hour before it began until it was over."""
    incident = a_crisis(stand)
    now = stand.clock.now()
    stand.incidents[incident.id] = msgspec.structs.replace(
        incident, state=State.RESOLVED, resolution=Resolution(by="ana", at=now - timedelta(seconds=30))
    )
    stand.heard.kept.append(a_heard(6, "acme, después", heard_as("Acme"), at=now))
    async with stand.client() as client:
        found = await client.get(f"/api/v1/mentions?incident={incident.id}")
        other = await client.get(f"/api/v1/mentions?incident={incident.id}&brand=Banco+Sol")
    assert [each["number"] for each in found.json["mentions"]] == [4]
    assert other.status == 404


async def test_newer_ones_are_announced_and_nothing_moves(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of older ones keeps its place, counts what came since the first was opened, and leads there."""
    monkeypatch.setattr(mentions, "A_PAGE", 2)
    async with stand.client(**{"Accept-Language": "en"}) as client:
        first = await client.get("/mentions?brand=Acme")
        assert "before=2&amp;top=4" in first.text
        for number in (7, 8):
            stand.heard.kept.append(a_heard(number, "acme nueva", heard_as("Acme"), at=stand.clock.now()))
        older = await client.get("/mentions?brand=Acme&before=2&top=4")
        fresh = await client.get("/fragments/mentions?brand=Acme&top=4&lang=en")
        none = await client.get("/fragments/mentions?brand=Banco+Sol&top=4&lang=en")
    assert 'id="m1"' in older.text
    assert 'id="m7"' not in older.text
    assert '<a class="button" href="/mentions?brand=Acme">2 new</a>' in older.text
    assert "2 new" in fresh.text
    assert "Look for newer ones" in none.text


async def test_a_program_reads_page_after_page(stand: Stand) -> None:
    """By the number of the last one."""
    async with stand.client() as client:
        first = (await client.get("/api/v1/mentions?limit=2")).json
        second = (await client.get(f"/api/v1/mentions?limit=2&before={first['next']}")).json
    assert [each["number"] for each in (*first["mentions"], *second["mentions"])] == [5, 4, 3, 2]


async def test_the_same_as_a_file(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV in which nothing is computed, JSON lines; where it is cut the last line says so."""
    stand.heard.kept.append(a_heard(6, '=HYPERLINK("https://evil.example")', heard_as("Acme"), at=stand.clock.now()))
    async with stand.client() as client:
        table = await client.get("/api/v1/mentions/export?format=csv")
        lines = await client.get("/api/v1/mentions/export?format=jsonl&brand=Acme")
        monkeypatch.setattr(exported, "MOST", 2)
        cut = await client.get("/api/v1/mentions/export?format=jsonl")
        cut_table = await client.get("/api/v1/mentions/export")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [row["number"] for row in rows] == ["6", "5", "4", "3", "2", "1"]
    assert rows[0]["text"] == '\'=HYPERLINK("https://evil.example")'
    assert "attachment" in table.headers["Content-Disposition"]
    assert [msgspec.json.decode(line)["number"] for line in lines.text.splitlines()] == [6, 4, 2, 1]
    assert msgspec.json.decode(cut.text.splitlines()[-1]) == {"cut": True, "most": 2, "next": 5}
    assert cut_table.text.splitlines()[-1] == "cut after 2 mentions; go on with before=5"


async def test_a_view_is_kept_under_a_name(stand: Stand) -> None:
    """Where nobody is known, for everybody: saved, opened, deleted; what cannot be asked is not kept."""
    async with stand.client(**{"Accept-Language": "en"}) as client:
        saved = await client.post("/mentions/views", data={"name": "Sin línea", "brand": "Acme", "text": '"sin linea"'})
        page = await client.get("/mentions")
        bad = await client.post("/mentions/views", data={"name": "x", "text": '"open'})
        nameless = await client.post("/mentions/views", data={"name": " ", "text": "x"})
        (view,) = stand.views.kept.values()
        gone = await client.post(f"/mentions/views/{view.id}/delete")
        again = await client.post(f"/mentions/views/{view.id}/delete")
    assert (saved.status, saved.headers["Location"]) == (303, "/mentions?text=%22sin+linea%22&brand=Acme&said=saved")
    assert '<a href="/mentions?text=%22sin+linea%22&amp;brand=Acme"><b>Sin línea</b></a>' in page.text
    assert (bad.status, nameless.status, gone.status, again.status) == (400, 400, 303, 404)
    assert stand.views.kept == {}


async def test_a_hashed_author_is_found_by_her_name(stand: Stand) -> None:
    """And her name is not what a kept view holds."""
    stand.kept_as = lambda name: {"lucía": "eva"}.get(name, name)
    async with stand.client() as client:
        found = await client.get("/api/v1/mentions?author=luc%C3%ADa")
        await client.post("/mentions/views", data={"name": "ella", "author": "lucía"})
    assert [each["number"] for each in found.json["mentions"]] == [3]
    assert [each.query for each in stand.views.kept.values()] == [{"author": "eva"}]


async def test_whoever_is_known_has_views_of_their_own() -> None:
    """A viewer keeps their own and cannot share; of a client, everybody's are not shown."""
    agency = Agency()
    async with agency.client(Accept="text/html") as client:
        await sign_in(client, "looks")
        key = key_in(await client.get("/mentions"))
        mine = await client.post("/mentions/views", data={"name": "Otra", "brand": "Acme", "form_key": key})
        shared = await client.post("/mentions/views", data={"name": "Otra", "shared": "1", "form_key": key})
        page = await client.get("/mentions")
    assert (mine.status, shared.status) == (303, 403)
    assert "Otra" in page.text
    assert "kanarien all" not in page.text


async def test_a_client_pages_by_marks_that_count_nobody_elses() -> None:
    """No number of a mention tells how many others were heard in between."""
    agency = Agency()
    async with agency.client(Authorization="Bearer t-reads") as client:
        first = (await client.get("/api/v1/mentions?limit=1")).json
        second = (await client.get(f"/api/v1/mentions?limit=1&before={first['next']}")).json
        count = (await client.get("/api/v1/mentions?text=responde")).json
    numbers = [each["number"] for each in (*first["mentions"], *second["mentions"])]
    assert [each["text"] for each in (*first["mentions"], *second["mentions"])] == ["Las dos fatal", "Acme no responde"]
    assert min(numbers) > 2**30
    assert (first["found"], second["next"], count["found"]) == (2, None, 1)
    assert [each["brand"] for each in first["mentions"][0]["brands"]] == ["Acme"]


async def test_a_brand_on_one_page() -> None:
    """Its score, what it is made of, its sources, incidents, what holds its pages back, and what was said last."""
    stand = Stand(config=a_config())
    incident = a_crisis(stand)
    stand.heard.kept = [a_heard(1, "acme fatal", heard_as("Acme"), at=stand.clock.now())]
    await stand.silences.make(brands=("Acme",), starts_at=None, lasts=timedelta(hours=1), by="ana", reason="Obras")
    async with stand.client(**{"Accept-Language": "es"}) as client:
        page, none = await client.get("/brands/Acme?span=7d"), await client.get("/brands/Nadie")
        calm = await client.get(f"/brands/{quote('Café Aurora')}")
    assert none.status == 404
    assert (page.status, calm.status) == (200, 200)
    for each in (f"/incidents/{incident.id}", "Silencio de Ana", "Obras", "acme</mark> fatal", "/mentions?brand=Acme"):
        assert each in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("text=servicio", 1),
        ("text=sol", 1),
        ("text=nada", 0),
        ("level=crisis&state=live", 1),
        ("level=watch", 0),
        ("verdict=none", 1),
        ("verdict=real", 0),
        ("brand=Banco+Sol", 0),
        ("last=1h", 1),
        ("to=2026-01-01T00:00", 0),
    ],
)
async def test_incidents_are_looked_through(query: str, found: int) -> None:
    """By words of what was said, brand, worst level, verdict and time."""
    stand = Stand()
    incident = a_crisis(stand)
    async with stand.client() as client:
        page = await client.get(f"/incidents?{query}")
        wrong = await client.get("/incidents?level=calm")
    assert (f"/incidents/{incident.id}" in page.text) == bool(found)
    assert (page.status, wrong.status) == (200, 400)
