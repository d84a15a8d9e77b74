"""Two clients in one house: whoever has some brands finds nothing of the others, whatever they ask, and changes nothing
of them.

Every route of the server is asked, by everybody who has some brands, for their own things and for the other client's; a
route that is added is asked as well.
"""

import re
from dataclasses import fields
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

import sentinel.web
from sentinel.incidents.command import Action
from sentinel.web.access.brand_rights import BrandRights
from sentinel.web.narrowed.narrowed_ports import narrowed
from sentinel.web.narrowed.steady_changes import SteadyChanges
from sentinel.web.ports.ports import Ports
from tests.web.links import a_token
from tests.web.people import sign_in
from tests.web.stand import Answer
from tests.web.tenants import CANARY, OTHER, THEIRS, Agency, standing
from tests.web.walk import NOBODY, PEOPLE, PROGRAMS, QUERY, THEIR_WORDS, asked, known, names_of, questions


@pytest.mark.parametrize("who", [*PEOPLE, *PROGRAMS])
async def test_nothing_of_another_client_shows_on_any_route(who: str) -> None:
    """Asked for their own things, no answer has the canary's word, in whatever spelling, body and headers alike."""
    query = "?" + "&".join(f"{name}={text}" for name, text in QUERY.items())
    async with known(who) as (agency, client, key):
        before, shown, failed, own = standing(agency), [], [], set()
        for asking in [
            *questions(agency, names_of(agency, agency.ours), ""),
            *questions(agency, names_of(agency, agency.ours), query),
        ]:
            answer = await asked(client, asking, CANARY, key, {})
            if CANARY in f"{answer.headers} {answer.text}".casefold():
                shown.append((asking.method, asking.path))
            if "Acme" in answer.text:
                own.add(asking.pattern)
            if answer.status >= 500 and asking.pattern != "/-/healthy":
                failed.append((asking.method, asking.path, answer.text))
        assert shown == []
        assert failed == []
        assert len(own) >= (25 if who in PEOPLE else 8), own
        assert standing(agency) == before


@pytest.mark.parametrize("who", [*PEOPLE, *PROGRAMS])
async def test_what_is_another_clients_is_as_what_is_not(who: str) -> None:
    """Asked for the other's things, the answer is the one for things that nobody has, to the letter."""
    theirs = {"name": f"{CANARY}_wacht", "brand": OTHER.lower(), "id": THEIRS}
    queries = ("", f"?brand={CANARY}%20gmbh&q={CANARY}&schedule={CANARY}_wacht&who={CANARY}_tante")
    async with known(who) as (agency, client, key):
        rename(agency)
        before, told = standing(agency), []
        for query in queries:
            for asking in questions(agency, names_of(agency, agency.ours) | theirs, query):
                if asking.pattern.startswith("/a/"):
                    continue
                real = await asked(client, asking, CANARY, key, THEIR_WORDS)
                none = await asked(client, asking, NOBODY, key, THEIR_WORDS)
                same = plain(none).replace(NOBODY, CANARY)
                if (real.status, plain(real)) != (none.status, same):
                    told.append((asking.method, asking.of(CANARY), real.status, none.status))
        assert told == []
        assert standing(agency) == before


def rename(agency: Agency) -> None:
    """All in small letters, so that the two words differ in nothing but themselves."""
    small = OTHER.lower()
    brands = tuple(
        each.model_copy(update={"name": small}) if each.name == OTHER else each for each in agency.config.brands
    )
    agency.config = agency.config.model_copy(update={"brands": brands})
    agency.incidents[THEIRS] = msgspec.structs.replace(agency.incidents[THEIRS], brand=small)


def plain(answer: Answer) -> str:
    """Without what each answer has of its own."""
    return re.sub(r"s-[0-9a-f]{8}|20\d\d\d\d\d\d-\d{4}-[0-9a-f]{6}", "", answer.text)


async def test_whoever_has_every_brand_sees_it_nearly_everywhere() -> None:
    """So that the walk would have found the word where it is."""
    async with known("agency") as (agency, client, key):
        seen = set()
        for asking in [
            *questions(agency, names_of(agency, agency.ours), ""),
            *questions(agency, names_of(agency, THEIRS) | {"brand": OTHER, "name": f"{CANARY}_wacht"}, ""),
        ]:
            if asking.method == "GET" and not asking.pattern.startswith("/a/"):
                answer = await asked(client, asking, CANARY, key, {})
                if CANARY in answer.text.casefold():
                    seen.add(asking.pattern)
    async with known("house") as (agency, client, key):
        assert CANARY in (await client.get("/metrics")).text.casefold()
    assert {"/", "/wall", "/oncall", "/silences", "/campaigns", "/playbooks", "/config", "/audit", "/reports"} <= seen
    assert {"/api/v1/brands", "/api/v1/sources", "/api/v1/events", "/api/v1/incidents", "/api/v1/audit"} <= seen
    assert {"/incidents/{id}", "/fragments/incidents/{id}", "/api/v1/infrastructure", "/models"} <= seen
    assert len(seen) > 30


