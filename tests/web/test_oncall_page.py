"""The on-call page: two weeks in the reader's wall time, holes that cannot be overlooked, and changes that people
make.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest

from sentinel.config.contact import QuietHoursSettings
from sentinel.config.schema import Config
from sentinel.escalation.override import Override, Swap
from tests.fakes import FakeClock
from tests.web.stand import Answer, Stand, a_config
from tests.web.test_pages import read, words
from tests.web.test_wall import a_guarded_config

FORM = {"schedule": "guardia", "begin": "2026-03-03T09:00", "end": "2026-03-04T09:00", "by": "Ana", "reason": "dentist"}


async def post(stand: Stand, path: str, fields: dict[str, str], **headers: str) -> Answer:
    async with stand.client(**headers) as client:
        return await client.post(path, data=fields)


async def test_two_weeks_of_every_schedule_with_who_has_which_hours() -> None:
    """A handoff in the middle of a day shows both; a whole day shows one name; where nobody is, it says so."""
    page = words(await read(Stand(config=a_guarded_config()), "/oncall?lang=en"))
    assert "Mon 2 Mar today 00:00–09:00 boss 09:00–24:00 Ana" in page
    assert "Tue 3 Mar Ana Wed 4 Mar Ana" in page
    assert "Mon 9 Mar 00:00–09:00 Ana 09:00–24:00 boss" in page
    assert "Sun 15 Mar boss" in page
    assert "Tue 3 Mar 00:00–18:00 Nobody 18:00–22:00 boss 22:00–24:00 Nobody" in page


async def test_holes_ahead_are_listed_and_a_full_schedule_says_that_it_is() -> None:
    """The first few one by one, the rest as a number."""
    page = words(await read(Stand(config=a_guarded_config()), "/oncall?lang=en"))
    assert "Somebody is on call at every hour of the next 90 days." in page
    assert "Nobody is on call from 10:00 to 18:00 from 22:00 to 18:00 on 3 Mar" in page
    assert "and 86 more times in the next 90 days" in page


async def test_somebody_on_call_without_a_channel_is_told() -> None:
    """What the look ahead says, with the place."""
    page = words(await read(Stand(config=a_guarded_config()), "/oncall?lang=en"))
    assert "schedules.guardia: somebody is on call without a channel that reaches a person." in page


async def test_a_rota_that_shares_its_quiet_hours_is_told() -> None:
    """As `check-config` says it; not while one of them has other hours."""
    config = a_guarded_config()
    asleep = {
        key: each.model_copy(update={"quiet_hours": QuietHoursSettings()}) for key, each in config.contacts.items()
    }
    page = words(await read(Stand(config=config.model_copy(update={"contacts": asleep})), "/oncall"))
    assert "schedules.guardia: hay horas en que toda la guardia está en su descanso." in page
    awake = {**asleep, "boss": config.contacts["boss"]}
    page = words(await read(Stand(config=config.model_copy(update={"contacts": awake})), "/oncall"))
    assert "schedules.guardia: hay horas" not in page


@pytest.mark.parametrize(
    ("week", "day", "hours", "said"),
    [
        ("2026-03-23", "Sun 29 Mar", "23 h", "00:00–09:00"),
        ("2026-10-19", "Sun 25 Oct", "25 h", "00:00–09:00"),
    ],
)
async def test_a_day_of_23_or_25_hours_is_one_day(week: str, day: str, hours: str, said: str) -> None:
    """Its length is said, and the handoff stands at the wall time that people read."""
    raw = a_guarded_config().model_dump(mode="json")
    raw["contacts"] = {key: {"channels": ["log://"]} for key in ("ana", "boss")}
    raw["schedules"] = {"guardia": {"layers": [{"people": ["ana", "boss"], "every": "day", "starts": "2026-01-05"}]}}
    raw["policies"] = {"default": {"steps": [{"notify": ["guardia"]}]}}
    raw["brands"] = [{"name": "Acme"}]
    html = await read(Stand(config=Config.model_validate(raw)), f"/oncall?lang=en&from={week}")
    page = words(html)
    shown = page[page.index(day) :]
    assert shown.startswith(f"{day} {hours} {said}")
    bar = re.findall(r'<rect class="p\d" x="([\d.]+)" width="([\d.]+)"', html[html.index(f"{day[4:]}") - 200 :][:1500])
    assert sum(float(width) for _, width in bar[:2]) == pytest.approx(100, abs=0.02)
    assert float(bar[0][1]) == pytest.approx(100 * (8 if hours == "23 h" else 10) / int(hours[:2]), abs=0.01)


async def test_weeks_are_turned_by_links_and_any_day_leads_to_its_monday() -> None:
    """Nothing in an address can break the page."""
    html = await read(Stand(config=a_guarded_config()), "/oncall?lang=en&from=2026-03-12")
    assert "Mon 9 Mar" in words(html)
    assert 'href="/oncall?from=2026-03-02" rel="prev"' in html
    assert 'href="/oncall?from=2026-03-16" rel="next"' in html
    for odd in ("0001-01-01", "9999-12-31", "soon", "2026-02-30"):
        assert "guardia" in await read(Stand(config=a_guarded_config()), f"/oncall?from={odd}")


async def test_without_schedules_the_page_says_what_to_do() -> None:
    """And shows no form for what cannot be done."""
    page = words(await read(Stand(), "/oncall?lang=en"))
    assert "There is no schedule yet. Write one under" in page
    assert "Make the change" not in page


async def test_somebody_else_for_a_day_is_made_in_the_readers_wall_time_and_shown() -> None:
    """What the form says is what the desk has; the name is remembered."""
    stand = Stand(config=a_guarded_config())
    answer = await post(stand, "/oncall/overrides", FORM | {"who": "boss"})
    assert (answer.status, answer.headers["Location"]) == (303, "/oncall?said=override")
    assert "sentinel_by=Ana" in answer.cookies["sentinel_by"]
    (made,) = stand.oncall.all()
    assert isinstance(made, Override)
    assert (made.contacts, made.by, made.reason) == (("boss",), "Ana", "dentist")
    assert (made.starts_at, made.ends_at) == (datetime(2026, 3, 3, 8, tzinfo=UTC), datetime(2026, 3, 4, 8, tzinfo=UTC))
    page = words(await read(stand, "/oncall?lang=en&said=override"))
    assert "Done. The calendar shows who is on call now." in page
    assert "Tue 3 Mar 00:00–09:00 Ana 09:00–24:00 boss (instead: dentist)" in page
    assert "boss on guardia · dentist 09:00 on 3 Mar to 09:00 on 4 Mar · by Ana" in page


async def test_nobody_and_two_people_can_be_put_in_place() -> None:
    """Nobody is a choice of its own, never what an empty form means."""
    stand = Stand(config=a_guarded_config())
    await post(stand, "/oncall/overrides", FORM | {"who": "-"})
    await stand.clock.advance(timedelta(seconds=1))
    await post(stand, "/oncall/overrides", FORM | {"who": "boss", "with": "ana"})
    assert [each.contacts for each in stand.oncall.all() if isinstance(each, Override)] == [(), ("boss", "ana")]


async def test_two_people_swap() -> None:
    """Each does the other's shifts; the calendar shows it."""
    stand = Stand(config=a_guarded_config())
    answer = await post(stand, "/oncall/swaps", FORM | {"one": "ana", "other": "boss"})
    assert (answer.status, answer.headers["Location"]) == (303, "/oncall?said=swap")
    (made,) = stand.oncall.all()
    assert isinstance(made, Swap)
    assert made.between == ("ana", "boss")
    page = words(await read(stand, "/oncall?lang=es&said=swap"))
    assert "09:00–24:00 boss (cambio: dentist)" in page
    assert "Ana ⇄ boss se cambian en guardia" in page


