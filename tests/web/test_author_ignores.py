"""Ignoring an account from the incident's page, and hearing it again; the same over the API."""

from datetime import timedelta

import pytest

from sentinel.incidents.timeline import What
from tests.web.people import key_in
from tests.web.stand import Client, Stand, a_crisis
from tests.web.test_openapi import conforms


async def voice_in(client: Client, name: str) -> str:
    html = (await client.get(f"/incidents/{name}?lang=en", headers={"Cookie": "sentinel_by=Ana"})).text
    assert f'formaction="/incidents/{name}/ignore"' in html
    return html.partition('name="voice" value="')[2].partition('"')[0]


async def test_an_account_is_ignored_from_the_incidents_page_and_heard_again() -> None:
    """For thirty days and this brand; the timeline says who did it, the page of silences lists it and undoes it."""
    stand = Stand()
    name = a_crisis(stand).id
    async with stand.client() as client:
        voice = await voice_in(client, name)
        said = await client.post(f"/incidents/{name}/ignore?lang=en", data={"by": "Ana", "voice": voice})
        assert said.status == 200
        (made,) = stand.author_ignores.all()
        assert (made.brands, made.by, made.incident) == (("Acme",), "Ana", name)
        assert made.ends_at - made.starts_at == timedelta(days=30)
        assert "does not count for this brand" in said.text
        assert [line.what for line in stand.lines[name]][-1] is What.IGNORED
        listed = await client.get("/silences?lang=es")
        assert made.name in listed.text
        assert "Cuentas que no cuentan" in listed.text
        fields = {"by": "Ana", "form_key": key_in(listed)} if 'name="form_key"' in listed.text else {"by": "Ana"}
        heard = await client.post(f"/silences/ignored/{made.id}/end", data=fields)
        assert heard.status == 303
        assert made.name not in (await client.get("/silences?lang=es")).text
        assert [line.what for line in stand.lines[name]][-1] is What.HEARD_AGAIN
        assert "counts this account again" in (await client.get(f"/incidents/{name}?lang=en")).text
        assert (await client.post("/silences/ignored/i-nobody/end", data=fields)).status == 404


async def test_a_voice_that_is_gone_is_said() -> None:
    """Nothing has changed."""
    stand = Stand()
    name = a_crisis(stand).id
    async with stand.client() as client:
        answer = await client.post(f"/incidents/{name}/ignore", data={"by": "Ana", "voice": "nope"})
    assert answer.status == 400
    assert stand.author_ignores.all() == ()


async def test_programs_may_do_the_same() -> None:
    """Listed as people's are; with an incident its brand is meant, and its timeline says so."""
    stand = Stand()
    name = a_crisis(stand).id
    async with stand.client() as client:
        made = await client.post(
            "/api/v1/ignores", json={"by": "ana", "who": "@pest", "days": 7, "incident": name, "reason": "spam"}
        )
        conforms("post", "/api/v1/ignores", made)
        assert made.status == 201
        ignore = made.json["ignore"]
        assert (ignore["brands"], ignore["ends_at"]) == (["Acme"], "2026-03-09T09:00:00Z")
        assert stand.lines[name][-1].detail == "@pest → 2026-03-09"
        listed = await client.get("/api/v1/ignores")
        conforms("get", "/api/v1/ignores", listed)
        assert [each["id"] for each in listed.json["ignores"]] == [ignore["id"]]
        await stand.clock.advance(timedelta(minutes=5))
        ended = await client.post(f"/api/v1/ignores/{ignore['id']}/end", json={"by": "ana"})
        conforms("post", "/api/v1/ignores/{id}/end", ended)
        assert ended.json["ignore"]["ends_at"] == "2026-03-02T09:05:00Z"
        assert (await client.post("/api/v1/ignores/i-nobody/end", json={"by": "ana"})).status == 404


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"who": "@pest"}, 400, "by"),
        ({"by": "ana"}, 400, "who"),
        ({"by": "ana", "who": "@pest", "days": 0}, 400, "days"),
        ({"by": "ana", "who": "@pest", "days": 4000}, 400, "days"),
        ({"by": "ana", "who": "@pest", "brands": ["Acmee"]}, 400, "Acme"),
        ({"by": "ana", "who": "@pest", "source": "nowhere"}, 400, "source"),
        ({"by": "ana", "who": "@pest", "incident": "nope"}, 404, "nope"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_reason(body: dict[str, object], status: int, said: str) -> None:
    """Each mistake is named."""
    async with Stand().client() as client:
        answer = await client.post("/api/v1/ignores", json=body)
    assert answer.status == status
    assert said in answer.json["error"]


async def test_what_the_file_ignores_is_listed_too() -> None:
    """With its reason; it is undone where it stands."""
    stand = Stand()
    stand.config = stand.config.model_validate(
        stand.config.model_dump() | {"ignore": [{"who": "coupons.example", "because": "advertising"}]}
    )
    async with stand.client() as client:
        html = (await client.get("/silences?lang=en")).text
    assert "coupons.example" in html
    assert "advertising" in html
    assert "in the configuration file" in html
