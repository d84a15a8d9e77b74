"""The API for programs: brands, sources, incidents and events out, what people ask in."""

import msgspec
import pytest

from sentinel.incidents.incident import Resolution, State
from sentinel.scoring.level import Level
from tests.web.stand import Stand, a_config, a_crisis, a_quiet_morning, an_assessment

API = "/api/v1"


def on_fire() -> Stand:
    stand = Stand()
    a_crisis(stand)
    a_quiet_morning(stand)
    return stand


async def test_brands_come_with_the_score_and_why() -> None:
    """Contributions sum to the score, and the incident is named."""
    stand = on_fire()
    async with stand.client() as client:
        acme, blind, *_ = (await client.get(f"{API}/brands")).json["brands"]
    assert acme["score"] == 87.4
    assert sum(acme["contributions"].values()) == pytest.approx(87.4)
    assert acme["level"] == "crisis"
    assert acme["incident"] in stand.incidents
    assert blind["score"] is None
    assert blind["level"] is None
    assert blind["blind"] == ["mastodon"]
    assert blind["contributions"] == {}


async def test_a_brand_before_its_first_tick_is_unknown() -> None:
    """Nothing is said of what has not been looked at."""
    stand = Stand()
    stand.cards.append(type(on_fire().cards[0])(name="New", assessment=None, incident=None, blind=(), history=()))
    async with stand.client() as client:
        (new,) = (await client.get(f"{API}/brands")).json["brands"]
    assert (new["score"], new["level"], new["at"], new["warming"]) == (None, None, None, True)


async def test_sources_come_with_their_freshness() -> None:
    """Which is silent, since when, and why."""
    async with on_fire().client() as client:
        sources = {each["name"]: each for each in (await client.get(f"{API}/sources")).json["sources"]}
    assert sources["mastodon"]["stale"] is True
    assert sources["mastodon"]["detail"] == "mastodon.social answers 503"
    assert sources["reviews"]["last_success"] is None


async def test_incidents_are_listed_without_the_closed_ones_unless_asked() -> None:
    """``state`` takes a state, several, or a name for a set of them."""
    stand = on_fire()
    acme = next(iter(stand.incidents.values()))
    closed = msgspec.structs.replace(acme, id="old", state=State.CLOSED, brand="Banco Sol")
    stand.incidents["old"] = closed
    async with stand.client() as client:

        async def ids(query: str) -> list[str]:
            return [each["id"] for each in (await client.get(f"{API}/incidents{query}")).json["incidents"]]

        assert await ids("") == [acme.id]
        assert await ids("?state=live") == [acme.id]
        assert sorted(await ids("?state=all")) == sorted([acme.id, "old"])
        assert await ids("?state=closed,resolved") == ["old"]
        assert await ids("?state=all&brand=Banco%20Sol") == ["old"]
        assert len(await ids("?state=all&limit=1")) == 1


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/incidents?state=burning", "state: 'burning' is none of open, acknowledged"),
        ("/incidents?limit=0", "limit: '0' is no whole number from 1 to 500"),
        ("/incidents?limit=many", "limit: 'many'"),
        ("/incidents?limit=%D9%A3", "limit"),
        ("/events?after=-1", "after: '-1'"),
        ("/events?limit=99999", "from 1 to 10000"),
    ],
)
async def test_queries_that_cannot_be_used_name_key_value_and_fix(path: str, word: str) -> None:
    """400, never 500."""
    async with Stand().client() as client:
        answer = await client.get(API + path)
    assert answer.status == 400
    assert word in answer.json["error"]


async def test_an_incident_comes_with_its_timeline() -> None:
    """Oldest line first, a reason with each."""
    stand = on_fire()
    name = next(iter(stand.incidents))
    async with stand.client() as client:
        story = (await client.get(f"{API}/incidents/{name}")).json
        missing = await client.get(f"{API}/incidents/nope")
    assert story["incident"]["policy"] == "default"
    assert story["incident"]["samples"][0]["url"].startswith("https://")
    assert [(line["what"], line["why"]) for line in story["timeline"]][:2] == [
        ("opened", "score"),
        ("not_sent", "level_too_low"),
    ]
    assert missing.status == 404
    assert "nope" in missing.json["error"]


async def test_acknowledging_twice_says_who_was_first_and_when() -> None:
    """Two people press the button; the second learns who has it."""
    stand = on_fire()
    name = next(iter(stand.incidents))
    async with stand.client() as client:
        first = await client.post(f"{API}/incidents/{name}/ack", json={"by": "ana"})
        second = await client.post(f"{API}/incidents/{name}/ack", json={"by": "luis", "reason": "me too"})
    assert first.status == 200
    assert first.json["incident"]["acknowledged_by"] == "ana"
    assert second.status == 409
    assert second.json == {
        "error": "already acknowledged by ana at 2026-03-02T09:00:00Z",
        "refusal": "already_acknowledged",
        "by": "ana",
        "at": "2026-03-02T09:00:00Z",
    }


async def test_everything_a_person_can_ask() -> None:
    """Snooze, escalate, give back, resolve; each answers with the incident as it is then."""
    stand = on_fire()
    name = next(iter(stand.incidents))
    async with stand.client() as client:

        async def ask(action: str, **body: object) -> tuple[int, dict]:  # type: ignore[type-arg]
            answer = await client.post(f"{API}/incidents/{name}/{action}", json={"by": "ana", **body})
            return answer.status, answer.json

        assert (await ask("snooze"))[1] == {"error": "minutes: missing; a snooze needs to know how long, such as 30"}
        status, body = await ask("snooze", minutes=30, reason="looking into it")
        assert (status, body["incident"]["snoozed_until"]) == (200, "2026-03-02T09:30:00Z")
        assert (await ask("unack"))[1]["refusal"] == "not_acknowledged"
        assert (await ask("escalate"))[0] == 200
        assert (await ask("resolve"))[1]["incident"]["state"] == "resolved"
        assert (await ask("ack"))[1]["error"] == "already resolved by ana at 2026-03-02T09:00:00Z"
    assert stand.commands[1].reason == "looking into it"


