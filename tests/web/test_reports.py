"""Reports as pages, Markdown, files and facts; in the reader's language, safe against what strangers write, ready to
print.
"""

import json
import re
from datetime import date, timedelta

import msgspec
import pytest

from sentinel.mention import Author
from sentinel.reports.day import AuthorDay, Heard, count
from sentinel.reports.period import Every, read_period
from sentinel.requests.priority import Priority
from sentinel.sentiment.sentiment import Label
from tests.builders import a_mention
from tests.fakes import START
from tests.reports.archive import EVIL, a_day, days_of
from tests.web.heard import a_heard, heard_as
from tests.web.stand import Stand, a_config, a_crisis
from tests.web.test_openapi import DOCUMENT, conforms

NOW = read_period(Every.WEEK, "2026-W10")
"""The week of START, which is not over."""


def with_reports() -> tuple[Stand, str]:
    """A crisis, and two weeks of Acme."""
    stand = Stand()
    incident = a_crisis(stand)
    stand.days = [
        *days_of(NOW.before, 30, negative=3),
        a_day(date(2026, 3, 2), 50, negative=40, hour=8, terms={"averia": 30}),
    ]
    return stand, incident.id


async def read(stand: Stand, path: str, **headers: str) -> str:
    async with stand.client(**headers) as client:
        answer = await client.get(path)
    assert answer.status == 200, answer.text
    return answer.text


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_the_list_leads_to_every_report() -> None:
    """Weeks and months as far back as anything is counted, and the incidents; every way it shows leads somewhere."""
    stand, name = with_reports()
    async with stand.client() as client:
        html = (await client.get("/reports")).text
        ways = re.findall(r'href="((?:/reports/|/incidents/)[^"]+)"', html)
        assert f"/incidents/{name}/report" in ways
        assert {
            "/reports/Acme/weekly/2026-W10",
            "/reports/Acme/weekly/2026-W09",
            "/reports/Acme/monthly/2026-02",
        } <= set(ways)
        assert "/reports/Caf%C3%A9%20Aurora/weekly/2026-W10" in ways
        assert "/reports/Acme/weekly/2026-W08" not in ways
        for way in ways:
            assert (await client.get(way)).status == 200, way


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "es",
            (
                "Acme: semana del 2 al 8 de marzo de 2026",
                "Aún incompleto",
                "Se habló de Acme 50 veces",
                "El 80",
                "averia",
            ),
        ),
        (
            "en",
            (
                "Acme: week of 2–8 March 2026",
                "Not complete yet",
                "Acme was spoken of 50 times",
                "80% of the mentions",
                "averia",
            ),
        ),
    ],
)
async def test_a_week_on_a_page(lang: str, said: tuple[str, ...]) -> None:
    """In the language that is asked for, with drawings that say in words what they show."""
    stand, _ = with_reports()
    html = await read(stand, f"/reports/Acme/weekly/2026-W10?lang={lang}")
    for each in said:
        assert each in words(html)
    assert html.count('role="img" aria-label="') >= 2
    assert "style=" not in html
    assert "<script" not in html.partition("<body")[2]


DAYS = [("es", "Esperan respuesta", "urgente"), ("en", "Waiting", "urgent")]


@pytest.mark.parametrize(("lang", "waits", "said"), DAYS)
async def test_a_day_on_a_page_and_as_a_feed(lang: str, waits: str, said: str) -> None:
    """What matters of it first, each mention with the way to it; a feed reader is shown the same."""
    stand, _ = with_reports()
    urgent = heard_as("Acme", priority=Priority.URGENT)
    stand.heard.kept = [a_heard(1, "acme: <b>huele a gas</b>", urgent, at=START - timedelta(days=1))]
    page = await read(stand, f"/reports/Acme/daily/2026-03-01?lang={lang}")
    async with stand.client() as client:
        feed = await client.get(f"/api/v1/reports/Acme/daily.atom?lang={lang}")
    assert waits in page
    assert "&lt;b&gt;huele a gas&lt;/b&gt;" in page
    assert 'href="https://bsky.app/profile/ana.bsky.social/post/1"' in page
    assert said in words(page)
    assert feed.headers["Content-Type"].startswith("application/atom+xml")
    assert feed.text.count("<entry>") == 7
    assert "/reports/Acme/daily/2026-03-01" in feed.text
    assert "huele a gas" in feed.text


async def test_an_incident_on_a_page() -> None:
    """Who was paged, what the model believed, what to talk about, and the way back."""
    stand, name = with_reports()
    html = await read(stand, f"/incidents/{name}/report", **{"Accept-Language": "es"})
    for said in (
        "Acme llegó a crisis: 87,4 de 100",
        "Aviso a Ana, escalón 1",
        "volumen +40,3",
        "Para hablarlo",
        "ana.bsky.social",
    ):
        assert said in words(html)
    assert f'href="/incidents/{name}"' in html


async def test_pages_print_without_what_only_screens_need() -> None:
    """A4, no navigation, rows kept whole."""
    stand, _ = with_reports()
    async with stand.client() as client:
        html = (await client.get("/reports/Acme/weekly/2026-W10")).text
        style = (await client.get(re.search(r'href="(/static/report\.css[^"]+)"', html)[1])).text  # type: ignore[index]  # or the test fails
    assert "size: A4" in style
    assert re.search(r"@media print \{.*\.top, .*\.ways.*display: none", style, re.DOTALL)
    assert "break-inside: avoid" in style