async def test_a_link_shows_its_own_incident_and_nothing_else() -> None:
    """Whoever opens it: nobody, another client, or the house itself."""
    agency = Agency()
    await agency.furnish()
    async with agency.client(Accept="text/html") as client:
        for _ in range(2):
            for action in (None, *Action):
                token = a_token(agency, agency.incidents[agency.ours], action=action)
                answer = await client.get(f"/a/{token}")
                assert answer.status == 200
                assert CANARY not in answer.text.casefold()
            await sign_in(client, "agency")
        refused = await client.post(f"/a/{a_token(agency, agency.incidents[agency.ours])}/label", data={"voice": "x"})
        assert refused.status == 400  # no such voice: its contact may teach, as ever


async def test_what_concerns_everybody_wants_every_brand() -> None:
    """An admin of some brands does not reload, roll back, teach, read the audit log, or change a schedule."""
    refused = (
        ("POST", "/-/reload", None),
        ("POST", "/api/v1/model/rollback", {"by": "x", "version": 0}),
        ("POST", "/api/v1/labels", {"by": "x", "text": "x", "label": "negative"}),
        ("POST", "/api/v1/silences", {"by": "x", "minutes": 5}),
        ("POST", "/api/v1/sources/bluesky/reset", {"by": "x"}),
        ("POST", "/api/v1/mentions", {"source": "x", "id": "1", "text": "x", "published_at": "2026-03-09T10:00:00Z"}),
        ("POST", "/api/v1/person/show", {"author": "@candela"}),
        ("POST", "/api/v1/person/erase", {"author": "@candela"}),
        ("POST", "/api/v1/secrets/rotate", {"secrets": ["links", "forms"]}),
        ("GET", "/persons", None),
        ("GET", "/api/v1/audit", None),
        ("GET", "/audit", None),
        ("GET", "/people", None),
        ("GET", "/api/v1/sessions", None),
        ("POST", "/api/v1/sessions/end", {"account": "agency"}),
        ("POST", "/api/v1/second-factors/remove", {"account": "agency"}),
        ("GET", "/config", None),
        ("GET", "/models", None),
        ("GET", "/api/v1/model", None),
    )
    async with known("rules") as (agency, client, key):
        before = standing(agency)
        for method, path, body in refused:
            headers = {"Sentinel-Form-Key": key["form_key"]}
            answer = await client.ask(method, path, json=body, headers=headers)
            assert answer.status == 403, (path, answer.status, answer.text)
        assert standing(agency) == before


async def test_acting_on_what_is_ones_own_goes_through() -> None:
    """Taking, writing down, silencing and rehearsing: for their brand all is as it was."""
    async with known("does") as (agency, client, _):
        incident = f"/api/v1/incidents/{agency.ours}"
        answers = [
            await client.post(f"{incident}/ack", json={"by": "Eva"}),
            await client.post(f"{incident}/notes", json={"by": "Eva", "text": "en ello"}),
            await client.post("/api/v1/silences", json={"by": "Eva", "minutes": 5, "brands": ["Acme"]}),
        ]
        found = await client.get("/api/v1/incidents?state=all")
        who = await client.get("/api/v1/who?brand=Acme")
    assert [each.status for each in answers] == [200, 200, 201]
    assert [each["brand"] for each in found.json["incidents"]] == ["Acme"]
    assert who.status == 200


async def test_a_reload_gives_and_takes_brands_at_once() -> None:
    """The session stays; what there is for it is another."""
    async with known("looks") as (agency, client, _):
        before = await client.get("/api/v1/brands")
        access = agency.config.access
        users = {**access.users, "looks": access.users["looks"].model_copy(update={"brands": (f"tag:{CANARY}",)})}
        agency.config = agency.config.model_copy(update={"access": access.model_copy(update={"users": users})})
        after, fragment = await client.get("/api/v1/brands"), await client.get("/fragments/status")
    assert [each["name"] for each in before.json["brands"]] == ["Acme"]
    assert [each["name"] for each in after.json["brands"]] == [OTHER]
    assert "Acme" not in fragment.text


