"""The pages for people: honest about what is not known, in the reader's language, safe against what strangers write."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from sentinel.config.schema import Config
from sentinel.engine.board import BrandCard
from sentinel.mention import Author, Mention
from sentinel.scoring.assessment import Evidence
from sentinel.scoring.level import Level
from tests.fakes import START
from tests.web.stand import Stand, a_config, a_crisis, a_playbook, a_quiet_morning, an_assessment

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}\u202e"


def on_fire() -> Stand:
    stand = Stand()
    a_crisis(stand)
    a_quiet_morning(stand)
    return stand


def words(html: str) -> str:
    """What a person reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def read(stand: Stand, path: str = "/", **headers: str) -> str:
    async with stand.client(**headers) as client:
        answer = await client.get(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.text


async def test_the_status_page_says_what_burns_and_why() -> None:
    """Level as word, score, contributions with their sentences, the incident and who has it."""
    stand = on_fire()
    html = await read(stand)
    page = words(html)
    assert "Acme: crisis" in page
    assert "87 / 100" in page
    assert "volumen +42 128 personas en 30 minutos, cuando se esperan 9" in page
    assert "No suman: persistencia" in page
    assert "Incidente desde las 09:36 · No lo tiene nadie" in page
    assert f'href="/incidents/{next(iter(stand.incidents))}"' in html


async def test_what_is_not_known_is_not_shown_as_calm() -> None:
    """A blind brand has no figure, says why, and stands before the calm ones; a new one says that it learns."""
    html = await read(on_fire())
    blind = html[html.index('id="brand-1"') : html.index("</article>", html.index('id="brand-1"'))]
    assert "card unknown" in html
    assert "desconocido" in words(blind)
    assert "Sin noticias de mastodon" in words(blind)
    assert "/ 100" not in words(blind)
    assert "Todavía aprende" in words(html)
    assert html.index("Nube Telecom") < html.index("Café Aurora")


async def test_the_sources_say_how_fresh_they_are() -> None:
    """Fresh, failing, silent, and never heard of are four different things."""
    page = words(await read(on_fire(), "/?lang=en"))
    assert "bluesky fresh answered 2 s ago · last mention 4 s ago" in page
    assert "mastodon silent answered 3 h ago · last mention 3 h ago mastodon.social answers 503" in page
    assert "prensa feeds failing (2 in a row)" in page
    assert "reviews http waiting has never answered" in page


async def test_a_brand_that_waits_for_its_first_tick_and_a_daemon_that_starts() -> None:
    """Neither is calm."""
    stand = Stand(ready=False)
    stand.cards.append(BrandCard(name="New", assessment=None, incident=None, blind=(), history=()))
    page = words(await read(stand, "/?lang=en"))
    assert "New: starting" in page
    assert "No score yet" in page
    assert "Sentinel is starting" in page
    assert "No source is configured" in page


async def test_a_calm_brand_whose_event_is_on_says_so() -> None:
    """In the reader's language, on the card that has no room for reasons; not on a brand without one."""
    stand, calm = Stand(), an_assessment("Acme", Level.CALM, 4.0)
    facts: tuple[tuple[str, float | str], ...] = (("event", "Copa final"), ("times", 9.5))
    on = replace(calm, evidence=(Evidence(signal="calendar", key="calendar.louder", facts=facts),))
    stand.cards = [BrandCard(name="Acme", assessment=on, incident=None, blind=(), history=())]
    page = words(await read(stand, "/?lang=es"))
    assert "durante «Copa final» (calendario): se espera 9,5 veces la gente habitual" in page
    stand.cards = [BrandCard(name="Acme", assessment=calm, incident=None, blind=(), history=())]
    assert "Copa final" not in words(await read(stand, "/?lang=es"))


async def test_a_blind_brand_with_no_assessment_and_one_with_an_open_incident() -> None:
    """The incident stays on the card although the score is unknown."""
    stand = Stand()
    incident = a_crisis(stand)
    stand.cards = [
        replace(
            stand.cards[0], assessment=an_assessment("Acme", Level.CRISIS, None), blind=("bluesky",), incident=incident
        ),
        BrandCard(name="Other", assessment=None, incident=None, blind=("bluesky",), history=()),
    ]
    page = words(await read(stand, "/?lang=en"))
    assert "Acme, Other: unknown" in page
    assert "Unknown, because the sources are silent." in page
    assert "Nobody has it" in page


@pytest.mark.parametrize(
    ("level", "score", "title"), [(Level.CALM, 4.0, "Todo en calma"), (Level.WATCH, 40.0, "3 marcas: vigilancia")]
)
async def test_the_title_says_the_worst(level: Level, score: float, title: str) -> None:
    """By name where the names are few, else by number."""
    stand = Stand()
    stand.cards = [
        BrandCard(name=f"B{n}", assessment=an_assessment(f"B{n}", level, score), incident=None, blind=(), history=())
        for n in range(3)
    ]
    assert f"<title>{title} · Sentinel</title>" in await read(stand)


async def test_complaints_and_an_old_board_are_on_the_page() -> None:
    """A daemon that is not well says so where people look."""
    stand = on_fire()
    stand.ailments = ["no tick of the engine for 93 s, allowed are 65 s"]
    stand.board_age = timedelta(minutes=5)
    page = words(await read(stand))
    assert "Sentinel no está bien" in page
    assert "no tick of the engine for 93 s" in page
    assert "desde las 09:55" in page


async def test_the_wall_says_the_same_in_big() -> None:
    """No figure for what is unknown, sources at the foot, refreshing also without JavaScript."""
    stand = on_fire()
    html = await read(stand, "/wall?lang=en")
    page = words(html)
    assert "Acme crisis 87" in page
    assert "Nube Telecom unknown ?" in page
    assert "mastodon silent" in page
    assert '<noscript><meta http-equiv="refresh"' in html


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/", {}, "es"),
        ("/", {"Accept-Language": "en-GB,en;q=0.9,es;q=0.8"}, "en"),
        ("/", {"Accept-Language": "de, es;q=0.2, en;q=0.5"}, "en"),
        ("/", {"Accept-Language": "en;q=0, fr;q=x"}, "es"),
        ("/", {"Accept-Language": "en", "Cookie": "sentinel_lang=es"}, "es"),
        ("/?lang=en", {"Cookie": "sentinel_lang=es"}, "en"),
        ("/?lang=klingon", {}, "es"),
    ],
)
async def test_the_readers_language(path: str, headers: dict[str, str], language: str) -> None:
    """What the address says, then what was chosen, then the browser, then the configuration."""
    assert f'<html lang="{language}">' in await read(Stand(), path, **headers)


