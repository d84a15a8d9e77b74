"""The page behind a message's link: from the first look to the end, for a thumb and in the contact's language."""

import asyncio
import re
from datetime import datetime, timedelta

import msgspec

from sentinel.escalation.policy import Authority
from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State, Suppression, Verdict
from sentinel.scoring.level import Level
from tests.web.links import BROWSER, PRESS, a_playbook_that_says, a_token, now, on_fire, presses, words
from tests.web.stand import Stand, a_playbook, an_assessment


def snoozed_until(stand: Stand, incident: Incident) -> datetime | None:
    snooze = now(stand, incident).snooze
    return snooze.until if snooze else None


async def test_from_the_link_in_a_page_to_the_end() -> None:
    """Ana opens her link, takes it, snoozes it, resolves it, each from the page the press before led to; an old press
    then changes nothing."""
    stand, incident = on_fire(tokens=["s3cret"])
    first = f"/a/{a_token(stand, incident)}"
    async with stand.client(**BROWSER) as client:
        page = await client.get(first)
        assert page.status == 200
        assert presses(page) == ["ack", "snooze", "snooze", "escalate", "resolve", "false_alarm"]
        taken = await client.post(f"{first}/ack")
        assert taken.status == 303
        second = taken.headers["Location"]
        assert second != first
        page = await client.get(second)
        assert "Lo tienes tú" in words(page.text)
        assert presses(page) == ["snooze", "snooze", "escalate", "unack", "resolve", "false_alarm"]
        third = (await client.post(f"{second}/snooze", data={"minutes": "120"})).headers["Location"]
        assert snoozed_until(stand, incident) == stand.clock.now() + timedelta(hours=2)
        ended = await client.post(f"{third}/resolve", data={"reason": "lo hemos arreglado"})
        last = await client.get(ended.headers["Location"])
        assert "Lo cerró Ana a las 10:00" in words(last.text)
        assert presses(last) == []
        replay = await client.post(f"{first}/ack")
        assert (replay.status, "Se resolvió a las 10:00 (Ana)" in words(replay.text)) == (409, True)
    resolved = now(stand, incident)
    assert (resolved.state, resolved.verdict) == (State.RESOLVED, Verdict.REAL)
    assert resolved.acknowledgement is not None
    assert resolved.acknowledgement.by == "ana"
    assert [(c.action, c.by, c.reason) for c in stand.commands] == [
        (Action.ACKNOWLEDGE, "ana", None),
        (Action.SNOOZE, "ana", None),
        (Action.RESOLVE, "ana", "lo hemos arreglado"),
        (Action.ACKNOWLEDGE, "ana", None),
    ]


async def test_a_false_alarm_is_counted_and_told() -> None:
    """By link, and by the API; the metric has every brand's verdicts from the start."""
    stand, incident = on_fire()
    stand.metrics.declare(brands=["Acme"], sources=[], signals=[], channels=[], langs=[])
    async with stand.client() as client:
        await client.post(f"/a/{a_token(stand, incident)}/false_alarm")
        shown = (await client.get(f"/api/v1/incidents/{incident.id}")).json
        again = await client.post(f"/api/v1/incidents/{incident.id}/false_alarm", json={"by": "boss"})
        page = await client.get(f"/incidents/{incident.id}")
        figures = (await client.get("/metrics")).text
    assert shown["incident"]["verdict"] == "false_alarm"
    assert "false_alarm" in [line["what"] for line in shown["timeline"]]
    assert (again.status, again.json["refusal"], again.json["by"]) == (409, "already_resolved", "ana")
    assert "Falsa alarma, según Ana" in words(page.text)
    assert 'sentinel_incident_verdicts_total{brand="Acme",verdict="false_alarm"} 1.0' in figures
    assert 'sentinel_incident_verdicts_total{brand="Acme",verdict="real"} 0.0' in figures


