"""The page behind the link of an infrastructure alert: it shows how things stand, is taken and given back, and nothing
else acts.
"""

import re
from dataclasses import replace
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest

from sentinel.incidents.command import Action
from sentinel.incidents.infrastructure_alert import StandingAlert
from sentinel.incidents.links import Grant, nonce_of
from sentinel.phrases.phrases import catalogue
from tests.web.alerts import OUTBOX_AGES
from tests.web.links import BROWSER, PRESS, presses, words
from tests.web.stand import Answer, Stand, a_config, a_crisis

ID = OUTBOX_AGES.id


async def fired(**web: object) -> Stand:
    """Ana was paged at once, the boss after a quarter of an hour."""
    stand = Stand(config=a_config(**web))
    await stand.clock.advance(timedelta(minutes=15))
    await stand.infrastructure.take([OUTBOX_AGES], stand.clock.now())
    return stand


def link(stand: Stand, contact: str = "ana", action: Action | None = None, **changed: object) -> str:
    grant = Grant(
        incident=ID,
        epoch=0,
        contact=contact,
        action=action,
        expires_at=stand.clock.now() + timedelta(days=1),
        nonce=nonce_of(contact),
    )
    return f"/a/{stand.links.mint(msgspec.structs.replace(grant, **changed))}"


def standing(stand: Stand) -> StandingAlert:
    found = stand.infrastructure.find(ID)
    assert found is not None
    return found


def told(stand: Stand) -> list[tuple[str, str]]:
    return [(row.contact, row.message.title) for row in stand.infrastructure.playbooks.rows.values()]


async def test_the_page_says_what_is_wrong_since_when_and_who_was_told() -> None:
    """And that nobody has it; in the contact's language, or the one that is asked for."""
    stand = await fired()
    async with stand.client(**BROWSER) as client:
        spanish, english = [words((await client.get(f"{link(stand)}?lang={each}")).text) for each in ("es", "en")]
    for shown, said in (
        (spanish, ("Crítica", "No lo tiene nadie", "Qué hacer", "Enlace de Ana", "Ana, boss", "Lo tengo yo")),
        (english, ("Critical", "Nobody has it", "What to do", "Link of Ana", "Ana, boss", "I have it")),
    ):
        for each in (
            "SentinelOutboxAgeing",
            "A page has waited for 5 minutes.",
            "https://example.org/runbook#outbox",
            *said,
        ):
            assert each in shown, each


async def test_looking_changes_nothing() -> None:
    """However often, by whatever looks."""
    stand = await fired()
    before = standing(stand)
    async with stand.client(**BROWSER) as client:
        for method in ("GET", "HEAD"):
            for action in (None, Action.ACKNOWLEDGE):
                assert (await client.ask(method, link(stand, action=action))).status == 200
        assert (await client.get(f"{link(stand)}/ack")).status == 303
    assert standing(stand) == before


async def test_taken_from_the_page_and_given_back() -> None:
    """The press leads to the page as it is then; the boss hears both, quietly."""
    stand = await fired()
    async with stand.client(**BROWSER) as client:
        page = await client.get(link(stand))
        pressed = await client.post(PRESS.findall(page.text)[0])
        assert (pressed.status, standing(stand).taken_by) == (303, "ana")
        mine = await client.get(pressed.headers["Location"])
        assert "Lo tienes tú" in words(mine.text)
        assert presses(mine) == ["unack"]
        back = await client.post(PRESS.findall(mine.text)[0])
        assert "No lo tiene nadie" in words((await client.get(back.headers["Location"])).text)
    assert standing(stand).taken_by is None
    assert told(stand)[2:] == [
        ("boss", "🛠 Lo tiene Ana: SentinelOutboxAgeing"),
        ("boss", "🛠 No lo tiene nadie: SentinelOutboxAgeing"),
    ]
    assert [(line.who, line.what, line.about) for line in stand.audit.lines] == [  # type: ignore[attr-defined]
        ("ana", "machinery.audit_taken", ID),
        ("ana", "machinery.audit_given_back", ID),
    ]