async def test_a_change_is_taken_back_once() -> None:
    """The second time says that it is gone, in the reader's language."""
    stand = Stand(config=a_guarded_config())
    await post(stand, "/oncall/overrides", FORM | {"who": "boss"})
    (made,) = stand.oncall.all()
    first = await post(stand, f"/oncall/changes/{made.id}/undo", {})
    assert (first.status, first.headers["Location"]) == (303, "/oncall?said=undone")
    assert stand.oncall.all() == ()
    second = await post(stand, f"/oncall/changes/{made.id}/undo?lang=es", {})
    assert second.status == 404
    assert "Eso ya no está" in words(second.text)


@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        ("overrides", {"who": ""}, "Elige quién se queda de guardia"),
        ("overrides", {"who": "eve"}, "«eve» ya no está entre las opciones"),
        ("overrides", {"who": "boss", "schedule": "nope"}, "«nope» ya no está"),
        ("overrides", {"who": "boss", "by": " "}, "Escribe tu nombre"),
        ("overrides", {"who": "boss", "by": "x" * 81}, "Escribe tu nombre"),
        ("overrides", {"who": "boss", "begin": ""}, "Indica un comienzo y un final"),
        ("overrides", {"who": "boss", "begin": "mañana"}, "«mañana» no es una fecha"),
        ("overrides", {"who": "boss", "begin": "0001-01-01T00:00"}, "no es una fecha"),
        ("overrides", {"who": "boss", "end": "9999-12-31T23:59"}, "no es una fecha"),
        ("overrides", {"who": "boss", "begin": "2026-03-03T09:00+00:00"}, "no es una fecha"),
        ("overrides", {"who": "boss", "end": "2026-03-03T09:00"}, "El final debe ir después"),
        ("overrides", {"who": "boss", "begin": "2026-03-01T09:00", "end": "2026-03-02T09:00"}, "ya ha pasado"),
        ("overrides", {"who": "boss", "end": "2028-03-02T09:00"}, "Son más de 400 días"),
        ("swaps", {"one": "ana", "other": "ana"}, "dos personas distintas"),
        (
            "swaps",
            {"one": "ana", "other": "boss", "schedule": "tarde", "end": "2026-03-03T10:00"},
            "no tienen ninguna guardia que cambiarse",
        ),
        ("swaps", {"one": "ana"}, "«» ya no está entre las opciones"),
    ],
)
async def test_what_cannot_be_done_is_said_and_the_form_keeps_what_was_written(
    path: str, fields: dict[str, str], said: str
) -> None:
    """In the reader's language; nothing is changed."""
    stand = Stand(config=a_guarded_config())
    answer = await post(stand, f"/oncall/{path}?lang=es", FORM | fields)
    assert answer.status == (404 if "nope" in said else 400)
    assert said in words(answer.text)
    assert 'value="dentist"' in answer.text
    assert stand.oncall.all() == ()