async def test_metrics_are_of_own_brands_alone() -> None:
    """Every series names an own brand; the house may ask for those of one."""
    async with known("reads") as (_, client, _key):
        own, foreign = await client.get("/metrics"), await client.get("/metrics?brand=Kanarien%20GmbH")
    async with known("house") as (_, client, _key):
        one, all_ = await client.get("/metrics?brand=Acme"), await client.get("/metrics")
    series = [line for line in own.text.splitlines() if not line.startswith("#")]
    assert 'sentinel_crisis_score{brand="Acme"} 87.0' in series
    assert all('brand="Acme"' in line for line in series)
    assert one.text == own.text
    assert "process_resident_memory_bytes" in all_.text
    assert (foreign.status, own.status) == (400, 200)


async def test_events_are_read_on_by_marks_that_count_nobody_elses() -> None:
    """Each own event once and in order; of what came in between, no number tells."""
    async with known("reads") as (agency, client, _):
        agency.events = [event for each in agency.events for event in (each, each, each)]
        own = [each for each in agency.events if each.brand == "Acme"]
        found, after, marks = [], 0, []
        while answer := (await client.get(f"/api/v1/events?after={after}&limit=2")).json["events"]:
            found += answer
            after = (await client.get(f"/api/v1/events?after={after}&limit=2")).json["next"]
            marks.append(after)
        stays = (await client.get(f"/api/v1/events?after={after}")).json["next"]
    assert [each["event"] for each in found] == [each.event for each in own]
    assert len(own) > 4
    assert stays == after
    assert min(marks) > 2**30


async def test_metrics_are_closed_by_themselves_where_brands_are_kept_apart() -> None:
    """Also on a loopback address, unless the file says `open`."""
    agency = Agency()
    access = agency.config.access.model_copy(update={"metrics": None})
    agency.config = agency.config.model_copy(update={"access": access})
    async with agency.client() as client:
        assert (await client.get("/metrics")).status == 401


async def test_a_proxys_user_has_the_brands_that_the_proxy_settings_give() -> None:
    """By name, an empty list being all of them; whoever is not named has those of everybody else."""
    agency = Agency()
    access = agency.config.access.model_validate(
        {
            "metrics": "token",
            "proxy": {
                "header": "X-User",
                "trusted": ["127.0.0.1"],
                "default_role": "viewer",
                "brands": {"eva": [f"tag:{CANARY}"], "jefa": []},
                "default_brands": ["Acme"],
            },
        }
    )
    agency.config = agency.config.model_copy(update={"access": access})
    async with agency.client() as client:
        eva = await client.get("/api/v1/brands", headers={"X-User": "eva"})
        luis = await client.get("/api/v1/brands", headers={"X-User": "luis"})
        jefa = await client.get("/api/v1/brands", headers={"X-User": "jefa"})
        nobody = await client.get("/-/healthy")
    assert [each["name"] for each in eva.json["brands"]] == [OTHER]
    assert [each["name"] for each in luis.json["brands"]] == ["Acme"]
    assert [each["name"] for each in jefa.json["brands"]] == ["Acme", OTHER]
    assert CANARY not in nobody.text


async def test_the_number_of_an_open_page_counts_time_and_no_incidents() -> None:
    """However much happens elsewhere, it moves by the clock."""
    agency = Agency()
    number = SteadyChanges(agency.changes, agency.clock)
    before = number.version
    for _ in range(9):
        agency.changes.bump()
    assert number.version == before
    await agency.clock.advance(timedelta(seconds=5))
    assert await number.wait(before) == number.version == before + 1
    agency.changes.close()
    assert await number.wait(before + 1) == before + 1


def test_every_port_is_narrowed() -> None:
    """None is handed on as it is, but for the few that say nothing of a brand; one that is added must be looked at."""
    agency = Agency()
    ports = agency.ports()
    view = narrowed(ports, BrandRights(frozenset({"Acme"})))
    same = {each.name for each in fields(Ports) if getattr(view, each.name) == getattr(ports, each.name)}
    own = {"pressed", "ready", "links", "recovery", "clock", "stuck", "ingest", "unwritten", "misspelt"}
    assert same == own | {"standing", "shared_access"}


def test_no_route_asks_the_ports_of_everybody() -> None:
    """Those of the application are for the guard and what stands before it."""
    folder = Path(sentinel.web.__file__).parent
    asking = {
        str(path.relative_to(folder))
        for path in folder.rglob("*.py")
        if re.search(r"\[PORTS\]|\bapp\[ACCESS\]\.trail", path.read_text(encoding="utf-8"))
    }
    before = {"guard.py", "tokens.py", "visible.py"}
    around = {"peer.py", "posting.py", "shield.py"}
    assert asking == {f"access/{each}" for each in before} | {f"http/{each}" for each in around} | {"server.py"}