async def test_whoever_comes_second_is_told_who_has_it_and_since_when() -> None:
    """On the page, as a line, and for programs."""
    stand = await fired()
    await stand.infrastructure.hold(ID, "ana")
    await stand.clock.advance(timedelta(minutes=3))
    async with stand.client() as client:
        page = await client.post(f"{link(stand, 'boss')}/ack", headers=BROWSER)
        line = await client.post(link(stand, "boss", Action.ACKNOWLEDGE))
        json = await client.post(link(stand, "boss", Action.ACKNOWLEDGE), headers={"Accept": "application/json"})
    assert [each.status for each in (page, line, json)] == [409] * 3
    said = "Lo tiene Ana desde las 10:15; no se ha cambiado nada."
    assert said in words(page.text)
    assert line.text == f"{said}\n"
    assert (json.json["refusal"], json.json["by"], json.json["at"]) == (
        "already_acknowledged",
        "ana",
        "2026-03-02T09:15:00Z",
    )
    assert standing(stand).taken_by == "ana"


async def test_the_button_of_a_message_takes_it_once() -> None:
    """A line for the phone; pressed again it is the same; it gives nothing back."""
    stand = await fired()
    address = link(stand, action=Action.ACKNOWLEDGE)
    async with stand.client() as client:
        answers = [await client.post(address) for _ in range(2)]
        other = await client.post(f"{address}/unack")
    assert [(each.status, each.text) for each in answers] == [(200, "SentinelOutboxAgeing: lo tienes tú.\n")] * 2
    assert other.status == 403
    assert standing(stand).taken_by == "ana"
    assert len(told(stand)) == 3


@pytest.mark.parametrize("action", ["snooze", "escalate", "resolve", "false_alarm"])
async def test_what_is_for_incidents_is_not_for_alerts(action: str) -> None:
    """Refused in words; nothing happens."""
    stand = await fired()
    async with stand.client(**BROWSER) as client:
        answer = await client.post(f"{link(stand)}/{action}")
    assert answer.status == 403
    assert "no sirve para eso" in words(answer.text)
    assert standing(stand).taken_by is None


async def test_links_that_are_no_longer_or_were_never_ours_are_refused_as_those_of_incidents() -> None:
    """Expired, a contact who left: 410. Another's secret, no such alert, an incident's notes: 404."""
    stand = await fired()
    expired = link(stand, expires_at=stand.clock.now())
    left = link(stand, "luis")
    bad = [link(stand)[:-1], link(stand, incident="infra-0000000000000000")]
    async with stand.client() as client:
        assert [(await client.post(expired)).status, (await client.get(expired)).status] == [410, 410]
        assert [(await client.post(f"{left}/ack")).status, (await client.get(left)).status] == [410, 410]
        for each in bad:
            assert [(await client.post(f"{each}/ack")).status, (await client.get(each)).status] == [404, 404]
        assert (await client.post(f"{link(stand)}/note")).status == 404
        assert (await client.post(f"{link(stand)}/label")).status == 404
    assert standing(stand).taken_by is None


async def test_a_link_of_an_incident_takes_no_alert_and_the_other_way_round() -> None:
    """Each leads to its own."""
    stand = await fired()
    incident = a_crisis(stand)
    async with stand.client(**BROWSER) as client:
        await client.post(f"{link(stand, incident=incident.id, epoch=incident.epoch)}/ack")
    assert standing(stand).taken_by is None
    assert stand.incidents[incident.id].holder == "ana"


async def test_a_page_from_before_does_not_take_it_from_somebody_else() -> None:
    """It says that things moved on, and shows how they are."""
    stand = await fired()
    async with stand.client(**BROWSER) as client:
        old = await client.post(f"{link(stand)}/ack")
        await stand.infrastructure.give_back(ID, "ana", 1)
        await stand.infrastructure.hold(ID, "boss")
        answer = await client.post(f"{old.headers['Location']}/unack")
    assert answer.status == 409
    assert "Ha cambiado desde ese aviso" in words(answer.text)
    assert standing(stand).taken_by == "boss"


