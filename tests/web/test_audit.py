"""The audit log: whatever changes something, or tried to, leaves a line that says who, when, what, on what, from where
and how it ended.
"""

import re
from datetime import timedelta

import msgspec
import pytest

from sentinel.store.audit import AuditLine, AuditOutcome, KnownBy
from tests.fakes import START
from tests.web.drawers import AuditDrawer
from tests.web.links import a_token
from tests.web.people import BROWSER, PASSWORD, a_closed_stand, cookie_in, key_in, sign_in
from tests.web.stand import Stand, a_config, a_crisis


def lines(stand: Stand) -> list[AuditLine]:
    assert isinstance(stand.audit, AuditDrawer)
    return stand.audit.lines


def told(stand: Stand) -> list[tuple[str, str, str, str, str]]:
    return [(line.who, line.known_by, line.what, line.about, line.outcome) for line in lines(stand)]


async def test_signing_in_failing_to_acting_and_signing_out_are_written_down() -> None:
    """In order, each before its answer."""
    stand, name = a_closed_stand()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, password="guess number 1")
        await sign_in(client)
        key = key_in(await client.get("/"))
        await client.post(f"/incidents/{name}/ack", data={"form_key": key})
        await client.post(f"/incidents/{name}/ack", data={"form_key": key})
        await client.post(f"/incidents/{name}/resolve", data={})
        await client.post("/logout", data={"form_key": key})
    assert told(stand) == [
        ("ana", "name", "sign_in", "", "refused"),
        ("ana", "session", "sign_in", "", "done"),
        ("ana", "session", "ack", name, "done"),
        ("ana", "session", "ack", name, "refused"),
        ("ana", "session", "resolve", name, "refused"),
        ("ana", "session", "sign_out", "", "done"),
    ]
    assert [line.status for line in lines(stand)] == [403, 303, 303, 409, 403, 303]
    assert {line.address for line in lines(stand)} == {"127.0.0.1"}
    assert lines(stand)[0].at == START


async def test_what_somebody_types_as_a_name_is_written_down_only_if_it_is_one() -> None:
    """People type their password into the wrong field."""
    stand, _ = a_closed_stand()
    async with stand.client() as client:
        await sign_in(client, PASSWORD, "x" * 8)
    assert told(stand) == [("", "name", "sign_in", "", "refused")]


@pytest.mark.parametrize(
    ("path", "body", "what", "about"),
    [
        ("/api/v1/incidents/{id}/snooze", {"by": "luis", "minutes": 5}, "snooze", "{id}"),
        ("/api/v1/silences", {"by": "luis", "minutes": 5, "brands": ["Acme"]}, "silence", r"\S+ Acme"),
        ("/api/v1/silences/nope/end", None, "silence_end", "nope"),
        ("/api/v1/ignores", {"by": "luis", "who": "@pest"}, "ignore", r"i-\w+"),
        ("/api/v1/ignores/nope/end", {"by": "luis"}, "ignore_end", "nope"),
        ("/api/v1/schedules/nope/overrides", {"by": "luis"}, "override", "nope"),
        ("/api/v1/oncall-changes/nope/undo", None, "undo", "nope"),
        ("/api/v1/drills", {"by": "luis", "brand": "Acme", "level": "crisis"}, "drill", "Acme"),
        ("/api/v1/labels", {"by": "luis", "text": "no funciona nada", "label": "negative"}, "label", ""),
        ("/api/v1/model/rollback", {"by": "luis", "version": 0}, "rollback", "0"),
        ("/api/v1/sources/press/reset", {"by": "luis"}, "source_reset", "press"),
        ("/-/reload", None, "reload", ""),
    ],
)
async def test_what_programs_do_is_written_down_under_the_tokens_name(
    path: str, body: object, what: str, about: str
) -> None:
    """Whatever name they claim to act for; no text of a mention with it."""
    stand, name = a_closed_stand(tokens=[{"name": "ci", "token": "t1", "scopes": ["admin"]}])
    async with stand.client(Authorization="Bearer t1") as client:
        await client.post(path.replace("{id}", name), json=body)
    (line,) = lines(stand)
    assert (line.who, line.known_by, line.what) == ("ci", KnownBy.TOKEN, what)
    assert re.fullmatch(about.replace("{id}", name), line.about)
    assert "funciona" not in repr(line)
    assert "t1" not in repr(line)


