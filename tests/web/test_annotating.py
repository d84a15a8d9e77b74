"""What people say of an incident on its page and through their link: plain forms, on disk before the answer, nobody
else's.
"""

import re
from datetime import timedelta

import pytest

from sentinel.incidents.annotations import Judgement, Note, Reply, Tick
from sentinel.incidents.command import Action, Command
from sentinel.incidents.incident import Incident, Verdict
from sentinel.sentiment.sentiment import Label
from sentinel.sentiment.teaching import Correction
from sentinel.store.health import StoreFailing, Trouble
from tests.web.links import BROWSER, a_token, on_fire, words
from tests.web.people import KEY, a_closed_stand, key_in, sign_in
from tests.web.stand import Client, Stand, a_config, a_crisis

ANA = {"Cookie": "sentinel_by=ana"}
FORMS = ("note", "replied", "verdict", "tick", "label")


def items(page: str) -> list[tuple[str, str, str]]:
    """(what a press does, item, how it stands) of every check box."""
    return re.findall(r'<button class="tick" name="(\w+)" value="(\w+)" role="checkbox" aria-checked="(\w+)"', page)


async def say(client: Client, incident: Incident, what: str, **fields: str) -> int:
    return (await client.post(f"/incidents/{incident.id}/{what}", data=fields)).status


async def test_a_tick_is_seen_by_everybody_and_taken_back_by_anybody() -> None:
    """303 back to the section; who ticked it and when stand beside it, and on the timeline."""
    stand, incident = on_fire()
    async with stand.client() as client:
        page = (await client.get(f"/incidents/{incident.id}", headers=ANA)).text
        assert [(does, stands) for does, _, stands in items(page)] == [("tick", "false")] * 2
        key = items(page)[0][1]
        answer = await client.post(f"/incidents/{incident.id}/tick", data={"tick": key, "section": "1"}, headers=ANA)
        assert (answer.status, answer.headers["Location"]) == (303, f"/incidents/{incident.id}?section=1#section-1")
        fragment = (
            await client.get(f"/fragments/incidents/{incident.id}", headers={"Cookie": "sentinel_by=luis"})
        ).text
        assert items(fragment)[0] == ("untick", key, "true")
        assert "Confirma la caída con operaciones Ana · 10:00" in words(fragment)
        assert "1 de 2 hechos" in words(fragment)
        assert "Hecho, según Ana" in words(fragment)
        await client.post(f"/incidents/{incident.id}/tick", data={"untick": key, "by": "luis"})
        page = (await client.get(f"/incidents/{incident.id}", headers=ANA)).text
    assert items(page)[0] == ("tick", key, "false")
    assert "Al final no está hecho, según luis" in words(page)
    assert [(each.done, each.text) for each in stand.annotations if isinstance(each, Tick)] == [
        (True, "Confirma la caída con operaciones"),
        (False, "Confirma la caída con operaciones"),
    ]


async def test_an_item_that_is_gone_is_not_ticked() -> None:
    """The playbook was edited while the page stood open; the words on the timeline are ours, never the form's."""
    stand, incident = on_fire()
    async with stand.client(**ANA) as client:
        answer = await client.post(f"/incidents/{incident.id}/tick", data={"tick": "nope", "text": "<b>"})
    assert (answer.status, "ya no está en la lista" in answer.text) == (400, True)
    assert stand.annotations == []


async def test_a_note_stands_on_the_timeline_as_it_was_written() -> None:
    """With its lines, escaped, with who and when; also when the incident is over."""
    stand, incident = on_fire()
    async with stand.client(**ANA) as client:
        await client.post(f"/incidents/{incident.id}/resolve", data={"by": "ana"})
        assert await say(client, incident, "note", text=" <script>alert(1)</script> Uno & dos ") == 303
        page = (await client.get(f"/incidents/{incident.id}")).text
    assert "<q>&lt;script&gt;alert(1)&lt;/script&gt; Uno &amp; dos</q>" in page
    assert "Nota de Ana" in words(page)
    assert isinstance(stand.annotations[0], Note)


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
async def test_a_note_of_no_length_or_too_much_is_refused(text: str) -> None:
    """And says how long it may be."""
    stand, incident = on_fire()
    async with stand.client(**ANA) as client:
        answer = await client.post(f"/incidents/{incident.id}/note", data={"text": text})
    assert (answer.status, "de 1 a 2000 caracteres" in answer.text, stand.annotations) == (400, True, [])


