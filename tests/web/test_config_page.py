"""The page of the configuration: without secrets, honest about the last reading; and what-if, tried and ready to
paste.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from sentinel.config.schema import Config
from sentinel.errors import ConfigError
from sentinel.registry import discover
from sentinel.scoring.thresholds import Thresholds
from sentinel.signals.base import Signal
from sentinel.tuning.question import ScoringResult, Unanswered, WhatIfAnswer
from tests.fakes import START
from tests.web.stand import Stand, a_config
from tests.web.test_oncall_page import post
from tests.web.test_pages import read, words

SIGNALS = tuple(discover("sentinel.signals", Signal))
FORM = {"brand": "Acme", "span": "7", "watch": "30", "alert": "55,5", "crisis": "80"} | {
    f"weight_{name}": "1" for name in SIGNALS
}
CALM = ScoringResult(pages=0, incidents=0, nights=0, crises=0, first=None, highest=41.5)
LOUD = ScoringResult(pages=7, incidents=2, nights=1, crises=1, first=START - timedelta(days=2), highest=88.0)


async def test_the_configuration_in_force_is_shown_without_its_secrets() -> None:
    """Channels by their kind alone, tokens not at all; where the file is and when it was taken in."""
    raw = a_config().model_dump(mode="json") | {"contacts": {"ana": {"channels": ["ntfys://secret-topic"]}}}
    raw["web"] = {"external_url": "https://me:pw9@sentinel.example"}
    stand = Stand(config=Config.model_validate(raw))
    html = await read(stand, "/config?lang=en")
    page = words(html)
    assert "secret-topic" not in html
    assert "pw9" not in html
    assert "channels: [&#39;ntfys://••••&#39;]" in html
    assert "Read from config/sentinel.yaml" in page
    assert "Taken in 10:00" in page
    assert "sqlite:///" not in html


async def test_a_refused_reading_and_a_restart_that_is_due_are_said() -> None:
    """With every mistake and every section."""
    stand = Stand()
    reading = replace(stand.reading, restart=("web", "sources"))
    stand.reading = reading.refused(START, ["c.yaml:3:1: brands: <b>unknown</b> key"])
    html = await read(stand, "/config?lang=es")
    page = words(html)
    assert "Último intento rechazado 10:00 · el archivo tiene errores" in page
    assert "c.yaml:3:1: brands: &lt;b&gt;unknown&lt;/b&gt; key" in html
    assert "no vale hasta reiniciar web, sources" in page


async def test_reading_again_works_or_says_every_mistake() -> None:
    """And nothing changes when it does not."""
    stand = Stand()
    done = await post(stand, "/config/reload", {})
    assert (done.status, done.headers["Location"], stand.reloads) == (303, "/config?said=reloaded", 1)
    assert "Read again." in words(await read(stand, "/config?lang=en&said=reloaded"))
    stand.reload_warns = ("schedules.desk: on call now changes from ana to marta",)
    warned = await post(stand, "/config/reload", {})
    assert warned.status == 200
    assert "on call now changes from ana to marta" in words(warned.text)
    stand.reload_fails = ConfigError(["c.yaml:1:1: brands: is missing", "c.yaml:2:1: webb: unknown key"])
    refused = await post(stand, "/config/reload?lang=es", {})
    assert refused.status == 422
    page = words(refused.text)
    assert "El archivo tiene errores; no se ha cambiado nada." in page
    assert "brands: is missing" in page
    assert "webb: unknown key" in page


async def test_only_who_may_sees_the_configuration() -> None:
    """Neither the page nor a post gives anything away or does anything, and the reason is in the reader's language."""
    stand = Stand(config=a_config(tokens=["abc"]))
    async with stand.client() as client:
        pages = [await client.get("/config?lang=es"), await client.get("/config/what-if?lang=es")]
    for answer in pages:
        assert answer.status in (302, 303, 401, 403)
        assert "Banco Sol" not in answer.text
    assert (await post(stand, "/config/reload", {})).status in (401, 403)
    assert (await post(stand, "/config/what-if", FORM)).status in (401, 403)
    assert (stand.reloads, stand.asked) == (0, [])


