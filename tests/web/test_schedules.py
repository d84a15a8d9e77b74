"""Who is on call, for programs and for calendars."""

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar, Component

from sentinel.config.schema import Config
from sentinel.web.ical import calendar
from tests.escalation.rotas import FRI, MON, a_rotation, a_schedule, a_swap, an_override, hours, utc
from tests.fakes import START
from tests.web.stand import Stand, a_config
from tests.web.test_openapi import conforms

API = "/api/v1/schedules"
NAMES = {"ana": "Ana", "luis": "Luis; «el de noche», ñ"}


def on_call() -> Config:
    """Ana and the boss by weeks; and the boss on Fridays."""
    return a_config().model_validate(
        {
            **a_config().model_dump(mode="json", exclude={"contacts", "store"}),
            "contacts": {"ana": {"name": "Ana", "channels": ["log://"]}, "boss": {"channels": ["log://"]}},
            "schedules": {
                "guardia": {"layers": [{"people": ["ana", "boss"], "starts": "2026-03-02"}]},
                "viernes": {
                    "timezone": "America/Bogota",
                    "layers": [{"people": ["boss"], "restrict": [{"days": ["fri"]}]}],
                },
            },
        }
    )


async def test_now_and_next() -> None:
    """Whole shifts; a gap says so, and who comes after it."""
    stand = Stand(config=on_call())
    async with stand.client() as client:
        answer = await client.get(API)
    conforms("get", API, answer)
    weekly, fridays = answer.json["schedules"]
    assert (weekly["name"], weekly["timezone"]) == ("guardia", "Europe/Madrid")
    assert weekly["now"] == {
        "starts_at": "2026-03-02T08:00:00Z",
        "ends_at": "2026-03-09T08:00:00Z",
        "contacts": ["ana"],
        "why": "rotation",
        "reason": "",
    }
    assert (weekly["next"]["contacts"], weekly["next"]["starts_at"]) == (["boss"], "2026-03-09T08:00:00Z")
    assert (fridays["now"]["contacts"], fridays["now"]["why"]) == ([], "nobody")
    assert (fridays["next"]["contacts"], fridays["next"]["starts_at"]) == (["boss"], "2026-03-06T05:00:00Z")


async def test_without_schedules() -> None:
    """An empty list is an answer."""
    async with Stand().client() as client:
        assert (await client.get(API)).json["schedules"] == []


async def test_shifts_of_a_range() -> None:
    """Cut to it, in any offset, also where the plus was not escaped; from now for two weeks unless it is said."""
    async with Stand(config=on_call()).client() as client:
        usual = await client.get(f"{API}/guardia")
        part = await client.get(f"{API}/guardia?from=2026-03-09T01:00:00%2B01:00&to=2026-03-09T10:00:00+01:00")
    conforms("get", f"{API}/{{name}}", usual)
    assert [each["contacts"] for each in usual.json["shifts"]] == [["ana"], ["boss"], ["ana"]]
    assert usual.json["shifts"][0]["starts_at"] == START.isoformat().replace("+00:00", "Z")
    assert [(each["starts_at"], each["ends_at"]) for each in part.json["shifts"]] == [
        ("2026-03-09T00:00:00Z", "2026-03-09T08:00:00Z"),
        ("2026-03-09T08:00:00Z", "2026-03-09T09:00:00Z"),
    ]


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("guardi", 404, "unknown schedule 'guardi'; did you mean 'guardia'?"),
        ("guardi.ics", 404, "unknown schedule 'guardi'; did you mean 'guardia'?"),
        ("guardia?from=yesterday", 400, "from: 'yesterday' is no RFC 3339 instant"),
        ("guardia?from=2026-03-02T09:00:00", 400, "from: '2026-03-02T09:00:00' is no RFC 3339 instant"),
        ("guardia?from=1999-03-02T09:00:00Z", 400, "is not between the years 2000 and 2100"),
        ("guardia?to=9999-03-02T09:00:00Z", 400, "is not between the years 2000 and 2100"),
        ("guardia?to=2026-03-02T09:00:00Z", 400, "to: must be after `from` and at most 400 days later"),
        (
            "guardia?from=2026-03-02T09:00:00Z&to=2027-04-07T09:00:00Z",
            400,
            "to: must be after `from` and at most 400 days later",
        ),
    ],
)
async def test_what_cannot_be_asked(path: str, status: int, said: str) -> None:
    """Named, with what is wrong, as the document promises."""
    async with Stand(config=on_call()).client() as client:
        answer = await client.get(f"{API}/{path}")
    assert answer.status == status
    assert said in answer.json["error"]
    conforms("get", f"{API}/{{name}}.ics" if ".ics" in path else f"{API}/{{name}}", answer)