async def test_the_first_reply_is_marked_once_with_its_link() -> None:
    """The page says how long it took; a second press is refused with who was first; the button is gone."""
    stand, incident = on_fire()
    async with stand.client(**ANA) as client:
        assert await say(client, incident, "replied", link="javascript:alert(1)") == 400
        assert await say(client, incident, "replied", link="https://bsky.app/p/1?a=b") == 303
        page = (await client.get(f"/incidents/{incident.id}")).text
        assert "salió a las 10:00, 24 min después del comienzo, según Ana" in words(page)
        assert 'href="https://bsky.app/p/1?a=b"' in page
        assert f'action="/incidents/{incident.id}/replied"' not in page
        again = await client.post(f"/incidents/{incident.id}/replied", data={})
    assert (again.status, "ya estaba marcada a las 10:00 (Ana)" in again.text) == (409, True)
    assert stand.annotations == [Reply(incident=incident.id, by="ana", link="https://bsky.app/p/1?a=b")]


async def test_both_verdicts_can_be_given_and_changed_after_the_end() -> None:
    """Who and when are on the page, and the figure counts each; while it runs a false alarm is ended as one."""
    stand, incident = on_fire()
    stand.metrics.declare(brands=["Acme"], sources=[], signals=[], channels=[], langs=[])
    async with stand.client(**ANA) as client:
        page = (await client.get(f"/incidents/{incident.id}")).text
        assert re.findall(r'name="verdict" value="(\w+)"', page) == ["real"]
        assert await say(client, incident, "verdict", verdict="false_alarm") == 409
        await client.post(f"/incidents/{incident.id}/resolve", data={"by": "ana"})
        for verdict, other in ((Verdict.FALSE_ALARM, "real"), (Verdict.REAL, "false_alarm")):
            assert await say(client, incident, "verdict", verdict=verdict.value) == 303
            page = (await client.get(f"/incidents/{incident.id}")).text
            assert re.findall(r'name="verdict" value="(\w+)"', page) == [other]
        assert "Real, según Ana (10:00)." in words(page)
        assert "Era una falsa alarma, según Ana" in words(page)
        assert await say(client, incident, "verdict", verdict="maybe") == 400
        figures = re.findall(
            r'incident_verdicts_total{brand="Acme",verdict="(\w+)"} ([\d.]+)', (await client.get("/metrics")).text
        )
    assert [each.verdict for each in stand.annotations if isinstance(each, Judgement)] == [
        Verdict.FALSE_ALARM,
        Verdict.REAL,
    ]
    assert stand.incidents[incident.id].verdict is Verdict.REAL
    assert dict(figures) == {"real": "2.0", "false_alarm": "1.0"}


async def test_two_taps_on_the_page_correct_how_a_voice_is_read() -> None:
    """Of any sample that is shown; nothing else moves."""
    stand, incident = on_fire()
    async with stand.client(**ANA) as client:
        page = (await client.get(f"/incidents/{incident.id}")).text
        voices = re.findall(r'name="voice" value="(\w+)"', page)
        assert (len(voices), page.count('name="label"')) == (3, 6)
        answer = await client.post(f"/incidents/{incident.id}/label", data={"voice": voices[1], "label": "positive"})
        gone = await client.post(f"/incidents/{incident.id}/label", data={"voice": "0", "label": "positive"})
    assert (answer.status, "Apuntado: es positiva." in words(answer.text)) == (200, True)
    assert gone.status == 400
    mention = incident.samples[1]
    assert stand.teachings == [Correction(text=mention.text, label=Label.POSITIVE, by="ana", lang=mention.lang)]


async def test_whoever_only_looks_sees_no_buttons_and_is_let_do_nothing() -> None:
    """Where a token is wanted and none was shown: the state of the checklist is there to read."""
    stand = Stand(config=a_config(tokens=["s3cret"]))
    incident = a_crisis(stand)
    async with stand.client(**ANA) as client:
        page = (await client.get(f"/incidents/{incident.id}")).text
        statuses = [await say(client, incident, what, text="x", verdict="real") for what in FORMS]
    assert items(page) == []
    assert page.count('aria-label="Por hacer"') == 2
    for what in FORMS:
        assert f'{incident.id}/{what}"' not in page
    assert set(statuses) <= {401, 403}
    assert (stand.annotations, stand.teachings) == ([], [])


async def test_whoever_signed_in_speaks_under_their_own_name() -> None:
    """Whatever name the form claims; each form carries the session's key, and one without it says nothing.

    A viewer has no forms.
    """
    stand, name = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client)
        opened = await client.get(f"/incidents/{name}")
        forms = re.findall(r'<form (?:(?!</form>).)*?action="/incidents/.*?</form>', opened.text, re.S)
        assert len(forms) == 1 + 3 + 1 + 2 + 1  # to act; three voices, a checklist, a verdict and a reply, a note
        assert all(KEY.search(form) for form in forms)
        assert f"{name}/me" not in opened.text
        fields = {"text": "Hola", "by": "boss"}
        assert (await client.post(f"/incidents/{name}/note", data=fields)).status == 403
        assert (await client.post(f"/incidents/{name}/note", data=fields | {"form_key": key_in(opened)})).status == 303
        await sign_in(client, "vero")
        looked = await client.get(f"/incidents/{name}")
        assert items(looked.text) == []
        assert f'action="/incidents/{name}' not in looked.text
        assert (await client.post(f"/incidents/{name}/note", data=fields | {"form_key": key_in(looked)})).status == 403
    assert [(each.by, type(each)) for each in stand.annotations] == [("ana", Note)]
    lines = await stand.audit.find(limit=10)
    assert [(line.who, line.what, line.status) for line in lines if "note" in line.what] == [
        ("vero", "incident.did_note", 403),
        ("ana", "incident.did_note", 303),
        ("ana", "incident.did_note", 403),
    ]