async def test_an_incident_that_only_the_store_remembers_is_over() -> None:
    """The engine knows each brand's latest incident; an older one cannot be acted on."""
    stand = on_fire()
    name, acme = next(iter(stand.incidents.items()))
    stand.incidents[name] = msgspec.structs.replace(
        acme, state=State.CLOSED, resolution=Resolution(by="luis", at=acme.opened_at)
    )
    async with stand.client() as client:
        answer = await client.post(f"{API}/incidents/{name}/ack", json={"by": "ana"})
    assert (answer.status, answer.json["error"]) == (409, "closed: it was over by luis at 2026-03-02T08:36:00Z")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"{", "no JSON object"),
        (b'{"by": ""}', "by: expected `str` of length >= 1"),
        (b'{"by": "   "}', "by: "),
        (b'{"by": "ana", "minutes": -3}', "minutes: "),
        (b'{"by": "ana", "minuts": 3}', "minuts"),
        (b'{"reason": "x"}', "by"),
        (b"\xff", "no JSON object"),
        (b"[]", "expected `object`"),
    ],
)
async def test_bodies_that_ask_nothing_understandable_are_400(body: bytes, word: str) -> None:
    """Each names the key and what is allowed."""
    stand = on_fire()
    async with stand.client() as client:
        answer = await client.post(f"{API}/incidents/{next(iter(stand.incidents))}/ack", data=body)
    assert answer.status == 400
    assert word in answer.json["error"]
    assert stand.commands == []


async def test_acting_wants_the_token_and_an_incident() -> None:
    """401 without a token where one is configured, 404 for an unknown id or action."""
    stand = on_fire()
    async with stand.client() as client:
        assert (await client.post(f"{API}/incidents/nope/ack", json={"by": "ana"})).status == 404
        assert (
            await client.post(f"{API}/incidents/{next(iter(stand.incidents))}/delete", json={"by": "ana"})
        ).status == 404
        stand.config = a_config(tokens=["t"])
        assert (await client.post(f"{API}/incidents/nope/ack", json={"by": "ana"})).status == 401


async def test_events_are_read_on_from_where_one_was() -> None:
    """As JSON with ``next``, or as NDJSON with it in a header; the lines are the contract's events."""
    stand = on_fire()
    async with stand.client() as client:
        first = (await client.get(f"{API}/events?limit=2")).json
        rest = await client.get(f"{API}/events?after={first['next']}", headers={"Accept": "application/x-ndjson"})
        end = (await client.get(f"{API}/events?after={rest.headers['Sentinel-Next']}")).json
    assert [each["event"] for each in first["events"]] == ["incident_opened", "level_changed"]
    assert first["events"][1]["previous"] == "watch"
    lines = [msgspec.json.decode(line) for line in rest.text.splitlines()]
    assert [line["event"] for line in lines] == ["page", "page"]
    assert (end["events"], end["next"]) == ([], len(stand.events))


async def test_unknown_paths_methods_and_faults_are_json() -> None:
    """A program never gets HTML, nor a trace."""
    stand = on_fire()
    async with stand.client(Accept="text/html") as client:
        missing = await client.get(f"{API}/nothing")
        method = await client.ask("DELETE", f"{API}/brands")
        stand.store_fails = RuntimeError("secret detail")
        fault = await client.get(f"{API}/incidents/x")
    assert (missing.status, method.status, fault.status) == (404, 405, 500)
    assert "allowed: GET, HEAD" in method.json["error"]
    assert method.headers["Allow"] == "GET,HEAD"
    assert "secret detail" not in fault.text
    assert "error" in fault.json


async def test_a_watch_level_brand_shows_its_gates() -> None:
    """Why the level is lower than the score alone would make it."""
    stand = Stand()
    seen = an_assessment("Acme", Level.WATCH, 64.0, gates=("few_authors",))
    stand.cards.append(type(on_fire().cards[0])(name="Acme", assessment=seen, incident=None, blind=(), history=()))
    async with stand.client() as client:
        assert (await client.get(f"{API}/brands")).json["brands"][0]["gates"] == ["few_authors"]


async def test_an_answer_says_when_it_is_in_memory_alone() -> None:
    """While the store takes no writes an acknowledgement holds, and says that it is not on disk; so does the page."""
    stand = on_fire()
    stand.unwritten = True
    incident = next(iter(stand.incidents.values()))
    async with stand.client() as client:
        answer = await client.post(f"{API}/incidents/{incident.id}/ack", json={"by": "ana"})
        page = await client.get(f"/incidents/{incident.id}?lang=en")
        stand.unwritten = False
        later = await client.get(f"/incidents/{incident.id}?lang=en")
        again = await client.post(f"{API}/incidents/{incident.id}/unack", json={"by": "ana"})
    assert (answer.status, answer.json["on_disk"]) == (200, False)
    assert "is not written down yet" in page.text
    assert "is not written down yet" not in later.text
    assert again.json["on_disk"] is True


@pytest.mark.parametrize(
    "query", ["limit=", "limit=5&limit=7", "limit=0", "limit=٣", "after=9007199254740992", "after=-1"]
)
async def test_a_number_that_is_none_or_said_twice_is_refused_by_name(query: str) -> None:
    """Nobody could tell which was meant, so nothing is guessed."""
    async with on_fire().client() as client:
        answer = await client.get(f"{API}/events?{query}")
    assert answer.status == 400
    assert answer.json["error"].startswith(query.partition("=")[0])