async def test_who_may_not_act_sees_the_calendar_and_no_form() -> None:
    """With tokens configured and none shown; a post is refused."""
    raw = a_guarded_config().model_dump(mode="json") | {"web": {"tokens": ["abc"]}}
    raw["contacts"] = {key: {"channels": ["log://"]} for key in ("ana", "boss")}
    stand = Stand(config=Config.model_validate(raw))
    page = await read(stand, "/oncall?lang=en")
    assert "You can look" in page
    assert "<form" not in page[page.index("<main") :]
    answer = await post(stand, "/oncall/overrides", FORM | {"who": "boss"}, Accept="text/html")
    assert answer.status in (401, 403)
    assert stand.oncall.all() == ()


async def test_names_that_strangers_cannot_write_are_still_text() -> None:
    """A reason with markup is shown as it was written."""
    stand = Stand(config=a_guarded_config())
    await post(stand, "/oncall/overrides", FORM | {"who": "boss", "reason": "<script>alert(1)</script>"})
    html = await read(stand, "/oncall")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_many_schedules_are_chosen_from_and_a_page_stays_small() -> None:
    """Hourly turns of a dozen schedules."""
    raw = a_config().model_dump(mode="json")
    raw["contacts"] = {key: {"channels": ["log://"]} for key in ("ana", "boss")}
    raw["schedules"] = {f"turno-{n}": {"layers": [{"people": ["ana", "boss"], "every": "1h"}]} for n in range(12)}
    raw["policies"] = {"default": {"steps": [{"notify": ["turno-0"]}]}}
    stand = Stand(config=Config.model_validate(raw), clock=FakeClock())
    html = await read(stand, "/oncall?lang=en&schedule=turno-3")
    assert words(html).count("Mon 2 Mar") == 1
    assert "and 16 more turns" in words(html)
    assert len(html.encode()) <= 100_000
    every = await read(stand, "/oncall?lang=en")
    assert "10 more schedules; choose one." in words(every)
    assert len(every.encode()) <= 100_000
