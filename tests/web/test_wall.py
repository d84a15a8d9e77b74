"""The wall and the status page with one brand, with a dozen and with hundreds: the worst first, small enough, never
calm when blind.
"""

import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from sentinel.config.schema import Config
from sentinel.scoring.level import Level
from sentinel.web.pages.templates import _COMPILED, compiled, environment
from sentinel.web.pages.wall import BIG, CHIPS
from tests.web.stand import Stand, a_card, a_config, a_crisis, a_history, a_quiet_morning, an_assessment
from tests.web.test_pages import read, words

MOST = 100_000


def with_brands(count: int) -> Stand:
    """Acme burns, one is unseen, the rest is calm; the worst are the last of the configuration."""
    names = [f"Marca {n:03d}" for n in range(count - 4)] + ["Acme", "Nube Telecom", "Banco Sol", "Café Aurora"]
    raw = a_config().model_dump(mode="json") | {"brands": [{"name": name} for name in names[-count:]], "contacts": {}}
    stand = Stand(config=Config.model_validate(raw))
    now = stand.clock.now()
    for n, name in enumerate(names[: max(0, count - 4)]):
        stand.cards.append(a_card(an_assessment(name, Level.CALM, 3.0 + n % 20, now), a_history(now, 5 + n % 15, None)))
    a_crisis(stand)
    a_quiet_morning(stand)
    stand.cards = stand.cards[:count]
    return stand


@pytest.mark.parametrize("path", ["/", "/wall"])
@pytest.mark.parametrize("count", [1, 12, 300])
async def test_however_many_brands_there_are_the_page_is_small_and_the_worst_comes_first(path: str, count: int) -> None:
    """One, a dozen, three hundred: at most 100 kB, and what burns before everything else."""
    html = await read(with_brands(count), f"{path}?lang=en")
    assert len(html.encode()) <= MOST
    brands = re.findall(r'<h2 id="brand-\d+-name"><a [^>]*>([^<]+)</a></h2>', html)
    assert brands[: min(2, count)] == ["Acme", "Nube Telecom"][:count]


async def test_the_wall_names_every_brand_without_a_script() -> None:
    """The worst have tiles, the others a line with their figure; nobody is left out."""
    stand = with_brands(300)
    page = words(await read(stand, "/wall?lang=en"))
    assert [card.name for card in stand.cards if card.name not in page] == []
    assert "Marca 004 7 calm" in page


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_wall_of_very_many_brands_stays_small_and_says_how_many_it_leaves_out(language: str) -> None:
    """Two thousand: the worst have tiles and lines, of the others it says how many they are."""
    html = await read(with_brands(2000), f"/wall?lang={language}")
    assert len(html.encode()) <= MOST
    left_out = 2000 - BIG - CHIPS
    said = f"{left_out:,}"
    assert {"es": f"y {said.replace(',', '.')} marcas más", "en": f"and {said} more brands"}[language] in words(html)


async def test_a_program_asks_for_so_many_brands_and_for_those_that_follow() -> None:
    """All come in the configuration's order, however they are asked for; and all at once where nobody says how many."""
    stand, names, after = with_brands(30), list[str](), ""
    async with stand.client() as client:
        whole = (await client.get("/api/v1/brands")).json
        assert (len(whole["brands"]), whole["total"], whole["next"]) == (30, 30, None)
        for count in (12, 12, 6):
            told = (await client.get(f"/api/v1/brands?limit=12{after}")).json
            assert (len(told["brands"]), told["total"]) == (count, 30)
            names += [each["name"] for each in told["brands"]]
            after = f"&after={quote(str(told['next']))}"
        assert told["next"] is None
        assert names == [each["name"] for each in whole["brands"]]
        assert (await client.get("/api/v1/brands?limit=0")).status == 400
        assert (await client.get(f"/api/v1/brands?after={quote(names[-1])}")).json["brands"] == []


async def test_brands_that_come_or_go_between_two_questions_move_no_other() -> None:
    """A reload adds one before those that were told and removes another; who asks for those behind the last one misses
    none. Where that one itself is gone, the answer says to begin anew.
    """
    stand = with_brands(6)
    names = [card.name for card in stand.cards]
    async with stand.client() as client:
        told = (await client.get("/api/v1/brands?limit=3")).json
        assert told["next"] == names[2]
        new = a_card(an_assessment("New", Level.CALM, 4.0))
        del stand.cards[0]
        stand.cards[:0] = [new, a_card(an_assessment("Newer", Level.CALM, 4.0))]
        rest = (await client.get(f"/api/v1/brands?limit=3&after={quote(told['next'])}")).json
        assert [each["name"] for each in rest["brands"]] == names[3:]
        del stand.cards[3]
        gone = await client.get(f"/api/v1/brands?limit=3&after={quote(told['next'])}")
        assert gone.status == 404
        assert "ask again from the beginning" in gone.text


async def test_an_old_board_is_not_shown_as_calm() -> None:
    """Where the engine gives no news, the title says so and nothing keeps its green."""
    stand = Stand()
    stand.cards.append(a_card(an_assessment("Acme", Level.CALM, 4.0)))
    stand.board_age = timedelta(minutes=5)
    for path in ("/", "/wall"):
        html = await read(stand, f"{path}?lang=en")
        assert "<title>No news from the engine · Sentinel</title>" in html
        assert 'class="summary unknown"' in html
        assert not re.search(r'(card|tile) calm"', html)
    stand.board_age = timedelta(0)
    assert "<title>All calm" in await read(stand, "/wall?lang=en")


