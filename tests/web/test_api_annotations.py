"""What people do on an incident's page, programs do too; every answer is one that the API's description promises."""

import pytest

from sentinel.incidents.command import Action, Command
from sentinel.incidents.incident import State, Verdict
from sentinel.incidents.timeline import What
from tests.web.links import on_fire
from tests.web.stand import Answer, Client
from tests.web.test_openapi import conforms

ROOT = "/api/v1/incidents/{id}"


async def ask(client: Client, incident: str, what: str, **body: object) -> Answer:
    answer = await client.post(f"/api/v1/incidents/{incident}/{what}", json=body)
    conforms("post", f"{ROOT}/{what}", answer)
    return answer


async def test_a_checklist_is_read_and_ticked() -> None:
    """By an item's name, which is the same in every language; ticking it again keeps who was first; it can be taken
    back.
    """
    stand, incident = on_fire()
    async with stand.client() as client:
        listed = await client.get(f"/api/v1/incidents/{incident.id}/checklist?language=en")
        conforms("get", f"{ROOT}/checklist", listed)
        first, second = listed.json["items"]
        assert (first["text"], first["section"], first["done"]) == (
            "Confirma la caída con operaciones",
            "Primeros 15 / 60 minutos",
            False,
        )
        done = await ask(client, incident.id, "ticks", by="ana", item=second["item"])
        assert [each["done"] for each in done.json["items"]] == [False, True]
        assert (done.json["items"][1]["by"], done.json["items"][1]["at"]) == ("ana", "2026-03-02T09:00:00Z")
        back = await ask(client, incident.id, "ticks", by="luis", item=second["item"], done=False)
        assert not any(each["done"] for each in back.json["items"])
        stand.rendered = None
        none = await client.get(f"/api/v1/incidents/{incident.id}/checklist")
    assert (none.json["playbook"], none.json["items"]) == (None, [])


async def test_notes_replies_and_verdicts_are_written_down() -> None:
    """And read again with the timeline; the incident says how long the first reply took."""
    stand, incident = on_fire()
    async with stand.client() as client:
        await ask(client, incident.id, "notes", by=" ana ", text=" Hola ")
        replied = await ask(client, incident.id, "reply", by="ana", link="https://example.org/1")
        twice = await ask(client, incident.id, "reply", by="luis")
        early = await ask(client, incident.id, "verdict", by="ana", verdict="false_alarm")
        await stand.command(Command(incident=incident.id, action=Action.RESOLVE, by="ana"))
        judged = await ask(client, incident.id, "verdict", by="luis", verdict="false_alarm", reason="era una campaña")
        story = await client.get(f"/api/v1/incidents/{incident.id}")
        conforms("get", ROOT, story)
    assert (replied.json["incident"]["replied_by"], replied.json["incident"]["seconds_to_reply"]) == ("ana", 1440.0)
    assert (twice.status, twice.json["refusal"], twice.json["by"]) == (409, "already_replied", "ana")
    assert (early.status, early.json["refusal"]) == (409, "not_over")
    assert (judged.json["incident"]["verdict"], judged.json["incident"]["judged_by"]) == ("false_alarm", "luis")
    said = [(line["what"], line["by"], line.get("detail")) for line in story.json["timeline"] if line.get("by")]
    assert (What.NOTE, "ana", "Hola") in said
    assert (What.REPLIED, "ana", "https://example.org/1") in said
    assert (What.VERDICT, "luis", "era una campaña") in said
    assert (stand.incidents[incident.id].state, stand.incidents[incident.id].verdict) == (
        State.RESOLVED,
        Verdict.FALSE_ALARM,
    )


@pytest.mark.parametrize(
    ("what", "body", "fault"),
    [
        ("notes", {"by": "ana"}, "text"),
        ("notes", {"by": "ana", "text": "  "}, "text"),
        ("notes", {"by": "ana", "text": "x" * 2001}, "text"),
        ("notes", {"by": "", "text": "x"}, "by"),
        ("notes", {"by": "ana", "text": "x", "more": 1}, "more"),
        ("reply", {"by": "ana", "link": "ftp://example.org"}, "link"),
        ("reply", {"by": "ana", "link": "https://example.org/" + "x" * 1000}, "link"),
        ("verdict", {"by": "ana", "verdict": "perhaps"}, "verdict"),
        ("ticks", {"by": "ana", "item": "nope"}, "item"),
    ],
)
async def test_what_cannot_be_used_is_named(what: str, body: dict[str, object], fault: str) -> None:
    """And nothing is written down."""
    stand, incident = on_fire()
    async with stand.client() as client:
        answer = await ask(client, incident.id, what, **body)
        assert (await client.get(f"/api/v1/incidents/{incident.id}/checklist?language=xx")).status == 400
    assert (answer.status, fault in answer.json["error"], stand.annotations) == (400, True, [])


@pytest.mark.parametrize(
    ("what", "body"),
    [("notes", {"text": "x"}), ("reply", {}), ("verdict", {"verdict": "real"}), ("ticks", {"item": "k"})],
)
async def test_an_incident_that_nobody_knows(what: str, body: dict[str, object]) -> None:
    """404; and where tokens are wanted, 401 without one."""
    stand, incident = on_fire()
    async with stand.client() as client:
        assert (await ask(client, "nope", what, by="ana", **body)).status == 404
        assert (await client.get("/api/v1/incidents/nope/checklist")).status == 404
        stand.config = on_fire(tokens=["s3cret"])[0].config
        assert (await ask(client, incident.id, what, by="ana", **body)).status == 401
    assert stand.annotations == []