async def test_another_sites_form_says_nothing() -> None:
    """Cross-site request forgery."""
    stand, incident = on_fire()
    async with stand.client(**ANA, Origin="https://evil.example") as client:
        statuses = [await say(client, incident, what, text="x", verdict="real") for what in FORMS]
    assert (set(statuses), stand.annotations) == ({403}, [])


async def test_whoever_has_no_name_gives_one_first() -> None:
    """The page asks for it once; the browser remembers it, and an annotation without one is refused."""
    stand, incident = on_fire()
    async with stand.client() as client:
        page = (await client.get(f"/incidents/{incident.id}")).text
        assert f'formaction="/incidents/{incident.id}/me"' in page
        assert page.count('name="by"') == 1
        assert items(page) == []
        assert await say(client, incident, "note", text="Hola") == 400
        fields = {"by": "ana", "reason": "", "minutes": "30"}
        answer = await client.post(f"/incidents/{incident.id}/me", data=fields)
        assert (answer.status, "sentinel_by=ana" in answer.cookies["sentinel_by"]) == (303, True)
        page = (await client.get(f"/incidents/{incident.id}", headers=ANA)).text
    assert len(items(page)) == 2
    assert f"{incident.id}/me" not in page
    assert stand.annotations == []


async def test_a_disk_that_takes_no_writes_is_told_with_the_reason() -> None:
    """503 on the page and the phone, in the reader's language; to a program in English."""
    stand, incident = on_fire()
    stand.annotation_fails = StoreFailing(Trouble.FULL)
    async with stand.client(**ANA) as client:
        page = await client.post(f"/incidents/{incident.id}/note", data={"text": "Hola"})
        phone = await client.post(f"/a/{a_token(stand, incident)}/note", data={"text": "Hola"})
        api = await client.post(f"/api/v1/incidents/{incident.id}/notes", json={"by": "ana", "text": "Hola"})
    assert (page.status, phone.status, api.status) == (503, 503, 503)
    for said in (page, phone):
        assert "El disco está lleno. No se ha apuntado nada" in words(said.text)
    assert "(full); nothing was changed" in api.json["error"]


async def test_the_links_contact_speaks_from_the_phone() -> None:
    """Ticks, notes, the first reply and, in the end, the verdict, also when the incident has moved on since the link
    was given.
    """
    stand, incident = on_fire()
    address = f"/a/{a_token(stand, incident, 'boss')}"
    async with stand.client(**BROWSER) as client:
        page = (await client.get(address)).text
        key = items(page)[0][1]
        await stand.command(Command(incident=incident.id, action=Action.RESOLVE, by="ana"))
        said = [
            await client.post(f"{address}/{what}", data=fields)
            for what, fields in (
                ("tick", {"tick": key, "section": "1"}),
                ("note", {"text": "Hola", "by": "ana"}),
                ("replied", {}),
                ("verdict", {"verdict": "false_alarm"}),
            )
        ]
        assert [each.status for each in said] == [303] * 4
        page = (await client.get(said[0].headers["Location"])).text
        assert (await client.get(f"{address}/tick")).status == 303
    assert {each.by for each in stand.annotations} == {"boss"}
    assert items(page)[0] == ("untick", key, "true")
    assert stand.incidents[incident.id].verdict is Verdict.FALSE_ALARM


async def test_a_link_of_one_action_or_a_dead_one_says_nothing() -> None:
    """Its page shows the checklist, and no buttons but its own."""
    stand, incident = on_fire()
    narrow = f"/a/{a_token(stand, incident, action=Action.ACKNOWLEDGE)}"
    dead = f"/a/{a_token(stand, incident, expires_at=stand.clock.now() - timedelta(seconds=1))}"
    async with stand.client(**BROWSER) as client:
        page = (await client.get(narrow)).text
        assert (items(page), 'action="/a/' in page, "/note" in page) == ([], True, False)
        assert (await client.post(f"{narrow}/note", data={"text": "x"})).status == 403
        assert (await client.post(f"{dead}/note", data={"text": "x"})).status == 410
    assert stand.annotations == []