async def test_what_is_over_offers_nothing() -> None:
    """It says since when; a late press is told that Alertmanager ended it."""
    stand = await fired()
    await stand.infrastructure.take([replace(OUTBOX_AGES, firing=False)], stand.clock.now())
    async with stand.client(**BROWSER) as client:
        page, late = await client.get(link(stand)), await client.post(f"{link(stand)}/ack")
    assert presses(page) == []
    assert "Terminó a las 10:15" in words(page.text)
    assert (late.status, "Alertmanager" in words(late.text)) == (409, True)


async def test_while_the_disk_takes_nothing_the_answer_says_so() -> None:
    """It counts all the same."""
    stand = await fired()
    stand.unwritten = True
    async with stand.client() as client:
        line = await client.post(link(stand, action=Action.ACKNOWLEDGE))
        page = await client.get(link(stand), headers=BROWSER)
    assert catalogue("es")["watch.unwritten"] in line.text
    assert catalogue("es")["watch.banner"] in words(page.text)


async def test_words_from_outside_stay_words() -> None:
    """Neither markup nor an address that runs something."""
    stand = Stand()
    hostile = replace(OUTBOX_AGES, name="<b>x", summary="<script>alert(1)</script>", runbook="javascript:alert(1)")
    await stand.infrastructure.take([hostile], stand.clock.now())
    async with stand.client(**BROWSER) as client:
        answer = await client.get(link(stand, incident=hostile.id))
    assert "<script>alert" not in answer.text
    assert 'href="javascript' not in answer.text
    assert "<b>x" not in answer.text


async def test_programs_and_the_status_page_say_what_fires_and_who_has_it() -> None:
    """The same facts; gone once it is over."""
    stand = await fired()
    await stand.infrastructure.hold(ID, "ana")

    async def seen() -> tuple[Answer, str]:
        async with stand.client(**BROWSER) as client:
            return await client.get("/api/v1/infrastructure"), words((await client.get("/")).text)

    answer, page = await seen()
    (alert,) = answer.json["alerts"]
    assert (alert["name"], alert["severity"], alert["told"], alert["taken_by"]) == (
        "SentinelOutboxAgeing",
        "critical",
        ["ana", "boss"],
        "ana",
    )
    assert (alert["started_at"], alert["taken_at"]) == ("2026-03-02T09:00:00Z", "2026-03-02T09:15:00Z")
    assert "SentinelOutboxAgeing, crítica, desde las 10:00 · Lo tiene Ana" in page
    await stand.infrastructure.take([replace(OUTBOX_AGES, firing=False)], stand.clock.now())
    answer, page = await seen()
    assert answer.json["alerts"] == []
    assert "SentinelOutboxAgeing" not in page


async def test_the_status_page_shows_a_few_and_counts_the_rest() -> None:
    """A storm of alerts does not push the brands off the screen."""
    stand = Stand()
    many = [replace(OUTBOX_AGES, fingerprint=f"f{n}", name=f"Alert{n}") for n in range(20)]
    await stand.infrastructure.take(many, stand.clock.now())
    async with stand.client(**BROWSER) as client:
        page = words((await client.get("/?lang=en")).text)
    assert page.count("critical, since") == 6
    assert "14 more alerts" in page


def test_every_sentence_of_it_is_said_and_none_is_missing() -> None:
    """By its whole name, by the page's own short one, or put together from a sort and a name."""
    folder = Path(str(files("sentinel")))
    template = (folder / "web" / "templates" / "phone_alert.html").read_text(encoding="utf-8")
    used = set(re.findall(r"\ba\('(\w+)'(?!\s*~)", template))
    code = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    used |= set(re.findall(r"\"machinery\.(\w+)\"", code))
    used |= {f"severity_{each}" for each in ("critical", "warning")} | {
        f"line_{each}" for each in ("critical", "warning")
    }
    used |= {f"{part}_{word}" for part in ("title", "body") for word in ("taken", "given_back")}
    assert used == {key.removeprefix("machinery.") for key in catalogue("en") if key.startswith("machinery.")}
