"""Overrides and swaps made over HTTP: they count at once, are listed, and can be taken back."""

import pytest

from tests.web.stand import Stand
from tests.web.test_openapi import conforms
from tests.web.test_schedules import API, on_call

EARLY, LATE = "2026-03-02T08:30:00Z", "2026-03-02T20:00:00Z"
BEGIN, END = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
"""Of the calendar: what is added to them would leave it."""
TODAY = {"starts_at": EARLY, "ends_at": LATE}


async def test_an_override_counts_from_the_answer_on_and_can_be_taken_back() -> None:
    """The boss stands in for Ana today; then she does not."""
    async with Stand(config=on_call()).client() as client:
        made = await client.post(
            f"{API}/guardia/overrides", json={"by": "ana", "contacts": ["boss"], "reason": "médico", **TODAY}
        )
        conforms("post", f"{API}/{{name}}/overrides", made)
        assert made.status == 201
        now = (await client.get(API)).json["schedules"][0]["now"]
        assert (now["contacts"], now["why"], now["reason"]) == (["boss"], "override", "médico")
        listed = await client.get("/api/v1/oncall-changes")
        conforms("get", "/api/v1/oncall-changes", listed)
        name = listed.json["overrides"][0]["id"]
        undone = await client.post(f"/api/v1/oncall-changes/{name}/undo", json={})
        conforms("post", "/api/v1/oncall-changes/{id}/undo", undone)
        assert (await client.get(API)).json["schedules"][0]["now"]["contacts"] == ["ana"]
        assert (await client.post(f"/api/v1/oncall-changes/{name}/undo", json={})).status == 404


async def test_a_swap_exchanges_shifts() -> None:
    """Two weeks, each does the other's."""
    span = {"starts_at": "2026-03-02T08:00:00Z", "ends_at": "2026-03-16T08:00:00Z"}
    async with Stand(config=on_call()).client() as client:
        made = await client.post(f"{API}/guardia/swaps", json={"by": "ana", "between": ["ana", "boss"], **span})
        conforms("post", f"{API}/{{name}}/swaps", made)
        weekly = (await client.get(API)).json["schedules"][0]
        assert (weekly["now"]["contacts"], weekly["next"]["contacts"]) == (["boss"], ["ana"])


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("guardi/overrides", {"by": "ana", "contacts": ["boss"], **TODAY}, 404, "guardia"),
        ("guardia/overrides", {"by": "ana", "contacts": ["bos"], **TODAY}, 400, "boss"),
        ("guardia/overrides", {"by": "ana", "contacts": [], "starts_at": LATE, "ends_at": EARLY}, 400, "after"),
        (
            "guardia/overrides",
            {"by": "ana", "contacts": [], "starts_at": EARLY[:-1], "ends_at": LATE},
            400,
            "starts_at",
        ),
        (
            "guardia/overrides",
            {"by": "ana", "contacts": [], "starts_at": EARLY, "ends_at": "2036-03-02T08:30:00Z"},
            400,
            "400",
        ),
        ("guardia/overrides", {"by": "ana", "contacts": [], "starts_at": LATE, "ends_at": END}, 400, "2000"),
        ("guardia/overrides", {"by": "ana", "contacts": [], "starts_at": BEGIN, "ends_at": LATE}, 400, "2000"),
        ("guardia/swaps", {"by": "ana", "between": ["ana", "ana"], **TODAY}, 400, "themselves"),
        ("guardia/swaps", {"by": "ana", "between": ["ana"], **TODAY}, 400, "between"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_reason(
    path: str, body: dict[str, object], status: int, said: str
) -> None:
    """Nothing is changed by a mistake."""
    stand = Stand(config=on_call())
    async with stand.client() as client:
        answer = await client.post(f"{API}/{path}", json=body)
        assert (answer.status, said in answer.json["error"]) == (status, True), answer.json
    assert stand.oncall.all() == ()


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        (
            "/api/v1/schedules/guardia/overrides",
            {"contacts": ["boss"], "starts_at": "2026-03-01T08:00:00Z", "ends_at": "2026-03-01T20:00:00Z"},
            "ends_at: that time is over already",
        ),
        (
            "/api/v1/schedules/guardia/swaps",
            {"between": ["ana", "boss"], "starts_at": "2026-03-01T08:00:00Z", "ends_at": "2026-03-01T20:00:00Z"},
            "ends_at: that time is over already",
        ),
        (
            "/api/v1/silences",
            {"minutes": 30, "starts_at": "2026-03-01T08:00:00Z"},
            "starts_at: that time is over already",
        ),
    ],
)
async def test_what_is_over_already_is_refused_as_on_the_page(path: str, body: dict[str, object], said: str) -> None:
    """A wrong year or zone is told at once, and nothing is made."""
    stand = Stand(config=on_call())
    async with stand.client() as client:
        answer = await client.post(path, json={"by": "ana", **body})
    assert (answer.status, answer.json["error"][: len(said)]) == (400, said)
    assert (stand.silences.all(), stand.oncall.all()) == ((), ())


async def test_a_swap_that_changes_nobodys_shift_is_refused_as_on_the_page() -> None:
    """On a Tuesday nobody has the Fridays: there is nothing to give."""
    span = {"starts_at": "2026-03-03T08:00:00Z", "ends_at": "2026-03-03T20:00:00Z"}
    async with Stand(config=on_call()).client() as client:
        answer = await client.post(f"{API}/viernes/swaps", json={"by": "ana", "between": ["ana", "boss"], **span})
    assert (answer.status, answer.json["error"].partition(";")[0]) == (
        400,
        "between: neither has a shift in that time that the other could take",
    )