async def test_a_chosen_language_is_remembered() -> None:
    """In a cookie that scripts cannot read."""
    async with Stand().client() as client:
        answer = await client.get("/?lang=en")
    assert "sentinel_lang=en" in answer.cookies["sentinel_lang"]
    assert "HttpOnly" in answer.cookies["sentinel_lang"]


async def test_open_pages_share_one_drawing_until_something_changes() -> None:
    """The board is drawn once for all readers of a language, and anew after a change or some seconds."""
    stand = on_fire()
    asked = []
    board = stand.board
    stand.board = lambda: asked.append(1) or board()  # type: ignore[method-assign, func-returns-value]
    async with stand.client() as client:
        for _ in range(5):
            await client.get("/fragments/status?lang=en")
        assert len(asked) == 1
        stand.changes.bump()
        await client.get("/fragments/status?lang=en")
        await stand.clock.advance(6)
        await client.get("/fragments/status?lang=en")
        assert len(asked) == 3


async def test_the_incident_page_is_what_the_person_who_was_paged_needs() -> None:
    """First steps, why, samples with links, timeline with reasons in words, the whole playbook."""
    stand = on_fire()
    html = await read(stand, f"/incidents/{next(iter(stand.incidents))}")
    page = words(html)
    assert "Acme crisis 87 / 100 Abierto · No lo tiene nadie" in page
    assert "avisados: Ana" in page
    assert "Confirma la caída con operaciones Publica el comunicado de espera" in page
    assert "El nivel pasa a crisis, puntuación 84 lo dice la puntuación" in page
    assert "Aviso a Ana, escalón 1 la escala de avisos" in page
    assert 'href="https://bsky.app/profile/ana/post/3k"' in html
    assert "<strong>Confirma</strong> la caída con operaciones" in html
    assert '<details class="panel" open><summary><h3>Primeros 15 / 60 minutos</h3>' in html
    assert "Lo tengo yo" in page


async def test_an_incident_whose_score_is_unknown_shows_its_last_reasons() -> None:
    """And says that they are the last, not the present."""
    stand = on_fire()
    incident = stand.scored(an_assessment("Acme", Level.CRISIS, None, START + timedelta(minutes=12)))
    stand.rendered = None
    page = words(await read(stand, f"/incidents/{incident.id}?lang=en"))
    assert "these are the last known reasons" in page
    assert "Volume" in page.title()
    assert "First steps" not in page