async def test_a_long_configuration_is_cut_and_says_by_how_much() -> None:
    """Three hundred brands with matches of their own."""
    terms = [f"a rather long term that people write {n}" for n in range(12)]
    config = Config.model_validate({"brands": [{"name": f"B{n}", "match": {"any": terms}} for n in range(300)]})
    html = await read(Stand(config=config), "/config?lang=en")
    assert len(html.encode()) <= 100_000
    assert "more lines, for which this page has no room" in words(html)


async def test_what_if_is_tried_and_told_beside_what_is() -> None:
    """Only what differs is asked for; the lines to paste hold it."""
    stand = Stand()
    stand.answer = WhatIfAnswer(now=CALM, other=LOUD, mentions=1234, complete=True)
    answer = await post(stand, "/config/what-if?lang=en", FORM | {"weight_volume": "1.5"})
    assert answer.status == 200
    assert stand.asked == [("Acme", Thresholds(30.0, 55.5, 80.0), {"volume": 1.5}, timedelta(days=7))]
    page = words(answer.text)
    assert "You would have been paged 7 times, first at 10:00 on 28 Feb." in page
    assert "As it is 0 0 0 0 never 41.5 With these 7 2 1 1 10:00 on 28 Feb 88" in page
    assert (
        "brands: - name: Acme thresholds: {watch: 30, alert: 55.5, crisis: 80} scoring: weights: {volume: 1.5}" in page
    )
    assert 'name="alert" inputmode="decimal" required value="55,5"' in answer.text


async def test_what_if_that_pages_nobody_says_so() -> None:
    """In the reader's language; and that not all could be heard."""
    stand = Stand()
    stand.answer = WhatIfAnswer(now=LOUD, other=CALM, mentions=200_000, complete=False)
    page = words((await post(stand, "/config/what-if?lang=es", FORM)).text)
    assert "No te habría avisado ni una vez." in page
    assert "estas son las más recientes" in page
    assert "scoring:" not in page.partition("Para pegar")[2].partition("Pon los umbrales")[0]


@pytest.mark.parametrize("why", list(Unanswered))
async def test_what_if_without_an_answer_says_why(why: Unanswered) -> None:
    """The form keeps what was written."""
    stand = Stand()
    stand.answer = why
    answer = await post(stand, "/config/what-if?lang=en", FORM)
    assert answer.status == 503
    assert 'class="notice"' in answer.text
    assert 'value="55,5"' in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"watch": "60"}, "Los umbrales deben subir"),
        ({"alert": "muchos"}, "«muchos» no es un número de 0 a 100"),
        ({"crisis": "101"}, "«101» no es un número"),
        ({"crisis": "nan"}, "«nan» no es un número"),
        ({"weight_volume": "-1"}, "«-1» no es un número de 0 a 10"),
        ({"weight_volume": ""}, "«» no es un número"),
        ({"brand": "Nope"}, "«Nope» ya no está entre las opciones"),
        ({"span": "99"}, "«99» ya no está entre las opciones"),
    ],
)
async def test_what_cannot_be_tried_is_said(fields: dict[str, str], said: str) -> None:
    """Nobody is asked."""
    stand = Stand()
    answer = await post(stand, "/config/what-if?lang=es", FORM | fields)
    assert answer.status == 400
    assert said in words(answer.text)
    assert stand.asked == []


async def test_the_form_begins_with_the_brands_own_figures() -> None:
    """Of the one that the address names."""
    raw = a_config().model_dump(mode="json") | {"contacts": {}}
    raw["brands"][1]["thresholds"] = {"watch": 11, "alert": 22, "crisis": 33}
    stand = Stand(config=Config.model_validate(raw))
    html = await read(stand, "/config/what-if?brand=Nube%20Telecom&lang=en")
    assert 'name="alert" inputmode="decimal" required value="22"' in html
    assert "<option selected>Nube Telecom</option>" in html