async def test_a_button_of_a_message_answers_with_a_line() -> None:
    """Text, or JSON for who asks for it; a second press hears who has it since when."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}"
    async with stand.client() as client:
        first = await client.post(address, data=b"whatever the app sends")
        second = await client.post(address)
        third = await client.post(address, headers={"Accept": "application/json"})
    assert (first.status, first.text) == (200, "Acme: lo tienes tú.\n")
    assert first.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (second.status, second.text) == (409, "Lo tiene Ana desde las 10:00; no se ha cambiado nada.\n")
    assert third.status == 409
    assert third.json["error"] == "already acknowledged by ana at 2026-03-02T09:00:00Z"


async def test_a_program_reads_what_its_press_did() -> None:
    """As JSON, where it asks for that."""
    stand, incident = on_fire()
    async with stand.client(Accept="application/json") as client:
        answer = await client.post(f"/a/{a_token(stand, incident, action=Action.SNOOZE)}")
    assert answer.json == {"incident": incident.id, "state": "open", "said": "Acme: pospuesto."}
    assert snoozed_until(stand, incident) == stand.clock.now() + timedelta(minutes=30)


async def test_a_button_opened_in_a_browser_asks_once() -> None:
    """One button, which does what the message's did, and then the page says who has it; the link does nothing else."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}"
    async with stand.client(**BROWSER) as client:
        page = await client.get(address)
        assert PRESS.findall(page.text) == [address]
        after = await client.post(address)
        assert after.status == 303
        last = await client.get(after.headers["Location"])
    assert "Lo tienes tú" in words(last.text)
    assert presses(last) == []


async def test_whoever_took_it_by_a_button_can_act_from_the_page_of_the_same_message() -> None:
    """It was their own press that moved it; for everybody else the message is old."""
    stand, incident = on_fire()
    ana, boss = (f"/a/{a_token(stand, incident, contact)}" for contact in ("ana", "boss"))
    async with stand.client(**BROWSER) as client:
        await client.post(f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}")
        mine, others = await client.get(ana), await client.get(boss)
        assert presses(mine) == ["snooze", "snooze", "escalate", "unack", "resolve", "false_alarm"]
        assert presses(others) == []
        assert "Lo tiene Ana" in words(others.text)
        given_back = await client.post(PRESS.findall(mine.text)[3])
    assert given_back.status == 303
    assert now(stand, incident).state is State.OPEN


async def test_the_reminder_offers_to_keep_it() -> None:
    """Five minutes before it runs out, to whoever has it."""
    stand, incident = on_fire()
    async with stand.client(**BROWSER) as client:
        page = (await client.post(f"/a/{a_token(stand, incident)}/ack")).headers["Location"]
        await stand.clock.advance(timedelta(minutes=26))
        stand.scored(an_assessment("Acme", Level.CRISIS, 87.4, stand.clock.now()))
        assert "Lo sigo teniendo" in (await client.get(page)).text
        kept = await client.post(f"{page}/ack")
    assert kept.status == 303
    taken = now(stand, incident).acknowledgement
    assert taken is not None
    assert taken.until == stand.clock.now() + timedelta(minutes=30)


async def test_two_people_at_once() -> None:
    """Exactly one has it; the other is told who and when."""
    stand, incident = on_fire()
    async with stand.client(**BROWSER) as client, asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(client.post(f"/a/{a_token(stand, incident, who)}/ack")) for who in ("ana", "boss")]
    answers = [each.result() for each in both]
    assert sorted(each.status for each in answers) == [303, 409]
    holder = {"ana": "Ana", "boss": "boss"}[now(stand, incident).holder or ""]
    assert f"Lo tiene {holder} desde las 10:00" in next(each.text for each in answers if each.status == 409)


async def test_a_drill_is_called_one_and_counts_for_nothing() -> None:
    """On the page, and in the figures: a rehearsed false alarm is none."""
    stand, incident = on_fire()
    stand.metrics.declare(brands=["Acme"], sources=[], signals=[], channels=[], langs=[])
    stand.incidents[incident.id] = msgspec.structs.replace(incident, drill=True)
    address = f"/a/{a_token(stand, incident)}"
    async with stand.client(**BROWSER) as client:
        assert "Esto es un simulacro" in words((await client.get(address)).text)
        await client.post(f"{address}/false_alarm")
        assert "Esto es un simulacro" in words((await client.get(f"/incidents/{incident.id}")).text)
        figures = (await client.get("/metrics")).text
    assert 'sentinel_incident_verdicts_total{brand="Acme",verdict="false_alarm"} 0.0' in figures