async def test_in_the_open_house_it_is_who_they_say_they_are() -> None:
    """And the log says that it is only their word."""
    stand = Stand()
    name = a_crisis(stand).id
    async with stand.client() as client:
        await client.post(f"/incidents/{name}/ack", data={"by": "Ana"})
        await client.post(f"/api/v1/incidents/{name}/resolve", json={"by": " luis "})
    assert told(stand) == [("Ana", "name", "ack", name, "done"), ("luis", "name", "resolve", name, "done")]


async def test_mentions_are_in_the_journal_and_only_refusals_of_them_here() -> None:
    """Fifty posts a second would bury what people did."""
    stand, _ = a_closed_stand(
        tokens=[
            {"name": "ci", "token": "t1", "scopes": ["mentions:write"]},
            {"name": "r", "token": "t2", "scopes": ["read"]},
        ]
    )
    async with stand.client() as client:
        await client.post("/api/v1/mentions", data=b"{}", headers={"Authorization": "Bearer t1"})
        assert lines(stand) == []
        await client.post("/api/v1/mentions", data=b"{}", headers={"Authorization": "Bearer guess"})
    assert told(stand) == [("", "name", "POST /api/v1/mentions", "", "refused")]


async def test_a_flood_of_strangers_does_not_fill_the_disk() -> None:
    """The metrics count them all; a line each few seconds says from where."""
    stand, name = a_closed_stand()
    async with stand.client() as client:
        for _ in range(20):
            await client.post(f"/incidents/{name}/ack")
        await stand.clock.advance(timedelta(seconds=10))
        await client.post(f"/incidents/{name}/ack")
    assert len(lines(stand)) == 2


async def test_nothing_that_opens_a_door_is_ever_in_it() -> None:
    """Passwords, session ids, form keys, tokens, links."""
    stand, name = a_closed_stand(tokens=[{"name": "ci", "token": "very-secret", "scopes": ["admin"]}])
    link = a_token(stand, stand.incidents[name])
    async with stand.client(**BROWSER) as client:
        session = cookie_in(await sign_in(client))
        key = key_in(await client.get("/"))
        await client.post(f"/incidents/{name}/ack", data={"form_key": key, "reason": "porque sí"})
        await client.post(f"/a/{link}/resolve")
        await client.post(f"/a/{link[:-3]}xyz/resolve")
        await client.post("/-/reload", headers={"Authorization": "Bearer very-secret"})
    written = msgspec.json.encode(lines(stand)).decode()
    assert len(lines(stand)) >= 4
    for secret in (PASSWORD, session, key, "very-secret", link, link[:20], "porque"):
        assert secret not in written


async def test_a_disk_that_is_full_loses_no_line() -> None:
    """What was done is done; the lines follow when the disk takes them, in their order, once."""
    stand = Stand()
    name = a_crisis(stand).id
    drawer = stand.audit
    assert isinstance(drawer, AuditDrawer)
    async with stand.client() as client:
        drawer.full = True
        assert (await client.post(f"/incidents/{name}/ack", data={"by": "ana"})).status == 303
        assert (await client.post(f"/incidents/{name}/unack", data={"by": "ana"})).status == 303
        assert lines(stand) == []
        drawer.full = False
        await client.post(f"/incidents/{name}/resolve", data={"by": "ana"})
    assert [line.what for line in lines(stand)] == ["ack", "unack", "resolve"]