async def test_markdown_to_download() -> None:
    """Beside each page, named after what it is."""
    stand, name = with_reports()
    async with stand.client() as client:
        week = await client.get("/reports/Acme/weekly/2026-W10.md?lang=es")
        told = await client.get(f"/incidents/{name}/report.md?lang=en")
    assert week.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert week.headers["Content-Disposition"] == "attachment; filename*=UTF-8''acme-2026-W10.md"
    assert week.text.startswith("# Acme: semana del 2 al 8 de marzo de 2026\n")
    assert told.text.startswith("# Incident report: Acme, crisis\n")


async def test_the_newest_that_is_over() -> None:
    """A short address, for bookmarks."""
    stand, _ = with_reports()
    async with stand.client() as client:
        week, month = await client.get("/reports/Acme/weekly"), await client.get("/reports/Acme/monthly")
    assert (week.status, week.headers["Location"]) == (302, "/reports/Acme/weekly/2026-W09")
    assert (month.status, month.headers["Location"]) == (302, "/reports/Acme/monthly/2026-02")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/Nobody/weekly/2026-W10", 404),
        ("/reports/Acme/weekly/2026-W99", 404),
        ("/reports/Acme/weekly/2026-03", 404),
        ("/reports/Acme/daily/2026-W10", 404),
        ("/reports/Acme/daily/2026-02-30", 404),
        ("/api/v1/reports/Nobody/daily.atom", 404),
        ("/api/v1/reports/Acme/daily.atom?lang=fi", 400),
        ("/incidents/nope/report", 404),
        ("/incidents/nope/report.md", 404),
        ("/api/v1/incidents/nope/report", 404),
        ("/api/v1/reports/Nobody/weekly/2026-W10", 404),
        ("/api/v1/reports/Acme/weekly/2026-W99", 400),
        ("/api/v1/reports/Acme/weekly/newest?format=pdf", 400),
        ("/api/v1/reports/Acme/weekly/newest?lang=fi", 400),
    ],
)
async def test_what_there_is_not(path: str, status: int) -> None:
    """Says so, and what there is."""
    stand, _ = with_reports()
    async with stand.client() as client:
        assert (await client.get(path)).status == status


async def test_facts_for_programs() -> None:
    """As the document promises, also of a week in which nothing was said."""
    stand, name = with_reports()
    async with stand.client() as client:
        told = await client.get(f"/api/v1/incidents/{name}/report")
        conforms("get", "/api/v1/incidents/{id}/report", told)
        for of in ("2026-W10", "newest", "2020-W01"):
            week = await client.get(f"/api/v1/reports/Acme/weekly/{of}")
            conforms("get", "/api/v1/reports/{brand}/{every}/{of}", week)
    facts = json.loads(told.text)
    assert (facts["marks"]["brand"], facts["marks"]["peak_level"]) == ("Acme", "crisis")
    assert "/api/v1/incidents/{id}/report" in DOCUMENT["paths"]


async def test_a_page_in_one_file() -> None:
    """Its style is in it; it asks for nothing beside it."""
    stand, name = with_reports()
    html = await read(stand, f"/api/v1/incidents/{name}/report?format=html&lang=es")
    assert "size: A4" in html
    assert not re.search(r"(src|href)=\"/", html)
    assert "Informe del incidente" in html


async def test_hostile_words_stay_words() -> None:
    """In a sample, an account, a name, a reason: on the page, in Markdown and in the file."""
    stand, name = with_reports()
    sample = msgspec.structs.replace(
        a_mention(EVIL, at=START, url="javascript:alert(1)"), author=Author(handle=EVIL), source="<b>"
    )
    stand.incidents[name] = msgspec.structs.replace(stand.incidents[name], samples=(sample,))
    stand.lines[name] = [msgspec.structs.replace(line, by=EVIL, detail=EVIL) for line in stand.lines[name]]
    said = Heard(mention=sample, at=START, brands=("Acme",), lang="es", label=Label.NEGATIVE)
    stand.days = count([said, said], stand.config.zone)
    async with stand.client() as client:
        for path in (
            f"/incidents/{name}/report",
            "/reports/Acme/weekly/2026-W10",
            f"/api/v1/incidents/{name}/report?format=html",
        ):
            html = (await client.get(path)).text
            assert "<script>" not in html
            assert "<img" not in html
            assert 'href="javascript' not in html
            assert "\u202e" not in html
        assert not re.search(r"(?<!\\)[<]", (await client.get(f"/incidents/{name}/report.md")).text)


async def test_a_brand_with_a_slash_in_its_name() -> None:
    """Its reports have an address like any other's."""
    stand, _ = with_reports()
    stand.config = a_config().model_validate({"brands": [{"name": "A/B c"}]})
    async with stand.client() as client:
        path = re.search(r'href="(/reports/A[^"]+weekly[^"]+)"', (await client.get("/reports")).text)[1]  # type: ignore[index]
        assert path == "/reports/A%2FB%20c/weekly/2026-W10"
        assert "A/B c" in (await client.get(path)).text


async def test_a_page_is_small_whatever_happened() -> None:
    """A month of a busy brand, and an incident that came and went for days."""
    stand, name = with_reports()
    stand.lines[name] = stand.lines[name] * 200
    month = read_period(Every.MONTH, "2026-02")
    terms = {f"palabra{n}": n + 2 for n in range(500)}
    authors = [AuthorDay(source="bluesky", handle=f"cuenta{n}", followers=n, mentions=1, negative=0) for n in range(40)]
    stand.days = days_of(month, 5000, terms=terms, authors=authors)
    for path in (f"/incidents/{name}/report", "/reports/Acme/monthly/2026-02"):
        assert len(await read(stand, path)) < 100_000
