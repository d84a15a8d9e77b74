"""Links that act: what the phone page offers, and everything that must not work."""

import asyncio
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace
from datetime import timedelta
from html import unescape

import msgspec
import pytest

from sentinel.incidents.command import Action
from sentinel.incidents.incident import Incident, State, Verdict
from sentinel.incidents.links import ActionLinks, Grant, nonce_of
from sentinel.mention import Author, Mention
from sentinel.playbooks.render import Rendered
from sentinel.playbooks.reply import DraftReply, Tone
from sentinel.playbooks.statement import Channel
from sentinel.scoring.level import Level
from tests.web.stand import Answer, Stand, a_config, a_crisis, a_playbook, an_assessment

BROWSER = {"Accept": "text/html"}
PRESS = re.compile(r'formaction="([^"]+)"')


def on_fire(**web: object) -> tuple[Stand, Incident]:
    stand = Stand(config=a_config(**web))
    return stand, a_crisis(stand)


def a_token(stand: Stand, incident: Incident, contact: str = "ana", action: Action | None = None, **changed: object) -> str:
    grant = Grant(
        incident=incident.id, epoch=incident.epoch, contact=contact, action=action, expires_at=stand.clock.now() + timedelta(days=1),
        nonce=nonce_of(contact, 1, 0),
    )  # fmt: skip
    return stand.links.mint(msgspec.structs.replace(grant, **changed))


def now(stand: Stand, incident: Incident) -> Incident:
    return stand.incidents[incident.id]


def presses(answer: Answer) -> list[str]:
    """What each button would ask, in order."""
    return [address.rpartition("/")[2] for address in PRESS.findall(answer.text)]