async def test_a_server_that_stops_writes_what_it_still_owes() -> None:
    """Where the disk takes it by then."""
    stand = Stand()
    name = a_crisis(stand).id
    async with stand.client() as client:
        stand.unwritten = True
        await client.post(f"/incidents/{name}/ack", data={"by": "ana"})
        assert lines(stand) == []
    assert [line.what for line in lines(stand)] == ["ack"]


async def test_lines_are_let_go_of_in_time() -> None:
    """After `audit_retention`."""
    stand, _ = a_closed_stand(audit_retention="30d")
    async with stand.client() as client:
        await sign_in(client, "ana")
        await stand.clock.advance(timedelta(days=20))
        await sign_in(client, "vero")
        await stand.clock.advance(timedelta(days=11))
        await sign_in(client, "boss")
    assert [line.who for line in lines(stand)] == ["vero", "boss"]


def a_long_log() -> AuditDrawer:
    made = AuditDrawer()
    for n in range(1, 121):
        what, who = "ack" if n > 1 else "POST /odd", "ana" if n % 2 else "luis"
        line = AuditLine(
            id=n,
            at=START + timedelta(minutes=n),
            who=who,
            known_by=KnownBy.SESSION,
            what=what,
            about=f"incident-{n}",
            address="192.0.2.7",
            outcome=AuditOutcome.DONE,
            status=303,
        )
        made.lines.append(line)
    return made


async def test_admins_read_it_page_by_page_and_person_by_person() -> None:
    """Newest first, in words where there are some; nobody else sees it."""
    stand, _ = a_closed_stand()
    stand.audit = a_long_log()
    async with stand.client(**BROWSER) as client:
        await sign_in(client, "ana")
        assert (await client.get("/audit")).status == 403
        assert "/audit" not in (await client.get("/")).text
        await sign_in(client, "boss")
        assert 'href="/audit"' in (await client.get("/")).text
        first = await client.get("/audit")
        assert first.text.count("<li class=") == 50
        assert first.text.index("incident-120") < first.text.index("incident-119")
        assert "Hacerse cargo del incidente" in first.text
        assert '<a href="/incidents/incident-120">' in first.text
        older = re.search(r'href="(/audit\?before=\d+)" rel="next"', first.text)
        assert older is not None
        second = await client.get(older[1])
        assert second.text.count("<li class=") == 50
        last = await client.get("/audit?before=3")
        assert "POST /odd" in last.text
        assert 'rel="next"' not in last.text
        hers = await client.get("/audit?who=ana")
        assert "incident-119" in hers.text
        assert "incident-120" not in hers.text
        assert "who=ana&amp;before=" in hers.text
        english = await client.get("/audit?lang=en&who=%22%3E%3Cscript%3E")
        assert "Nothing has been written down" in english.text
        assert "<script>" not in english.text
        assert (await client.get("/audit?before=x")).status == 400


async def test_programs_read_it_too() -> None:
    """With the scope admin; from line to line."""
    stand = Stand(config=a_config(tokens=["t"]))
    stand.audit = a_long_log()
    async with stand.client(Authorization="Bearer t") as client:
        first = (await client.get("/api/v1/audit?limit=100")).json
        second = (await client.get(f"/api/v1/audit?limit=100&before={first['next']}")).json
        hers = (await client.get("/api/v1/audit?who=ana&limit=2")).json
    assert [line["id"] for line in first["lines"]] == list(range(120, 20, -1))
    assert [line["id"] for line in second["lines"]] == list(range(20, 0, -1))
    assert second["next"] is None
    assert [line["about"] for line in hers["lines"]] == ["incident-119", "incident-117"]
    assert hers["lines"][0] == {
        "id": 119,
        "at": "2026-03-02T10:59:00Z",
        "who": "ana",
        "known_by": "session",
        "what": "ack",
        "about": "incident-119",
        "address": "192.0.2.7",
        "outcome": "done",
        "status": 303,
    }