async def test_the_fragment_of_an_incident_leaves_the_playbook_alone() -> None:
    """Whoever is ticking does not lose their ticks."""
    stand = on_fire()
    async with stand.client() as client:
        fragment = await client.get(f"/fragments/incidents/{next(iter(stand.incidents))}?lang=en")
    assert "Timeline" in fragment.text
    assert "checkbox" not in fragment.text
    assert "<html" not in fragment.text


async def test_what_strangers_write_stays_text() -> None:
    """Mentions, authors, brands, sources and people's notes cannot bend the page, nor their links run anything."""
    config = Config.model_validate({"brands": [{"name": EVIL[:60]}]})
    stand = Stand(config=config)
    sample = Mention(
        source="<b>",
        id="1",
        text=EVIL,
        title=EVIL,
        published_at=START,
        url="javascript:alert(1)",
        author=Author(name=EVIL, followers=1),
    )
    reason = (Evidence(signal="<i>new", key="evidence.unheard_of", facts=(("what", EVIL), ("count", 2.0))),)
    seen = an_assessment(
        EVIL[:60], Level.CRISIS, 90.0, samples=(sample,), evidence=reason, contributions={"<i>new": 90.0}
    )
    incident = stand.scored(seen)
    stand.cards.append(BrandCard(name=EVIL[:60], assessment=seen, incident=incident, blind=(EVIL,), history=()))
    stand.rendered = a_playbook()
    async with stand.client() as client:
        await client.post(f"/incidents/{incident.id}/ack", data={"by": EVIL[:60], "reason": EVIL})
        for path in ("/", "/wall", f"/incidents/{incident.id}", f"/fragments/incidents/{incident.id}"):
            html = (await client.get(path)).text
            assert "<script>alert" not in html
            assert "<img" not in html
            assert "<i>new" not in html
            assert "javascript:" not in html
            assert "49" not in re.findall(r"&gt;([^&]*)\u202e?", html)
        assert "\u202e" not in html.split('id="samples"')[1]


@pytest.mark.parametrize(
    "path", ["/", "/wall", "/incidents/nope", "/static/sentinel.css", "/metrics", "/api/v1/brands", "/-/healthy"]
)
async def test_every_answer_is_armoured(path: str) -> None:
    """No script or style but our own files, no framing, no sniffing; nothing tells what we are built of."""
    async with Stand().client(Accept="text/html") as client:
        headers = (await client.get(path)).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Server"] == "Sentinel"


@pytest.mark.parametrize("path", ["/", "/wall", "/incidents/{id}"])
async def test_pages_hold_nothing_that_their_policy_forbids(path: str) -> None:
    """No inline script, style or handler, no foreign address; and small enough for a phone on a bad line."""
    stand = on_fire()
    html = await read(stand, path.format(id=next(iter(stand.incidents))))
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)", html)
    assert not re.search(r"<(?:script|link|img|use)[^>]+(?:src|href)=\"(?!/static/|/manifest\.webmanifest\?)", html)
    assert len(html) < 100_000


async def test_static_files_are_kept_for_good_under_the_name_of_their_content() -> None:
    """An old page never gets new styles for its old address to keep."""
    async with Stand().client() as client:
        html = (await client.get("/")).text
        found = re.findall(r'"(/static/[\w.]+\?v=\w+)["#]', html)
        assert len(found) >= 4
        for address in set(found):
            answer = await client.get(address)
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
        assert (await client.get("/static/live.js")).headers["Cache-Control"] == "no-cache"
        assert (await client.get("/static/..%2f..%2fserver.py")).status == 404
        assert (await client.get("/static/nope.css")).status == 404


async def test_a_person_gets_a_page_when_there_is_nothing() -> None:
    """In their language, with the way back."""
    async with Stand().client(Accept="text/html") as client:
        answer = await client.get("/nowhere?lang=en")
        spanish = await client.get("/nowhere?lang=es")
        program = await client.get("/nowhere", headers={"Accept": "application/json"})
    assert answer.status == 404
    assert "There is nothing here." in words(answer.text)
    assert program.json["error"].startswith("/nowhere: there is nothing here")
    assert "Aquí no hay nada." in words(spanish.text)
    assert "nothing here; " not in spanish.text


async def test_a_brands_own_thresholds_are_drawn() -> None:
    """The gauge's edges are where this brand's levels begin."""
    config = a_config()
    raw = config.model_dump(mode="json")
    raw["brands"][0]["thresholds"] = {"watch": 11, "alert": 22, "crisis": 33}
    stand = Stand(config=Config.model_validate(raw))
    a_crisis(stand)
    assert 'class="edge" x="10.7"' in await read(stand)
