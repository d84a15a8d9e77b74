"""Silences, drills and who would be paged, over HTTP."""

from datetime import timedelta

import pytest

from sentinel.config.silences import SilenceSettings
from tests.web.stand import Stand, a_config, a_crisis
from tests.web.test_openapi import conforms


async def test_a_silence_is_made_listed_and_ended() -> None:
    """It counts from the answer on, and ends when somebody says so."""
    stand = Stand()
    async with stand.client() as client:
        made = await client.post(
            "/api/v1/silences", json={"by": "ana", "minutes": 60, "brands": ["Acme"], "reason": "obras"}
        )
        conforms("post", "/api/v1/silences", made)
        assert made.status == 201
        silence = made.json["silence"]
        listed = await client.get("/api/v1/silences")
        conforms("get", "/api/v1/silences", listed)
        assert [each["id"] for each in listed.json["silences"]] == [silence["id"]]
        await stand.clock.advance(timedelta(minutes=5))
        ended = await client.post(f"/api/v1/silences/{silence['id']}/end", json={})
        conforms("post", "/api/v1/silences/{id}/end", ended)
        assert ended.json["silence"]["ends_at"] == "2026-03-02T09:05:00Z"
        assert (await client.post("/api/v1/silences/s-nobody/end", json={})).status == 404


async def test_silences_of_every_week_are_listed_beside_those_that_people_made() -> None:
    """Each with its hours as they are written, until when it is in force, and when it begins next."""
    weekly = [
        SilenceSettings.model_validate(
            {"brand": "Acme", "days": ["mon"], "from": "09:30", "to": "11:00", "reason": "obras"}
        ),
        SilenceSettings.model_validate({"days": ["sat", "sun"], "from": "22:00", "to": "02:00", "signal": "volume"}),
    ]
    stand = Stand(config=a_config().model_copy(update={"silences": tuple(weekly)}))
    async with stand.client() as client:
        listed = await client.get("/api/v1/silences")
        conforms("get", "/api/v1/silences", listed)
        mondays, weekends = listed.json["recurring"]
    assert (mondays["brands"], mondays["days"], mondays["begins"], mondays["ends"]) == (
        ["Acme"],
        ["mon"],
        "09:30",
        "11:00",
    )
    assert (mondays["until"], mondays["reason"]) == ("2026-03-02T10:00:00Z", "obras")
    assert mondays["next_start"] == "2026-03-09T08:30:00Z"
    assert (weekends["until"], weekends["signal"], weekends["zone"]) == (None, "volume", "Europe/Madrid")
    assert weekends["next_start"] == "2026-03-07T21:00:00Z"


async def test_the_hours_in_which_a_source_is_maintained_stand_beside_the_silences() -> None:
    """Until when they are in force, and when they begin next; they are no silence of any brand."""
    hours = {"days": ["mon"], "from": "09:30", "to": "11:00", "source": "reviews", "by": "ana", "reason": "portal"}
    stand = Stand(config=a_config().model_copy(update={"silences": (SilenceSettings.model_validate(hours),)}))
    async with stand.client() as client:
        listed = await client.get("/api/v1/silences")
    conforms("get", "/api/v1/silences", listed)
    assert (listed.json["silences"], listed.json["recurring"]) == ([], [])
    assert listed.json["maintenance"] == [
        {
            "source": "reviews",
            "days": ["mon"],
            "begins": "09:30",
            "ends": "11:00",
            "zone": "Europe/Madrid",
            "by": "ana",
            "reason": "portal",
            "until": "2026-03-02T10:00:00Z",
            "next_start": "2026-03-09T08:30:00Z",
        }
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"minutes": 60}, "by"),
        ({"by": "ana"}, "minutes"),
        ({"by": "ana", "minutes": 0}, "minutes"),
        ({"by": "ana", "minutes": 99_999_999}, "minutes"),
        ({"by": "ana", "minutes": 5, "brands": ["Acmee"]}, "Acme"),
        ({"by": "ana", "minutes": 5, "starts_at": "2026-03-02T09:00:00"}, "timezone"),
        ({"by": "ana", "minutes": 5, "starts_at": "9999-12-31T23:59:00Z"}, "2000"),
        ({"by": "ana", "minutes": 5, "starts_at": "0001-01-01T00:00:00+14:00"}, "2000"),
        ({"by": "ana", "minutes": 5, "forever": True}, "forever"),
    ],
)
async def test_a_silence_that_cannot_be_is_refused_with_the_reason(body: dict[str, object], said: str) -> None:
    """Each mistake is named."""
    async with Stand().client() as client:
        answer = await client.post("/api/v1/silences", json=body)
        assert answer.status == 400
        assert said in answer.json["error"]


async def test_who_would_be_paged() -> None:
    """In order, with minutes and channels; what cannot be asked is refused."""
    async with Stand().client() as client:
        answer = await client.get("/api/v1/who?brand=Acme&level=crisis")
        conforms("get", "/api/v1/who", answer)
        assert [(call["minute"], call["contact"], call["channels"]) for call in answer.json["calls"]][:2] == [
            (0.0, "ana", ["ntfy"]),
            (5.0, "boss", ["mailto"]),
        ]
        for year in (
            "9999-12-31T23:59:59Z",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00%2B14:00",
            "9999-12-31T23:59:59-14:00",
        ):
            refused = await client.get(f"/api/v1/who?brand=Acme&at={year}")
            assert (refused.status, "2000" in refused.json["error"]) == (400, True)
        for query in ("brand=Nope", "brand=Acme&level=calm", "brand=Acme&at=soon", "brand=Acme&at=2026-03-02T09:00:00"):
            assert (await client.get(f"/api/v1/who?{query}")).status == 400


async def test_a_drill_is_an_incident_that_says_so() -> None:
    """It is marked, and leaves the brand's own incident alone."""
    stand = Stand()
    real = a_crisis(stand)
    async with stand.client() as client:
        answer = await client.post("/api/v1/drills", json={"brand": "Acme", "by": "boss"})
        conforms("post", "/api/v1/drills", answer)
        assert answer.status == 201
        assert answer.json["incident"]["drill"] is True
        assert answer.json["incident"]["id"] != real.id
        assert (await client.post("/api/v1/drills", json={"brand": "Nope", "by": "boss"})).status == 400
        assert (
            await client.post("/api/v1/drills", json={"brand": "Acme", "by": "boss", "level": "watch"})
        ).status == 400
        again = await client.post("/api/v1/drills", json={"brand": "Acme", "by": "ana"})
        conforms("post", "/api/v1/drills", again)
        assert again.status == 409
        assert answer.json["incident"]["id"] in again.json["error"]
