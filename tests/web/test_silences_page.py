"""Silences on a page: what holds pages back and until when, made and ended by people, never without an end; and the
campaign calendar.
"""

from datetime import UTC, datetime, timedelta

import pytest

from sentinel.config.schema import Config
from sentinel.config.silences import SilenceSettings
from tests.web.stand import Stand, a_config
from tests.web.test_oncall_page import post
from tests.web.test_pages import read, words

FORM = {"brand_0": "1", "brand_2": "1", "lasts": "2h", "by": "Ana", "reason": "planned works"}


async def test_a_silence_is_made_for_the_brands_that_were_ticked() -> None:
    """From now, for as long as was said, by whom and why."""
    stand = Stand()
    answer = await post(stand, "/silences", FORM)
    assert (answer.status, answer.headers["Location"]) == (303, "/silences?said=made")
    (made,) = stand.silences.all()
    assert (made.brands, made.by, made.reason) == (("Acme", "Banco Sol"), "Ana", "planned works")
    assert (made.starts_at, made.ends_at) == (stand.clock.now(), stand.clock.now() + timedelta(hours=2))
    page = words(await read(stand, "/silences?lang=en&said=made"))
    assert "In force Acme, Banco Sol · planned works 10:00 to 12:00 · by Ana" in page


async def test_silences_of_every_week_are_shown() -> None:
    """Those of the configuration with their hours and zone, apart, and in force while they are; nobody ends them."""
    weekly = [
        {"brand": "Acme", "days": ["mon", "sun"], "from": "09:00", "to": "17:00", "by": "ana", "reason": "the sale"},
        {"from": "01:00", "to": "05:00", "timezone": "America/Bogota", "signal": "volume"},
        {"source": "http", "from": "01:00", "to": "02:00"},
    ]
    config = a_config()
    stand = Stand(config=config.model_copy(update={"silences": tuple(map(SilenceSettings.model_validate, weekly))}))
    page = words(await read(stand, "/silences?lang=en"))
    assert "In force Acme · the sale" in page
    assert "Every week Acme · the sale Mon, Sun 09:00–17:00 (Europe/Madrid) · by Ana" in page
    assert "All brands Every day 01:00–05:00 (America/Bogota) · only where" in page
    assert "Maintenance of http: its silence pages nobody" in page
    assert "End now" not in page
    assert "Todas las semanas Acme · the sale lun, dom 09:00–17:00" in words(await read(stand, "/silences?lang=es"))


async def test_a_silence_may_begin_later_in_the_readers_wall_time() -> None:
    """It stands among the planned ones until then."""
    stand = Stand()
    await post(stand, "/silences", {"all": "1", "lasts": "8h", "by": "Ana", "begin": "2026-03-29T02:30"})
    (made,) = stand.silences.all()
    assert made.brands == ()
    assert made.starts_at == datetime(2026, 3, 29, 1, tzinfo=UTC)  # 02:30 is skipped that night
    page = words(await read(stand, "/silences?lang=es"))
    assert "No hay ningún silencio en vigor" in page
    assert "Previstos Todas las marcas de las 03:00 del 29 mar a las 11:00 del 29 mar · por Ana" in page


async def test_with_many_brands_the_names_are_written() -> None:
    """One a line; a name there is not is said and nothing is made."""
    stand = Stand(config=Config.model_validate({"brands": [{"name": f"B{n}"} for n in range(30)]}))
    assert "one a line" in words(await read(stand, "/silences?lang=en"))
    wrong = await post(stand, "/silences?lang=en", {"brands": "B3\nB99", "lasts": "1h", "by": "Ana"})
    assert (wrong.status, stand.silences.all()) == (400, ())
    assert "No brand is called “B99”" in words(wrong.text)
    await post(stand, "/silences", {"brands": " B3 \n\nB7\nB3", "lasts": "1h", "by": "Ana"})
    assert stand.silences.all()[0].brands == ("B3", "B7")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"brand_0": "", "brand_2": ""}, "Elige al menos una marca, o todas"),
        ({"lasts": "99d"}, "«99d» ya no está entre las opciones"),
        ({"lasts": ""}, "ya no está entre las opciones"),
        ({"by": ""}, "Escribe tu nombre"),
        ({"begin": "mañana"}, "no es una fecha"),
        ({"begin": "2026-03-01T09:00"}, "Ese tiempo ya ha pasado"),
    ],
)
async def test_what_cannot_be_done_is_said_in_the_readers_language(fields: dict[str, str], said: str) -> None:
    """The form keeps what was written; nothing is silenced."""
    stand = Stand()
    answer = await post(stand, "/silences?lang=es", FORM | fields)
    assert answer.status == 400
    assert said in words(answer.text)
    assert 'value="planned works"' in answer.text
    assert stand.silences.all() == ()


async def test_a_silence_is_ended_and_stays_among_those_that_are_over() -> None:
    """An id nobody knows is said to be gone."""
    stand = Stand()
    await post(stand, "/silences", FORM)
    (made,) = stand.silences.all()
    await stand.clock.advance(timedelta(minutes=30))
    answer = await post(stand, f"/silences/{made.id}/end", {})
    assert (answer.status, answer.headers["Location"]) == (303, "/silences?said=ended")
    page = words(await read(stand, "/silences?lang=en"))
    assert "No silence is in force; every page goes out." in page
    assert "Over lately Acme, Banco Sol · planned works 10:00 to 10:30 · by Ana" in page
    gone = await post(stand, "/silences/s-nope/end?lang=en", {})
    assert gone.status == 404
    assert "That is not there any more" in words(gone.text)


async def test_the_page_says_what_a_silence_does_not_do() -> None:
    """A crisis always pages; nothing stops being heard."""
    page = words(await read(Stand(), "/silences?lang=en"))
    assert "A crisis always pages." in page
    assert "It does not stop listening." in page


async def test_who_may_not_act_sees_no_form() -> None:
    """And a post changes nothing."""
    stand = Stand(config=a_config(tokens=["abc"]))
    assert "<form" not in (await read(stand, "/silences")).partition("<main")[2]
    assert (await post(stand, "/silences", FORM)).status in (401, 403)
    assert stand.silences.all() == ()


async def test_campaigns_that_run_come_and_were() -> None:
    """With their brands, their cap, and their ends in the reader's wall time."""
    raw = a_config().model_dump(mode="json") | {"contacts": {}}
    raw["campaigns"] = [
        {"name": "Sale", "begin": "2026-03-01", "end": "2026-03-05", "cap": "watch"},
        {"name": "Launch", "brands": ["Acme"], "begin": "2026-06-01 09:00", "end": "2026-06-02"},
        {"name": "Christmas", "begin": "2025-12-01", "end": "2025-12-31"},
    ]
    page = words(await read(Stand(config=Config.model_validate(raw)), "/campaigns?lang=en"))
    assert "Now Sale All brands 00:00 on 1 Mar to 00:00 on 5 Mar At most: watch" in page
    assert "Next Launch Acme 09:00 on 1 Jun to 00:00 on 2 Jun At most: alert" in page
    assert "Over Christmas All brands 00:00 on 1 Dec 2025 to 00:00 on 31 Dec 2025" in page


async def test_without_campaigns_the_page_says_how_to_plan_one() -> None:
    """With lines to copy."""
    page = words(await read(Stand(), "/campaigns?lang=es"))
    assert "No hay ninguna campaña prevista." in page
    assert "campaigns: - {name: Black Friday" in page