async def test_an_old_board_with_a_crisis_still_says_the_crisis() -> None:
    """Worse than not knowing is forgetting what burnt."""
    stand = with_brands(4)
    stand.board_age = timedelta(minutes=5)
    assert "<title>Acme: crisis" in await read(stand, "/wall?lang=en")


async def test_the_wall_has_a_clock_in_the_readers_zone_and_a_sign_of_life() -> None:
    """Both are there before any script runs."""
    stand = with_brands(4)
    html = await read(stand, "/wall?lang=en")
    assert re.search(r'<time id="clock" [^>]*data-zone="Europe/Madrid">10:00</time>', html)
    assert 'data-lost="Connection lost' in html


async def test_many_sources_are_counted_and_the_silent_ones_named() -> None:
    """The foot of the wall stays one line."""
    stand = with_brands(4)
    fresh = stand.sources[0]
    stand.sources += [replace(fresh, name=f"feed-{n}") for n in range(20)]
    page = words(await read(stand, "/wall?lang=en"))
    assert "21 sources fresh" in page
    assert "mastodon silent" in page
    assert "feed-3" not in page


async def test_brands_are_found_by_name_and_turned_page_by_page() -> None:
    """Accents and case do not count; the address keeps what was sought, also for the part that refreshes itself."""
    stand = with_brands(300)
    found = await read(stand, "/?q=CAFE&lang=en")
    assert "1 of 300 brands" in words(found)
    assert re.findall(r'<h2 id="brand-\d+-name"><a [^>]*>([^<]+)</a></h2>', found) == ["Café Aurora"]
    assert 'data-fragment="/fragments/status?q=CAFE&amp;lang=en"' in found
    second = await read(stand, "/?page=2&q=marca&lang=en")
    assert "Page 2 of 17" in words(second)
    assert 'href="/?q=marca" rel="prev"' in second
    assert 'href="/?q=marca&amp;page=3" rel="next"' in second
    none = words(await read(stand, "/?q=zzz&lang=en"))
    assert "No brand is called anything like “zzz”." in none


async def test_a_search_is_shown_as_it_was_written_and_no_more() -> None:
    """A name from the address is text."""
    html = await read(with_brands(12), "/?q=%3Cscript%3Ealert(1)%3C/script%3E&lang=en")
    assert "<script>alert" not in html


async def test_open_incidents_are_listed_with_who_has_them_and_none_is_said() -> None:
    """Level, since when, and nobody or somebody."""
    stand = with_brands(4)
    page = words(await read(stand, "/?lang=en"))
    assert "Open incidents crisis Acme since 09:36 Nobody has it" in page
    stand.cards = stand.cards[1:]
    assert "There is no open incident." in words(await read(stand, "/?lang=en&page=1"))


async def test_who_is_on_call_now_and_next_by_schedule_and_by_policy() -> None:
    """With until when, and for which brands; a schedule that leaves a hole says nobody."""
    stand = Stand(config=a_guarded_config())
    page = words(await read(stand, "/?lang=en"))
    assert "guardia Ana until 09:00 on 9 Mar then boss from 09:00 on 9 Mar" in page
    assert "default Acme, Nube Telecom, Banco Sol Ana until 09:00 on 9 Mar then boss from 09:00 on 9 Mar" in page
    assert "tienda Café Aurora Nobody until 18:00 then boss from 18:00" in page


def a_guarded_config() -> Config:
    """Ana and the boss take turns by weeks; the shop's own schedule begins in the evening."""
    raw = a_config().model_dump(mode="json")
    raw["contacts"] = {"ana": {"name": "Ana", "channels": ["log://"]}, "boss": {"channels": ["log://"]}}
    raw["schedules"] = {
        "guardia": {"layers": [{"people": ["ana", "boss"], "weekday": "mon", "starts": "2026-01-05"}]},
        "tarde": {"layers": [{"people": ["boss"], "restrict": [{"hours": "18:00-22:00"}]}]},
    }
    raw["policies"] = {"default": {"steps": [{"notify": ["guardia"]}]}, "tienda": {"steps": [{"notify": ["tarde"]}]}}
    raw["brands"][3]["policy"] = "tienda"
    return Config.model_validate(raw)


async def test_a_brand_alone_on_the_wall_has_room_for_why_who_and_what_is_said() -> None:
    """Beside its line; with another brand, or without an incident, there is nothing to tell of one."""
    stand = with_brands(1)
    alone = await read(stand, "/wall?lang=es")
    told = words(alone[alone.index('id="detail"') :])
    incident = stand.cards[0].incident
    assert incident is not None
    assert "Por qué" in told
    assert "personas en 30 minutos" in told
    assert f"avisados: {', '.join(incident.told)}"[:20] in told
    assert "Qué se está diciendo" in told
    assert words(incident.samples[0].text)[:20] in told
    assert 'id="detail"' not in await read(with_brands(2), "/wall?lang=es")


@pytest.mark.parametrize("path", ["/", "/wall"])
async def test_what_a_page_is_made_of_is_compiled_before_it_is_drawn(path: str) -> None:
    """Compiling takes long, and is done in a thread: of a page with everything on it nothing is left to compile for
    the event loop.
    """
    made = environment()
    assert made.cache is not None
    made.cache.clear()
    _COMPILED.clear()
    await compiled(*{"/": ("status.html", "status_board.html"), "/wall": ("wall.html", "wall_board.html")}[path])
    before = set(made.cache.keys())
    await read(with_brands(12), f"{path}?lang=en")
    assert set(made.cache.keys()) == before