async def test_a_calendar_to_subscribe_to() -> None:
    """What a phone's calendar gets."""
    async with Stand(config=on_call()).client() as client:
        answer = await client.get(f"{API}/guardia.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(answer.text.encode())
    assert [str(each["SUMMARY"]) for each in found[:3]] == ["Ana", "boss", "Ana"]
    assert found[0].start == utc("2026-03-02 08:00")


# -- the calendar by itself
# -------------------------------------------------------------------------------------------------


def events(text: bytes) -> list[Component]:
    return list(Calendar.from_ical(text).events)


def test_one_event_a_shift() -> None:
    """Whole, in UTC, a week back and ninety days ahead; names as people say them; nobody's time is no event."""
    schedule = a_schedule(a_rotation("ana luis ana+luis", only=(hours("09:00-18:00", MON, FRI),)))
    shifts = [each for each in schedule.shifts(utc("2026-01-01 00:00"), utc("2026-12-01 00:00")) if each.contacts]
    found = events(calendar(schedule, NAMES, START))
    near = [
        each
        for each in shifts
        if START - timedelta(days=7) < each.ends_at and each.starts_at < START + timedelta(days=90)
    ]
    assert [(each.start, each.end) for each in found] == [(each.starts_at, each.ends_at) for each in near]
    assert {str(each["SUMMARY"]) for each in found} == {"Ana", "Luis; «el de noche», ñ", "Ana, Luis; «el de noche», ñ"}
    assert len({str(each["UID"]) for each in found}) == len(found)


def test_events_keep_their_uid() -> None:
    """A week later, and after a swap, a shift that is still there is the same event; the swap has its reason."""
    schedule = a_schedule(a_rotation("ana luis"))

    def uids(text: bytes) -> dict[datetime, str]:
        return {each.start: str(each["UID"]) for each in events(text)}

    before, after = (
        uids(calendar(schedule, NAMES, START)),
        uids(calendar(schedule, NAMES, START + timedelta(days=9, hours=3))),
    )
    assert {start: uid for start, uid in before.items() if start in after} == {
        start: uid for start, uid in after.items() if start in before
    }
    swapped = calendar(
        a_schedule(a_rotation("ana luis"), swaps=(a_swap("ana", "luis", "2026-03-09 08:00", "2026-03-16 08:00"),)),
        NAMES,
        START,
    )
    assert uids(swapped)[utc("2026-03-09 08:00")] == before[utc("2026-03-09 08:00")]
    (event,) = [each for each in events(swapped) if each.get("DESCRIPTION")]
    assert (str(event["DESCRIPTION"]), str(event["SUMMARY"])) == ("wedding", "Ana")


def test_somebody_always_on_call_is_one_event() -> None:
    """With the same beginning tomorrow as today, and a hole where an override says so."""
    always = a_schedule(a_rotation("ana"))
    (today,), (tomorrow,) = (
        events(calendar(always, NAMES, START)),
        events(calendar(always, NAMES, START + timedelta(days=1))),
    )
    assert (today["UID"], today.start) == (tomorrow["UID"], utc("2026-01-05 08:00"))
    away = a_schedule(a_rotation("ana"), overrides=(an_override("", "2026-03-09 08:00", "2026-03-10 08:00"),))
    assert [each.end for each in events(calendar(away, NAMES, START))][:1] == [utc("2026-03-09 08:00")]