def words(html: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", html).split()))


def a_playbook_that_says(text: str) -> Rendered:
    """As a statement and as a reply."""
    reply = DraftReply(tone=Tone.ANGRY, form=None, text=text)
    return replace(a_playbook(), holding_statements={Channel.BLUESKY: text}, draft_replies=(reply,))


# -- the story ------------------------------------------------------------------------------------------------------------------


async def test_from_the_link_in_a_page_to_the_end() -> None:
    """Ana opens her link, takes it, snoozes it, resolves it, each from the page the press before led to; an old press then changes
    nothing."""
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
        assert now(stand, incident).snoozed_until == stand.clock.now() + timedelta(hours=2)
        ended = await client.post(f"{third}/resolve", data={"reason": "lo hemos arreglado"})
        last = await client.get(ended.headers["Location"])
        assert "Lo cerró Ana a las 10:00" in words(last.text)
        assert presses(last) == []
        replay = await client.post(f"{first}/ack")
        assert (replay.status, "Se resolvió a las 10:00 (Ana)" in words(replay.text)) == (409, True)
    resolved = now(stand, incident)
    assert (resolved.state, resolved.verdict, resolved.acknowledged_by) == (State.RESOLVED, Verdict.REAL, "ana")
    assert [(c.action, c.by, c.reason) for c in stand.commands] == [
        (Action.ACKNOWLEDGE, "ana", None), (Action.SNOOZE, "ana", None), (Action.RESOLVE, "ana", "lo hemos arreglado"),
        (Action.ACKNOWLEDGE, "ana", None),
    ]  # fmt: skip


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
    assert now(stand, incident).acknowledged_until == stand.clock.now() + timedelta(minutes=30)


async def test_two_people_at_once() -> None:
    """Exactly one has it; the other is told who and when."""
    stand, incident = on_fire()
    async with stand.client(**BROWSER) as client, asyncio.TaskGroup() as tasks:
        both = [tasks.create_task(client.post(f"/a/{a_token(stand, incident, who)}/ack")) for who in ("ana", "boss")]
    answers = [each.result() for each in both]
    assert sorted(each.status for each in answers) == [303, 409]
    holder = {"ana": "Ana", "boss": "boss"}[now(stand, incident).acknowledged_by or ""]
    assert f"Lo tiene {holder} desde las 10:00" in next(each.text for each in answers if each.status == 409)


# -- what must not work -----------------------------------------------------------------------------------------------------------


def _changed(stand: Stand, incident: Incident) -> str:
    """The signature of one grant under the fields of another."""
    mine, better = (urlsafe_b64decode(a_token(stand, incident, contact=who) + "==") for who in ("ana", "boss"))
    return urlsafe_b64encode(better[:-16] + mine[-16:]).rstrip(b"=").decode()


FORGED = {
    "another secret": lambda stand, incident: ActionLinks(bytes(32)).mint(
        Grant(
            incident=incident.id, epoch=incident.epoch, contact="ana", action=None, expires_at=stand.clock.now() + timedelta(1), nonce=b""
        )
    ),
    "a changed field": _changed,
    "no such incident": lambda stand, incident: a_token(stand, msgspec.structs.replace(incident, id="20250101-0000-aaaaaa")),
    "a contact who left": lambda stand, incident: a_token(stand, incident, "luis"),
    "cut": lambda stand, incident: a_token(stand, incident)[:-1],
    "longer": lambda stand, incident: a_token(stand, incident) + "A",
    "very long": lambda stand, incident: "A" * 4000,
    "encoded twice": lambda stand, incident: "".join(f"%25{ord(c):02X}" for c in a_token(stand, incident)),
    "a path": lambda stand, incident: "..%2F..%2Fetc%2Fpasswd",
    "a path in dots": lambda stand, incident: "%2e%2e%2f%2e%2e",
    "nothing in it": lambda stand, incident: "%20",
    "a NUL": lambda stand, incident: a_token(stand, incident) + "%00",
    "another line": lambda stand, incident: a_token(stand, incident) + "%0d%0aSet-Cookie:%20a=b",
    "no text at all": lambda stand, incident: "%ff%fe",
}


@pytest.mark.parametrize("attack", FORGED)
async def test_what_is_no_link_of_ours_opens_and_does_nothing(attack: str) -> None:
    """404 in words, for a look and for every press."""
    stand, incident = on_fire()
    token = FORGED[attack](stand, incident)
    async with stand.client() as client:
        answers = [
            await client.get(f"/a/{token}"), await client.post(f"/a/{token}"), await client.post(f"/a/{token}/ack"),
            await client.post(f"/a/{token}/resolve", headers=BROWSER),
        ]  # fmt: skip
    assert [each.status for each in answers] == [404] * 4
    assert "Set-Cookie" not in answers[0].headers
    assert incident.brand not in "".join(each.text for each in answers)
    assert stand.commands == []


async def test_a_path_that_climbs_leads_nowhere() -> None:
    """However it is spelt."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    async with stand.client() as client:
        for path in (f"/a/{token}/../../etc", f"/a/{token}/", f"/a//{token}", f"/a/{token}/ack/ack", f"/a/{token}/delete", "/a/", "/a"):
            assert (await client.post(path)).status in (404, 405), path
    assert stand.commands == []


async def test_an_expired_link_says_so() -> None:
    """410, in words; a day after the message unless configured otherwise."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    await stand.clock.advance(timedelta(days=1))
    async with stand.client(**BROWSER) as client:
        answers = [await client.get(address), await client.post(f"{address}/ack"), await client.get(address, headers={"Accept": "*/*"})]
    assert [each.status for each in answers] == [410] * 3
    assert all("Este enlace ha caducado" in each.text for each in answers)
    assert stand.commands == []


async def test_the_pages_a_press_leads_to_end_with_the_first_link() -> None:
    """Pressing does not make a link live longer."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    await stand.clock.advance(timedelta(hours=23))
    async with stand.client(**BROWSER) as client:
        fresh = (await client.post(f"{address}/ack")).headers["Location"]
        assert (await client.get(fresh)).status == 200
        await stand.clock.advance(timedelta(hours=1))
        assert (await client.get(fresh)).status == 410


@pytest.mark.parametrize("other", [action for action in Action if action is not Action.ACKNOWLEDGE])
async def test_a_link_for_one_thing_does_no_other(other: Action) -> None:
    """403, and nothing is asked."""
    stand, incident = on_fire()
    token = a_token(stand, incident, action=Action.ACKNOWLEDGE)
    async with stand.client() as client:
        answer = await client.post(f"/a/{token}/{other}", data={"minutes": "30"})
    assert (answer.status, "no sirve para eso" in answer.text) == (403, True)
    assert stand.commands == []


async def test_a_link_to_the_page_is_no_button() -> None:
    """It does not say what to do."""
    stand, incident = on_fire()
    async with stand.client() as client:
        answer = await client.post(f"/a/{a_token(stand, incident)}")
    assert (answer.status, "usa sus botones" in answer.text) == (400, True)
    assert stand.commands == []


async def test_an_old_link_shows_what_is_and_offers_nothing() -> None:
    """It got worse since: no button, and a press that was on the screen already changes nothing."""
    stand = Stand()
    stand.scored(an_assessment("Acme", Level.ALERT, 65.0, stand.clock.now() - timedelta(minutes=9)))
    incident = next(iter(stand.incidents.values()))
    address = f"/a/{a_token(stand, incident)}"
    stand.scored(an_assessment("Acme", Level.CRISIS, 90.0, stand.clock.now()))
    before = now(stand, incident)
    async with stand.client(**BROWSER) as client:
        page = await client.get(address)
        late = await client.post(f"{address}/ack")
        line = await client.post(f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}", headers={"Accept": "*/*"})
    assert page.status == 200
    assert "Ha cambiado desde ese aviso" in words(page.text)
    assert "90 / 100 No lo tiene nadie" in words(page.text)
    assert f'href="/incidents/{incident.id}"' in page.text
    assert presses(page) == presses(late) == []
    assert (late.status, "no se ha cambiado nada" in late.text) == (409, True)
    assert (line.status, "Ha cambiado desde ese aviso" in line.text) == (409, True)
    assert now(stand, incident) == before


async def test_a_link_of_an_incident_that_ended_and_flared_up_again() -> None:
    """The same incident goes on in a new epoch: the press of before is told that it is old."""
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident)}"
    stand.scored(an_assessment("Acme", Level.CALM, 5.0, stand.clock.now()))
    async with stand.client(**BROWSER) as client:
        over = await client.get(address)
        await stand.clock.advance(timedelta(minutes=10))
        stand.scored(an_assessment("Acme", Level.CRISIS, 88.0, stand.clock.now()))
        replay = await client.post(f"{address}/ack")
    assert "Volvió la calma a las 10:00" in words(over.text)
    assert (replay.status, now(stand, incident).state) == (409, State.OPEN)


async def test_looking_changes_nothing() -> None:
    """Link-preview bots, HEAD, and a phone that opens a button's address again."""
    stand, incident = on_fire()
    whole, button = (a_token(stand, incident, action=action) for action in (None, Action.ACKNOWLEDGE))
    before = now(stand, incident)
    bot = {"User-Agent": "WhatsApp/2.23 facebookexternalhit/1.1 Slackbot-LinkExpanding 1.0"}
    async with stand.client(**bot) as client:
        for token in (whole, button):
            for method in ("GET", "HEAD"):
                assert (await client.ask(method, f"/a/{token}")).status == 200
                back = await client.ask(method, f"/a/{token}/ack")
                assert (back.status, back.headers["Location"]) == (303, f"/a/{token}")
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
                assert (await client.ask(method, f"/a/{token}")).status == 405
    assert stand.commands == []
    assert now(stand, incident) == before


async def test_nobody_keeps_finds_or_passes_on_the_address() -> None:
    """On the page, on a redirect, on every refusal."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    async with stand.client(**BROWSER) as client:
        answers = [
            await client.get(f"/a/{token}"), await client.post(f"/a/{token}"), await client.post(f"/a/{token}/ack"),
            await client.post(f"/a/{token}/ack"), await client.get("/a/forged"), await client.post(f"/a/{token}/delete"),
        ]  # fmt: skip
    assert {each.status for each in answers} == {200, 303, 400, 404, 409}
    for each in answers:
        assert each.headers["Cache-Control"] == "no-store"
        assert each.headers["Referrer-Policy"] == "no-referrer"
        assert each.headers["X-Robots-Tag"].startswith("noindex")
        assert "sentinel_by" not in each.cookies


async def test_a_fault_leaves_no_address_in_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever reads the log must not be able to act."""
    stand, incident = on_fire()
    token = a_token(stand, incident)
    stand.store_fails = RuntimeError("bug")
    async with stand.client() as client:
        assert (await client.get(f"/a/{token}")).status == 500
    logged = capsys.readouterr()
    assert "request_failed" in logged.out + logged.err
    assert "/a/{token}" in logged.out + logged.err
    assert token not in logged.out + logged.err


@pytest.mark.parametrize("headers", [{"Origin": "https://ntfy.sh", "Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}])
async def test_where_a_press_comes_from_does_not_matter(headers: dict[str, str]) -> None:
    """The token in the address is the proof: apps of notification services press from their own origin, and may read the answer."""
    stand, incident = on_fire(tokens=["s3cret"])
    async with stand.client(**headers) as client:
        answer = await client.post(f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert now(stand, incident).acknowledged_by == "ana"


async def test_another_name_for_this_server_is_not_answered() -> None:
    """DNS rebinding."""
    stand, incident = on_fire()
    async with stand.client(Host="evil.example") as client:
        answers = [await client.get(f"/a/{a_token(stand, incident)}"), await client.post(f"/a/{a_token(stand, incident)}/ack")]
    assert [each.status for each in answers] == [421, 421]
    assert stand.commands == []


async def test_guessing_is_slowed_like_any_post() -> None:
    """Presses count against the client's rate, also those that are refused."""
    stand, _ = on_fire(rate_limit=1)
    async with stand.client() as client:
        answers = [await client.post(f"/a/guess{n}") for n in range(3)]
    assert [each.status for each in answers] == [404, 404, 429]


@pytest.mark.parametrize("minutes", ["0", "-5", "nan", "inf", "soon", "1e99", "9" * 400])
async def test_a_snooze_of_no_length_changes_nothing(minutes: str) -> None:
    """400 on the page."""
    stand, incident = on_fire()
    async with stand.client(**BROWSER) as client:
        answer = await client.post(f"/a/{a_token(stand, incident)}/snooze", data={"minutes": minutes})
    assert (answer.status, "Ese tiempo no vale" in answer.text) == (400, True)
    assert stand.commands == []


# -- the page ---------------------------------------------------------------------------------------------------------------------


async def test_it_speaks_the_contacts_language() -> None:
    """Whatever the browser prefers, unless it was told otherwise on the page."""
    stand, incident = on_fire()
    contacts = {"ana": stand.config.contacts["ana"].model_copy(update={"language": "en"}), "boss": stand.config.contacts["boss"]}
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
    for said in ("Acme crisis 87 / 100 No lo tiene nadie", "volumen +42", "negatividad", "Tercer día sin servicio", "Confirma la caída"):
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


EVIL = "<script>alert(1)</script></textarea>\"'><img src=x onerror=alert(1)>{{ 7*7 }}\u202e"


async def test_what_strangers_write_stays_words() -> None:
    """In a text, a title, a name, a source, an address, a note, a brand, a draft."""
    stand = Stand()
    voice = Mention(
        source="bluesky", id="1", text=EVIL, title=EVIL, published_at=stand.clock.now(), url="javascript:alert(1)", author=Author(name=EVIL)
    )  # fmt: skip
    stand.config = stand.config.model_copy(update={"brands": (stand.config.brands[0].model_copy(update={"name": EVIL[:80]}),)})
    incident = stand.scored(an_assessment(EVIL[:80], Level.CRISIS, 90.0, stand.clock.now(), samples=(voice,)))
    stand.rendered = a_playbook_that_says(EVIL)
    address = f"/a/{a_token(stand, incident)}"
    async with stand.client(**BROWSER) as client:
        pages = [(await client.get(address)).text]
        await client.post(f"{address}/resolve", data={"reason": EVIL})
        pages.append((await client.post(f"{address}/ack")).text)
    for html in pages:
        assert "<script>" not in html
        assert "<img" not in html
        assert "javascript:" not in html
        assert "49" not in re.sub(r"v=\w+|/a/[\w-]+", "", html)
        assert html.count("</textarea>") == html.count("<textarea")