async def test_what_the_reader_may_do_alone_and_what_holds_pages_back() -> None:
    """Ana may publish the holding statement; a silence says until when; the incident's page names her."""
    stand, incident = on_fire()
    stand.incidents[incident.id] = msgspec.structs.replace(
        incident,
        authorities={"ana": Authority.HOLDING_STATEMENT},
        suppression=Suppression(silence="s-1", until=incident.updated_at + timedelta(minutes=30)),
    )
    async with stand.client(**BROWSER) as client:
        phone = words((await client.get(f"/a/{a_token(stand, incident)}")).text)
        page = words((await client.get(f"/incidents/{incident.id}")).text)
    assert "Tienes permiso para publicar el comunicado de espera." in phone
    assert "en silencio hasta" in phone
    assert "Ana tiene permiso para publicar el comunicado de espera." in page


async def test_it_speaks_the_contacts_language() -> None:
    """Whatever the browser prefers, unless it was told otherwise on the page."""
    stand, incident = on_fire()
    contacts = {
        "ana": stand.config.contacts["ana"].model_copy(update={"language": "en"}),
        "boss": stand.config.contacts["boss"],
    }
    stand.config = stand.config.model_copy(update={"contacts": contacts})
    ana, boss = (f"/a/{a_token(stand, incident, contact)}" for contact in ("ana", "boss"))
    async with stand.client(**{"Accept-Language": "fr, es;q=0.9"}) as client:
        assert '<html lang="en">' in (await client.get(ana)).text
    async with stand.client(**{"Accept-Language": "en"}) as client:
        assert '<html lang="es">' in (await client.get(boss)).text
        assert '<html lang="en">' in (await client.get(f"{boss}?lang=en")).text


async def test_what_a_person_needs_is_there() -> None:
    """Level, score, three reasons, one voice, steps, playbook, and texts with their length."""
    stand, incident = on_fire()
    async with stand.client() as client:
        html = (await client.get(f"/a/{a_token(stand, incident)}")).text
    page = words(html)
    for said in (
        "Acme crisis 87 / 100 No lo tiene nadie",
        "volumen +42",
        "negatividad",
        "Tercer día sin servicio",
        "Confirma la caída",
    ):
        assert said in page
    assert html.count("<blockquote>") == 1 + a_playbook().to_markdown().count("\n>")
    assert "30 de 300 caracteres" in page
    assert re.search(r"<textarea readonly rows=\"1\">\n+Sabemos que el servicio falla\.</textarea>", html)
    assert "Molestia · tú" in page
    assert "13 caracteres" in page
    assert not re.search(r"borra|elimina", page, re.IGNORECASE)
    assert "<script" not in html.replace('<script src="/static/', "")


async def test_a_text_too_long_for_its_channel_says_by_how_much() -> None:
    """Before somebody posts it in a hurry."""
    stand, incident = on_fire()
    stand.rendered = a_playbook_that_says("x" * 310)
    async with stand.client() as client:
        page = words((await client.get(f"/a/{a_token(stand, incident)}")).text)
    assert "310 de 300 caracteres: sobran 10" in page


async def test_a_press_that_is_in_memory_alone_says_so() -> None:
    """While the store takes no writes a press counts, and both the line and the page say that it is not written
    down.
    """
    stand, incident = on_fire()
    stand.unwritten = True
    address = f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}"
    async with stand.client() as client:
        line = await client.post(address)
        page = await client.get(f"/a/{a_token(stand, incident)}", headers=BROWSER)
    assert line.text == "Acme: lo tienes tú. (Sentinel no puede escribir en su disco)\n"
    assert "aún no está guardado" in page.text


async def test_whoever_resolves_is_told_before_what_that_says_of_the_incident() -> None:
    """On the phone as on the incident's own page: it counts as real, and another button says that it was not."""
    stand, incident = on_fire(tokens=["s3cret"])
    said = "«Resolver» lo da por real; si no lo fue, pulsa «Falsa alarma»."
    async with stand.client(**BROWSER) as client:
        phone = await client.get(f"/a/{a_token(stand, incident)}?lang=es")
        page = await client.get(f"/incidents/{incident.id}?lang=es")
    assert said in words(phone.text)
    assert said in words(page.text)
